"""
A case's private seeds, wrapped for each reader and shreddable for all of them at once.

Defends against the backup that nobody can reach: when the shred key of a case is gone,
every copy of every wrap, on whatever tape, opens for nobody.
"""

from __future__ import annotations

from encryption.envelope import Context
from encryption.errors import BadKey
from encryption.pairs import PrivateKey, PublicKey
from encryption.primitives import KEY_BYTES, derive
from encryption.record import open_derived, open_wrapped
from encryption.seal import seal, seal_with_key

__all__ = [
    "open_private_key",
    "rewrap_for_reader",
    "seal_private_key",
    "unwrap_for_reader",
    "wrap_for_reader",
]


def wrap_for_reader(seed: bytes, *, to: PublicKey | bytes, shred_key: bytes, context: Context) -> bytes:
    """
    The seed for one reader: a team's public key, or the 32-byte key of a receipt.

    Opening takes the reader's key *and* the case's shred key; each alone is worthless.
    """
    # The shred layer lies inside, the reader's outside. Erasure is the same either way
    # round. But so the key id in the clear is the reader's: rotation can count what
    # hangs on an old epoch, and whoever re-wraps never gets to see a seed.
    # Threat: an empty or shortened shred key, taken from a row that was already erased.
    # The wrap would open without the key database, and no erasure would reach it.
    if len(shred_key) != KEY_BYTES:
        raise BadKey
    inner = seal_with_key(seed, key=_shred_layer(shred_key), context=context)
    if isinstance(to, PublicKey):
        return seal(inner, to=to, context=context)
    return seal_with_key(inner, key=to, context=context)


def unwrap_for_reader(wrapped: bytes, *, key: PrivateKey | bytes, shred_key: bytes, context: Context) -> bytes:
    """The seed; CannotOpen when either key is wrong or gone, or the wrap was moved."""
    # Both layers carry the same context: neither can be lifted out of its case and
    # dressed in the other layer of one that the attacker may open.
    inner = _open_with(wrapped, key, context)
    return open_derived(inner, key=_shred_layer(shred_key), context=context)


def rewrap_for_reader(wrapped: bytes, *, key: PrivateKey, to: PublicKey, context: Context) -> bytes:
    """The same wrap under a team's next key; CannotOpen when `key` is not the one it is under."""
    # The seed stays inside the shred layer the whole time: whoever moves wraps to a new
    # epoch, a command that runs for an hour, holds no case open.
    return seal(_open_with(wrapped, key, context), to=to, context=context)


def seal_private_key(private: PrivateKey, *, under: PublicKey | bytes, context: Context) -> bytes:
    """A pair at rest: a team's for one of its members, a member's under their password."""
    # No shred layer: these belong to the installation and not to a person's case, and
    # removing a member deletes the envelope itself.
    if isinstance(under, PublicKey):
        return seal(private.seed, to=under, context=context)
    return seal_with_key(private.seed, key=under, context=context)


def open_private_key(envelope: bytes, *, key: PrivateKey | bytes, context: Context) -> PrivateKey:
    """The pair that `seal_private_key` put away; CannotOpen otherwise."""
    # The public half is computed anew from the seed, so a row that claims another one
    # beside it changes nothing.
    return PrivateKey.from_seed(_open_with(envelope, key, context))


def _open_with(envelope: bytes, key: PrivateKey | bytes, context: Context) -> bytes:
    if isinstance(key, PrivateKey):
        return open_wrapped(envelope, key=key, context=context)
    return open_derived(envelope, key=key, context=context)


def _shred_layer(shred_key: bytes) -> bytes:
    # Threat: the 32 bytes of the shred row used directly here and for something else
    # one day. Derived under a label, two uses can never meet.
    return derive(shred_key, "shred")
