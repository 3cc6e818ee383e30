"""
The few algorithms that everything here is built from, each with its sizes fixed.

Low-level functions that most callers do not need; see `seal`, `open` and `token`. They
exist so that the outside test vectors run through the very lines that production runs.
"""

from __future__ import annotations

import hmac

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from encryption.errors import BadKey, CannotOpen
from encryption.framing import label, length_prefixed

__all__ = [
    "KEY_BYTES",
    "NONCE_BYTES",
    "decrypt",
    "derive",
    "encrypt",
    "hkdf",
    "mac",
    "public_half",
    "sign",
    "verify",
]

# AES-256 everywhere, also where 128 bits would do: what is sealed here stays dangerous
# for decades, and a quantum search halves the exponent.
KEY_BYTES = 32
# NIST SP 800-38D: 96 bits is the one nonce length that GCM uses as it is; every other
# is hashed first and may collide.
NONCE_BYTES = 12


def hkdf(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 (RFC 5869), extract and expand."""
    # SHA-256 also where SHA-512 would be as fast: it is the hash of the HPKE suite, and
    # a second hash is a second thing to get wrong in another implementation.
    return HKDF(SHA256(), length, salt, info).derive(secret)


def derive(secret: bytes, purpose: str, *, length: int = KEY_BYTES) -> bytes:
    """One output of a uniformly random secret for one purpose."""
    # No salt: the secrets here are random and at least 120 bits long, and the same
    # secret must give the same output on every machine and for ever.
    info = length_prefixed(label(purpose))
    return hkdf(secret, salt=b"", info=info, length=length)


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104), 32 bytes. Compare it in constant time."""
    return hmac.digest(key, message, "sha256")


def encrypt(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """AES-256-GCM: ciphertext and tag. The caller never repeats a nonce with a key."""
    _require_sizes(key, nonce)
    return AESGCM(key).encrypt(nonce, plaintext, associated)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    """The plaintext, or CannotOpen."""
    _require_sizes(key, nonce)
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, associated)
    except InvalidTag:
        # `from None`: the library's own exception would name the failing layer.
        raise CannotOpen from None


def _require_sizes(key: bytes, nonce: bytes) -> None:
    # Threat: a shorter key or another nonce length is accepted by the library and
    # silently means another cipher. A caller that gets here is wrong: fail loudly.
    if len(key) != KEY_BYTES or len(nonce) != NONCE_BYTES:
        raise BadKey


def sign(seed: bytes, message: bytes) -> bytes:
    """The Ed25519 signature (RFC 8032, 64 bytes) of a message under a 32-byte seed."""
    # Deterministic: no random number is drawn, so none can be weak or repeated and give
    # the seed away. Not post-quantum, on purpose: a signature must hold on the day it
    # is checked, a ciphertext for a lifetime.
    return _signing_key(seed).sign(message)


def public_half(seed: bytes) -> bytes:
    """The 32-byte Ed25519 public key of a seed."""
    return _signing_key(seed).public_key().public_bytes_raw()


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Return when the signature is the key's own; raise BadKey otherwise."""
    # A bool could be ignored by mistake; an exception cannot.
    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BadKey from None


def _signing_key(seed: bytes) -> ed25519.Ed25519PrivateKey:
    try:
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    except ValueError:
        raise BadKey from None
