"""
Conversations: a token in, messages out, everything between sealed under that token.

The client holds the token; the server keeps ciphertext under an id that it cannot invert. One turn
is one transaction: the sealed tracker and the sealed transcript row, or neither.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from actions.context import Services, Turn
from bot.runtime.agent import Assistant
from bot.safety import safety_intent
from bot.sealed_talk import State, opened_state, opened_turn, sealed_state, sealed_turn
from casework.errors import AskAgain
from casework.handover import Destination, Words, hand_over
from casework.interview.draft import Draft, Path
from casework.interview.options import FREE_TEXT
from casework.interview.outcome import Effect
from casework.store.conversations import (
    ConversationGone,
    ConversationRepository,
    StoredConversation,
    turn_key,
)
from casework.store.database import Databases
from encryption.keys import PublicKey
from encryption.token import ConversationKeys, Token, conversation_keys

TURN_LIMIT = 2_000  # characters
LONG_LIMIT = 20_000  # at a step that takes their own words
TOLD = "tell"
LONG_STEPS = frozenset({"statement", "triage_note"})
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


class Conversations:
    """The turn API's use cases. Every call takes the client's own token."""

    def __init__(
        self,
        assistant: Assistant,
        services: Services,
        databases: Databases,
        teams: Callable[[], Mapping[str, PublicKey]],
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._assistant = assistant
        self._services = services
        self._databases = databases
        self._rows = ConversationRepository(databases.conversations)
        self._teams = teams
        self._clock = clock
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def start(self) -> tuple[Token, list[Message]]:
        """A new conversation and its opening."""
        token = Token.new()
        keys, now = conversation_keys(token), self._clock()
        await asyncio.to_thread(self._rows.create, keys.conversation_id, now)
        stored = StoredConversation(id=keys.conversation_id, tracker=None, turns=0)
        return token, await self._run(keys, stored, State(), Heard(), "/start", now)

    async def turn(self, token: Token, heard: Heard) -> list[Message]:
        """
        One exchange; the same `turn_id` gives the same answer and changes nothing again.

        Raises
        ------
        ConversationGone
            It was left, deleted or idle for an hour.
        TooLong, StaleChoice
            The message was not taken; nothing changed.
        TryLater
            The database is busy or the disk is full; nothing was lost.
        """
        keys, now = conversation_keys(token), self._clock()
        lock = self._locks.setdefault(keys.conversation_id, asyncio.Lock())
        async with lock:
            stored, answered = await asyncio.to_thread(self._find, keys, heard.turn_id, now)
            if answered is not None:
                return answered
            state = opened_state(stored, keys)
            return await self._run(keys, stored, state, heard, _for_rasa(state, heard), now)

    async def leave(self, token: Token) -> None:
        """Destroy the conversation at once; a turn that is under way finds nothing to write to."""
        keys = conversation_keys(token)
        await asyncio.to_thread(self._rows.delete, keys.conversation_id)

    def sweep(self) -> int:
        return self._rows.sweep(self._clock())

    def _find(
        self, keys: ConversationKeys, turn_id: str | None, now: dt.datetime
    ) -> tuple[StoredConversation, list[Message] | None]:
        stored = self._rows.load(keys.conversation_id, now)
        if stored is None:
            raise ConversationGone
        before = self._rows.answered(keys.conversation_id, turn_key(keys.conversation_id, turn_id)) if turn_id else None
        return stored, _with_code(opened_turn(before, keys)["messages"], keys) if before else None

    async def _run(
        self,
        keys: ConversationKeys,
        stored: StoredConversation,
        state: State,
        heard: Heard,
        text: str,
        now: dt.datetime,
    ) -> list[Message]:
        turn = self._turn(keys, state, heard, now)
        if len(text) > TURN_LIMIT:
            text = await asyncio.to_thread(self._read_long, turn, text)
        said, tracker = await self._assistant.say(keys.conversation_id, text, state.tracker, turn)
        after = _after(tracker, said, turn)
        messages = _messages(said, after, turn)
        # Off the journey to a complaint nothing of theirs is kept: no link, no description, no confession.
        me = _me(heard, state) if after.draft.path is Path.NORMAL else None
        kept_words = Effect.KEEP_WORDS in turn.effects
        record = {"me": me, "step": state.step, "messages": messages, "kept": kept_words}
        kept = await asyncio.to_thread(self._keep, keys, stored, after, record, turn.effects, heard.turn_id, now)
        return _with_code(kept, keys)

    def _turn(self, keys: ConversationKeys, state: State, heard: Heard, now: dt.datetime) -> Turn:
        step = state.step or ""
        named = bool(heard.text) and self._services.book.match(step, heard.text or "") is not None

        def seal_case(draft: Draft, effect: Effect) -> None:
            words = self._words(keys, heard)
            to = Destination(case_id=keys.case_id, receipt=keys.receipt, teams=self._teams())
            hand_over(self._databases, draft, effect, words, to, self._services.law, now)

        return Turn(
            worded=dict(state.worded or {}),
            services=self._services,
            now=now,
            hand_over=seal_case,
            free_text=step in FREE_TEXT,
            named=named,
            tapped=heard.choice is not None,
            said=heard.text,
        )

    def _read_long(self, turn: Turn, text: str) -> str:
        """A text that is too long for Rasa is read beside it; the safety net stays in charge of the intent."""
        findings = self._services.reader.read(text, turn.now.date())
        turn.read = tuple((f.field, f.value, f.confidence) for f in findings)
        return f"/{safety_intent(findings) or TOLD}"

    def _words(self, keys: ConversationKeys, heard: Heard) -> Words:
        """The talk so far, opened with the client's own key, to be sealed again to the case."""
        rows = [opened_turn(turn, keys) for turn in self._rows.transcript(keys.conversation_id)]
        own = [row["me"] for row in rows if row.get("kept") and row.get("me")]
        talk = [{"me": row.get("me"), "messages": [m.get("text") for m in row["messages"]]} for row in rows]
        return Words(talk=talk, statement=own[-1] if own else None, message=heard.text)

    def _keep(
        self,
        keys: ConversationKeys,
        stored: StoredConversation,
        after: State,
        record: dict[str, Any],
        effects: set[Effect],
        turn_id: str | None,
        now: dt.datetime,
    ) -> list[Message]:
        if Effect.LEAVE in effects:
            self._rows.delete(stored.id)
            return list(record["messages"])
        if Effect.SHRED in effects:
            # Everything told so far goes in this same turn; what is kept is the new draft alone.
            record = {"me": None, "step": None, "messages": record["messages"]}
            stored = self._fresh(stored, now)
        sealed = sealed_turn(record, stored.turns, keys)
        key = turn_key(stored.id, turn_id) if turn_id else None
        kept = self._rows.save_turn(stored.id, turn=sealed, tracker=sealed_state(after, keys), key=key, now=now)
        return list(opened_turn(kept, keys)["messages"])

    def _fresh(self, stored: StoredConversation, now: dt.datetime) -> StoredConversation:
        self._rows.delete(stored.id)
        self._rows.create(stored.id, now)
        return StoredConversation(id=stored.id, tracker=None, turns=0)


