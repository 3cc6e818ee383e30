"""Where a case stands: its steps, what was told, what became of its letters. Opened once for all who ask the law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casework.facts import Facts, Refusal, facts_from_dict
from casework.law import Law
from casework.opened import OpenedCase, OpenedStep
from casework.progress import Sent, facts_now
from casework.records import Kind
from casework.states import Event, EventKind
from casework.store.database import reading
from casework.store.tables.cases import STEP, STEP_EVENT


@dataclass(frozen=True, repr=False, kw_only=True)
class Standing:
    """
    What the law is asked about; it holds a person's words, so nothing prints it.

    A letter that is out is no step of today's plan any more, and one that followed on it was none of the first: who
    looks for a step of the case asks both `told` and `facts`.
    """

    steps: tuple[OpenedStep, ...]
    events: Mapping[str, tuple[Event, ...]]  # by step row, in the order in which they were recorded
    told: Facts | None  # as it was told; None on the child path
    facts: Facts | None  # the same with what became of the letters
    planned: bool  # a plan was shown

    @property
    def first_and_today(self) -> tuple[Facts, ...]:
        return tuple(facts for facts in (self.told, self.facts) if facts is not None)

    def held(self, plan_id: str) -> OpenedStep | None:
        return next((step for step in self.steps if step.plan_id == plan_id), None)


def standing(opened: OpenedCase, law: Law) -> Standing:
    steps, events, told = tuple(opened.steps()), events_of(opened), opened.latest(Kind.FACTS)
    if told is None:
        return Standing(steps=steps, events=events, told=None, facts=None, planned=False)
    first = facts_from_dict(told)
    today = facts_now(first, sent_letters(opened, steps, events), law)
    return Standing(steps=steps, events=events, told=first, facts=today, planned=opened.holds(Kind.PLAN))


def sent_letters(
    opened: OpenedCase, steps: Iterable[OpenedStep], events: Mapping[str, Iterable[Event]]
) -> tuple[Sent, ...]:
    """Every letter of the case that went out, with what was recorded of its answer."""
    told = _told(opened)
    return tuple(one for step in steps if (one := _sent(step, events.get(step.id, ()), told.get(step.id, {}))))


def events_of(opened: OpenedCase) -> dict[str, tuple[Event, ...]]:
    """What happened to each step, by its row."""
    query = select(STEP_EVENT).join(STEP, STEP.c.id == STEP_EVENT.c.step_id).where(STEP.c.case_id == opened.case_id)
    found: dict[str, list[Event]] = {}
    with reading(opened.cases) as connection:
        for row in connection.execute(query.order_by(STEP_EVENT.c.seq)):
            event = Event(kind=EventKind(row.kind), on=dt.date.fromisoformat(row.day), seq=row.seq)
            found.setdefault(row.step_id, []).append(event)
    return {row: tuple(events) for row, events in found.items()}


def _told(opened: OpenedCase) -> dict[str, dict[str, Any]]:
    """Step row → what stands behind its events, the latest word of each kind."""
    found: dict[str, dict[str, Any]] = {}
    for record in opened.read(Kind.EVENT):
        value = record.value
        found.setdefault(str(value.get("row")), {}).update({str(value.get("kind")): value})
    return found


def _sent(step: OpenedStep, events: Iterable[Event], told: Mapping[str, Mapping[str, Any]]) -> Sent | None:
    days = {event.kind: event.on for event in events}
    if EventKind.SENT not in days or step.document is None:
        return None
    answer = told.get(EventKind.ANSWERED.value, {})
    return Sent(
        document=step.document,
        recipient_id=str(step.detail.get("recipient_id")),
        sent_on=days[EventKind.SENT],
        answered_on=days.get(EventKind.ANSWERED),
        outcome=answer.get("outcome"),
        refusal=Refusal(answer["refusal"]) if answer.get("refusal") else None,
        automated=answer.get("automated"),
        reference=answer.get("reference") or told.get(EventKind.SENT.value, {}).get("reference"),
    )
