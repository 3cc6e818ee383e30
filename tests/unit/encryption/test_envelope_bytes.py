"""
The envelope as bytes: only what we would write is taken for one.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from encryption.envelope import Context, KeyForm, is_envelope, key_id_of, parse
from encryption.errors import CannotOpen, NotAnEnvelope
from encryption.keys import PrivateKey
from encryption.open import open_
from encryption.padding import LARGEST, is_padded_size, padded_size
from encryption.seal import seal, seal_with_key
from encryption.token import open_with_key
from tests.unit.encryption.fuzz_envelope import mutated, one_input

KEY = bytes(range(32))
KNOWN = json.loads((Path(__file__).parent / "known_envelopes.json").read_text())


@given(st.binary(max_size=400))
@settings(deadline=None)
@example(b"")
@example(b"\x89RCE\x01\x02" + bytes(17) + b"\xff" + bytes(400))
def test_arbitrary_bytes_are_refused_or_read_back_as_they_were(data: bytes) -> None:
    try:
        envelope = parse(data)
    except NotAnEnvelope:
        assert not is_envelope(data)
    else:
        assert envelope.to_bytes() == data


@given(position=st.integers(0, 23), value=st.integers(0, 255))
@settings(deadline=None)
def test_a_changed_header_is_refused_or_read_back_as_it_was(place: Context, position: int, value: int) -> None:
    changed = bytearray(seal_with_key(b"a sentence", key=KEY, context=place))
    changed[position] = value

    if is_envelope(bytes(changed)):
        # Only the key id may take any value; it is checked by whoever opens.
        assert parse(bytes(changed)).to_bytes() == bytes(changed)
    else:
        assert not 6 <= position < 22


@pytest.mark.parametrize(("form", "length"), [(1, 0), (1, 1167), (1, 1169), (1, 1424), (2, 1), (2, 256), (2, 1168)])
def test_each_key_form_has_one_length_of_wrapped_key(form: int, length: int) -> None:
    header = b"\x89RCE\x01" + bytes([form]) + bytes(16) + length.to_bytes(2, "big")

    assert not is_envelope(header + bytes(length + 32 + 32 + 256 + 16))


@pytest.mark.parametrize("text", ["a sentence", "", '{"text": "a sentence"}', "\x89RCE" + "x" * 400])
def test_text_never_passes_for_an_envelope(text: str) -> None:
    assert not is_envelope(text.encode())


def test_the_key_id_names_the_public_key(private: PrivateKey, place: Context) -> None:
    envelope = seal(b"a sentence", to=private.public, context=place)

    assert key_id_of(envelope) == private.public.id
    assert parse(envelope).form is KeyForm.WRAPPED


def test_the_key_id_of_something_else_is_an_error() -> None:
    with pytest.raises(NotAnEnvelope):
        key_id_of(b"a sentence")


def test_a_body_beyond_the_cap_is_refused_without_a_key(place: Context) -> None:
    envelope = seal_with_key(b"x" * (LARGEST - 1), key=KEY, context=place)

    assert is_envelope(envelope)
    assert not is_envelope(envelope + bytes(16384))


@given(st.integers(0, LARGEST - 1))
@settings(deadline=None)
def test_padded_sizes_hold_the_text_and_are_few(length: int) -> None:
    size = padded_size(length)

    assert length < size <= LARGEST
    assert is_padded_size(size)
    assert size in {256, 1024, 4096} or size % 16384 == 0


@pytest.mark.parametrize("known", KNOWN["envelopes"], ids=lambda known: known["what"])
def test_envelopes_of_earlier_versions_still_open(known: dict[str, Any]) -> None:
    # Frozen bytes: if this fails, every stored case has become unreadable.
    envelope, context = bytes.fromhex(known["envelope"]), Context(**known["context"])

    if "seed" in known:
        private = PrivateKey.from_seed(bytes.fromhex(known["seed"]))
        found = open_(envelope, key=private, context=context)
    else:
        found = open_with_key(envelope, key=bytes.fromhex(known["key"]), context=context)

    assert found.decode() == known["text"]


@pytest.mark.parametrize("known", KNOWN["refused"], ids=lambda known: known["what"])
def test_what_must_not_open_fails_like_everything_else(known: dict[str, Any]) -> None:
    envelope, context = bytes.fromhex(known["envelope"]), Context(**known["context"])

    with pytest.raises(CannotOpen) as failed:
        if "seed" in known:
            open_(envelope, key=PrivateKey.from_seed(bytes.fromhex(known["seed"])), context=context)
        else:
            open_with_key(envelope, key=bytes.fromhex(known["key"]), context=context)
    assert (str(failed.value), failed.value.__cause__) == ("This cannot be opened.", None)


def test_the_fuzz_target_survives_what_was_mutated_from_real_envelopes() -> None:
    chance = random.Random(1)  # noqa: S311  # the same inputs on every run
    parsed = [one_input(mutated(chance)) for _ in range(5_000)]

    # Mutants that are all of one kind would leave half of the parser untried.
    assert min(parsed.count(True), parsed.count(False)) > 500
