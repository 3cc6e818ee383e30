"""The work queues: who works on which step now, and what happened to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from casework import records
from casework.errors import AskAgain
from casework.records import Kind, KnownKeys, NewRecord
from casework.states import EventKind, StepState
from casework.store import steps
from casework.store.database import Databases, reading, writing
from casework.store.moments import clock_text, minute, today
from casework.store.tables.cases import STEP

LEASE_MINUTES = 30
PAGE = 50


class Taken(AskAgain):
    """Someone else is working on this step."""


class NotHeld(AskAgain):
    """This step was taken over, or its time ran out. Take it again first."""


class NoSuchStep(AskAgain):
    """There is no such step any more."""


class Cursor(NamedTuple):
    """The last step of a page, by what pages are ordered by."""

    clock: str
    id: str


@dataclass(frozen=True, kw_only=True)
class QueuedStep:
    """What a queue shows of a step: nothing that is sealed."""

    id: str
    case_id: str
    queue: str
    document: str | None
    mode: str
    state: StepState
    clock: str
    due: str | None
    available_from: str | None
    closes: str | None
    lease_owner: str | None  # None too when a lease is over


@dataclass(frozen=True, kw_only=True)
class Page:
    steps: tuple[QueuedStep, ...]
    next: Cursor | None


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened to a step on a day; `detail` (outcome, reference …) is sealed into the case."""

    kind: EventKind
    on: dt.date
    detail: Mapping[str, Any] | None = None
    due: dt.date | None = None  # the clock that starts with it; a moment where the law counts hours
    keys: KnownKeys | None = None  # of whoever has the case open


def page(
    databases: Databases,
    queue: str,
    now: dt.datetime,
    *,
    state: StepState | None = None,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """One page of a queue, the nearest clock first; without `state`, all that is not settled."""
    rows = steps.page(databases.cases, queue, state=state and state.value, after=after, limit=limit + 1)
    shown = tuple(_queued(row, now) for row in rows[:limit])
    more = len(rows) > limit
    return Page(steps=shown, next=Cursor(shown[-1].clock, shown[-1].id) if more else None)


def counts(databases: Databases) -> dict[str, dict[StepState, int]]:
    """Queue → state → number of steps."""
    found: dict[str, dict[StepState, int]] = {}
    for row in steps.counts(databases.cases):
        found.setdefault(row.queue, {})[StepState(row.state)] = row.steps
    return found


def step(databases: Databases, step_id: str, now: dt.datetime) -> QueuedStep:
    """
    One step.

    Raises
    ------
    NoSuchStep
        Its case was erased, or it never was.
    """
    with reading(databases.cases) as connection:
        return _queued(_find(connection, step_id), now)


def claim(
    databases: Databases, step_id: str, member: str, now: dt.datetime, *, minutes: int = LEASE_MINUTES
) -> QueuedStep:
    """
    Take a step for oneself for a while; taking it again prolongs it.

    Raises
    ------
    Taken
        Another member holds it.
    """
    with writing(databases.cases) as connection:
        row = _find(connection, step_id)
        until = minute(now) + minutes
        if not steps.change(connection, row.id, steps.free_for(member, now), lease_owner=member, lease_until=until):
            raise Taken
        return _queued(_find(connection, step_id), now)


def claim_next(
    databases: Databases, queue: str, member: str, now: dt.datetime, *, minutes: int = LEASE_MINUTES
) -> QueuedStep | None:
    """Take the ready step with the nearest clock that nobody holds; None when there is none."""
    ready = (STEP.c.queue == queue, STEP.c.state == StepState.READY.value, steps.unheld(now))
    query = select(STEP.c.id).where(*ready).order_by(STEP.c.clock, STEP.c.id).limit(1)
    with writing(databases.cases) as connection:
        # The transaction is the only writer on SQLite; on PostgreSQL rows that are locked are passed over.
        step_id = connection.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()
        if step_id is None:
            return None
        steps.change(connection, step_id, lease_owner=member, lease_until=minute(now) + minutes)
        return _queued(_find(connection, step_id), now)


def release(databases: Databases, step_id: str, member: str, now: dt.datetime) -> None:
    """Give a step back; one that is not held by this member stays as it is."""
    with writing(databases.cases) as connection:
        steps.change(connection, step_id, steps.held_by(member, now), lease_owner=None, lease_until=None)


def hand_over(databases: Databases, step_id: str, member: str, to: str, now: dt.datetime) -> None:
    """
    Give a step to another member, with a fresh lease.

    Raises
    ------
    NotHeld
        The giver does not hold it now.
    """
    until = minute(now) + LEASE_MINUTES
    with writing(databases.cases) as connection:
        if not steps.change(connection, step_id, steps.held_by(member, now), lease_owner=to, lease_until=until):
            raise NotHeld


def finish(databases: Databases, step_id: str, member: str, happening: Happening, now: dt.datetime) -> StepState:
    """
    Record what a member did with a step they hold, and give it back.

    Raises
    ------
    NotHeld
        They do not hold it now: someone else may have sent it already.
    """
    with writing(databases.cases) as connection:
        free = {"lease_owner": None, "lease_until": None}
        if not steps.change(connection, step_id, steps.held_by(member, now), **free):
            raise NotHeld
        return record(connection, step_id, happening, now)


def record_event(databases: Databases, step_id: str, happening: Happening, now: dt.datetime) -> StepState:
    """Record what happened to a step without holding it: the person's own consent, sending or answer."""
    with writing(databases.cases) as connection:
        return record(connection, step_id, happening, now)


def tick(databases: Databases, now: dt.datetime) -> int:
    """Let clocks that are over lapse, and open and close what a new day opens and closes; returns how many."""
    lapsed = steps.lapsed(databases.cases, now)
    for step_id in lapsed:
        with writing(databases.cases) as connection:
            row = steps.find(connection, step_id)
            # Asked again inside the transaction: an answer may have come in between.
            if row is not None and steps.is_lapsed(row, now):
                record(connection, step_id, Happening(kind=EventKind.LAPSED, on=today(now)), now)
    moved = steps.touched_by_time(databases.cases, now)
    for step_id in moved:
        with writing(databases.cases) as connection:
            if steps.find(connection, step_id) is not None:
                steps.refresh(connection, step_id, now)
    return len(lapsed) + len(moved)


def record(connection: Connection, step_id: str, happening: Happening, now: dt.datetime) -> StepState:
    """As `record_event`, in the caller's transaction."""
    row = _find(connection, step_id)
    steps.add_event(connection, step_id, happening.kind, happening.on)
    if happening.due is not None:
        steps.change(connection, step_id, due=clock_text(happening.due))
    if happening.detail is not None:
        value = {**happening.detail, "row": step_id, "kind": happening.kind.value, "on": happening.on.isoformat()}
        records.append(connection, row.case_id, NewRecord(kind=Kind.EVENT, value=value), now, happening.keys)
    return steps.refresh(connection, step_id, now)


def _find(connection: Connection, step_id: str) -> Row[Any]:
    row = steps.find(connection, step_id)
    if row is None:
        raise NoSuchStep
    return row


def _queued(row: Row[Any], now: dt.datetime) -> QueuedStep:
    held = row.lease_until is not None and row.lease_until > minute(now)
    return QueuedStep(
        id=row.id,
        case_id=row.case_id,
        queue=row.queue,
        document=row.document,
        mode=row.mode,
        state=StepState(row.state),
        clock=row.clock,
        due=row.due,
        available_from=row.available_from,
        closes=row.closes,
        lease_owner=row.lease_owner if held else None,
    )
