"""Pausing with a code: nothing told twice, opened once, kept by nobody else, and never against the person's will."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.pausing import ROOM
from casework.records import Kind
from casework.store.conversations import ConversationRepository
from casework.store.database import reading, writing
from casework.store.tables.conversations import CONVERSATION, PAUSED, TURN
from encryption.token import Token, conversation_keys
from tests.conversations.talk import API, House, Person, agree_and_seal, letters_of, wordings
from tests.conversations.test_talk_robust import impatient

LINK = "https://x.com/quillrest/status/77"
OPEN = ("yes", "yes", "me")
TOLD = (*OPEN, "uk", "england", f"someone posted a fake of me on {LINK}", "#right")
NOBODYS = "0000-0000-0000-0000-0000-0000-0"
ATTEMPT = "an-attempt-of-this-page-1"


def ask(house: House, code: str, **more: str) -> Any:
    return house.client.request("POST", API, json={"resume": code, **more})


def put_away(house: House) -> int:
    with reading(house.databases.conversations) as connection:
        return int(connection.execute(select(func.count()).select_from(PAUSED)).scalar_one())


def count_of_turns(person: Person) -> int:
    keys = conversation_keys(Token.parse(person.token))
    with reading(person.house.databases.conversations) as connection:
        query = select(func.count()).select_from(TURN).where(TURN.c.conversation_id == keys.conversation_id)
        return int(connection.execute(query).scalar_one())


@pytest.fixture
def later(house: House) -> Any:
    """Moves the clock, and back afterwards."""
    began = house.clock.now

    def move(**by: int) -> None:
        house.clock.now = began + dt.timedelta(**by)

    yield move
    house.clock.now = began


# The journey


def test_what_was_told_before_a_pause_is_in_the_case_and_in_the_letters(
    person: Person, later: Callable[..., None]
) -> None:
    person.say(*TOLD)
    person.answer({}, until="tool")
    paused_at, first_token = person.step, person.token
    person.say("can we pause, I have to go to work")
    code = person.code
    later(days=3, hours=5)

    again = Person(house=person.house).resume(code)
    assert again.step == paused_at
    agree_and_seal(again.answer({"statement": "It was on a quillsunday."}, until="plan"), talk="#put it in")

    case = again.case_by_code()
    assert again.token != first_token
    assert case.latest(Kind.FACTS)["places"][0]["url"] == LINK
    assert all(LINK in letter["text"] for step, letter in letters_of(case).items() if step.endswith("@x"))
    talk = case.latest(Kind.TRANSCRIPT)["turns"]
    assert [turn["me"] for turn in talk if turn["me"]][:3] == ["yes", "yes", "me"]
    assert case.latest(Kind.STATEMENT)["text"] == "It was on a quillsunday."


def test_a_statement_from_before_the_pause_is_kept_word_for_word(person: Person) -> None:
    words = "It was on the last quillmonday of the month."
    person.answer({"statement": words}, until="read_back").say("pause")

    again = Person(house=person.house).resume(person.code)
    agree_and_seal(again.answer({}, until="plan"))

    assert again.case().latest(Kind.STATEMENT)["text"] == words


def test_coming_back_is_short_and_asks_the_open_question_with_its_choices(person: Person) -> None:
    person.say(*OPEN)
    before = person.labels
    person.say("pause")

    again = Person(house=person.house).resume(person.code)

    assert again.last[0]["text"] in wordings("welcome_back")
    assert len(again.last) == 2
    assert again.labels == before


def test_letters_that_were_read_on_another_day_are_read_again(person: Person, later: Callable[..., None]) -> None:
    person.say(*TOLD)
    person.answer({}, until="plan").say("#Go on", "#may go", "pause")
    code = person.code
    later(days=5)

    again = Person(house=person.house).resume(code)
    assert again.step == "read_back"
    assert again.state.draft.consented == {}
    agree_and_seal(again.answer({}, until="plan"))

    letters = letters_of(again.case())
    assert letters
    assert all("28 November 2026" in letter["text"] for letter in letters.values())


def test_a_cry_before_the_pause_is_still_in_the_room_after_it(person: Person) -> None:
    person.say(*OPEN, "uk", "england", "I want to die", "pause")

    again = Person(house=person.house).resume(person.code)

    assert again.step == "after_safety"
    again.say("#Talk to a person", "#Show me who to call")
    assert any("Samaritans" in name for name in again.contacts)


# By word and by tap, at every question


@pytest.mark.parametrize("step", ["safe", "for_whom", "country", "happened", "tool", "name", "statement", "read_back"])
def test_a_pause_is_heard_at_every_question(person: Person, step: str) -> None:
    person.answer({}, until=step).say("pause please")

    assert person.kinds[-1] == "pause"
    assert person.choices == []
    assert Person(house=person.house).resume(person.code).step == step


@pytest.mark.parametrize("way", [("help",), ("stop",), ("I want to stop now",)])
def test_a_pause_can_be_tapped_where_help_and_leaving_are_offered(person: Person, way: tuple[str, ...]) -> None:
    person.say(*TOLD, *way, "#Pause")

    again = Person(house=person.house).resume(person.code)

    assert again.step not in ("after_stop", "quiet")
    assert again.facts()["places"][0]["url"] == LINK


# Once, for seven days, for the code alone


def test_a_code_opens_once(person: Person) -> None:
    person.say(*TOLD, "pause")
    code = person.code

    Person(house=person.house).resume(code)

    assert ask(person.house, code).status_code == 404


def test_two_who_resume_at_once_do_not_both_get_in(person: Person) -> None:
    person.say(*TOLD, "pause")
    body = {"json": {"resume": person.code}}

    answers = person.house.client.at_once(("POST", API, body), ("POST", API, body), ("POST", API, body))

    assert sorted(answer.status_code for answer in answers) == [201, 404, 404]


def test_each_pause_has_a_code_of_its_own(person: Person) -> None:
    person.say(*TOLD, "pause")
    first = person.code
    again = Person(house=person.house).resume(first)
    again.say("pause")

    assert again.code != first
    assert ask(person.house, first).status_code == 404
    assert Person(house=person.house).resume(again.code).facts()["places"][0]["url"] == LINK


def test_seven_days_are_kept_and_not_one_minute_more(person: Person, later: Callable[..., None]) -> None:
    person.say(*TOLD, "pause")
    other = Person(house=person.house).begin()
    other.say(*TOLD, "pause")

    later(days=7)
    assert ask(person.house, person.code).status_code == 201

    later(days=7, minutes=1)
    assert ask(person.house, other.code).status_code == 404


def test_the_sweep_takes_what_nobody_came_back_for_and_nothing_else(house: House, later: Callable[..., None]) -> None:
    rows = ConversationRepository(house.databases.conversations)
    later(days=30)
    rows.sweep(house.clock())  # what other tests left
    person = Person(house=house).begin()
    person.say(*TOLD, "pause")

    rows.sweep(house.clock())
    assert put_away(house) == 1

    later(days=38)
    assert rows.sweep(house.clock()) == 1
    assert put_away(house) == 0


def test_every_code_that_resumes_nothing_gets_one_and_the_same_answer(
    person: Person, later: Callable[..., None]
) -> None:
    person.say(*TOLD, "pause")
    used = person.code
    Person(house=person.house).resume(used)
    expired = Person(house=person.house).begin()
    expired.say(*TOLD, "pause")
    later(days=8)
    case = agree_and_seal(Person(house=person.house).begin().answer({}, until="plan"))
    wrong = expired.code[:-1] + ("0" if expired.code[-1] != "0" else "1")

    statements: list[str] = []
    with counted(person.house, statements):
        codes = (used, expired.code, wrong, NOBODYS, "", "?", "x" * 5000, case.code)
        answers = [ask(person.house, code) for code in codes]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1
    assert len(set(statements)) == 1
    assert len(statements) == len(answers)


@contextmanager
def counted(house: House, statements: list[str]) -> Iterator[None]:
    """Notes what is asked of the conversations."""

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    event.listen(house.databases.conversations, "before_cursor_execute", note)
    yield
    event.remove(house.databases.conversations, "before_cursor_execute", note)


def test_a_resume_code_opens_no_case(person: Person) -> None:
    person.say(*TOLD, "pause")

    answer = person.house.client.request("POST", "/api/v1/cases/open", json={"receipt": person.code})

    assert answer.status_code == 404


# What is kept, and what not


def test_a_paused_talk_is_nowhere_in_clear_and_no_live_copy_is_left(person: Person) -> None:
    person.say(*TOLD, "my name there is Quillby Featherstone", "pause")
    code = person.code

    assert person.is_gone
    for words in ("quillrest", "Featherstone", code, code.replace("-", "")):
        assert person.house.files_with(words) == []


def test_the_code_is_in_nothing_that_is_kept(person: Person) -> None:
    person.say(*TOLD, "pause")
    code = person.code

    again = Person(house=person.house).resume(code)

    assert code not in again.kept
    assert "code" not in {key for messages in again.heard for m in messages for key in m}


def test_before_their_yes_nothing_is_put_away(person: Person) -> None:
    count = put_away(person.house)
    person.say("pause")
    assert person.last[0]["text"] in wordings("pause_first")
    assert person.step == "hear"

    person.say(f"someone posted a fake of me on {LINK}", "pause")

    assert "pause" not in person.kinds
    assert put_away(person.house) == count


def test_on_the_child_path_there_is_nothing_to_put_away_and_no_way_out(person: Person) -> None:
    count = put_away(person.house)
    person.say(*TOLD, "I'm 15", "pause")

    assert person.last[0]["text"] in wordings("pause_nothing")
    assert person.step == "after_child"
    assert put_away(person.house) == count


def test_whoever_did_it_gets_no_code(person: Person) -> None:
    person.say("yes", "yes", "#Something I did", "pause")

    assert "pause" not in person.kinds


def test_whoever_sits_there_instead_gets_no_code(person: Person) -> None:
    person.say(*TOLD, "he is next to me", "pause")

    assert person.last[0]["text"] in wordings("someone_near")
    assert "pause" not in person.kinds


def test_after_the_hand_over_the_code_of_the_case_is_the_way_back(person: Person) -> None:
    agree_and_seal(person.answer({}, until="plan")).say("pause")

    assert person.last[0]["text"] in wordings("done_already")


def test_a_story_with_a_pause_in_it_pauses_nothing(person: Person) -> None:
    person.say(*OPEN, f"he hit pause on the video and posted it on {LINK}")

    assert person.facts()["places"][0]["url"] == LINK


# Leaving, and answers that never arrive


def test_exit_after_a_pause_leaves_the_way_back(person: Person) -> None:
    person.say(*TOLD, "pause")
    code = person.code

    assert person.house.client.request("DELETE", API, headers=person.bearer).status_code == 204
    assert person.send(text="hello").status_code == 410
    assert Person(house=person.house).resume(code).facts()["places"][0]["url"] == LINK


def test_an_answer_with_the_code_that_was_lost_can_be_had_again(person: Person) -> None:
    person.say(*TOLD)
    first = person.send(text="pause", id="the-pause")
    second = person.send(text="pause", id="the-pause")

    assert first.json() == second.json()
    assert second.json()["messages"][-1]["code"]
    assert person.send(text="pause", id="another").status_code == 410
    assert person.send(text="pause").status_code == 410


def test_a_lost_answer_to_a_resumption_loses_nothing(person: Person) -> None:
    person.say(*TOLD, "pause")
    first = ask(person.house, person.code, id=ATTEMPT)
    second = ask(person.house, person.code, id=ATTEMPT)

    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert ask(person.house, person.code, id=ATTEMPT[::-1]).status_code == 404
    assert ask(person.house, person.code).status_code == 404
    again = Person(house=person.house, token=second.json()["token"])
    assert again.facts()["places"][0]["url"] == LINK
    assert count_of_turns(again) == len(TOLD) + 2  # the opening before, the coming back after


@pytest.mark.parametrize("attempt", ["", "1", "x" * 101])
def test_an_attempt_that_could_be_guessed_is_refused_before_the_code_is_used(person: Person, attempt: str) -> None:
    person.say(*TOLD, "pause")

    assert ask(person.house, person.code, id=attempt).status_code == 400
    assert ask(person.house, person.code).status_code == 201


def test_a_busy_database_loses_neither_the_talk_nor_the_code(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.say(*TOLD)
    with monkeypatch.context() as patch:
        impatient(patch)
        with writing(person.house.databases.conversations):
            assert person.send(text="pause", id="busy").status_code == 503
    assert not person.is_gone
    code = person.send(text="pause", id="busy").json()["messages"][-1]["code"]

    with monkeypatch.context() as patch:
        impatient(patch)
        with writing(person.house.databases.conversations):
            assert ask(person.house, code, id=ATTEMPT).status_code == 503

    assert ask(person.house, code, id=ATTEMPT).status_code == 201


def test_a_talk_too_long_for_one_seal_still_pauses_with_its_newest_words(person: Person) -> None:
    person.say(*TOLD)
    _lengthen(person)
    person.say("pause")

    again = Person(house=person.house).resume(person.code)

    assert again.facts()["places"][0]["url"] == LINK
    assert "the newest of many words" in again.kept


def _lengthen(person: Person) -> None:
    """Hours of talk, written at once."""
    from bot.sealed_talk import sealed_turn

    keys = conversation_keys(Token.parse(person.token))
    rows = ConversationRepository(person.house.databases.conversations)
    tracker = rows.load(keys.conversation_id, person.house.clock())
    assert tracker is not None
    for seq in range(tracker.turns, tracker.turns + 5 * ROOM // 1_000_000 + 1):
        words = "the newest of many words " + "ä" * 500_000
        record = {"me": words, "step": None, "messages": [], "kept": False}
        turn = sealed_turn(record, seq, keys)
        rows.save_turn(keys.conversation_id, turn=turn, tracker=None, key=None, now=person.house.clock())


# Exit in the middle of a turn


LONG_STORY = "I went to work that day as always. " * 500


@pytest.mark.parametrize("ending", ["", "In some of the photos I am 15.", "I want to kill myself."])
def test_exit_in_the_middle_of_a_turn_shreds_at_once_and_for_good(person: Person, ending: str) -> None:
    person.answer({}, until="statement")

    turn, left = person.house.client.at_once(
        ("POST", f"{API}/turn", {"json": {"text": LONG_STORY + ending}, "headers": person.bearer}),
        ("DELETE", API, {"headers": person.bearer}),
    )

    assert left.status_code == 204
    assert turn.status_code == 410
    assert person.is_gone


def test_exit_in_the_middle_of_a_pause_leaves_nothing_live(person: Person) -> None:
    person.say(*TOLD)

    person.house.client.at_once(
        ("POST", f"{API}/turn", {"json": {"text": "pause"}, "headers": person.bearer}),
        ("DELETE", API, {"headers": person.bearer}),
    )

    assert person.is_gone
    with reading(person.house.databases.conversations) as connection:
        mine = conversation_keys(Token.parse(person.token)).conversation_id
        assert connection.execute(select(CONVERSATION).where(CONVERSATION.c.id == mine)).first() is None
