"""The case is sealed and its person is never told: a busy disk, a change of mind, Exit in the same moment."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

import pytest

from casework.records import Kind
from casework.store import openings
from encryption.token import Token, conversation_keys
from tests.conversations.talk import API, Person
from tests.conversations.test_talk_journeys import UK, uk

MORE = UK | {"consent": "#may go", "plan": "#Go on", "who_sends": "#I'll send", "keep_talk": "#leave it out"}


@pytest.fixture
def person(house) -> Person:
    """Someone who is asked whether to seal it now."""
    person = uk(Person(house=house).begin())
    person.answer(MORE, until="seal")
    return person


@contextmanager
def busy(house):
    """Somebody holds the writer's place of the conversations for longer than our patience."""
    with closing(sqlite3.connect(house.folder / "db" / "conversations.db", isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        yield
        lock.execute("ROLLBACK")


def seal_while_busy(person):
    with busy(person.house):
        return person.send(choice=person.choice("Yes, lock it"), id="the turn that seals")


def has_case(person) -> bool:
    case_id = conversation_keys(Token.parse(person.token)).case_id
    return openings.exists(person.house.databases.cases, case_id)


def test_tried_again_it_is_the_same_case(house, person):
    assert seal_while_busy(person).status_code == 503

    again = person.send(choice=person.choice("Yes, lock it"), id="the turn that seals")

    assert [m["kind"] for m in again.json()["messages"]][-1] == "receipt"
    assert has_case(person)


def test_who_deletes_instead_leaves_nothing(house, person):
    seal_while_busy(person)

    person.say("delete everything")
    while not person.is_gone:
        person.say("#Yes")

    assert not has_case(person)


def test_who_leaves_instead_leaves_nothing(house, person):
    seal_while_busy(person)

    house.client.request("DELETE", API, headers=person.bearer)

    assert not has_case(person)


def test_who_changes_their_mind_gets_the_case_that_they_agreed_to(house, person):
    seal_while_busy(person)
    person.say("back")
    assert not has_case(person)

    while person.step != "known_as":
        person.say("back")
    person.answer(MORE | {"known_as": "#real name", "name": "Somebody Else"}, until="seal")
    person.say("#Yes, lock it")

    assert person.case().latest(Kind.IDENTITY)["name"] == "Somebody Else"


def test_exit_in_the_same_moment_leaves_nothing(house, person):
    seal = {"choice": person.choice("Yes, lock it"), "id": "x"}
    answers = house.client.at_once(
        ("POST", f"{API}/turn", {"json": seal, "headers": person.bearer}),
        ("DELETE", API, {"headers": person.bearer}),
    )

    # Either order: who got the code has the case, who did not has nothing.
    assert has_case(person) == (answers[0].status_code == 200)
