"""Rows of the outbox: what waits, which worker holds it, how it ended. Nothing here opens what is inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, case, func, insert, or_, select, update

from casework.states import StepState
from casework.store.database import reading, writing
from casework.store.moments import minute
from casework.store.tables.cases import OUTBOX, STEP

# Longer than any sender may take. A worker that died holds what it had for this long, and no longer.
LEASE_MINUTES = 10
NO_SENDER = "no_sender"
NOT_WANTED = "not_wanted"
REPLACED = "replaced"
# A step whose letter failed may be tried again; one that was sent, withdrawn or closed in the meantime may not.
SENDABLE = frozenset({StepState.READY, StepState.FAILED})


class Kind(StrEnum):
    PACKET = "packet"  # a letter, once
    NOTICE = "notice"  # that there is news, without content; as often as there is some


class State(StrEnum):
    STANDING = "standing"  # a notice that nobody has rung
    PENDING = "pending"
    SENT = "sent"  # a packet: shredded
    FAILED = "failed"  # for good: a packet is shredded, a notice can be rung again
    CANCELLED = "cancelled"  # shredded before it went


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits, in numbers."""

    packets: int
    later: int  # of these: not to be tried now
    notices: int
    failed: int
    oldest: dt.date | None  # day on which the oldest waiting packet was approved
    by_key: Mapping[str, int]  # packets and notices that wait, by the id of the key they wait for


@dataclass(frozen=True, kw_only=True)
class PacketState:
    """Where one packet stands, for the page of its case."""

    step_id: str
    state: State
    attempts: int
    reason: str | None
    day: str | None


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(OUTBOX).values(**row))


def with_idempotency_key(connection: Connection, key: str) -> RowMapping | None:
    """The packet that was sealed under this key, its envelope left out."""
    query = select(OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.step_id).where(OUTBOX.c.idempotency_key == key)
    return connection.execute(query).mappings().one_or_none()


def revive(connection: Connection, row_id: str, **values: Any) -> None:
    """Let a packet that failed or was cancelled wait again, sealed anew."""
    fresh = {"state": State.PENDING.value, "attempts": 0, "retry_at": 0, "reason": None}
    _change(connection, OUTBOX.c.id == row_id, **fresh, **values)


def is_held(connection: Connection, step_id: str, now: dt.datetime) -> bool:
    """Whether a worker has a packet of this step in its hands."""
    held = and_(OUTBOX.c.step_id == step_id, _pending(), OUTBOX.c.lease_until > minute(now))
    return connection.execute(select(OUTBOX.c.id).where(held)).first() is not None


def cancel(connection: Connection, step_id: str, reason: str, now: dt.datetime) -> int:
    """Shred the packets of a step that wait and that no worker holds; how many."""
    free = and_(OUTBOX.c.step_id == step_id, _pending(), OUTBOX.c.lease_until <= minute(now))
    return _change(connection, free, **_over(State.CANCELLED, reason))


def ring(connection: Connection, case_id: str, idempotency_key: str) -> bool:
    """Let the notice of a case wait to be sent; False if it waits already, or the case has none."""
    # A new key each time: under the old one a receiver would take the second notice for the first, and drop it.
    resting = OUTBOX.c.state.in_([State.STANDING.value, State.FAILED.value])
    notice = and_(OUTBOX.c.case_id == case_id, OUTBOX.c.kind == Kind.NOTICE.value, resting)
    fresh = {"state": State.PENDING.value, "attempts": 0, "retry_at": 0, "reason": None}
    return _change(connection, notice, idempotency_key=idempotency_key, **fresh) > 0


def take(
    cases: Engine, kinds: Iterable[str], key_ids: Iterable[str], worker: str, now: dt.datetime
) -> RowMapping | None:
    """Lease the next due row that one of these keys opens, the longest due first within a key; None when none is."""
    wanted = [(kind, key_id) for kind in kinds for key_id in key_ids]
    with writing(cases) as connection:
        for kind, key_id in wanted:
            row = _next(connection, kind, key_id, now)
            if row is not None:
                until = minute(now) + LEASE_MINUTES
                _change(connection, OUTBOX.c.id == row["id"], lease_owner=worker, lease_until=until)
                return row
    return None


def _next(connection: Connection, kind: str, key_id: str, now: dt.datetime) -> RowMapping | None:
    # One key at a time, so that the index leads straight to the row, however many wait for another key.
    due = and_(_pending(), OUTBOX.c.kind == kind, OUTBOX.c.key_id == key_id, OUTBOX.c.retry_at <= minute(now))
    query = select(OUTBOX).where(due, OUTBOX.c.lease_until <= minute(now)).order_by(OUTBOX.c.retry_at).limit(1)
    return connection.execute(query.with_for_update(skip_locked=True)).mappings().one_or_none()


def begin(connection: Connection, row_id: str, worker: str, now: dt.datetime) -> int | None:
    """
    Count one more attempt, and say which it is; None if this must not go out.

    Either another worker has it by now, or its step was sent, withdrawn or closed in the meantime:
    then it is cancelled and shredded.
    """
    row = connection.execute(select(OUTBOX.c.step_id, OUTBOX.c.attempts).where(_mine(row_id, worker))).one_or_none()
    if row is None:
        return None
    if row.step_id is not None and not _is_sendable(connection, row.step_id):
        _change(connection, _mine(row_id, worker), **_over(State.CANCELLED, NOT_WANTED))
        return None
    until = minute(now) + LEASE_MINUTES
    _change(connection, _mine(row_id, worker), attempts=row.attempts + 1, lease_until=until)
    return int(row.attempts) + 1


