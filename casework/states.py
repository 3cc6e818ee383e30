"""
Where a step stands, computed from its dated events. Pure: no I/O, no clock.

The `state` column is a cache of `step_state`, and nothing else decides a state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

NO_CLOCK = "9999-12-31"


class EventKind(StrEnum):
    BLOCKED = "blocked"  # something it needs is missing
    CLEARED = "cleared"  # nothing is missing any more
    CONSENTED = "consented"  # the person saw this text and said yes, for this recipient
    WITHDRAWN = "withdrawn"  # the person took that back
    SENT = "sent"
    FAILED = "failed"  # could not be delivered, for good
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    LAPSED = "lapsed"  # the clock ran out without an answer
    CLOSED = "closed"  # someone decided that nothing more is expected here


class StepState(StrEnum):
    BLOCKED = "blocked"
    UNCONSENTED = "unconsented"
    WAITING = "waiting"  # for its day, or for the step before it
    READY = "ready"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    LAPSED = "lapsed"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"  # its last useful day passed before it was sent


# A lapsed step is not settled: someone must look at what comes next.
SETTLED = frozenset({StepState.ANSWERED, StepState.CLOSED, StepState.WITHDRAWN, StepState.MISSED})
BEFORE_SENDING = frozenset({StepState.BLOCKED, StepState.UNCONSENTED, StepState.WAITING, StepState.READY})
RUNNING = frozenset({StepState.SENT, StepState.ACKNOWLEDGED})
# What the next step of a ladder waits for: an answer, or the lack of one.
_OPENS_THE_NEXT = frozenset({StepState.ANSWERED, StepState.LAPSED, StepState.CLOSED})


@dataclass(frozen=True, kw_only=True)
class Event:
    kind: EventKind
    on: dt.date
    seq: int = 0  # the order of recording, where two fall on one day


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The days between which a step makes sense, and the states of the steps that it follows."""

    available_from: dt.date | None = None
    closes: dt.date | None = None
    after: tuple[StepState, ...] = field(default=())


def step_state(events: Iterable[Event], bounds: Bounds, today: dt.date) -> StepState:
    """Where the step stands on `today`; the order in which events were recorded counts only within a day."""
    kinds = [event.kind for event in sorted(events, key=lambda event: (event.on, event.seq))]
    # A late answer is an answer, whatever else was recorded.
    if EventKind.ANSWERED in kinds:
        return StepState.ANSWERED
    if EventKind.CLOSED in kinds:
        return StepState.CLOSED
    if EventKind.SENT in kinds:
        return _after_sending(kinds[_last(kinds, EventKind.SENT) :])
    return _before_sending(kinds, bounds, today)


def _after_sending(kinds: list[EventKind]) -> StepState:
    if EventKind.FAILED in kinds:
        return StepState.FAILED
    if EventKind.LAPSED in kinds:
        return StepState.LAPSED
    return StepState.ACKNOWLEDGED if EventKind.ACKNOWLEDGED in kinds else StepState.SENT


def _before_sending(kinds: list[EventKind], bounds: Bounds, today: dt.date) -> StepState:
    if _last(kinds, EventKind.WITHDRAWN) > _last(kinds, EventKind.CONSENTED):
        return StepState.WITHDRAWN
    if EventKind.FAILED in kinds:
        return StepState.FAILED
    if bounds.closes is not None and today > bounds.closes:
        return StepState.MISSED
    if _last(kinds, EventKind.BLOCKED) > _last(kinds, EventKind.CLEARED):
        return StepState.BLOCKED
    if EventKind.CONSENTED not in kinds:
        return StepState.UNCONSENTED
    return StepState.READY if _is_open(bounds, today) else StepState.WAITING


def _is_open(bounds: Bounds, today: dt.date) -> bool:
    begun = bounds.available_from is None or today >= bounds.available_from
    return begun and _OPENS_THE_NEXT.issuperset(bounds.after)


def _last(kinds: list[EventKind], kind: EventKind) -> int:
    return max((i for i, each in enumerate(kinds) if each is kind), default=-1)


def clock(state: StepState, *, due: str | None, available_from: str | None, closes: str | None) -> str:
    """
    The date a queue is ordered by, as ISO text.

    Running: when the recipient must have acted. Before that: the last useful day, or when the
    recipient would have had to act if it had gone out at once, whichever comes first.
    """
    if state is StepState.WAITING:
        return available_from or closes or NO_CLOCK
    if state in RUNNING:
        return due or NO_CLOCK
    return min((each for each in (due, closes) if each), default=NO_CLOCK)


def has_lapsed(due: str, now: dt.datetime) -> bool:
    """Whether `due` is over: a day ends with the day, a minute with the minute (both UTC)."""
    moment = now.astimezone(dt.UTC)
    if len(due) == len(NO_CLOCK):
        return moment.date() > dt.date.fromisoformat(due)
    return moment > dt.datetime.fromisoformat(due)