def _for_rasa(state: State, heard: Heard) -> str:
    """The text that Rasa sees: a choice's payload, or their words made harmless and short enough."""
    if heard.choice is not None:
        known = (state.choices or {}).get(heard.choice)
        if known is None:
            raise StaleChoice
        return known[0]
    text = (heard.text or "").strip()
    if not text:
        raise AskAgain("The message was empty.")
    if len(text) > (LONG_LIMIT if state.step in LONG_STEPS else TURN_LIMIT):
        raise TooLong
    return f"{NEUTRAL}{text}" if text.startswith("/") else text


def _me(heard: Heard, state: State) -> str | None:
    """Their side of the exchange: typed words, or the label of the choice."""
    if heard.choice is None:
        return heard.text
    return (state.choices or {}).get(heard.choice, ("", ""))[1]


def _after(tracker: dict[str, Any] | None, said: list[Any], turn: Turn) -> State:
    worded, taken = turn.worded, set(turn.extras.get("taken", ()))
    offered: set[str] = set()
    # From the last message back: a choice that the question itself offers is not offered twice.
    for one in reversed(said):
        one.choices = [c for c in one.choices if _value_of(c.payload) not in taken and c.payload not in offered]
        offered |= {c.payload for c in one.choices}
    if Effect.SHRED in turn.effects and tracker:
        tracker, worded = {**tracker, "events": []}, {}
    choices = {c.id: (c.payload, c.label) for one in said for c in one.choices}
    return State(tracker=tracker, choices=choices, worded=worded)


def _value_of(payload: str) -> str | None:
    _, brace, rest = payload.partition("{")
    return json.loads(brace + rest).get("value") if brace else None


def _messages(said: list[Any], after: State, turn: Turn) -> list[Message]:
    messages: list[Message] = [one.public() for one in said]
    if after.step in LONG_STEPS and messages:
        messages[-1] = {**messages[-1], "long": True}
    sealed_now = turn.effects & {Effect.SUBMIT, Effect.SUBMIT_TRIAGE, Effect.SUBMIT_CALLBACK}
    if sealed_now and after.draft.path is Path.SEALED:
        messages.append({"kind": "receipt", "text": ""})
    return messages


def _with_code(messages: list[Message], keys: ConversationKeys) -> list[Message]:
    """The code never passes through Rasa, the tracker or the transcript: it is derived on the way out."""
    return [{**m, "code": keys.receipt.code} if m["kind"] == "receipt" else m for m in messages]