def _is_sendable(connection: Connection, step_id: str) -> bool:
    state = connection.execute(select(STEP.c.state).where(STEP.c.id == step_id)).scalar_one_or_none()
    return state is not None and StepState(state) in SENDABLE


def finish_packet(connection: Connection, row_id: str) -> bool:
    """It is out: shred it. Whoever holds it now, since what is out is out; False if that was known."""
    return _change(connection, and_(OUTBOX.c.id == row_id, _pending()), **_over(State.SENT, None)) > 0


def rest_notice(connection: Connection, row_id: str) -> bool:
    """It is out, or there was nobody to tell: the address stays for the next time."""
    rest = {"state": State.STANDING.value, "attempts": 0, "retry_at": 0, "reason": None, **_LET_GO}
    return _change(connection, and_(OUTBOX.c.id == row_id, _pending()), **rest) > 0


def postpone(connection: Connection, row_id: str, worker: str, until: dt.datetime, reason: str | None) -> bool:
    """Try again from `until` on; False if another worker has it by now."""
    return _change(connection, _mine(row_id, worker), retry_at=minute(until), reason=reason, **_LET_GO) > 0


def fail(connection: Connection, row_id: str, worker: str, reason: str) -> bool:
    """It will not go, for good; False if another worker has it by now."""
    # A packet's text is still in the case, and can be approved again; an address is nowhere else.
    kept = case((OUTBOX.c.kind == Kind.NOTICE.value, OUTBOX.c.packet))
    return _change(connection, _mine(row_id, worker), **{**_over(State.FAILED, reason), "packet": kept}) > 0


def try_again_now(cases: Engine) -> int:
    """Let all that found no sender be tried again: there may be one now."""
    with writing(cases) as connection:
        return _change(connection, and_(_pending(), OUTBOX.c.reason == NO_SENDER), retry_at=0)


def waiting(cases: Engine, now: dt.datetime) -> Waiting:
    later = func.sum(case((OUTBOX.c.retry_at > minute(now), 1), else_=0)).label("later")
    shown = (OUTBOX.c.state, OUTBOX.c.kind, OUTBOX.c.key_id)
    counted = OUTBOX.c.state.in_([State.PENDING.value, State.FAILED.value])
    query = select(*shown, func.count().label("rows"), func.min(OUTBOX.c.day).label("oldest"), later)
    with reading(cases) as connection:
        rows = connection.execute(query.where(counted).group_by(*shown)).all()
    pending = [row for row in rows if row.state == State.PENDING.value]
    packets = [row for row in pending if row.kind == Kind.PACKET.value]
    days = [row.oldest for row in packets if row.oldest]
    return Waiting(
        packets=sum(row.rows for row in packets),
        later=sum(row.later for row in packets),
        notices=sum(row.rows for row in pending if row.kind == Kind.NOTICE.value),
        failed=sum(row.rows for row in rows if row.state == State.FAILED.value),
        oldest=dt.date.fromisoformat(min(days)) if days else None,
        by_key=_summed((row.key_id, row.rows) for row in pending),
    )


def kept_by_key(cases: Engine) -> Mapping[str, int]:
    """How many packets and notices are sealed to each dispatch key: what is left on an old epoch."""
    query = select(OUTBOX.c.key_id, func.count().label("rows")).where(
        or_(
            OUTBOX.c.state.in_([State.STANDING.value, State.PENDING.value]),
            and_(OUTBOX.c.state == State.FAILED.value, OUTBOX.c.kind == Kind.NOTICE.value),
        )
    )
    with reading(cases) as connection:
        return _summed((row.key_id, row.rows) for row in connection.execute(query.group_by(OUTBOX.c.key_id)))


def packets_of(cases: Engine, case_id: str) -> list[PacketState]:
    """Where the packets of a case stand."""
    columns = (OUTBOX.c.step_id, OUTBOX.c.state, OUTBOX.c.attempts, OUTBOX.c.reason, OUTBOX.c.day)
    query = select(*columns).where(OUTBOX.c.case_id == case_id, OUTBOX.c.kind == Kind.PACKET.value)
    with reading(cases) as connection:
        rows = connection.execute(query).mappings().all()
    return [PacketState(**{**row, "state": State(row["state"])}) for row in rows]


_LET_GO = {"lease_owner": None, "lease_until": 0}


def _over(state: State, reason: str | None) -> dict[str, Any]:
    return {"state": state.value, "packet": None, "reason": reason, **_LET_GO}


def _pending() -> ColumnElement[bool]:
    return OUTBOX.c.state == State.PENDING.value


def _mine(row_id: str, worker: str) -> ColumnElement[bool]:
    return and_(OUTBOX.c.id == row_id, OUTBOX.c.lease_owner == worker, _pending())


def _change(connection: Connection, condition: ColumnElement[bool], **values: Any) -> int:
    return connection.execute(update(OUTBOX).where(condition).values(**values)).rowcount


def _summed(pairs: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, count in pairs:
        found[key or ""] = found.get(key or "", 0) + count
    return found
