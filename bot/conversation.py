"""
Conversations: a token in, messages out, everything between sealed under that token.

The client holds the token; the server keeps ciphertext under an id that it cannot invert. One turn
is one transaction: the sealed tracker and the sealed transcript row, or neither.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress

from actions.context import Services, Turn
from bot.exchange import TURN_LIMIT, Exchange, Heard, Message, StaleChoice, TooLong, exchange_of, for_rasa, with_code
from bot.pausing import Pauses, Row
from bot.runtime.agent import Assistant
from bot.safety import safety_intent
from bot.sealed_talk import State, opened_state, opened_turn, sealed_state, sealed_turn
from casework.handover import Destination, Words, hand_over
from casework.interview.draft import Draft, Path
from casework.interview.options import FREE_TEXT
from casework.interview.outcome import Effect
from casework.interview.story import points_back, uses_story
from casework.store import openings
from casework.store.conversations import (
    ConversationGone,
    ConversationRepository,
    StoredConversation,
    turn_key,
)
from casework.store.database import Databases
from casework.submission import take_back
from encryption.errors import CannotOpen
from encryption.keys import PublicKey
from encryption.token import (
    ConversationKeys,
    Receipt,
    Token,
    conversation_keys,
    resume_code_or_decoy,
    resumed_token,
)

__all__ = ["TURN_LIMIT", "Conversations", "Heard", "Message", "Row", "StaleChoice", "TooLong"]

TOLD = "tell"
# What only we say to Rasa: a leading slash that a person types is made harmless.
BEGIN, COME_BACK = "/start", "/come_back"


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
        self._pauses = Pauses(self._rows)
        self._teams = teams
        self._clock = clock
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def start(self) -> tuple[Token, list[Message]]:
        """A new conversation and its opening."""
        token = Token.new()
        keys, now = conversation_keys(token), self._clock()
        await asyncio.to_thread(self._rows.create, keys.conversation_id, now)
        stored = StoredConversation(id=keys.conversation_id, tracker=None, turns=0)
        return token, await self._run(keys, stored, State(), Heard(), BEGIN, now)

    async def resume(self, typed: str, attempt: str | None = None) -> tuple[Token, list[Message]]:
        """
        A new conversation that goes on with one that was put away; the same `attempt` gives the same one.

        Raises
        ------
        CannotOpen
            The code is unknown, mistyped, used or too old: not told apart, and not by the time it takes.
        """
        code = resume_code_or_decoy(typed)
        token = resumed_token(code, attempt) if attempt else Token.new()
        keys, now = conversation_keys(token), self._clock()
        async with self._lock(keys):
            try:
                return token, await self._take_up(code, keys, attempt, now)
            except ConversationGone:
                raise CannotOpen from None  # somebody with the same code was faster

    async def turn(self, token: Token, heard: Heard) -> list[Message]:
        """
        One exchange; the same `turn_id` gives the same answer and changes nothing again.

        Raises
        ------
        ConversationGone
            It was left, put away, deleted or idle for an hour.
        TooLong, StaleChoice
            The message was not taken; nothing changed.
        TryLater
            The database is busy or the disk is full; nothing was lost.
        """
        keys, now = conversation_keys(token), self._clock()
        async with self._lock(keys):
            found, has_case = await asyncio.to_thread(self._find, keys, heard.turn_id, now)
            if isinstance(found, list):
                return found
            state = opened_state(found, keys)
            untold = has_case and state.draft.path is not Path.SEALED
            return await self._run(keys, found, state, heard, for_rasa(state, heard), now, untold=untold)

    async def said(self, token: Token) -> list[Row]:
        """
        The talk so far, oldest first: `me`, and the `messages` that answered; for a page that cannot remember it.

        Raises
        ------
        ConversationGone
            As `turn`.
        """
        return await asyncio.to_thread(self._said, conversation_keys(token), self._clock())

    async def leave(self, token: Token) -> None:
        """
        Destroy the conversation at once; a turn that is under way finds nothing to write to.

        What was put away stays: whoever pauses and then presses Exit means to come back.
        """
        await asyncio.to_thread(self._leave, conversation_keys(token))

    def sweep(self) -> int:
        return self._rows.sweep(self._clock())

    def _lock(self, keys: ConversationKeys) -> asyncio.Lock:
        return self._locks.setdefault(keys.conversation_id, asyncio.Lock())

    def _find(
        self, keys: ConversationKeys, turn_id: str | None, now: dt.datetime
    ) -> tuple[StoredConversation | list[Message], bool]:
        """The live conversation, or the answer that this turn got before; and whether there is a case of it."""
        stored = self._rows.load(keys.conversation_id, now)
        if stored is not None:
            return self._answered(keys, turn_id) or stored, openings.exists(self._databases.cases, keys.case_id)
        put_away = self._pauses.answered(keys, turn_id, now)
        if put_away is None:
            raise ConversationGone
        return with_code(put_away, keys), False

    def _said(self, keys: ConversationKeys, now: dt.datetime) -> list[Row]:
        if self._rows.load(keys.conversation_id, now) is None:
            raise ConversationGone
        rows = [opened_turn(turn, keys) for turn in self._rows.transcript(keys.conversation_id)]
        return [{**row, "messages": with_code(row["messages"], keys)} for row in rows]

    def _leave(self, keys: ConversationKeys) -> None:
        stored = self._rows.load(keys.conversation_id, self._clock())
        self._rows.delete(keys.conversation_id)
        with suppress(CannotOpen):
            if stored is not None and self._untold(keys, opened_state(stored, keys)):
                take_back(self._databases, keys.case_id)

    def _untold(self, keys: ConversationKeys, state: State) -> bool:
        """
        Whether a case was sealed here of which its person knows nothing: the turn that sealed it was never stored.

        They were told that nothing was lost and to try again; what they do instead must count, not that case.
        """
        return state.draft.path is not Path.SEALED and openings.exists(self._databases.cases, keys.case_id)

    def _answered(self, keys: ConversationKeys, turn_id: str | None) -> list[Message] | None:
        mark = turn_key(keys.conversation_id, turn_id) if turn_id else None
        before = self._rows.answered(keys.conversation_id, mark) if mark else None
        return with_code(opened_turn(before, keys)["messages"], keys) if before else None

    async def _run(
        self,
        keys: ConversationKeys,
        stored: StoredConversation,
        state: State,
        heard: Heard,
        text: str,
        now: dt.datetime,
        *,
        untold: bool = False,
    ) -> list[Message]:
        one = await self._exchange(keys, state, heard, text, now)
        if untold and not one.handed_over:
            await asyncio.to_thread(take_back, self._databases, keys.case_id)
        if Effect.PAUSE in one.effects:
            # The draft as it was before this turn: what asked for the pause is no part of it.
            args = (keys, stored, state, one.record["messages"], heard.turn_id, now)
            return with_code(await asyncio.to_thread(self._pauses.put_away, *args), keys)
        try:
            kept = await asyncio.to_thread(self._keep, keys, stored, one, heard.turn_id, now)
        except ConversationGone:
            if one.handed_over and state.draft.path is not Path.SEALED:
                # They left while it was being sealed: they have no code, and meant to leave nothing.
                await asyncio.to_thread(take_back, self._databases, keys.case_id)
            raise
        return with_code(kept, keys)

    async def _exchange(
        self, keys: ConversationKeys, state: State, heard: Heard, text: str, now: dt.datetime
    ) -> Exchange:
        turn = self._turn(keys, state, heard, now)
        if len(text) > TURN_LIMIT:
            text = await asyncio.to_thread(self._read_long, turn, text)
        said, tracker = await self._assistant.say(keys.conversation_id, text, state.tracker, turn)
        return exchange_of(heard, state, said, tracker, turn)

    async def _take_up(
        self, code: Receipt, keys: ConversationKeys, attempt: str | None, now: dt.datetime
    ) -> list[Message]:
        again = await asyncio.to_thread(self._answered, keys, attempt)
        if again is not None:
            return again
        found = await asyncio.to_thread(self._pauses.find, code, now)
        one = await self._exchange(keys, found.state, Heard(), COME_BACK, now)
        await asyncio.to_thread(self._pauses.take_up, code, found, keys, one.after, one.record, attempt, now)
        return with_code(one.record["messages"], keys)

    def _turn(self, keys: ConversationKeys, state: State, heard: Heard, now: dt.datetime) -> Turn:
        step = state.step or ""
        text, book = heard.text or "", self._services.book
        named = book.match(step, text) is not None or points_back(state.draft, text, book)

        def seal_case(draft: Draft, effect: Effect) -> None:
            words = self._words(keys, draft, heard)
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

    def _words(self, keys: ConversationKeys, draft: Draft, heard: Heard) -> Words:
        """The talk so far, opened with the client's own key, to be sealed again to the case."""
        rows = [opened_turn(turn, keys) for turn in self._rows.transcript(keys.conversation_id)]
        own = [row["me"] for row in rows if row.get("kept") and row.get("me")][-1:]
        if uses_story(draft):
            own = [row["me"] for row in rows if row.get("story") and row.get("me")]
        talk = [{"me": row.get("me"), "messages": [m.get("text") for m in row["messages"]]} for row in rows]
        return Words(talk=talk, statement="\n\n".join(own) or None, message=heard.text)

    def _keep(
        self, keys: ConversationKeys, stored: StoredConversation, one: Exchange, turn_id: str | None, now: dt.datetime
    ) -> list[Message]:
        if Effect.LEAVE in one.effects:
            self._rows.delete(stored.id)
            return list(one.record["messages"])
        key = turn_key(stored.id, turn_id) if turn_id else None
        tracker = sealed_state(one.after, keys)
        if Effect.SHRED in one.effects:
            # Everything told so far goes in this same turn; what is kept is the new draft alone.
            record = {"me": None, "step": None, "messages": one.record["messages"]}
            turn = sealed_turn(record, 0, keys)
            kept = self._rows.save_alone(stored.id, turn=turn, tracker=tracker, key=key, now=now)
        else:
            turn = sealed_turn(one.record, stored.turns, keys)
            kept = self._rows.save_turn(stored.id, turn=turn, tracker=tracker, key=key, now=now)
        return list(opened_turn(kept, keys)["messages"])
