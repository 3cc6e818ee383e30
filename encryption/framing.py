"""
Turns a list of byte strings into one that reads back only one way.

Defends against splicing: joined plainly, ("ab", "c") and ("a", "bc") are the same
bytes, and a ciphertext bound to one would open for the other.
"""

from __future__ import annotations

__all__ = ["label", "length_prefixed"]

# Four bytes: no part we bind (ids, headers, public keys) comes near 4 GiB, and a
# fixed width has one encoding per length, where a variable one has several.
_LENGTH_BYTES = 4


def length_prefixed(*parts: bytes) -> bytes:
    """Each part behind its length (4 bytes, big-endian)."""
    # Never JSON: key order, escapes and number forms give one value many
    # encodings, and two implementations would bind different bytes.
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)


def label(purpose: str) -> bytes:
    """The domain label of one use of a key or hash."""
    # Threat: one secret used for two purposes. Each derivation, hash and signature
    # carries its own label, so an output of one is never a valid input of another.
    return b"recourse/v1/" + purpose.encode("ascii")
