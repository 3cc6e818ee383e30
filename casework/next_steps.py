"""
What can come next in a case, for whoever opens it; and the person's yes to it.

Nothing is drafted in advance: it is the plan of the day on which the case is opened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from casework import records
from casework.caseparts import event_rows, new_step, step_row
from casework.documents import Document, document_to_dict, draft
from casework.errors import AskAgain
from casework.law import Law
from casework.opened import OpenedCase
from casework.plan import Step
from casework.progress import proposals
from casework.records import Kind, NewRecord, new_id
from casework.standing import Standing, standing
from casework.states import EventKind, StepState
from casework.store import steps as step_rows
from casework.store.database import Databases, writing
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


def next_steps(case: Standing, law: Law, now: dt.datetime) -> tuple[NextStep, ...]:
    """
    Every step that the law opens today and that nobody has said yes to.

    None where no plan was shown: on the child path, and for whoever only wrote to the team.
    """
    if case.facts is None or not case.planned:
        return ()
    rows = {each.plan_id: each.id for each in case.steps if each.state in OPEN_TO_CONSENT}
    settled = [each.plan_id for each in case.steps if each.state not in OPEN_TO_CONSENT]
    found = proposals(case.facts, settled, law, now.date())
    return tuple(
        NextStep(step=step, document=draft(step, case.facts, law, now.date()), row=rows.get(step.id)) for step in found
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
    found = next((each for each in next_steps(standing(opened, law), law, now) if each.step.id == yes.step_id), None)
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
