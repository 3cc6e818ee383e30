"""
X-Wing key pairs: a public half that can only wrap, a private half that can unwrap.

Defends against the thief who copies everything today and buys a quantum computer later:
X-Wing (ML-KEM-768 with X25519) holds as long as either of its two parts does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

from encryption.envelope import KEY_ID_BYTES
from encryption.errors import BadKey, CannotOpen
from encryption.framing import label, length_prefixed
from encryption.hidden import Hidden

__all__ = [
    "PUBLIC_KEY_BYTES",
    "SEED_BYTES",
    "PrivateKey",
    "PublicKey",
    "new_private_key",
    "suite",
]

# The library has no serialiser for the hybrid pair, and formats for one are still
# drafts. Seeds and raw halves are what every standard agrees on, so those are stored.
_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
SEED_BYTES = _MLKEM_SEED_BYTES + 32
PUBLIC_KEY_BYTES = _MLKEM_PUBLIC_BYTES + 32


@lru_cache(maxsize=1)
def suite() -> hpke.Suite:
    """The one suite: HPKE base mode, X-Wing, HKDF-SHA256, AES-256-GCM (RFC 9180)."""
    # Base mode on purpose: the sender stays anonymous, also cryptographically. A
    # sender's key would be a second thing that could identify a person.
    return hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@dataclass(frozen=True, repr=False)
class PublicKey:
    """The half that intake may hold: 1,184 bytes ML-KEM-768, then 32 bytes X25519."""

    raw: bytes

    def __post_init__(self) -> None:
        # Checked on construction: a broken key must stop the start of a process, not
        # the submission of a person an hour later.
        _ = self._handle

    def __repr__(self) -> str:
        # The id is public and enough to talk about; 1,216 bytes would drown a log.
        return f"PublicKey({self.id.hex()})"

    @classmethod
    def from_bytes(cls, raw: bytes) -> PublicKey:
        """The key that these 1,216 bytes describe; BadKey if they describe none."""
        return cls(bytes(raw))

    @cached_property
    def id(self) -> bytes:
        """The 16 bytes that name this key in envelopes and manifests."""
        # A hash of the key, so nobody can hand out another key under the same id:
        # that would take a second preimage of 128 bits, by someone who also has to
        # get it signed into the manifest.
        framed = length_prefixed(label("public key"), self.raw)
        return sha256(framed).digest()[:KEY_ID_BYTES]

    def wrap(self, secret: bytes, *, info: bytes) -> bytes:
        """The secret, for the holder of the private half only, bound to `info`."""
        try:
            return suite().encrypt(secret, self._handle, info)
        except ValueError:
            # Threat: an X25519 point of small order would make that half of the
            # shared secret a constant. The library refuses it; so do we.
            raise BadKey from None

    @cached_property
    def _handle(self) -> hpke.MLKEM768X25519PublicKey:
        if len(self.raw) != PUBLIC_KEY_BYTES:
            raise BadKey
        lattice, curve = self.raw[:_MLKEM_PUBLIC_BYTES], self.raw[_MLKEM_PUBLIC_BYTES:]
        try:
            return hpke.MLKEM768X25519PublicKey(
                mlkem.MLKEM768PublicKey.from_public_bytes(lattice),
                x25519.X25519PublicKey.from_public_bytes(curve),
            )
        except ValueError:
            # FIPS 203 §7.2: coefficients out of range are no key.
            raise BadKey from None


@dataclass(frozen=True, repr=False)
class PrivateKey(Hidden):
    """The half that opens: 64 bytes ML-KEM-768 seed, then 32 bytes X25519."""

    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise BadKey

    @classmethod
    def from_seed(cls, seed: bytes) -> PrivateKey:
        """The pair that these 96 bytes always give; BadKey for any other length."""
        return cls(bytes(seed))

    @cached_property
    def public(self) -> PublicKey:
        """The half that may be handed out."""
        # Computed from the seed, never stored beside it: a stored public half could
        # be exchanged, and the next person would then seal to the thief.
        lattice, curve = self._parts
        return PublicKey(lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw())

    def unwrap(self, wrapped: bytes, *, info: bytes) -> bytes:
        """What `PublicKey.wrap` took in; CannotOpen for anything else."""
        try:
            return suite().decrypt(wrapped, self._handle, info)
        except (InvalidTag, ValueError):
            # ML-KEM answers a forged ciphertext with a random secret instead of an
            # error, so forgery and wrong key end here, at the tag, alike.
            raise CannotOpen from None

    @cached_property
    def _handle(self) -> hpke.MLKEM768X25519PrivateKey:
        # Expanding the seed costs more than opening with it, so it is done once for
        # the lifetime of the object. Python cannot wipe memory: whoever holds a
        # PrivateKey keeps it for one request, or says in the threat model why not.
        return hpke.MLKEM768X25519PrivateKey(*self._parts)

    @cached_property
    def _parts(self) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
        return (
            mlkem.MLKEM768PrivateKey.from_seed_bytes(self.seed[:_MLKEM_SEED_BYTES]),
            x25519.X25519PrivateKey.from_private_bytes(self.seed[_MLKEM_SEED_BYTES:]),
        )


def new_private_key() -> PrivateKey:
    """A fresh pair from the operating system's random source."""
    # FIPS 203 asks for two independent 32-byte seeds and X25519 for a third; one read
    # of 96 random bytes is exactly that.
    return PrivateKey(os.urandom(SEED_BYTES))
