"""One exchange at its edges: what the client sent becomes Rasa's text, what was said becomes the client's messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.context import Turn
from bot.sealed_talk import State
from casework.errors import AskAgain
from casework.interview.draft import Path
from casework.interview.outcome import Effect
from encryption.token import ConversationKeys

TURN_LIMIT = 2_000  # characters that Rasa reads, and that a name or an address takes
LONG_LIMIT = 20_000  # wherever somebody may tell their story
SHORT_STEPS = frozenset({"name", "email", "signature", "callback"})
OWN_WORDS_STEPS = frozenset({"statement", "triage_note"})
# A leading slash would trigger any intent and set any slot: it is only text when a person types it.
NEUTRAL = "\u200b"

Message = Mapping[str, Any]


class TooLong(AskAgain):
    """The message is longer than can be taken at once."""


class StaleChoice(AskAgain):
    """That choice belongs to an earlier question."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the client sent in one turn; exactly one of text and choice."""

    text: str | None = None
    choice: str | None = None
    turn_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What one turn led to, not stored yet."""

    after: State
    record: dict[str, Any]  # the row of the transcript
    effects: frozenset[Effect]

    @property
    def handed_over(self) -> bool:
        return self.after.draft.path is Path.SEALED


def for_rasa(state: State, heard: Heard) -> str:
    """The text that Rasa sees: a choice's payload, or their words made harmless and short enough."""
    if heard.choice is not None:
        known = (state.choices or {}).get(heard.choice)
        if known is None:
            raise StaleChoice
        return known[0]
    text = (heard.text or "").strip()
    if not text:
        raise AskAgain("The message was empty.")
    if len(text) > (TURN_LIMIT if state.step in SHORT_STEPS else LONG_LIMIT):
        raise TooLong
    return f"{NEUTRAL}{text}" if text.startswith("/") else text


def exchange_of(heard: Heard, state: State, said: list[Any], tracker: dict[str, Any] | None, turn: Turn) -> Exchange:
    after = _after(tracker, said, turn, state.worded or {})
    # Off the journey to a complaint nothing of theirs is kept: no link, no description, no confession.
    me = _me(heard, state) if after.draft.path is Path.NORMAL else None
    kept = {"kept": Effect.KEEP_WORDS in turn.effects, "story": Effect.KEEP_STORY in turn.effects}
    record = {"me": me, "step": state.step, "messages": _messages(said, after, turn), **kept}
    return Exchange(after=after, record=record, effects=frozenset(turn.effects))


def with_code(messages: list[Message], keys: ConversationKeys) -> list[Message]:
    """A code never passes through Rasa, the tracker or the transcript: it is derived on the way out."""
    codes = {"receipt": keys.receipt, "pause": keys.resume}
    return [{**m, "code": codes[m["kind"]].code} if m.get("kind") in codes else m for m in messages]


def _me(heard: Heard, state: State) -> str | None:
    """Their side of the exchange: typed words, or the label of the choice."""
    if heard.choice is None:
        return heard.text
    return (state.choices or {}).get(heard.choice, ("", ""))[1]


def _after(tracker: dict[str, Any] | None, said: list[Any], turn: Turn, worded_before: Mapping[str, int]) -> State:
    worded, taken = turn.worded, set(turn.extras.get("taken", ()))
    offered: set[str] = set()
    # From the last message back: a choice that the question itself offers is not offered twice.
    for one in reversed(said):
        one.choices = [c for c in one.choices if _value_of(c.payload) not in taken and c.payload not in offered]
        offered |= {c.payload for c in one.choices}
    if Effect.SHRED in turn.effects and tracker:
        # What was said in this turn alone may be known afterwards, so that it is not said again in the same words.
        worded = {name: at for name, at in worded.items() if worded_before.get(name) != at}
        tracker = {**tracker, "events": []}
    choices = {c.id: (c.payload, c.label) for one in said for c in one.choices}
    return State(tracker=tracker, choices=choices, worded=worded)


def _takes(step: str | None) -> dict[str, bool]:
    """What the next text may be: a whole story, and words that they are asked to take their time for."""
    marks = {"long": step not in SHORT_STEPS, "own_words": step in OWN_WORDS_STEPS}
    return {name: True for name, holds in marks.items() if holds}


def _value_of(payload: str) -> str | None:
    _, brace, rest = payload.partition("{")
    return json.loads(brace + rest).get("value") if brace else None


def _messages(said: list[Any], after: State, turn: Turn) -> list[Message]:
    messages: list[Message] = [one.public() for one in said]
    if messages:
        messages[-1] = {**messages[-1], **_takes(after.step)}
    sealed_now = turn.effects & {Effect.SUBMIT, Effect.SUBMIT_TRIAGE, Effect.SUBMIT_CALLBACK}
    if sealed_now and after.draft.path is Path.SEALED:
        messages.append({"kind": "receipt", "text": ""})
    if Effect.PAUSE in turn.effects:
        messages.append({"kind": "pause", "text": ""})
    return messages
