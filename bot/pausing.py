"""
Putting a conversation away behind a code, and taking it up again.

Sealed under the code alone: no team has a wrap of it, and whoever holds the database holds noise. The
code opens it once.

What if an answer never arrives? The code follows from the client's token, so the same turn sent again
finds what was put away and shows the same code. A client that resumes names its attempt: the new token
follows from code and attempt, so the same attempt sent again gets the same conversation, although what
was put away is gone with the transaction that began it. A page that was closed before either arrived
has lost it, as it loses every conversation; the opening says so.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sealed_talk import State, opened_turn, sealed_state, sealed_turn
from casework.store import contract
from casework.store.conversations import ConversationRepository, StoredConversation, turn_key
from encryption.errors import CannotOpen
from encryption.seal import seal_with_key
from encryption.token import ConversationKeys, Receipt, open_with_key

ROOM = 1024 * 1024  # bytes of talk that go along, the newest first: what is sealed in one piece has a limit

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PutAway:
    """What is sealed under a resume code."""

    state: State  # as it was before they asked to pause; without choices, which are asked anew
    rows: Sequence[Row]  # what was said so far, without letters and buttons
    answer: Sequence[Row]  # the messages that showed the code, for a turn that is sent again
    turn_id: str | None

    def to_bytes(self) -> bytes:
        state = {"tracker": self.state.tracker, "worded": dict(self.state.worded or {})}
        said = {"rows": list(self.rows), "answer": list(self.answer), "turn_id": self.turn_id}
        return json.dumps({**state, **said}, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> PutAway:
        found = json.loads(data)
        state = State(tracker=found.pop("tracker"), worded=found.pop("worded"))
        return cls(state=state, **found)


class Pauses:
    """Use cases around one table; all calls block."""

    def __init__(self, rows: ConversationRepository) -> None:
        self._rows = rows

    def put_away(
        self,
        keys: ConversationKeys,
        stored: StoredConversation,
        state: State,
        answer: list[Row],
        turn_id: str | None,
        now: dt.datetime,
    ) -> list[Row]:
        """Seal the conversation under its code and delete it; the answer to show, without the code."""
        talk = [opened_turn(row, keys) for row in self._rows.transcript(stored.id)]
        kept = PutAway(state=state, rows=_that_fit(map(_words, talk)), answer=answer, turn_id=turn_id)
        body = seal_with_key(kept.to_bytes(), key=keys.resume.key, context=contract.PAUSED.context(id=keys.resume.id))
        self._rows.put_away(stored, keys.resume.id, body, now)
        return answer

    def answered(self, keys: ConversationKeys, turn_id: str | None, now: dt.datetime) -> list[Row] | None:
        """What the turn with this id answered, if it is the one that put this conversation away."""
        try:
            found = self.find(keys.resume, now)
        except CannotOpen:
            return None
        return list(found.answer) if turn_id and turn_id == found.turn_id else None

    def find(self, code: Receipt, now: dt.datetime) -> PutAway:
        """
        What was put away under a code.

        Raises
        ------
        CannotOpen
            The code is unknown, mistyped, used or too old: one query and no row in each case.
        """
        body = self._rows.found_away(code.id, now)
        if body is None:
            raise CannotOpen
        return PutAway.from_bytes(open_with_key(body, key=code.key, context=contract.PAUSED.context(id=code.id)))

    def take_up(
        self,
        code: Receipt,
        found: PutAway,
        keys: ConversationKeys,
        after: State,
        record: dict[str, Any],
        attempt: str | None,
        now: dt.datetime,
    ) -> None:
        """Begin the conversation that goes on with it, sealed under its own new token."""
        turns = [sealed_turn(dict(row), seq, keys) for seq, row in enumerate((*found.rows, record))]
        self._rows.take_up(
            code.id,
            keys.conversation_id,
            turns=turns,
            tracker=sealed_state(after, keys),
            key=turn_key(keys.conversation_id, attempt) if attempt else None,
            now=now,
        )


def _words(row: Row) -> Row:
    """What a case keeps of a turn if the talk goes into it."""
    return {**row, "messages": [{"text": message.get("text")} for message in row["messages"]]}


def _that_fit(rows: Iterable[Row]) -> list[Row]:
    """The newest rows, and their own statement and story however long ago they were."""
    kept: list[Row] = []
    room = ROOM
    for row in reversed(list(rows)):
        room -= len(json.dumps(row, ensure_ascii=False).encode())
        if room >= 0 or row.get("kept") or row.get("story"):
            kept.append(row)
    return kept[::-1]
