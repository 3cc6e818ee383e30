"""
Sealing and opening: whoever has the key and the place reads, nobody else, by no change.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from encryption.envelope import Context, parse
from encryption.errors import BadKey, CannotOpen, TooLong
from encryption.keys import PrivateKey, PublicKey, new_private_key
from encryption.open import open_
from encryption.padding import LARGEST
from encryption.seal import seal, seal_with_key
from encryption.token import open_with_key

KEY = bytes(range(32))
FIELDS = ("table", "column", "case", "record", "kind", "compartment")

# Lone surrogates have no UTF-8 form; ids never hold one.
ids = st.text(st.characters(codec="utf-8"), max_size=40)
contexts = st.builds(Context, **dict.fromkeys(FIELDS, ids))
texts = st.binary(max_size=2000)


@given(plaintext=texts, context=contexts)
@settings(max_examples=50, deadline=None)
def test_what_was_sealed_to_a_key_opens_with_its_other_half(
    private: PrivateKey, plaintext: bytes, context: Context
) -> None:
    envelope = seal(plaintext, to=private.public, context=context)

    assert open_(envelope, key=private, context=context) == plaintext


@given(plaintext=texts, context=contexts, key=st.binary(min_size=32, max_size=32))
@settings(deadline=None)
def test_what_was_sealed_under_a_derived_key_opens_with_it(plaintext: bytes, context: Context, key: bytes) -> None:
    envelope = seal_with_key(plaintext, key=key, context=context)

    assert open_with_key(envelope, key=key, context=context) == plaintext


@pytest.mark.parametrize("length", [0, 255, 256, 1023, 4095, 16383, 16384, 100_000])
def test_texts_at_the_edge_of_a_padded_size_come_back_whole(place: Context, length: int) -> None:
    # Ending in zeros and markers, as the padding itself does.
    plaintext = (b"\x80\x00" * length)[:length]

    envelope = seal_with_key(plaintext, key=KEY, context=place)

    assert open_with_key(envelope, key=KEY, context=place) == plaintext


def test_no_flipped_bit_of_a_wrapped_envelope_opens(private: PrivateKey, place: Context) -> None:
    envelope = seal(b"a sentence", to=private.public, context=place)

    for altered in every_bit_flipped(envelope):
        with pytest.raises(CannotOpen):
            open_(altered, key=private, context=place)


def test_no_flipped_bit_of_a_derived_envelope_opens(place: Context) -> None:
    envelope = seal_with_key(b"a sentence", key=KEY, context=place)

    for altered in every_bit_flipped(envelope):
        with pytest.raises(CannotOpen):
            open_with_key(altered, key=KEY, context=place)


def every_bit_flipped(envelope: bytes) -> list[bytes]:
    bits = len(envelope) * 8
    number = int.from_bytes(envelope, "big")
    return [(number ^ 1 << bit).to_bytes(len(envelope), "big") for bit in range(bits)]


@pytest.mark.parametrize("field", FIELDS)
def test_an_envelope_moved_to_another_place_does_not_open(private: PrivateKey, place: Context, field: str) -> None:
    elsewhere = replace(place, **{field: getattr(place, field) + "x"})

    wrapped = seal(b"a sentence", to=private.public, context=place)
    derived = seal_with_key(b"a sentence", key=KEY, context=place)

    with pytest.raises(CannotOpen):
        open_(wrapped, key=private, context=elsewhere)
    with pytest.raises(CannotOpen):
        open_with_key(derived, key=KEY, context=elsewhere)


@given(one=contexts, other=contexts)
@settings(deadline=None)
def test_two_places_never_have_the_same_associated_data(one: Context, other: Context) -> None:
    assert (one == other) == (one.associated_data() == other.associated_data())


def test_letters_pushed_from_one_field_into_the_next_are_another_place(place: Context) -> None:
    spliced = replace(place, table=place.table + place.column[0], column=place.column[1:])

    assert spliced.associated_data() != place.associated_data()


@given(cut=st.integers(min_value=0, max_value=1527))
@settings(deadline=None)
def test_a_cut_envelope_does_not_open(private: PrivateKey, place: Context, cut: int) -> None:
    envelope = seal(b"a sentence", to=private.public, context=place)

    with pytest.raises(CannotOpen):
        open_(envelope[:cut], key=private, context=place)


@given(extra=st.binary(min_size=1, max_size=1000))
@settings(deadline=None)
def test_an_extended_envelope_does_not_open(place: Context, extra: bytes) -> None:
    envelope = seal_with_key(b"a sentence", key=KEY, context=place)

    for longer in (envelope + extra, extra + envelope):
        with pytest.raises(CannotOpen):
            open_with_key(longer, key=KEY, context=place)


def test_the_wrapped_key_of_one_envelope_does_not_open_the_body_of_another(private: PrivateKey, place: Context) -> None:
    one = parse(seal(b"one", to=private.public, context=place))
    other = parse(seal(b"other", to=private.public, context=place))

    with pytest.raises(CannotOpen):
        open_(replace(one, wrapped_key=other.wrapped_key).to_bytes(), key=private, context=place)


def test_another_key_does_not_open(private: PrivateKey, place: Context) -> None:
    wrapped = seal(b"a sentence", to=private.public, context=place)
    derived = seal_with_key(b"a sentence", key=KEY, context=place)

    with pytest.raises(CannotOpen):
        open_(wrapped, key=new_private_key(), context=place)
    with pytest.raises(CannotOpen):
        open_with_key(derived, key=KEY[::-1], context=place)


def test_another_key_does_not_open_even_under_a_forged_key_id(private: PrivateKey, place: Context) -> None:
    thief = new_private_key()
    envelope = parse(seal(b"a sentence", to=private.public, context=place))

    with pytest.raises(CannotOpen):
        open_(replace(envelope, key_id=thief.public.id).to_bytes(), key=thief, context=place)


def test_the_two_key_forms_are_not_confused(private: PrivateKey, place: Context) -> None:
    wrapped = seal(b"a sentence", to=private.public, context=place)
    derived = seal_with_key(b"a sentence", key=KEY, context=place)

    with pytest.raises(CannotOpen):
        open_with_key(wrapped, key=KEY, context=place)
    with pytest.raises(CannotOpen):
        open_(derived, key=private, context=place)


@pytest.mark.parametrize("data", [b"", b"{}", b"\x89RCE", b"\x89RCE\x01\x01" + bytes(3000)])
def test_bytes_that_are_no_envelope_fail_like_everything_else(private: PrivateKey, place: Context, data: bytes) -> None:
    with pytest.raises(CannotOpen) as caught:
        open_(data, key=private, context=place)

    assert caught.value.args == ("This cannot be opened.",)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_every_way_to_fail_says_the_same(private: PrivateKey, place: Context) -> None:
    envelope = seal(b"a sentence", to=private.public, context=place)
    good = parse(envelope)
    spoiled = (
        envelope[:-1],  # form
        replace(good, key_id=bytes(16)).to_bytes(),  # reader
        replace(good, wrapped_key=bytes(1168)).to_bytes(),  # key wrap
        replace(good, commitment=bytes(32)).to_bytes(),  # commitment
        replace(good, body=bytes(272)).to_bytes(),  # tag
    )

    told = set()
    for data in spoiled:
        with pytest.raises(CannotOpen) as caught:
            open_(data, key=private, context=place)
        told.add((type(caught.value), caught.value.args, caught.value.__cause__))

    assert told == {(CannotOpen, ("This cannot be opened.",), None)}


def test_the_same_text_sealed_twice_shares_no_byte_block(place: Context) -> None:
    one, other = (parse(seal_with_key(b"yes", key=KEY, context=place)) for _ in range(2))

    assert one.salt != other.salt
    assert one.commitment != other.commitment
    assert one.body[:16] != other.body[:16]


@pytest.mark.parametrize(("shortest", "longest"), [(0, 255), (256, 1023), (1024, 4095), (4096, 16383)])
def test_texts_of_one_bucket_cannot_be_told_apart_by_length(place: Context, shortest: int, longest: int) -> None:
    sizes = {
        len(seal_with_key(b"x" * length, key=KEY, context=place))
        for length in (shortest, (shortest + longest) // 2, longest)
    }

    assert len(sizes) == 1


def test_a_short_answer_takes_no_more_than_two_kilobytes(private: PrivateKey, place: Context) -> None:
    assert len(seal(b"x" * 200, to=private.public, context=place)) <= 2048


def test_a_text_beyond_the_cap_is_refused_before_it_is_sealed(place: Context) -> None:
    with pytest.raises(TooLong):
        seal_with_key(bytes(LARGEST), key=KEY, context=place)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_seals_nothing(place: Context, length: int) -> None:
    with pytest.raises(BadKey):
        seal_with_key(b"a sentence", key=bytes(length), context=place)


def test_a_public_key_with_a_small_order_point_seals_nothing(private: PrivateKey, place: Context) -> None:
    weak = PublicKey.from_bytes(private.public.raw[:1184] + bytes(32))

    with pytest.raises(BadKey):
        seal(b"a sentence", to=weak, context=place)


def test_a_right_tag_under_a_commitment_to_another_key_is_refused(place: Context) -> None:
    # AES-GCM alone accepts a body that was forged to open under two keys. Such a body
    # carries the commitment to one of them only; for the other it must not open.
    honest = parse(seal_with_key(b"mine", key=KEY, context=place))
    key, nonce, _, bound = reference_schedule(honest.to_bytes(), KEY, place)
    padded = b"forged\x80".ljust(256, b"\0")
    forged = replace(honest, body=AESGCM(key).encrypt(nonce, padded, bound), commitment=bytes(32))

    with pytest.raises(CannotOpen):
        open_with_key(forged.to_bytes(), key=KEY, context=place)


@pytest.mark.parametrize(
    "padded",
    [
        b"text".ljust(256, b"\0"),  # no marker
        bytes(256),  # nothing at all
        b"text\x80".ljust(1024, b"\0"),  # a larger size than needed
    ],
)
def test_padding_that_we_would_not_write_does_not_open(place: Context, padded: bytes) -> None:
    # Correctly encrypted, by someone who holds the key.
    honest = parse(seal_with_key(b"mine", key=KEY, context=place))
    key, nonce, _, bound = reference_schedule(honest.to_bytes(), KEY, place)
    written = replace(honest, body=AESGCM(key).encrypt(nonce, padded, bound))

    with pytest.raises(CannotOpen):
        open_with_key(written.to_bytes(), key=KEY, context=place)


def test_a_second_implementation_written_from_the_reference_page_opens_it(place: Context) -> None:
    envelope = seal_with_key(b"a sentence", key=KEY, context=place)

    key, nonce, commitment, bound = reference_schedule(envelope, KEY, place)

    assert envelope[56:88] == commitment
    padded = AESGCM(key).decrypt(nonce, envelope[88:], bound)
    assert padded == b"a sentence\x80".ljust(256, b"\0")


def test_a_second_implementation_unwraps_the_key(private: PrivateKey, place: Context) -> None:
    envelope = seal(b"a sentence", to=private.public, context=place)
    info = framed(b"recourse/v1/wrap", envelope[:22], associated_data(place))
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

    secret = suite.decrypt(envelope[24:1192], hybrid(private.seed), info)

    key, nonce, commitment, bound = reference_schedule(envelope, secret, place)
    assert envelope[1224:1256] == commitment
    assert AESGCM(key).decrypt(nonce, envelope[1256:], bound).rstrip(b"\0") == b"a sentence\x80"


def test_a_wrapped_key_is_itself_bound_to_its_place(private: PrivateKey, place: Context) -> None:
    envelope = seal(b"a sentence", to=private.public, context=place)
    elsewhere = associated_data(replace(place, case="c2"))
    info = framed(b"recourse/v1/wrap", envelope[:22], elsewhere)

    with pytest.raises(CannotOpen):
        private.unwrap(envelope[24:1192], info=info)


def hybrid(seed: bytes) -> hpke.MLKEM768X25519PrivateKey:
    return hpke.MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(seed[:64]),
        x25519.X25519PrivateKey.from_private_bytes(seed[64:]),
    )


def framed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def associated_data(context: Context) -> bytes:
    return framed(b"recourse/v1/context", *(getattr(context, name).encode() for name in FIELDS))


def reference_schedule(envelope: bytes, secret: bytes, context: Context) -> tuple[bytes, bytes, bytes, bytes]:
    """Key, nonce, commitment and associated data of an envelope, by hand."""
    salt_at = 24 + int.from_bytes(envelope[22:24], "big")
    bound = framed(b"recourse/v1/record", envelope[:salt_at], associated_data(context))
    extracted = hmac.digest(envelope[salt_at : salt_at + 32], secret, hashlib.sha256)
    output, block = b"", b""
    for counter in (1, 2, 3):
        block = hmac.digest(extracted, block + bound + bytes([counter]), hashlib.sha256)
        output += block
    return output[:32], output[32:44], output[44:76], bound
