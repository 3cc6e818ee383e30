"""
What can come next in a case, for whoever opens it; and the person's yes to it.

Nothing is drafted in advance: it is the plan of the day on which the case is opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from casework import records
from casework.caseparts import event_rows, new_step, step_row
from casework.documents import Document, document_to_dict, draft
from casework.errors import AskAgain
from casework.facts import Facts, Refusal, facts_from_dict
from casework.law import Law
from casework.opened import OpenedCase, OpenedStep
from casework.plan import Step
from casework.progress import Proposal, Sent, facts_now, proposals
from casework.records import Kind, NewRecord, new_id
from casework.states import Event, EventKind, StepState
from casework.store import steps as step_rows
from casework.store.database import Databases, reading, writing
from casework.store.moments import clock_text, today
from casework.store.tables.cases import STEP, STEP_EVENT

# A step in one of these waits for the person's yes and nothing else of theirs.
OPEN_TO_CONSENT = frozenset({StepState.UNCONSENTED, StepState.WITHDRAWN})


class NotOffered(AskAgain):
    """This step is not open any more, or its letter reads differently today. Please read it again."""


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """A step that waits for a yes, with its letter as it would go; `row` when the case holds it already."""

    step: Step
    document: Document
    row: str | None


def next_steps(opened: OpenedCase, law: Law, now: dt.datetime) -> tuple[NextStep, ...]:
    """
    Every step that the law opens today and that nobody has said yes to.

    None where no plan was shown: on the child path, and for whoever only wrote to the team.
    """
    told = _facts(opened)
    if told is None or opened.latest(Kind.PLAN) is None:
        return ()
    held = opened.steps()
    rows = {str(each.detail.get("id")): each.id for each in held if each.state in OPEN_TO_CONSENT}
    settled = [str(each.detail.get("id")) for each in held if each.state not in OPEN_TO_CONSENT]
    sent = sent_letters(opened)
    found = proposals(told, sent, settled, law, now.date())
    return tuple(_next(each, facts_now(told, sent, law), rows, law, now) for each in found)


def _next(proposal: Proposal, facts: Facts, rows: Mapping[str, str], law: Law, now: dt.datetime) -> NextStep:
    step = proposal.step
    return NextStep(step=step, document=draft(step, facts, law, now.date()), row=rows.get(step.id))


def todays_facts(opened: OpenedCase, law: Law) -> Facts | None:
    """The facts of the case with what became of its letters; None where a case holds none."""
    told = _facts(opened)
    return facts_now(told, sent_letters(opened), law) if told is not None else None


def _facts(opened: OpenedCase) -> Facts | None:
    told = opened.latest(Kind.FACTS)
    return facts_from_dict(told) if told is not None else None


def sent_letters(opened: OpenedCase) -> tuple[Sent, ...]:
    """Every letter of the case that went out, with what was recorded of its answer."""
    events = _events(opened)
    told = _told(opened)
    return tuple(one for step in opened.steps() if (one := _sent(step, events.get(step.id, []), told.get(step.id, {}))))


def _events(opened: OpenedCase) -> dict[str, list[Event]]:
    query = select(STEP_EVENT).join(STEP, STEP.c.id == STEP_EVENT.c.step_id).where(STEP.c.case_id == opened.case_id)
    found: dict[str, list[Event]] = {}
    with reading(opened.cases) as connection:
        for row in connection.execute(query.order_by(STEP_EVENT.c.seq)):
            event = Event(kind=EventKind(row.kind), on=dt.date.fromisoformat(row.day), seq=row.seq)
            found.setdefault(row.step_id, []).append(event)
    return found


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


@dataclass(frozen=True, kw_only=True)
class Yes:
    """To one letter for its recipient: the plan's id of the step, and the SHA-256 of the text that was read."""

    step_id: str
    sha256: str


def agree(databases: Databases, opened: OpenedCase, law: Law, yes: Yes, now: dt.datetime) -> Step:
    """
    Put a step that the person said yes to into its queue.

    Raises
    ------
    NotOffered
        It is not open any more, still lacks something, or would not be the text that was read; nothing was stored.
    """
    found = next((each for each in next_steps(opened, law, now) if each.step.id == yes.step_id), None)
    if found is None or found.document.sha256 != yes.sha256 or found.step.needs:
        raise NotOffered
    with writing(databases.cases) as connection:
        row = found.row or _added(connection, opened, found.step, law, now)
        _consent(connection, opened, row, found, now)
    return found.step


def _added(connection: Connection, opened: OpenedCase, step: Step, law: Law, now: dt.datetime) -> str:
    fresh = new_step(step, law)
    keys = records.case_keys(connection, opened.case_id)
    records.require_own(keys, opened.keys)
    row_id = new_id()
    connection.execute(insert(STEP).values(step_row(opened.case_id, fresh, {fresh.id: row_id}, keys, now)))
    for row in event_rows(fresh, row_id, now):
        connection.execute(insert(STEP_EVENT).values(row))
    return row_id


def _consent(connection: Connection, opened: OpenedCase, row: str, found: NextStep, now: dt.datetime) -> None:
    step = found.step
    bounds = {name: clock_text(getattr(step, name)) for name in ("due", "available_from", "closes")}
    step_rows.change(connection, row, **bounds)
    if step.state == "ready":
        step_rows.add_event(connection, row, EventKind.CLEARED, today(now))
    step_rows.add_event(connection, row, EventKind.CONSENTED, today(now))
    said = {"step": step.id, "row": row, "kind": EventKind.CONSENTED.value, "sha256": found.document.sha256}
    for kind, value in ((Kind.DOCUMENT, document_to_dict(found.document)), (Kind.EVENT, said)):
        records.append(connection, opened.case_id, NewRecord(kind=kind, value=value), now, opened.keys)
    step_rows.refresh(connection, row, now)
