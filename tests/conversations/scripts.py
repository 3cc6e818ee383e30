"""
What a scripted person of `people/` is made of, and how their talk goes.

A file says in its head `who` the person is and which failure it `guards` against; then, turn by turn, what they
type or tap (a line with # taps the choice that holds the rest) and what must hold at once:

    they: one line, or several      asks: the step that comes next       says, says_not: responses
    knows: facts by path            shows: names of people to reach      silence: minutes that pass before
    answer: {until, with}           the shortest way on, for what does not matter to this person
    seal: {}                        from the letters to the code         gone: the conversation is over

`must` is what holds of the whole talk: `understood` (facts by path), `asked` and `not_asked` (steps), `again` (steps
that may come back), `stored` and `not_stored` (words), `never_said` (words), `never_says` (responses), `path`, `case`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from casework.records import Kind
from casework.store.conversations import ConversationRepository
from tests.conversations.talk import Person, agree_and_seal, letters_of, wordings

FOLDER = Path(__file__).parent / "people"
# Steps that stand beside the order: they come when they are needed, as often as that is.
BESIDE = frozenset(
    {
        "confirm", "maybe", "safe", "after_safety", "okay_now", "after_stop", "human", "quiet", "restart", "change_what",
        "happened_more", "wants_more", "where_link", "where_more", "consent", "after_child", "sealed",
    }
)  # fmt: skip
GENDER = re.compile(r"\b(she|her|hers|he|him|his|sir|madam|girl|boy|woman|lady|guy)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Script:
    name: str
    who: str
    guards: str
    turns: tuple[Mapping[str, Any], ...]
    must: Mapping[str, Any]


def scripts() -> list[Script]:
    return [_read(path) for path in sorted(FOLDER.glob("*.yml"))]


def _read(path: Path) -> Script:
    data = yaml.safe_load(path.read_text("utf-8"))
    return Script(name=path.stem, who=data["who"], guards=data["guards"], turns=tuple(data["turns"]), must=data["must"])


@dataclass(kw_only=True)
class Scripted(Person):
    """A person whose steps and words are noted, turn by turn."""

    steps: list[str] = field(default_factory=list)
    typed: int = 0
    tapped: int = 0

    def say(self, *lines: str) -> str:
        for line in lines:
            super().say(line)
            self.steps.append(self._step_now() or "gone")
            self.tapped += line.startswith("#")
            self.typed += not line.startswith("#")
        return self.text

    def _step_now(self) -> str | None:
        return None if self.is_gone else self.step

    def said(self, response: str) -> bool:
        return any(is_wording_of(response, m["text"]) for m in self.last if m["text"])

    def bubbles(self) -> list[str]:
        return [m["text"] for messages in self.heard for m in messages if m["text"] and m["kind"] != "plan"]


def is_wording_of(response: str, bubble: str) -> bool:
    """Whether a bubble is one of the response's wordings, whatever fills it."""
    return any(bubble.startswith(text.split("{")[0]) if "{" in text else bubble == text for text in wordings(response))


def said(person: Person, response: str) -> bool:
    """Whether one bubble of the last answer is a wording of the response."""
    return any(is_wording_of(response, message["text"]) for message in person.last if message["text"])


def play(script: Script, person: Scripted) -> Scripted:
    for number, turn in enumerate(script.turns):
        at = f"{script.name}, turn {number + 1}: {turn}"
        _pass_time(person, turn)
        _act(person, turn)
        _check(person, turn, at)
    return person


def _pass_time(person: Scripted, turn: Mapping[str, Any]) -> None:
    person.house.clock.now += dt.timedelta(minutes=turn.get("silence", 0))


def _act(person: Scripted, turn: Mapping[str, Any]) -> None:
    lines = turn.get("they", ())
    if turn.get("gone"):
        answer = person.send(text=lines)
        assert answer.status_code == 410, turn
        ConversationRepository(person.house.databases.conversations).sweep(person.house.clock())
        assert person.is_gone
        return
    person.say(*([lines] if isinstance(lines, str) else lines))
    if "answer" in turn:
        person.answer(turn["answer"].get("with", {}), until=turn["answer"]["until"])
    if "seal" in turn:
        agree_and_seal(person, **turn["seal"])


def _check(person: Scripted, turn: Mapping[str, Any], at: str) -> None:
    if "asks" in turn:
        assert person.step == turn["asks"], f"{person.step} was asked; {at}"
    for response in as_list(turn.get("says")):
        assert person.said(response), f"{response} was not said, but: {person.text}; {at}"
    for response in as_list(turn.get("says_not")):
        assert not person.said(response), f"{response} was said; {at}"
    for name in as_list(turn.get("shows")):
        assert name in person.contacts, f"{name} is not among {person.contacts}; {at}"
    wrong = differing(person.facts(), turn["knows"]) if "knows" in turn else {}
    assert not wrong, f"{wrong}; {at}"


def as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def differing(facts: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What is known instead, for each path that is not as it must be."""
    found = {path: at(facts, path) for path in wanted}
    return {path: value for path, value in found.items() if value != wanted[path]}


def at(facts: Any, path: str) -> Any:
    """`places.0.platform`; a list of plain values is sorted, and `*` counts."""
    for part in path.split("."):
        if part == "*":
            return len(facts)
        facts = facts[int(part)] if part.isdigit() else facts[part]
    return sorted(facts) if isinstance(facts, list) and all(isinstance(one, str) for one in facts) else facts


def facts_of(person: Scripted) -> Mapping[str, Any]:
    """As sealed, once there is a case."""
    return person.case().latest(Kind.FACTS) if person.kinds[-1] == "receipt" else person.facts()


def came_back(steps: list[str]) -> Iterator[str]:
    """Steps of the order that were left and asked again later."""
    in_order = [step for step in steps if step not in BESIDE]
    left: set[str] = set()
    for before, step in pairwise(in_order):
        if step != before:
            left.add(before)
        if step in left:
            yield step


def stored_words(person: Scripted) -> str:
    """All that is kept of them and can be opened: the case, else the talk."""
    if person.kinds[-1] != "receipt":
        return "" if person.is_gone else person.kept
    case = person.case()
    letters = [letter["text"] for letter in letters_of(case).values()]
    return "\n".join([*letters, *(repr(record.value) for record in case.read(Kind.FACTS)), *_statement(case)])


def _statement(case: Any) -> list[str]:
    return [repr(record.value) for record in case.read(Kind.STATEMENT)]
