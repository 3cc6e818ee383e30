"""
Hides how long a text is, up to a handful of sizes.

Defends against a thief of the database who reads lengths: "yes" and a paragraph about
what happened must not be told apart by counting bytes.
"""

from __future__ import annotations

from encryption.errors import CannotOpen, TooLong

__all__ = ["LARGEST", "is_padded_size", "pad", "padded_size", "unpad"]

# Few sizes hide more than many. Chat turns fall into the first two, a statement into
# the next two; beyond that the step is a constant 16 KiB.
_BUCKETS = (256, 1024, 4096, 16384)
_STEP = 16384

# Threat: memory. One stored value must not make a process allocate without bound;
# the longest thing sealed in one piece is all documents of one case, far below this.
LARGEST = 4 * 1024 * 1024

# ISO/IEC 7816-4: one marker, then zeros. The marker is always there, so the end of
# the text is never guessed, also when the text itself ends in zeros.
_MARKER = b"\x80"


def padded_size(length: int) -> int:
    """The bytes that a text of this many bytes takes before encryption."""
    needed = length + len(_MARKER)
    for bucket in _BUCKETS:
        if needed <= bucket:
            return bucket
    return -(-needed // _STEP) * _STEP


def is_padded_size(size: int) -> bool:
    """Whether this is one of the sizes that padding can give."""
    return 0 < size <= LARGEST and padded_size(size - len(_MARKER)) == size


def pad(plaintext: bytes) -> bytes:
    """The text, its marker and zeros up to the next size; TooLong beyond the largest."""
    size = padded_size(len(plaintext))
    if size > LARGEST:
        raise TooLong
    return (plaintext + _MARKER).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """The text inside; CannotOpen when the padding is not what `pad` writes."""
    # Only ever called on bytes that AES-GCM has already authenticated. A padding
    # oracle needs chosen ciphertexts that reach this line; none can.
    text = padded.rstrip(b"\0")
    if not text.endswith(_MARKER) or padded_size(len(text) - len(_MARKER)) != len(padded):
        # One text has one padded form. A larger bucket than needed would be a
        # side channel for whoever can write: refuse what we would not write.
        raise CannotOpen
    return text[: -len(_MARKER)]
