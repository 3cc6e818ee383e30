"""
Live conversations: one sealed tracker and an append-only, sealed transcript each; and those put away under a code.

Nothing here holds a key. All calls block: an event loop runs them in a thread.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from casework.errors import AskAgain, TryLater
from casework.store.database import reading, writing
from casework.store.moments import minute
from casework.store.tables.conversations import CONVERSATION, PAUSED, TURN

IDLE_MINUTES = 60
PAUSE_MINUTES = 7 * 24 * 60


class ConversationGone(AskAgain):
    """This conversation has ended."""


@dataclass(frozen=True, kw_only=True)
class StoredTurn:
    seq: int
    kind: str  # turn | statement
    body: bytes


@dataclass(frozen=True, kw_only=True)
class StoredConversation:
    id: str
    tracker: bytes | None
    turns: int  # the `seq` that the next turn takes


def turn_key(conversation_id: str, client_turn_id: str) -> bytes:
    """What we keep of the id that a client gave its turn, so that a repeat finds the same answer."""
    return hashlib.sha256(f"{conversation_id}\0{client_turn_id}".encode()).digest()


class ConversationRepository:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, conversation_id: str, now: dt.datetime) -> None:
        """Begin an empty conversation; one that exists is left as it is."""
        with writing(self._engine) as connection:
            if _live(connection, conversation_id, now) is None:
                connection.execute(delete(CONVERSATION).where(CONVERSATION.c.id == conversation_id))
                connection.execute(insert(CONVERSATION).values(id=conversation_id, turns=0, touched_at=minute(now)))

    def load(self, conversation_id: str, now: dt.datetime) -> StoredConversation | None:
        """The conversation, or None when it never was, was left, or was idle for an hour."""
        with reading(self._engine) as connection:
            row = _live(connection, conversation_id, now)
        return None if row is None else StoredConversation(id=row.id, tracker=row.tracker, turns=row.turns)

    def answered(self, conversation_id: str, key: bytes) -> StoredTurn | None:
        """The turn that was already stored under this `turn_key`."""
        with reading(self._engine) as connection:
            return _by_key(connection, conversation_id, key)

    def transcript(self, conversation_id: str) -> tuple[StoredTurn, ...]:
        columns = (TURN.c.seq, TURN.c.kind, TURN.c.body)
        query = select(*columns).where(TURN.c.conversation_id == conversation_id).order_by(TURN.c.seq)
        with reading(self._engine) as connection:
            return tuple(StoredTurn(seq=row.seq, kind=row.kind, body=row.body) for row in connection.execute(query))

    def save_turn(
        self,
        conversation_id: str,
        *,
        turn: StoredTurn,
        tracker: bytes | None,
        key: bytes | None,
        now: dt.datetime,
    ) -> StoredTurn:
        """
        Keep one turn and the tracker after it, both or neither.

        `tracker` None leaves the tracker as it is (a statement does not pass through it). Returns the
        stored turn: the given one, or, when `key` was stored before, the one that was stored then.

        Raises
        ------
        ConversationGone
            It was left, or swept, while the turn was on its way: nothing is brought back.
        TryLater
            Another turn of this conversation was stored first; `turn.seq` is taken.
        """
        with writing(self._engine) as connection:
            row = _live(connection, conversation_id, now)
            if row is None:
                raise ConversationGone
            before = _by_key(connection, conversation_id, key) if key else None
            if before is not None:
                return before
            if turn.seq != row.turns:
                raise TryLater
            _append(connection, conversation_id, [turn], key)
            _touch(connection, conversation_id, turn.seq + 1, tracker, now)
        return turn

    def save_alone(
        self, conversation_id: str, *, turn: StoredTurn, tracker: bytes, key: bytes | None, now: dt.datetime
    ) -> StoredTurn:
        """
        Keep one turn and its tracker, and shred all that was before them, in one transaction.

        Raises
        ------
        ConversationGone
            It was left, or swept, while the turn was on its way: nothing is brought back.
        """
        with writing(self._engine) as connection:
            if _live(connection, conversation_id, now) is None:
                raise ConversationGone
            before = _by_key(connection, conversation_id, key) if key else None
            if before is not None:
                return before
            connection.execute(delete(TURN).where(TURN.c.conversation_id == conversation_id))
            _append(connection, conversation_id, [turn], key)
            _touch(connection, conversation_id, 1, tracker, now)
        return turn

    def put_away(self, stored: StoredConversation, pause_id: str, body: bytes, now: dt.datetime) -> None:
        """
        Replace a live conversation by what is sealed of it under a code, both or neither.

        Raises
        ------
        ConversationGone
            It was left, or swept, while the turn was on its way.
        TryLater
            Another turn of it was stored since `stored` was read.
        """
        with writing(self._engine) as connection:
            row = _live(connection, stored.id, now)
            if row is None:
                raise ConversationGone
            if row.turns != stored.turns:
                raise TryLater
            connection.execute(delete(CONVERSATION).where(CONVERSATION.c.id == stored.id))
            values = {"body": body, "expires_at": minute(now) + PAUSE_MINUTES}
            connection.execute(insert(PAUSED).values(id=pause_id, **values))

    def found_away(self, pause_id: str, now: dt.datetime) -> bytes | None:
        """What was put away under a code; None when nothing was, it was taken up, or its time is over."""
        with reading(self._engine) as connection:
            query = select(PAUSED.c.body).where(PAUSED.c.id == pause_id, PAUSED.c.expires_at >= minute(now))
            return connection.execute(query).scalar_one_or_none()

    def take_up(
        self,
        pause_id: str,
        conversation_id: str,
        *,
        turns: Sequence[StoredTurn],
        tracker: bytes,
        key: bytes | None,
        now: dt.datetime,
    ) -> None:
        """
        Make what was put away a live conversation and delete it, both or neither; `key` is of the last turn.

        Raises
        ------
        ConversationGone
            Somebody took it up first, or its time is over.
        """
        with writing(self._engine) as connection:
            mine = delete(PAUSED).where(PAUSED.c.id == pause_id, PAUSED.c.expires_at >= minute(now))
            if not connection.execute(mine).rowcount:
                raise ConversationGone
            values = {"turns": len(turns), "tracker": tracker, "touched_at": minute(now)}
            connection.execute(insert(CONVERSATION).values(id=conversation_id, **values))
            _append(connection, conversation_id, turns, key)

    def delete(self, conversation_id: str) -> None:
        """Remove every row of the conversation; repeatable."""
        with writing(self._engine) as connection:
            connection.execute(delete(CONVERSATION).where(CONVERSATION.c.id == conversation_id))

    def sweep(self, now: dt.datetime) -> int:
        """Remove what was idle for an hour, and what was put away and not taken up in time; returns how many."""
        idle = delete(CONVERSATION).where(CONVERSATION.c.touched_at < minute(now) - IDLE_MINUTES)
        late = delete(PAUSED).where(PAUSED.c.expires_at < minute(now))
        with writing(self._engine) as connection:
            return connection.execute(idle).rowcount + connection.execute(late).rowcount


def _live(connection: Connection, conversation_id: str, now: dt.datetime) -> Row[tuple[str, bytes, int]] | None:
    columns = (CONVERSATION.c.id, CONVERSATION.c.tracker, CONVERSATION.c.turns)
    fresh = CONVERSATION.c.touched_at >= minute(now) - IDLE_MINUTES
    return connection.execute(select(*columns).where(CONVERSATION.c.id == conversation_id, fresh)).one_or_none()


def _by_key(connection: Connection, conversation_id: str, key: bytes) -> StoredTurn | None:
    query = select(TURN.c.seq, TURN.c.kind, TURN.c.body).where(
        TURN.c.conversation_id == conversation_id, TURN.c.turn_key == key
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else StoredTurn(seq=row.seq, kind=row.kind, body=row.body)


def _append(connection: Connection, conversation_id: str, turns: Sequence[StoredTurn], key: bytes | None) -> None:
    """Add these turns; `key` is of the last one."""
    rows = [{"conversation_id": conversation_id, "turn_key": None, **asdict(turn)} for turn in turns]
    rows[-1]["turn_key"] = key
    connection.execute(insert(TURN), rows)


def _touch(connection: Connection, conversation_id: str, turns: int, tracker: bytes | None, now: dt.datetime) -> None:
    changes: dict[str, Any] = {"turns": turns, "touched_at": minute(now)}
    if tracker is not None:
        changes["tracker"] = tracker
    connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(**changes))
