"""
A fuzz target for the parsers of the sealed room: envelope, token, receipt code, manifest, certificate.

`pip install atheris`, then `python -m tests.unit.encryption.fuzz_envelope -max_total_time=600 CORPUS_FOLDER`.
Without it, `test_envelope_bytes.py` runs the same target over bytes mutated from the known envelopes.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from encryption.envelope import Context, is_envelope, key_id_of, parse
from encryption.errors import BadKey, CannotOpen, NotAnEnvelope
from encryption.keys import Certificate, Manifest
from encryption.token import Token, open_with_key, parse_receipt

KNOWN = json.loads((Path(__file__).parent / "known_envelopes.json").read_text(encoding="utf-8"))
SEEDS = [bytes.fromhex(each["envelope"]) for each in (*KNOWN["envelopes"], *KNOWN["refused"])]
PLACE = Context(table="t", column="c", case="", record="", kind="k", compartment="")
KEY = bytes(32)


def one_input(data: bytes) -> bool:
    """
    Whatever the bytes: refused with our own errors, or read back as exactly these bytes.

    Returns whether they have the form of an envelope. None of them opens.
    """
    parsed = _parses(data)
    try:
        open_with_key(data, key=KEY, context=PLACE)
    except CannotOpen:
        pass
    else:
        raise AssertionError("opened under a key that nothing was sealed with")
    _texts(data.decode("utf-8", "replace"), data)
    return parsed


def _parses(data: bytes) -> bool:
    try:
        assert parse(data).to_bytes() == data
        assert is_envelope(data)
        key_id_of(data)
    except NotAnEnvelope:
        assert not is_envelope(data)
        return False
    return True


def _texts(text: str, data: bytes) -> None:
    for read in (
        lambda: Token.parse(text).text == text,
        lambda: parse_receipt(text).code,
        lambda: Manifest.from_bytes(data, verify=bytes(32), now=None),
        lambda: Certificate.from_bytes(data),
    ):
        try:
            assert read()
        except BadKey:
            continue


def mutated(chance: random.Random) -> bytes:
    """A known envelope, or a random one, with some bytes changed, cut, doubled or put elsewhere."""
    data = bytearray(chance.choice(SEEDS) or chance.randbytes(64))
    for _ in range(chance.randint(1, 4)):
        at, to = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        change = chance.randrange(4)
        if change == 0 and at < len(data):
            data[at] = chance.randrange(256)
        elif change == 1:
            del data[at : min(to, at + 64)]
        elif change == 2:
            data[at:at] = data[at : min(to, at + 64)]
        else:
            data[at : at + 8] = chance.choice((b"\x00" * 8, b"\xff" * 8, chance.randbytes(8)))
    return bytes(data)


if __name__ == "__main__":
    import atheris  # type: ignore[import-not-found]  # a tool for an afternoon, not one that every test run needs

    def target(data: bytes) -> None:  # what a target returns means something to libFuzzer
        one_input(data)

    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
