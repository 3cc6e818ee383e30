"""
What is derived from a token or typed from paper: always the same, never guessed at.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encryption.errors import BadKey
from encryption.receipt import receipt_from_bytes
from encryption.token import (
    ConversationKeys,
    Receipt,
    Token,
    conversation_keys,
    enrolment_keys,
    parse_receipt,
    session_keys,
)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FIXED = Token(bytes(range(32)))
random_codes = st.binary(min_size=15, max_size=15).map(receipt_from_bytes)


def test_a_token_gives_the_same_ids_keys_and_receipt_for_ever() -> None:
    # Frozen values: if one changes, no running conversation and no receipt opens again.
    keys = conversation_keys(FIXED)

    assert keys.conversation_id == "4d082be8ae42e07919522a3384855b16"
    assert keys.key.hex() == "d572772ac1a395e14721edcd810c7d4006ec4d20ab0437002692c5cbdee70a68"
    assert keys.case_id == "6dc89d48de5c7a7af97ccdfaec73c913"
    assert keys.receipt.code == "0K83-83KF-Y576-K3CM-QKQ5-CKQJ-5"
    assert keys.receipt.id == "71bd0e61a0086b7288ca0c940318243f"
    assert keys.receipt.key.hex() == "76851a2aa98949777264dc41d35caa13ae71fa7c476719100e855ebc94aaafa2"


def test_sessions_and_enrolments_of_one_token_share_nothing() -> None:
    session, enrolment = session_keys(FIXED), enrolment_keys(FIXED)

    assert session.id == "79b7367b513561617c1c9dac23e3a068"
    assert enrolment.id == "591c8fd1b6ca0c6039ad45e4e9a91fd1"
    everything = {session.id, enrolment.id, session.key.hex(), enrolment.key.hex()}
    assert len(everything | secrets_of(conversation_keys(FIXED))) == 10


def secrets_of(keys: ConversationKeys) -> set[str]:
    receipt = keys.receipt
    return {
        keys.conversation_id,
        keys.key.hex(),
        keys.case_id,
        receipt.code,
        receipt.id,
        receipt.key.hex(),
    }


@given(st.binary(min_size=32, max_size=32).map(Token))
@settings(deadline=None)
def test_a_token_survives_its_way_through_a_header(token: Token) -> None:
    assert len(token.text) == 43
    assert Token.parse(token.text) == token


@pytest.mark.parametrize(
    "text",
    [
        "",
        FIXED.text[:-1],  # too short
        FIXED.text + "A",  # too long
        FIXED.text + "=",  # padded
        FIXED.text[:-1] + "9",  # spare bits set: the same bytes in another spelling
        " " + FIXED.text[1:],
        FIXED.text[:20] + "+" + FIXED.text[21:],  # the other base64 alphabet
        FIXED.text[:20] + "é" + FIXED.text[21:],
        "\x00" * 43,
    ],
)
def test_only_the_one_spelling_of_a_token_is_a_token(text: str) -> None:
    with pytest.raises(BadKey):
        Token.parse(text)


def test_new_tokens_differ() -> None:
    assert Token.new() != Token.new()


@given(random_codes.map(lambda receipt: receipt.code))
@settings(deadline=None)
def test_a_receipt_reads_back_as_it_was_shown(code: str) -> None:
    assert parse_receipt(code).code == code
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4, 4, 4, 1]


@given(random_codes)
@settings(deadline=None)
def test_a_receipt_forgives_what_phones_and_paper_do(receipt: Receipt) -> None:
    code = receipt.code
    typed = [
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        code.replace("-", " \N{EM DASH} "),
        code.replace("-", "\N{NO-BREAK SPACE}"),
        f"\N{ZERO WIDTH SPACE}{code}.\n",
        code.replace("0", "O").replace("1", "I"),
        code.replace("0", "o").replace("1", "l"),
        "".join(chr(ord(one) + 0xFEE0) for one in code),  # full-width letters
    ]

    assert all(parse_receipt(one) == receipt for one in typed)


@given(random_codes)
@settings(max_examples=20, deadline=None)
def test_any_one_wrong_character_is_noticed(receipt: Receipt) -> None:
    characters = receipt.code.replace("-", "")

    for place, right in enumerate(characters):
        for wrong in ALPHABET.replace(right, ""):
            with pytest.raises(BadKey):
                parse_receipt(characters[:place] + wrong + characters[place + 1 :])


@given(random_codes)
@settings(max_examples=20, deadline=None)
def test_any_two_exchanged_characters_are_noticed(receipt: Receipt) -> None:
    characters = receipt.code.replace("-", "")

    for one, other in itertools.combinations(range(25), 2):
        swapped = list(characters)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        if swapped[one] != swapped[other]:
            with pytest.raises(BadKey):
                parse_receipt("".join(swapped))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ABCD",
        "0000-0000-0000-0000-0000-0000",  # no check character
        "0000-0000-0000-0000-0000-0000-00",  # one too many
        "UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-U",  # not in the alphabet
        "\N{ARABIC-INDIC DIGIT ZERO}" * 25,
        "0" * 100_000,
        "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 199,
    ],
)
def test_what_is_no_code_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadKey) as caught:
        parse_receipt(text)

    assert caught.value.args == ("This key, code or manifest cannot be used.",)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_typed_text_breaks_the_receipt_parser(text: str) -> None:
    try:
        receipt = parse_receipt(text)
    except BadKey:
        return
    assert parse_receipt(receipt.code) == receipt


@pytest.mark.parametrize("length", [0, 14, 16])
def test_a_receipt_is_made_of_fifteen_bytes_only(length: int) -> None:
    with pytest.raises(BadKey):
        receipt_from_bytes(bytes(length))
