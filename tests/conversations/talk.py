"""A person at the turn API: types, taps, and what can be known of it afterwards with their token or a team's key."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.sealed_talk import State, opened_state, opened_turn
from casework.casefile import OpenedCase, open_with_receipt, open_with_team
from casework.records import Kind
from casework.store.conversations import ConversationRepository
from casework.store.database import Databases
from encryption.keys import PrivateKey
from encryption.token import Token, conversation_keys, parse_receipt

API = "/api/v1/conversations"
WHY = "Why do you ask?"


# The shortest way through the questions: an answer a step.
SHORTEST = {
    "hear": "#Yes, you may", "safe": "#Yes, it's okay", "for_whom": "#Me", "other_agrees": "#Yes", "country": "#France",
    "confirm": "#right", "maybe": "#No", "okay_now": "#safe", "age_now": "#18 or over", "age_in_image": "#18 or over", "happened": "#posted",
    "happened_more": "#That's all", "image_kind": "#I'm not sure", "where": "#I don't know", "where_link": "#I don't",
    "where_more": "#No", "offer_clean_link": "#No", "still_up": "#Yes", "tool": "#I don't know", "which_grok": "#I'm not sure",
    "tried": "#nobody", "tried_when": "#Skip", "tried_answer": "#Nothing", "tried_what": "#not sure", "tried_reason": "#Skip",
    "tried_answered": "#Skip", "tried_machine": "#tell", "wants": "#taken down", "wants_more": "#That's all",
    "reaction": "#No", "known_as": "#real name", "name": "Jane Quillfeather", "contact": "#safe e-mail",
    "email": "jane@quillfeather.example", "statement": "#Skip", "read_back": "#right", "consent": "#may go",
}  # fmt: skip


class Client:
    """The public side in this process, behind its real routes and guard; no socket between."""

    def __init__(self, app: Any) -> None:
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://intake.example")

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        return self._run(self._http.request(method, path, **given))

    def at_once(self, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
        """Several requests in one moment, as two tabs would send them."""

        async def all_of_them() -> list[httpx.Response]:
            return list(await asyncio.gather(*(self._http.request(m, p, **g) for m, p, g in requests)))

        return self._run(all_of_them())

    def close(self) -> None:
        self._run(self._http.aclose())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(work)


@dataclass(kw_only=True)
class Clock:
    """The day of the test; moved by hand."""

    now: dt.datetime = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass(frozen=True, kw_only=True)
class House:
    """An intake on a home of its own, with the keys of its teams at hand for the test."""

    client: Client
    databases: Databases
    folder: Path
    teams: dict[str, PrivateKey]
    clock: Clock

    def files_with(self, words: str) -> list[str]:
        """Every file of the home that holds these words in clear, in any encoding that we write."""
        forms = {words.encode(), words.encode("utf-16-le"), words.encode("unicode_escape")}
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        return [path.name for path in found if any(form in path.read_bytes() for form in forms)]


@dataclass(kw_only=True)
class Person:
    """One conversation. Lines that begin with # tap the choice whose label holds the rest."""

    house: House
    token: str = ""
    last: list[dict[str, Any]] = field(default_factory=list)
    heard: list[list[dict[str, Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # the steps that `answer` went through

    def begin(self) -> Person:
        answer = self.house.client.request("POST", API, json={})
        assert answer.status_code == 201
        self.token = answer.json()["token"]
        self._take(answer.json()["messages"])
        return self

    def resume(self, code: str, **more: str) -> Person:
        """Go on with what was put away under a code."""
        answer = self.house.client.request("POST", API, json={"resume": code, **more})
        assert answer.status_code == 201, answer.status_code
        self.token = answer.json()["token"]
        self._take(answer.json()["messages"])
        return self

    def send(self, **body: Any) -> Any:
        """The bare request, for what may fail."""
        return self.house.client.request("POST", f"{API}/turn", json=body, headers=self.bearer)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def say(self, *lines: str) -> str:
        """Type or tap one line after the other; the text of the last answer."""
        for line in lines:
            body = {"choice": self.choice(line[1:])} if line.startswith("#") else {"text": line}
            answer = self.send(**body)
            assert answer.status_code == 200, f"{answer.status_code} at {self.step}"
            self._take(answer.json()["messages"])
        return self.text

    def answer(self, answers: dict[str, str], *, until: str) -> Person:
        """Answer question after question until `until` is asked: with these answers, else in the shortest way."""
        self.asked = []
        for _ in range(60):
            if self.step == until:
                return self
            self.asked.append(str(self.step))
            self.say((SHORTEST | answers)[str(self.step)])
        raise AssertionError(f"{until} was never asked, after {self.asked}")

    def _take(self, messages: list[dict[str, Any]]) -> None:
        self.last = messages
        self.heard.append(messages)

    def choice(self, label: str) -> str:
        found = [c for c in self.choices if label.casefold() in c["label"].casefold()]
        assert found, f"no choice {label!r} among {self.labels} at {self.step}"
        return str(found[0]["id"])

    @property
    def choices(self) -> list[dict[str, str]]:
        return [choice for message in self.last for choice in message.get("choices", ())]

    @property
    def labels(self) -> list[str]:
        return [choice["label"] for choice in self.choices]

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.last if message["text"])

    @property
    def kinds(self) -> list[str]:
        return [message["kind"] for message in self.last]

    @property
    def contacts(self) -> list[str]:
        return [row["name"] for message in self.last for row in message.get("contacts", ())]

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        """Every letter shown so far, by step; the last showing counts."""
        shown = [d for messages in self.heard for m in messages for d in m.get("documents", ())]
        return {document["step"]: document for document in shown}

    @property
    def letter_of(self) -> dict[str, dict[str, Any]]:
        """The same by every step that a letter carries."""
        carried = {each["step"]: letter for letter in self.documents.values() for each in letter.get("carries", ())}
        return carried | self.documents

    @property
    def code(self) -> str:
        return next(m["code"] for m in self.last if m["kind"] in ("receipt", "pause"))

    # What the sealed conversation holds, opened with the person's own token.

    @property
    def state(self) -> State:
        keys = conversation_keys(Token.parse(self.token))
        stored = ConversationRepository(self.house.databases.conversations).load(
            keys.conversation_id, self.house.clock()
        )
        assert stored is not None
        return opened_state(stored, keys)

    @property
    def step(self) -> str | None:
        return self.state.step

    @property
    def kept(self) -> str:
        """All that is stored of the conversation, as one text."""
        keys = conversation_keys(Token.parse(self.token))
        rows = ConversationRepository(self.house.databases.conversations).transcript(keys.conversation_id)
        return repr([opened_turn(row, keys) for row in rows]) + repr(self.state)

    @property
    def is_gone(self) -> bool:
        keys = conversation_keys(Token.parse(self.token))
        rows = ConversationRepository(self.house.databases.conversations)
        return rows.load(keys.conversation_id, self.house.clock()) is None and not rows.transcript(keys.conversation_id)

    # The case, opened by a team or with the code.

    def case(self, team: str = "triage") -> OpenedCase:
        case_id = conversation_keys(Token.parse(self.token)).case_id
        return open_with_team(self.house.databases, case_id, team, self.house.teams[team])

    def case_by_code(self) -> OpenedCase:
        return open_with_receipt(self.house.databases, parse_receipt(self.code))

    def facts(self) -> dict[str, Any]:
        """Of the draft, as the letters would use them."""
        draft = (self.state.tracker or {})["slots"]["draft"]
        return dict(draft["facts"])


def agree_and_seal(person: Person, *, who: str = "#I'll send", talk: str = "#leave it out") -> Person:
    """From the letters to the code, with a yes to each recipient."""
    person.say("#Go on")
    while person.step == "consent":
        person.say("#may go")
    if person.step == "who_sends":
        person.say(who)
    person.say(talk, "#Yes, lock it")
    assert person.kinds[-1] == "receipt"
    return person


def letters_of(case: OpenedCase) -> dict[str, dict[str, Any]]:
    return {record.value["step_id"]: record.value for record in case.read(Kind.DOCUMENT)}


@cache
def _responses() -> dict[str, list[dict[str, Any]]]:
    folder = Path(__file__).resolve().parents[2] / "data" / "responses"
    files = [yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in folder.glob("*.yml")]
    return {name: rows for file in files for name, rows in file["responses"].items()}


def wordings(response: str) -> set[str]:
    """All the ways in which a response may be said."""
    return {row["text"] for row in _responses()[f"utter_{response}"]}
