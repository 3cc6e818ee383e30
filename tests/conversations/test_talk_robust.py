"""What may go wrong between a person and the assistant: nonsense, commands, limits, races, a busy machine."""

from __future__ import annotations

import contextlib
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.errors import TryLater
from casework.records import Kind
from casework.store import conversations, database
from casework.store.database import reading, writing
from casework.store.tables.conversations import CONVERSATION, TURN
from encryption.errors import CannotOpen
from encryption.token import Token, conversation_keys
from tests.conversations.talk import API, Person, agree_and_seal

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
OPEN = ("yes", "yes", "me")
NONSENSE = (
    "asdf qwer", "blorp", "zxcvbnm", "12345", "???", "lorem ipsum dolor", "mmmmm", "penis lol", "fjdkslaö", "!!!", "banana banana",
    "what is the capital of france", "8====D", "qqq www eee", "foo bar baz", "zzz", "hjkl", "write me a poem", "ooo", "uiop",
)  # fmt: skip


def texts(person: Person) -> list[list[str]]:
    return [[m["text"] for m in messages if m["text"]] for messages in person.heard]


@pytest.mark.parametrize("before", [(), ("yes",), OPEN, (*OPEN, "uk", "england", "30", "yes")])
def test_twenty_messages_of_nonsense_never_hear_the_same_bubble_twice_in_a_row(
    person: Person, before: tuple[str, ...]
) -> None:
    person.say(*before, *NONSENSE)

    spoken = texts(person)[-len(NONSENSE) :]
    assert [set(one) & set(two) for one, two in itertools.pairwise(spoken) if set(one) & set(two)] == []
    assert any("Write to the team" in label for messages in person.heard for m in messages for label in _labels(m))
    assert person.choices


def _labels(message: dict[str, Any]) -> list[str]:
    return [choice["label"] for choice in message.get("choices", ())]


@pytest.mark.parametrize(
    "words", ["/restart", '/submit{"x":1}', '/answer{"value":"child"}', "/start", '/SUBMIT{"draft":null}', "/stop"]
)
def test_a_typed_command_is_only_text(person: Person, words: str) -> None:
    person.say(*OPEN, "uk", "england")

    person.say(words)

    assert person.state.draft.path == "normal"
    assert person.facts()["person"]["country"] == "GB"
    assert person.step in ("age_now", "human", "after_stop", "restart")


def test_a_choice_of_an_earlier_question_is_refused_and_changes_nothing(person: Person) -> None:
    stale = person.choice("Yes, you may")
    person.say("yes")

    answer = person.send(choice=stale)

    assert answer.status_code == 409
    assert person.step == "safe"
    assert person.send(choice="no-such-choice").status_code == 409


def test_a_message_that_is_too_long_is_refused_and_the_next_one_works(person: Person) -> None:
    person.say(*OPEN)

    assert person.send(text="a" * 20_001).status_code == 413
    assert person.send(text="b" * 70_000).status_code == 413

    person.say("France")
    assert person.step == "age_now"


def test_an_empty_message_is_refused_kindly(person: Person) -> None:
    assert person.send(text="   ").status_code == 422


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"text": 1}', b'{"text": "a", "choice": "b"}', b'{"x": "y"}', b'"text"', b"\xff\xfe"]
)
def test_a_malformed_body_is_a_clear_refusal(person: Person, body: bytes) -> None:
    headers = person.bearer | {"Content-Type": "application/json"}
    answer = person.house.client.request("POST", f"{API}/turn", content=body, headers=headers)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status"}


