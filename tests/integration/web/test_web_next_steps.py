"""A clock that runs out opens the next letter: for whoever opens the case, on that day, and for nobody without a yes."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

import pytest

from casework import casefile, queues
from casework.law import Law
from casework.records import Kind
from casework.states import StepState
from casework.store.database import Databases
from casework.submission import submit
from encryption.keys import Installation
from encryption.token import Token, conversation_keys
from tests.integration.desk.homes import LINK, a_submission
from tests.integration.web.conftest import CURRENT, NOW, Case, Days


def test_what_is_in_time_opens_nothing_new(case: Case, days: Days) -> None:
    assert case.record("doc-art17", "sent", days.now) == 204
    days.pass_(20)

    assert "doc-reminder" not in case.next()


def test_an_overdue_letter_opens_the_reminder_and_waits_for_the_yes(
    case: Case, days: Days, databases: Databases
) -> None:
    case.record("doc-art17", "sent", days.now)
    days.pass_(45)
    queues.tick(databases, days.now)

    offered = case.next()["doc-reminder"]
    text = case.text(offered["step"])

    assert case.row("doc-art17")["state"] == "lapsed"
    assert "24 November 2026" in text
    assert not [step for step in case.read()["steps"] if step["document"] == "doc-reminder"]


def test_a_yes_to_the_text_that_was_read_puts_the_step_into_its_queue(
    case: Case, days: Days, databases: Databases
) -> None:
    case.record("doc-art17", "sent", days.now)
    days.pass_(45)
    offered = case.next()["doc-reminder"]

    assert case.agree(offered["step"], offered["sha256"]) == 204

    row = case.row("doc-reminder")
    assert row["state"] == StepState.READY
    assert "doc-reminder" not in case.next()
    assert queues.step(databases, row["id"], days.now).queue == "platform/x"
    assert case.text(offered["step"])


def test_a_yes_to_another_text_is_none(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)
    days.pass_(45)
    offered = case.next()["doc-reminder"]

    refused = case.agree(offered["step"], hashlib.sha256(b"something else").hexdigest())

    assert refused == 422
    assert not [step for step in case.read()["steps"] if step["document"] == "doc-reminder"]


def test_a_text_that_was_read_yesterday_is_read_again_today(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)
    days.pass_(45)
    offered = case.next()["doc-reminder"]
    days.pass_(1)

    assert case.agree(offered["step"], offered["sha256"]) == 422


@pytest.mark.parametrize("reason", ["identity", "public_interest", "not_us", "use_form", "fee", "other"])
def test_each_refusal_opens_its_own_reply(case: Case, days: Days, reason: str) -> None:
    case.record("doc-art17", "sent", days.now)
    days.pass_(3)
    assert case.record("doc-art17", "answered", days.now, outcome="refused", refusal=reason) == 204

    offered = case.next()["doc-reply"]

    assert offered["step"] == f"doc-reply@x~{reason}"
    assert case.text(offered["step"])


def test_a_reason_that_nobody_knows_is_refused_and_stores_nothing(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)

    assert case.record("doc-art17", "answered", days.now, outcome="refused", refusal="because") == 422
    assert case.row("doc-art17")["state"] == "sent"


def test_a_regulator_that_opens_later_takes_the_step_that_waited_for_it(
    case: Case, days: Days, databases: Databases, law: Law, installation: Installation, keys: Any
) -> None:
    case.record("doc-s164A", "sent", days.now)
    days.pass_(45)

    offered = case.next()["doc-ico"]
    assert case.agree(offered["step"], offered["sha256"]) == 204

    opened = casefile.open_with_team(databases, keys.case_id, "regulator", installation.team_keys["regulator"])
    letters = [letter.value for letter in opened.read(Kind.DOCUMENT) if letter.value["document"] == "doc-ico"]
    assert [letter["sha256"] for letter in letters] == [offered["sha256"]]
    assert LINK in letters[0]["text"]


def test_nobody_says_yes_without_the_code(case: Case, days: Days) -> None:
    case.record("doc-art17", "sent", days.now)
    days.pass_(45)
    offered = case.next()["doc-reminder"]
    path = f"{CURRENT}/steps/{quote(offered['step'], safe='')}/consent"

    answer = case.visitor.ask("POST", path, headers=case.visitor.bearer, json={"sha256": offered["sha256"]})

    assert answer.status_code == 401


def test_whoever_only_wrote_to_the_team_is_offered_no_letters(
    case: Case, databases: Databases, law: Law, installation: Installation
) -> None:
    keys = conversation_keys(Token.new())
    whole = a_submission(installation, law, NOW, case_id=keys.case_id, receipt=keys.receipt)
    facts_alone = tuple(record for record in whole.records if record.kind is Kind.FACTS)
    message = a_submission(
        installation, law, NOW, case_id=keys.case_id, receipt=keys.receipt, records=facts_alone, steps=()
    )
    submit(databases, message, NOW)

    assert Case(case.visitor, keys.receipt.code).read()["next"] == []
