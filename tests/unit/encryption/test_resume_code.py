"""The code of a conversation that was put away: like a receipt on paper, and good for nothing that a receipt opens."""

from __future__ import annotations

from encryption.token import (
    Token,
    conversation_keys,
    parse_receipt,
    receipt_or_decoy,
    resume_code_or_decoy,
    resumed_token,
)

FIXED = Token(bytes(range(32)))


def test_a_token_gives_the_same_resume_code_for_ever() -> None:
    # Frozen values: if one changes, nothing that was put away opens again.
    resume = conversation_keys(FIXED).resume

    assert resume.code == "4S65-4D9R-Z5S9-ZK69-AAY1-1H75-R"
    assert resume.id == "a8a797b638ab7440919b56bc7e403ec5"
    assert resume.key.hex() == "025f66ac17137c683ca1d05a3f976dd3a3ff62905f963409176418ac9aedda71"


def test_a_typed_code_finds_and_opens_what_its_token_sealed() -> None:
    resume = conversation_keys(FIXED).resume

    assert resume_code_or_decoy(resume.code.lower().replace("-", " ")) == resume


def test_a_resume_code_is_no_receipt_and_a_receipt_no_resume_code() -> None:
    keys = conversation_keys(FIXED)

    assert parse_receipt(keys.resume.code).id != keys.resume.id
    assert parse_receipt(keys.resume.code).key != keys.resume.key
    assert resume_code_or_decoy(keys.receipt.code).id != keys.receipt.id


def test_a_slip_of_the_pen_gives_a_code_that_is_nobodys() -> None:
    mistyped = conversation_keys(FIXED).receipt.code[:-1]

    assert receipt_or_decoy(mistyped).id != receipt_or_decoy(mistyped).id
    assert resume_code_or_decoy(mistyped).id != resume_code_or_decoy(mistyped).id


def test_the_token_of_a_resumed_conversation_takes_both_the_code_and_the_attempt() -> None:
    mine, other = conversation_keys(FIXED).resume, conversation_keys(Token.new()).resume

    assert resumed_token(mine, "a" * 22) == resumed_token(mine, "a" * 22)
    assert len({resumed_token(mine, "a" * 22), resumed_token(mine, "b" * 22), resumed_token(other, "a" * 22)}) == 3
