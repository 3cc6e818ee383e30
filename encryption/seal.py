"""
Seals: whoever holds only this module and a public key can write and never read.

This is the door that intake uses. It defends a complaint from the process that took it
in: once sealed, an intruder in intake finds no key there that opens it again.
"""

from __future__ import annotations

import os

from encryption.envelope import Context, Envelope, KeyForm
from encryption.errors import BadKey
from encryption.pairs import PublicKey
from encryption.primitives import KEY_BYTES
from encryption.record import record_key_id, seal_body, wrap_info

__all__ = ["seal", "seal_with_key"]


def seal(plaintext: bytes, *, to: PublicKey, context: Context) -> bytes:
    """
    An envelope that only the private half of `to` opens, and only in this place.

    About 1.3 kB more than the padded text. BadKey for a public key that must not be
    used, TooLong beyond 4 MiB.
    """
    # A fresh secret for each envelope: erasing one erases the only copy of its key,
    # and breaking one tells nothing about its neighbour.
    secret = os.urandom(KEY_BYTES)
    header = _header(KeyForm.WRAPPED, to.id)
    wrapped = to.wrap(secret, info=wrap_info(header.preamble(), context))
    header = _header(KeyForm.WRAPPED, to.id, wrapped)
    return seal_body(header, plaintext, secret=secret, context=context)


def seal_with_key(plaintext: bytes, *, key: bytes, context: Context) -> bytes:
    """
    An envelope under a 32-byte key that its owner derives again (token, receipt, password).

    BadKey unless the key has 32 bytes, TooLong beyond 4 MiB.
    """
    # Threat: a password or a code handed in as it is. A key here is the output of a
    # derivation; the length is the one part of that which can be checked.
    if len(key) != KEY_BYTES:
        raise BadKey
    header = _header(KeyForm.DERIVED, record_key_id(key))
    return seal_body(header, plaintext, secret=key, context=context)


def _header(form: KeyForm, key_id: bytes, wrapped_key: bytes = b"") -> Envelope:
    # Salt, commitment and body come last, from `seal_body`: the header must be final
    # before anything is derived from it.
    return Envelope(form=form, key_id=key_id, wrapped_key=wrapped_key, salt=b"", commitment=b"", body=b"")
