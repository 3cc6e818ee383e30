"""
Turns a member's password into a key, slowly, and locks their private key with it.

Defends against the thief of the database who guesses passwords at home: each guess
costs 64 MiB of memory, and without the pepper, which is not in the database, no guess
can be tested at all.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from encryption.envelope import Context
from encryption.errors import BadKey
from encryption.framing import label
from encryption.pairs import PrivateKey
from encryption.primitives import KEY_BYTES, derive
from encryption.wraps import open_private_key, seal_private_key

__all__ = [
    "LockedKey",
    "PasswordParameters",
    "lock_with_password",
    "password_key",
    "pepper_id",
    "unlock_with_password",
]

_SALT_BYTES = 16
# Threat: parameters are stored beside what they protect, so a thief who can write may
# set them. Too much memory takes the desk down at the next login; too little does not
# help them (it gives another key), but must never be written by mistake either.
_MEMORY_KIB = range(19 * 1024, 1024 * 1024 + 1)  # from the OWASP floor to 1 GiB
_ITERATIONS = range(2, 17)
_LANES = range(1, 5)

# The version is part of the text: a later scheme is another prefix, read beside this one
# until the last member has logged in again.
_STORED = re.compile(r"argon2id-v1\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([0-9a-f]{8})\$([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class PasswordParameters:
    """What one derivation costs. They travel with the stored value and may be raised later."""

    # RFC 9106 §4, the second recommended set, with one lane: the desk has few cores
    # and lanes help the attacker's many more than ours.
    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        within = self.memory_kib in _MEMORY_KIB and self.iterations in _ITERATIONS and self.lanes in _LANES
        if not within:
            raise BadKey


@dataclass(frozen=True, kw_only=True)
class LockedKey:
    """A private key under a password: how to derive the key (clear), and the envelope."""

    derivation: str
    envelope: bytes


def password_key(
    password: str,
    *,
    salt: bytes,
    pepper: bytes,
    params: PasswordParameters | None = None,
) -> bytes:
    """32 bytes of Argon2id (RFC 9106) over the password, the pepper as its secret."""
    cost = params or PasswordParameters()
    # An empty pepper would work and protect nothing: whoever calls without one has lost
    # a key file and must hear of it.
    if len(pepper) != KEY_BYTES or len(salt) < _SALT_BYTES:
        raise BadKey
    # NIST SP 800-63B: normalise, so that one password typed on two keyboards is one
    # password. Never truncate, never trim.
    typed = unicodedata.normalize("NFKC", password).encode()
    # Argon2id, not a faster hash: memory is what a rack of graphics cards is short of.
    # The associated data keeps this apart from any other use of the same password.
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
        ad=label("password"),
        secret=pepper,
    ).derive(typed)


def pepper_id(pepper: bytes) -> str:
    """Eight hex digits that tell which pepper a stored value needs."""
    # Stored in clear, so that a pepper can be replaced one login at a time. Short on
    # purpose and under its own label: 32 bits name one of a handful and reveal nothing
    # of 256.
    return derive(pepper, "pepper id", length=4).hex()


def lock_with_password(
    private: PrivateKey,
    *,
    password: str,
    pepper: bytes,
    context: Context,
    params: PasswordParameters | None = None,
) -> LockedKey:
    """The private key, sealed under a fresh salt and the password."""
    cost = params or PasswordParameters()
    # A fresh salt each time: two members with one password share nothing, and a
    # table computed for one of them is useless for the other.
    salt = os.urandom(_SALT_BYTES)
    key = password_key(password, salt=salt, pepper=pepper, params=cost)
    numbers = f"m={cost.memory_kib},t={cost.iterations},p={cost.lanes}"
    return LockedKey(
        derivation=f"argon2id-v1${numbers}${pepper_id(pepper)}${salt.hex()}",
        envelope=seal_private_key(private, under=key, context=context),
    )


def unlock_with_password(locked: LockedKey, *, password: str, pepper: bytes, context: Context) -> PrivateKey:
    """The private key; CannotOpen for a wrong password, BadKey for another pepper or form."""
    # No separate password hash is stored: opening the key *is* the check, so there is
    # nothing cheaper to attack than the envelope itself.
    # Threat: a stored text with numbers of its own. It is matched whole, bounded, and
    # checked against the pepper before any memory is taken.
    found = _STORED.fullmatch(locked.derivation)
    if found is None or found[4] != pepper_id(pepper):
        raise BadKey
    cost = PasswordParameters(memory_kib=int(found[1]), iterations=int(found[2]), lanes=int(found[3]))
    # The stored text is not authenticated by itself: any change to it derives another
    # key, and the envelope then does not open.
    salt = bytes.fromhex(found[5])
    key = password_key(password, salt=salt, pepper=pepper, params=cost)
    return open_private_key(locked.envelope, key=key, context=context)
