"""
Ed25519 keys that only check: whoever holds one can tell who signed, and sign nothing.

Defends against the desk of yesterday: the record of who opened what is checked with keys
that the root signed, not with whatever key lies beside the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from encryption import primitives
from encryption.envelope import KEY_ID_BYTES
from encryption.errors import BadKey
from encryption.framing import label, length_prefixed

__all__ = ["VerifyingKey"]

_RAW_BYTES = 32


@dataclass(frozen=True)
class VerifyingKey:
    """The public half of an Ed25519 pair (RFC 8032), 32 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != _RAW_BYTES:
            raise BadKey

    @classmethod
    def of_seed(cls, seed: bytes) -> VerifyingKey:
        """The key that checks what this 32-byte seed signs."""
        return cls(primitives.public_half(seed))

    @cached_property
    def id(self) -> bytes:
        """The 16 bytes that name this key in a manifest."""
        # Its own label: a signing key and a sealing key never meet under one id.
        return sha256(length_prefixed(label("verifying key"), self.raw)).digest()[:KEY_ID_BYTES]

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return when the pair's private half signed the message; raise BadKey otherwise."""
        primitives.verify(self.raw, message, signature)
