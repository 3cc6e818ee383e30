"""Rows of steps: pages of a queue, leases, events, and the one place that refreshes a cached state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, func, insert, or_, select, tuple_, update

from casework import states
from casework.states import Bounds, Event, EventKind, StepState
from casework.store.database import reading
from casework.store.moments import day, minute, today
from casework.store.tables.cases import STEP, STEP_AFTER, STEP_EVENT

_CLEAR = [column for column in STEP.c if column.name != "detail"]
_TIME_CHANGES = ("waiting", "ready", "blocked", "unconsented")


def page(
    cases: Engine, queue: str, *, state: str | None, after: tuple[str, str] | None, limit: int
) -> Sequence[Row[Any]]:
    """Steps of one queue from behind `after` (clock, id), nearest clock first; unsettled ones if no state is named."""
    only = STEP.c.state == state if state else STEP.c.settled.is_(False)
    query = select(*_CLEAR).where(STEP.c.queue == queue, only)
    if after is not None:
        query = query.where(tuple_(STEP.c.clock, STEP.c.id) > after)
    with reading(cases) as connection:
        return connection.execute(query.order_by(STEP.c.clock, STEP.c.id).limit(limit)).all()


def counts(cases: Engine) -> Sequence[Row[Any]]:
    """How many steps are in each state of each queue."""
    query = select(STEP.c.queue, STEP.c.state, func.count().label("steps")).group_by(STEP.c.queue, STEP.c.state)
    with reading(cases) as connection:
        return connection.execute(query).all()


def find(connection: Connection, step_id: str) -> Row[Any] | None:
    return connection.execute(select(*_CLEAR).where(STEP.c.id == step_id)).one_or_none()


def unheld(now: dt.datetime) -> ColumnElement[bool]:
    return or_(STEP.c.lease_owner.is_(None), STEP.c.lease_until <= minute(now))


def free_for(member: str, now: dt.datetime) -> ColumnElement[bool]:
    return or_(unheld(now), STEP.c.lease_owner == member)


def held_by(member: str, now: dt.datetime) -> ColumnElement[bool]:
    return and_(STEP.c.lease_owner == member, STEP.c.lease_until > minute(now))


def change(connection: Connection, step_id: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Change one step if it still meets the conditions; says whether it did."""
    return connection.execute(update(STEP).where(STEP.c.id == step_id, *conditions).values(**values)).rowcount == 1


def add_event(connection: Connection, step_id: str, kind: EventKind, on: dt.date) -> None:
    last = connection.execute(select(func.max(STEP_EVENT.c.seq)).where(STEP_EVENT.c.step_id == step_id)).scalar_one()
    seq = 0 if last is None else last + 1
    connection.execute(insert(STEP_EVENT).values(step_id=step_id, seq=seq, kind=kind.value, day=on.isoformat()))


def events_of(connection: Connection, step_id: str) -> list[Event]:
    query = select(STEP_EVENT).where(STEP_EVENT.c.step_id == step_id).order_by(STEP_EVENT.c.seq)
    return [
        Event(kind=EventKind(row.kind), on=dt.date.fromisoformat(row.day), seq=row.seq)
        for row in connection.execute(query)
    ]


def refresh(connection: Connection, step_id: str, now: dt.datetime) -> StepState:
    """Compute the state of a step again, and of the steps that follow it if it changed."""
    row = connection.execute(select(*_CLEAR).where(STEP.c.id == step_id)).one()
    state = states.step_state(events_of(connection, step_id), _bounds(connection, row), today(now))
    clock = states.clock(state, due=row.due, available_from=row.available_from, closes=row.closes)
    change(connection, step_id, state=state.value, clock=clock, settled=state in states.SETTLED)
    if state.value != row.state:
        for follower in _followers(connection, step_id):
            refresh(connection, follower, now)
    return state


def _bounds(connection: Connection, row: Row[Any]) -> Bounds:
    query = select(STEP.c.state).join(STEP_AFTER, STEP_AFTER.c.after_id == STEP.c.id)
    before = connection.execute(query.where(STEP_AFTER.c.step_id == row.id)).scalars()
    return Bounds(
        available_from=_date(row.available_from),
        closes=_date(row.closes),
        after=tuple(StepState(state) for state in before),
    )


def _followers(connection: Connection, step_id: str) -> Iterable[str]:
    query = select(STEP_AFTER.c.step_id).where(STEP_AFTER.c.after_id == step_id)
    return connection.execute(query).scalars().all()


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def lapsed(cases: Engine, now: dt.datetime) -> list[str]:
    """Running steps whose clock is over."""
    moment = now.astimezone(dt.UTC).isoformat()
    query = select(STEP.c.id, STEP.c.due).where(
        STEP.c.state.in_([state.value for state in states.RUNNING]), STEP.c.due < moment
    )
    with reading(cases) as connection:
        return [row.id for row in connection.execute(query) if states.has_lapsed(row.due, now)]


def is_lapsed(row: Row[Any], now: dt.datetime) -> bool:
    running = StepState(row.state) in states.RUNNING
    return running and row.due is not None and states.has_lapsed(row.due, now)


def touched_by_time(cases: Engine, now: dt.datetime) -> Sequence[str]:
    """Steps whose cached state a new day may have changed: one that opened, or one that closed."""
    opened = and_(STEP.c.state == StepState.WAITING.value, STEP.c.available_from <= day(now))
    closed = and_(STEP.c.state.in_(_TIME_CHANGES), STEP.c.closes < day(now))
    with reading(cases) as connection:
        return connection.execute(select(STEP.c.id).where(or_(opened, closed))).scalars().all()
