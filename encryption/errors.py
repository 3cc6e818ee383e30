"""
What can go wrong in the sealed room, told without a detail that helps an attacker.

    EncryptionError
    ├── CannotOpen      wrong key, wrong place, altered, cut: deliberately the same
    ├── NotAnEnvelope   something unsealed was about to be stored
    ├── BadKey          key material that must not be used
    ├── TooLong         more than one envelope may hold
    └── Unsupported     the installed library lacks a primitive
"""

from __future__ import annotations

__all__ = [
    "BadKey",
    "CannotOpen",
    "EncryptionError",
    "NotAnEnvelope",
    "TooLong",
    "Unsupported",
]


class EncryptionError(Exception):
    """Sealing or opening failed."""

    # Threat: an exception text travels into logs, tracebacks and error pages. No
    # constructor here takes a message, so nobody can put a word of a person, a key
    # or the failing step into one: the class docstring is all there is.
    def __init__(self) -> None:
        super().__init__((type(self).__doc__ or "").strip())


class CannotOpen(EncryptionError):
    """This cannot be opened."""

    # Threat: an oracle. Whoever learns *which* check failed (key, place, padding,
    # tag) can probe one unknown at a time. There is one class, one text, no cause.


class NotAnEnvelope(EncryptionError):
    """A value that must be sealed is not."""

    # Threat: plaintext in a sealed column. The column type raises this before the
    # value reaches the database, so that the mistake is loud and not permanent.


class BadKey(EncryptionError):
    """This key, code or manifest cannot be used."""


class TooLong(EncryptionError):
    """This is longer than one envelope may hold."""


class Unsupported(EncryptionError):
    """The installed cryptography library lacks a primitive that sealing needs."""

    # Threat: a silent downgrade. A library built against an old OpenSSL has no
    # ML-KEM or Argon2id; the service then refuses to start and seals nothing weaker.