@pytest.mark.parametrize("bearer", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic abc"}])
def test_a_request_without_a_token_is_refused(person: Person, bearer: dict[str, str]) -> None:
    assert person.house.client.request("POST", f"{API}/turn", json={"text": "hi"}, headers=bearer).status_code == 401


def test_an_unknown_token_finds_a_conversation_that_has_ended(person: Person) -> None:
    stranger = Person(house=person.house, token=Token.new().text)

    answer = stranger.send(text="hello")

    assert answer.status_code == 410
    assert answer.json()["status"] == 410


def test_the_same_turn_sent_twice_is_answered_once_and_stored_once(person: Person) -> None:
    first = person.send(text="yes", id="turn-1")
    second = person.send(text="yes", id="turn-1")

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert rows_of(person) == 2
    assert person.step == "safe"


def rows_of(person: Person) -> int:
    with reading(person.house.databases.conversations) as connection:
        mine = conversation_keys(Token.parse(person.token)).conversation_id
        count = select(func.count()).select_from(TURN).where(TURN.c.conversation_id == mine)
        return int(connection.execute(count).scalar_one())


def test_two_tabs_at_once_lose_nothing_and_store_each_turn_once(person: Person) -> None:
    body = {"headers": person.bearer}
    answers = person.house.client.at_once(
        ("POST", f"{API}/turn", {"json": {"text": "yes", "id": "a"}, **body}),
        ("POST", f"{API}/turn", {"json": {"text": "yes", "id": "a"}, **body}),
        ("POST", f"{API}/turn", {"json": {"text": "yes it's ok", "id": "b"}, **body}),
    )

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[1].json()
    assert rows_of(person) == 3
    assert person.step == "for_whom"


def test_a_locked_database_is_said_plainly_and_a_retry_works(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.say("yes")
    impatient(monkeypatch)
    with writing(person.house.databases.conversations):
        answer = person.send(text="yes", id="locked")

    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert person.step == "safe"
    assert person.send(text="yes", id="locked").status_code == 200
    assert person.step == "for_whom"


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test does not wait the five seconds that a person would."""
    real = database.writing

    def at_once(engine: Any) -> Any:
        @contextlib.contextmanager
        def opened() -> Any:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA busy_timeout=50")
            with real(engine) as connection:
                yield connection

        return opened()

    monkeypatch.setattr(conversations, "writing", at_once)


def test_an_action_that_raises_says_so_and_loses_nothing(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.say(*OPEN)

    with monkeypatch.context() as broken:
        broken.setattr("actions.complaint.respond", _raise)
        person.say("France")
    assert "Nothing" in person.text
    assert person.step == "country"

    person.say("France")
    assert person.step == "age_now"


def _raise(*_args: object) -> None:
    raise ValueError("a quillfeather word that must reach no log")


def test_a_hand_over_that_fails_keeps_the_answer_open_and_works_the_second_time(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.answer({}, until="plan").say("#Go on")
    person.answer({"who_sends": "#I'll send", "keep_talk": "#leave"}, until="seal")

    with monkeypatch.context() as broken:
        broken.setattr("bot.conversation.hand_over", _busy)
        person.say("#Yes, lock it")
    assert person.step == "seal"
    assert "receipt" not in person.kinds

    person.say("#Yes, lock it")
    assert person.kinds[-1] == "receipt"


def _busy(*_args: object) -> None:
    raise TryLater


def test_a_statement_of_ten_thousand_characters_is_sealed_whole(person: Person) -> None:
    words = "".join(f"Line {n} of what happened to me. " for n in range(320))
    person.answer({}, until="statement").say(words)
    agree_and_seal(person.answer({}, until="plan"))

    assert person.case().latest(Kind.STATEMENT)["text"] == words
    assert person.house.files_with("Line 17 of what happened") == []


def test_a_skipped_statement_leaves_no_statement(person: Person) -> None:
    agree_and_seal(person.answer({"statement": "#Skip"}, until="plan"))

    assert person.case().latest(Kind.STATEMENT) is None


def test_leaving_deletes_every_row_at_once(person: Person) -> None:
    person.say(*OPEN, "someone posted a fake of me on https://x.com/quillgone/status/1")

    answer = person.house.client.request("DELETE", API, headers=person.bearer)

    assert answer.status_code == 204
    assert person.is_gone
    assert person.send(text="hello").status_code == 410


@pytest.mark.parametrize("words", ["delete", "delete everything"])
def test_a_typed_delete_deletes_every_row(person: Person, words: str) -> None:
    person.say(*OPEN, words)

    assert person.is_gone
    assert person.choices == []


def test_deleting_the_picture_is_not_taken_for_deleting_the_talk(person: Person) -> None:
    person.answer({}, until="wants").say("delete it")

    assert not person.is_gone
    assert "erase" in person.facts()["wants"]


def test_a_reload_knows_nothing_of_the_talk_before(person: Person) -> None:
    person.say(*OPEN, "uk", "england")

    again = Person(house=person.house).begin()

    assert again.step == "hear"
    assert again.facts()["person"]["country"] is None
    assert again.token != person.token


def test_an_idle_hour_ends_the_conversation(person: Person) -> None:
    clock, began = person.house.clock, person.house.clock.now
    try:
        clock.now = began.replace(hour=began.hour + 2)
        assert person.send(text="yes").status_code == 410
    finally:
        clock.now = began


def naughty() -> list[str]:
    strings = json.loads((VECTORS / "blns" / "blns.json").read_text(encoding="utf-8"))
    usable = [s for s in strings if s.strip() and len(s) < 1500 and s.encode("utf-8", "ignore").decode() == s]
    return usable[:: max(1, len(usable) // 24)]


def test_naughty_strings_travel_to_the_case_byte_for_byte(person: Person) -> None:
    person.say(*OPEN, "France", "30", "yes", "#posted", "#That's all", "#I'm not sure", "#Reddit")
    nasty = "u/ＱＵＩＬＬ<script>{{name}}"
    person.say(nasty)
    assert person.facts()["places"][0]["handle"] == nasty
    statement = "\n".join(naughty())[:9000] + "{{name}} {summary} \u202e ﷽ 💔"
    person.answer({"statement": statement, "name": "Ro{{email}}bin O'Quill; DROP TABLE"}, until="plan")
    agree_and_seal(person)

    case = person.case("platform")
    assert case.latest(Kind.STATEMENT)["text"] == statement
    assert case.latest(Kind.IDENTITY)["name"] == "Ro{{email}}bin O'Quill; DROP TABLE"
    assert case.latest(Kind.FACTS)["places"][0]["handle"] == nasty


@pytest.mark.parametrize("words", naughty())
def test_a_naughty_string_at_any_question_is_answered(person: Person, words: str) -> None:
    person.say(*OPEN)

    assert person.send(text=words).status_code in (200, 422)


def test_each_conversation_is_only_its_owners(person: Person) -> None:
    other = Person(house=person.house).begin()
    with reading(person.house.databases.conversations) as connection:
        ids = {row.id for row in connection.execute(select(CONVERSATION.c.id))}
    assert conversation_keys(Token.parse(other.token)).conversation_id in ids
    assert other.token not in repr(ids)
    with pytest.raises(CannotOpen):
        other.case("triage")
