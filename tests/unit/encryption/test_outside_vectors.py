"""
Known answers and known attacks that others wrote, through the functions that we call.

Where a vector belongs to another suite than ours it runs through the same library class.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from encryption import primitives
from encryption.errors import BadKey, CannotOpen
from encryption.keys import PrivateKey

VECTORS = Path(__file__).parents[2] / "vectors"
OUR_KEY_SIZES = {"keySize": 256, "ivSize": 96, "tagSize": 128}


def load(path: str) -> Any:
    return json.loads((VECTORS / path).read_text())


def wycheproof(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    groups = load(f"wycheproof/{name}_test.json")["testGroups"]
    return [(group, test) for group in groups for test in group["tests"]]


def raw(test: dict[str, Any], *names: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(test[name]) for name in names)


def aes_gcm(*, ours: bool) -> list[dict[str, Any]]:
    def is_ours(group: dict[str, Any]) -> bool:
        return all(group[name] == size for name, size in OUR_KEY_SIZES.items())

    return [test for group, test in wycheproof("aes_gcm") if is_ours(group) is ours]


def test_aes_gcm_gives_the_known_ciphertexts() -> None:
    valid = [test for test in aes_gcm(ours=True) if test["result"] == "valid"]

    for test in valid:
        key, nonce, text, aad, expected, tag = raw(test, "key", "iv", "msg", "aad", "ct", "tag")
        assert primitives.encrypt(key, nonce, text, aad) == expected + tag, test["tcId"]
        assert primitives.decrypt(key, nonce, expected + tag, aad) == text, test["tcId"]
    assert len(valid) >= 30


def test_aes_gcm_refuses_every_forged_tag() -> None:
    forged = [test for test in aes_gcm(ours=True) if test["result"] == "invalid"]

    for test in forged:
        key, nonce, aad, body, tag = raw(test, "key", "iv", "aad", "ct", "tag")
        with pytest.raises(CannotOpen):
            primitives.decrypt(key, nonce, body + tag, aad)
    assert len(forged) >= 20


def test_aes_gcm_refuses_key_and_nonce_sizes_that_are_not_ours() -> None:
    others = aes_gcm(ours=False)

    for test in others:
        key, nonce, aad, body, tag = raw(test, "key", "iv", "aad", "ct", "tag")
        with pytest.raises(BadKey):
            primitives.decrypt(key, nonce, body + tag, aad)
    assert len(others) >= 200


def test_hkdf_gives_the_known_outputs() -> None:
    tests = [test for _, test in wycheproof("hkdf_sha256") if test["result"] == "valid"]

    for test in tests:
        secret, salt, info, expected = raw(test, "ikm", "salt", "info", "okm")
        found = primitives.hkdf(secret, salt=salt, info=info, length=test["size"])
        assert found == expected, test["tcId"]
    assert len(tests) >= 80


def test_hkdf_refuses_more_output_than_it_has() -> None:
    tests = [test for _, test in wycheproof("hkdf_sha256") if test["result"] == "invalid"]

    for test in tests:
        secret, salt, info = raw(test, "ikm", "salt", "info")
        with pytest.raises(ValueError, match="derive keys larger"):
            primitives.hkdf(secret, salt=salt, info=info, length=test["size"])
    assert tests


def test_hmac_gives_the_known_tags_and_no_forged_one() -> None:
    tests = wycheproof("hmac_sha256")

    for group, test in tests:
        key, message, tag = raw(test, "key", "msg", "tag")
        fits = primitives.mac(key, message)[: group["tagSize"] // 8] == tag
        assert fits == (test["result"] == "valid"), test["tcId"]
    assert len(tests) >= 150


def test_ed25519_accepts_and_refuses_the_known_signatures() -> None:
    tests = wycheproof("ed25519")

    for group, test in tests:
        public = bytes.fromhex(group["publicKey"]["pk"])
        message, signature = raw(test, "msg", "sig")
        if test["result"] == "valid":
            primitives.verify(public, message, signature)
        else:
            with pytest.raises(BadKey):
                primitives.verify(public, message, signature)
    assert len(tests) >= 150


def test_ed25519_signs_as_rfc_8032_does() -> None:
    # RFC 8032 §7.1, test 2.
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    expected = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )

    assert primitives.public_half(seed) == public
    assert primitives.sign(seed, b"\x72") == expected


def test_x25519_gives_the_known_secrets_and_refuses_small_order_points() -> None:
    # X25519 is one half of X-Wing; this is the class that `pairs` builds it from.
    tests = [test for _, test in wycheproof("x25519")]

    for test in tests:
        public, private, expected = raw(test, "public", "private", "shared")
        key = x25519.X25519PrivateKey.from_private_bytes(private)
        peer = x25519.X25519PublicKey.from_public_bytes(public)
        if expected == bytes(32):
            with pytest.raises(ValueError, match="shared key"):
                key.exchange(peer)
        else:
            assert key.exchange(peer) == expected, test["tcId"]
    assert len(tests) >= 500


def test_argon2id_gives_the_answer_of_rfc_9106() -> None:
    # RFC 9106 §5.3. `password_key` fixes length and associated data, so the row runs
    # through the class that it calls.
    derived = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    ).derive(b"\x01" * 32)

    assert derived.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


KEMS = {
    0x10: (
        hpke.KEM.P256,
        lambda sk: ec.derive_private_key(int.from_bytes(sk, "big"), ec.SECP256R1()),
    ),
    0x12: (
        hpke.KEM.P521,
        lambda sk: ec.derive_private_key(int.from_bytes(sk, "big"), ec.SECP521R1()),
    ),
    0x20: (hpke.KEM.X25519, x25519.X25519PrivateKey.from_private_bytes),
}
KDFS = {1: hpke.KDF.HKDF_SHA256, 3: hpke.KDF.HKDF_SHA512, 0x11: hpke.KDF.SHAKE256}
AEADS = {1: hpke.AEAD.AES_128_GCM, 2: hpke.AEAD.AES_256_GCM, 3: hpke.AEAD.CHACHA20_POLY1305}


def rfc9180_rows() -> list[dict[str, Any]]:
    # Base mode, the only one that we use; the export-only row encrypts nothing.
    rows = [
        {**row["setup"], "first": row["encryptions"][0]}
        for row in load("hpke/rfc9180_vectors.json")
        if row["setup"]["mode"] == "0" and row["encryptions"]
    ]
    extra = load("hpke/x25519_aes_256_gcm.json")
    return rows + [{**row, "first": row["encryptions"][0]} for row in extra]


def row_name(row: dict[str, Any]) -> str:
    return f"kem{row['kem_id']}-kdf{row['kdf_id']}-aead{row['aead_id']}"


@pytest.mark.parametrize("row", rfc9180_rows(), ids=row_name)
def test_hpke_opens_what_rfc_9180_sealed(row: dict[str, Any]) -> None:
    kem, private_from = KEMS[int(row["kem_id"])]
    suite = hpke.Suite(kem, KDFS[int(row["kdf_id"])], AEADS[int(row["aead_id"])])
    secret, enc, info = raw(row, "skRm", "enc", "info")
    ciphertext, aad, expected = raw(row["first"], "ct", "aad", "pt")
    sealed, key = enc + ciphertext, private_from(secret)

    # The published rows carry associated data, which the public method does not take.
    found = openssl.hpke._decrypt_with_aad(suite, sealed, key, info, aad)

    assert found == expected
    with pytest.raises(InvalidTag):
        suite.decrypt(sealed, key, info)


def xwing_key(row: dict[str, Any]) -> PrivateKey:
    # An X-Wing private key is 32 bytes; SHAKE256 expands them into the two seeds that
    # we store (draft-connolly-cfrg-xwing-kem, expandDecapsulationKey).
    return PrivateKey.from_seed(hashlib.shake_256(bytes.fromhex(row["skRm"])).digest(96))


@pytest.mark.parametrize("row", load("xwing/xwing_hpke.json"), ids=row_name)
def test_an_xwing_seed_gives_the_known_public_key(row: dict[str, Any]) -> None:
    assert xwing_key(row).public.raw.hex() == row["pkRm"]


@pytest.mark.parametrize("row", load("xwing/xwing_hpke.json"), ids=row_name)
def test_hpke_with_xwing_opens_what_others_sealed(row: dict[str, Any]) -> None:
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, KDFS[row["kdf_id"]], AEADS[row["aead_id"]])
    enc, info = raw(row, "enc", "info")
    ciphertext, aad, expected = raw(row["encryptions"][0], "ct", "aad", "pt")

    found = openssl.hpke._decrypt_with_aad(suite, enc + ciphertext, xwing_key(row)._handle, info, aad)

    assert found == expected


@pytest.mark.parametrize("row", load("xwing/xwing_hpke.json"), ids=row_name)
def test_our_suite_unwraps_the_known_encapsulation(row: dict[str, Any]) -> None:
    # The shared secret of a row does not depend on its cipher. With RFC 9180's key
    # schedule for *our* suite it must give what `unwrap` opens.
    enc, shared, info = raw(row, "enc", "shared_secret", "info")
    key, nonce = key_schedule(shared, info, aead_id=2, key_length=32)
    wrapped = enc + AESGCM(key).encrypt(nonce, b"k" * 32, b"")

    assert xwing_key(row).unwrap(wrapped, info=info) == b"k" * 32


def test_the_key_schedule_of_these_tests_is_that_of_the_vectors() -> None:
    row = next(one for one in load("xwing/xwing_hpke.json") if one["kdf_id"] == 1)
    shared, info, key, nonce = raw(row, "shared_secret", "info", "key", "base_nonce")

    assert key_schedule(shared, info, aead_id=row["aead_id"], key_length=len(key)) == (key, nonce)


def key_schedule(shared: bytes, info: bytes, *, aead_id: int, key_length: int) -> tuple[bytes, bytes]:
    """RFC 9180 §5.1 in base mode with HKDF-SHA256, written without the library."""
    suite_id = b"HPKE" + b"".join(n.to_bytes(2, "big") for n in (0x647A, 1, aead_id))

    def extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite_id + label + secret, "sha256")

    def expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite_id + label + context
        return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    return expand(secret, b"key", context, key_length), expand(secret, b"base_nonce", context, 12)
