"""
One sealed record, both ways: key schedule, commitment, padded AES-256-GCM.

Low-level; `seal`, `open` and `token` are the doors. Every envelope has its own key and
nonce, derived from a secret and a fresh salt, so that no nonce is ever chosen, counted
or used twice, also under a conversation key that seals a hundred turns.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from hmac import compare_digest

from encryption import primitives
from encryption.envelope import (
    COMMITMENT_BYTES,
    KEY_ID_BYTES,
    SALT_BYTES,
    Context,
    Envelope,
    KeyForm,
    parse,
)
from encryption.errors import CannotOpen, NotAnEnvelope
from encryption.framing import label, length_prefixed
from encryption.hidden import Hidden
from encryption.padding import pad, unpad
from encryption.pairs import PrivateKey

__all__ = [
    "open_derived",
    "open_wrapped",
    "record_key_id",
    "seal_body",
    "wrap_info",
]


def wrap_info(preamble: bytes, context: Context) -> bytes:
    """What a wrapped key is bound to, as HPKE `info`."""
    # Threat: lifting the wrapped key of one envelope into another that the attacker
    # composed. The wrap opens only under the same form, reader and place.
    return length_prefixed(label("wrap"), preamble, context.associated_data())


def record_key_id(key: bytes) -> bytes:
    """The 16 bytes by which an envelope names a 32-byte key that somebody holds."""
    # One-way and under its own label: seeing it tells nothing about the key, and it
    # is no prefix of anything else that is derived from it.
    return primitives.derive(key, "key id", length=KEY_ID_BYTES)


def seal_body(unsealed: Envelope, plaintext: bytes, *, secret: bytes, context: Context) -> bytes:
    """A finished envelope from one that has only its header, and the text."""
    # Threat: a nonce used twice under one key gives away both texts and the means to
    # forge. 256 random bits of salt make key *and* nonce new each time; there is no
    # counter that a restored backup or a second process could set back.
    started = replace(unsealed, salt=os.urandom(SALT_BYTES))
    schedule = _schedule(started, secret, context)
    body = primitives.encrypt(schedule.key, schedule.nonce, pad(plaintext), schedule.bound)
    return replace(started, commitment=schedule.commitment, body=body).to_bytes()


def open_wrapped(data: bytes, *, key: PrivateKey, context: Context) -> bytes:
    """Open an envelope of key form 1; CannotOpen for every failure."""

    def secret_of(envelope: Envelope) -> bytes:
        info = wrap_info(envelope.preamble(), context)
        return key.unwrap(envelope.wrapped_key, info=info)

    return _open(data, KeyForm.WRAPPED, key.public.id, secret_of, context)


def open_derived(data: bytes, *, key: bytes, context: Context) -> bytes:
    """Open an envelope of key form 2; CannotOpen for every failure."""
    # A key of another length needs no check of its own: nothing was ever sealed under
    # one, so its key id matches no envelope.
    return _open(data, KeyForm.DERIVED, record_key_id(key), lambda _: key, context)


def _open(
    data: bytes,
    form: KeyForm,
    key_id: bytes,
    secret_of: Callable[[Envelope], bytes],
    context: Context,
) -> bytes:
    # Cheap and public checks first, secrets last. Nothing is decrypted, decompressed
    # or parsed further before everything that was written is known to be ours.
    try:
        envelope = parse(data)
    except NotAnEnvelope:
        raise CannotOpen from None
    if envelope.form is not form or not compare_digest(envelope.key_id, key_id):
        raise CannotOpen
    schedule = _schedule(envelope, secret_of(envelope), context)
    # Threat: AES-GCM alone does not commit to its key. Someone who knows two keys can
    # make one ciphertext that opens differently under each: two readers of one case
    # would swear to two different complaints. The commitment, compared in constant
    # time *before* decrypting, leaves one key per envelope.
    if not compare_digest(envelope.commitment, schedule.commitment):
        raise CannotOpen
    # From here on the bytes are authentic: written by a holder of the secret, for this
    # very place, and whole.
    padded = primitives.decrypt(schedule.key, schedule.nonce, envelope.body, schedule.bound)
    return unpad(padded)


@dataclass(frozen=True, repr=False, kw_only=True)
class _Schedule(Hidden):
    # Lives for one call. Hidden, because some tools show the locals of every frame in a
    # traceback.
    key: bytes
    nonce: bytes
    commitment: bytes
    bound: bytes


def _schedule(envelope: Envelope, secret: bytes, context: Context) -> _Schedule:
    # Header and context go into the derivation *and* into the tag: an envelope that
    # was moved or re-addressed fails at the commitment, before any decryption, and
    # would fail again at the tag if that check were ever broken.
    bound = length_prefixed(label("record"), envelope.header(), context.associated_data())
    # One expansion, cut in three (RFC 5869): none of the parts tells anything about
    # another, so publishing the commitment costs nothing.
    key_end = primitives.KEY_BYTES
    nonce_end = key_end + primitives.NONCE_BYTES
    okm = primitives.hkdf(secret, salt=envelope.salt, info=bound, length=nonce_end + COMMITMENT_BYTES)
    return _Schedule(key=okm[:key_end], nonce=okm[key_end:nonce_end], commitment=okm[nonce_end:], bound=bound)
