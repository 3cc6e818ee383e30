"""The code of a case over the wire: changed, given up, and a door that says the same to everyone who has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.web.app import IntakeServices, build_app
from casework import casefile
from casework.law import Law
from casework.records import Kind
from casework.store.database import Databases
from casework.store.ledger import Ledger
from casework.store.shreds import shred
from casework.submission import submit
from encryption.keys import Installation, new_installation
from encryption.token import Token, conversation_keys, new_receipt
from tests.integration.desk.homes import a_submission
from tests.integration.erasing import erase
from tests.integration.web.conftest import NOW, Visitor

OPEN = "/api/v1/cases/open"
CURRENT = "/api/v1/cases/current"
RECEIPT = f"{CURRENT}/receipt"


@pytest.fixture(scope="module")
def installation() -> Installation:
    return new_installation(NOW)


@pytest.fixture
def visitor(law: Law, databases: Databases, tmp_path: Path) -> Iterator[Visitor]:
    nobody_talks: object = None
    services = IntakeServices(
        conversations=nobody_talks,  # type: ignore[arg-type]
        databases=databases,
        ledger=Ledger(home=tmp_path),
        law=law,
        clock=lambda: NOW,
        openings_per_second=1000.0,
    )
    visitor = Visitor(build_app(services))
    yield visitor
    visitor.close()


@pytest.fixture
def new_case(databases: Databases, installation: Installation, law: Law) -> Callable[[], tuple[str, str]]:
    """Submits a case; gives its id and its code."""

    def make() -> tuple[str, str]:
        keys = conversation_keys(Token.new())
        submit(databases, a_submission(installation, law, NOW, case_id=keys.case_id, receipt=keys.receipt), NOW)
        return keys.case_id, keys.receipt.code

    return make


def session(visitor: Visitor, code: str) -> dict[str, str]:
    answer = visitor.ask("POST", OPEN, json={"receipt": code})
    assert answer.status_code == 200
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def opens(visitor: Visitor, code: str) -> int:
    return visitor.ask("POST", OPEN, json={"receipt": code}).status_code


def give_up(visitor: Visitor, bearer: dict[str, str]) -> None:
    confirm = visitor.ask("DELETE", RECEIPT, headers=bearer).json()["confirm"]
    answer = visitor.ask("DELETE", RECEIPT, headers=bearer | {"X-Confirm": confirm})
    assert answer.status_code == 204


def test_a_new_code_opens_the_case_and_the_old_one_stops_at_once(
    visitor: Visitor, new_case: Callable[[], tuple[str, str]]
) -> None:
    _, old = new_case()

    new = visitor.ask("PUT", RECEIPT, headers=session(visitor, old), json={}).json()["receipt"]

    assert new != old
    assert (opens(visitor, old), opens(visitor, new)) == (404, 200)


def test_whoever_is_in_the_case_with_the_old_code_is_out_and_the_one_who_asks_stays(
    visitor: Visitor, new_case: Callable[[], tuple[str, str]]
) -> None:
    (_, code), (_, others) = new_case(), new_case()
    mine, theirs, elsewhere = session(visitor, code), session(visitor, code), session(visitor, others)

    visitor.ask("PUT", RECEIPT, headers=mine, json={})

    assert visitor.ask("GET", CURRENT, headers=theirs).status_code == 401
    assert visitor.ask("GET", CURRENT, headers=mine).status_code == 200
    assert visitor.ask("GET", CURRENT, headers=elsewhere).status_code == 200


def test_a_lost_answer_leaves_nobody_without_a_code(visitor: Visitor, new_case: Callable[[], tuple[str, str]]) -> None:
    _, code = new_case()
    mine = session(visitor, code)

    lost, seen = (visitor.ask("PUT", RECEIPT, headers=mine, json={}).json()["receipt"] for _ in range(2))

    assert (opens(visitor, lost), opens(visitor, seen)) == (404, 200)


def test_the_person_sees_that_their_code_was_changed_and_when(
    visitor: Visitor, new_case: Callable[[], tuple[str, str]]
) -> None:
    _, code = new_case()
    mine = session(visitor, code)
    visitor.ask("PUT", RECEIPT, headers=mine, json={})

    openings = visitor.ask("GET", CURRENT, headers=mine).json()["openings"]

    assert {"on": NOW.date().isoformat(), "role": "you", "purpose": "new_code"} in openings


def test_no_code_takes_two_steps_and_then_nobody_but_the_team_opens_the_case(
    visitor: Visitor, new_case: Callable[[], tuple[str, str]], databases: Databases, installation: Installation
) -> None:
    case_id, code = new_case()
    mine = session(visitor, code)
    assert visitor.ask("DELETE", RECEIPT, headers=mine).status_code == 202
    assert opens(visitor, code) == 200

    give_up(visitor, mine)

    assert opens(visitor, code) == 404
    assert visitor.ask("GET", CURRENT, headers=mine).status_code == 401
    theirs = casefile.open_with_team(databases, case_id, "triage", installation.team_keys["triage"])
    assert theirs.read(Kind.OPENING)[-1].value == {"role": "you", "purpose": "no_code"}


def test_the_slip_that_gives_up_a_code_does_not_erase_the_case_and_the_other_way_round(
    visitor: Visitor, new_case: Callable[[], tuple[str, str]]
) -> None:
    _, code = new_case()
    mine = session(visitor, code)
    to_give_up = visitor.ask("DELETE", RECEIPT, headers=mine).json()["confirm"]
    to_erase = visitor.ask("DELETE", CURRENT, headers=mine).json()["confirm"]

    assert visitor.ask("DELETE", CURRENT, headers=mine | {"X-Confirm": to_give_up}).status_code == 202
    assert visitor.ask("DELETE", RECEIPT, headers=mine | {"X-Confirm": to_erase}).status_code == 202
    assert opens(visitor, code) == 200


@pytest.mark.parametrize(("method", "more"), [("PUT", {"json": {}}), ("DELETE", {})])
def test_only_an_open_session_changes_a_code(visitor: Visitor, method: str, more: dict[str, object]) -> None:
    assert visitor.ask(method, RECEIPT, **more).status_code == 401
    assert visitor.ask(method, RECEIPT, headers=visitor.bearer, **more).status_code == 401


def test_a_body_with_a_code_of_ones_own_is_refused(visitor: Visitor, new_case: Callable[[], tuple[str, str]]) -> None:
    _, code = new_case()

    wished = visitor.ask("PUT", RECEIPT, headers=session(visitor, code), json={"receipt": new_receipt().code})

    assert wished.status_code == 400
    assert opens(visitor, code) == 200


def test_every_code_that_opens_nothing_gets_one_and_the_same_answer(
    visitor: Visitor, new_case: Callable[[], tuple[str, str]], databases: Databases
) -> None:
    (_, replaced), (_, given_up), (erased_id, erased), (half_id, half), (_, right) = (new_case() for _ in range(5))
    visitor.ask("PUT", RECEIPT, headers=session(visitor, replaced), json={})
    give_up(visitor, session(visitor, given_up))
    erase(databases, erased_id)
    shred(databases.keys, half_id)
    mistyped = right[:-1] + ("0" if right[-1] != "0" else "1")

    codes = (new_receipt().code, mistyped, replaced, given_up, erased, half, right[:-2], "")
    answers = [visitor.ask("POST", OPEN, json={"receipt": code}) for code in codes]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert {tuple(answer.headers.items()) for answer in answers} == {tuple(answers[0].headers.items())}
