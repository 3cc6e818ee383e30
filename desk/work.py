"""What a caseworker does to a step of an opened case: take it, record what happened to it, answer the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from casework import erasure, queues
from casework.casefile import OpenedCase, OpenedStep
from casework.clocks import Moment
from casework.errors import AskAgain
from casework.facts import Refusal
from casework.queues import Happening, NoSuchStep
from casework.records import Kind, NewRecord, add_record
from casework.sending import due_if_sent
from casework.standing import standing
from casework.states import EventKind, StepState
from casework.store import steps
from casework.store.audit import Entry
from casework.store.database import reading
from casework.store.moments import today
from desk.services import DeskServices
from desk.sessions import Staff

LONGEST_REFERENCE = 120
LONGEST_REPLY = 4_000


class Outcome(StrEnum):
    """What an answer came to."""

    REMOVED = "removed"
    PARTIAL = "partial"
    REFUSED = "refused"
    EXTENDED = "extended"
    OTHER = "other"


SAID_NO = frozenset({Outcome.REFUSED, Outcome.PARTIAL})


class BadDay(AskAgain):
    """The day is missing, in the future, or before the step could have got there."""


class BadOutcome(AskAgain):
    """Choose what the answer was."""


class NotNow(AskAgain):
    """This cannot be recorded in the state that the step is in."""


class BadText(AskAgain):
    """The text is empty or too long."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a caseworker typed into the form of one action."""

    kind: EventKind
    on: str = ""
    reference: str = ""
    outcome: str = ""
    refusal: str = ""  # the reason of a refusal; nobody has to know it
    automated: str = ""  # yes, no, or not known


# From which states each event may be recorded. SENT needs READY: what the person did not agree to does not go out.
ALLOWED: Mapping[EventKind, frozenset[StepState]] = {
    EventKind.SENT: frozenset({StepState.READY, StepState.FAILED}),
    EventKind.ACKNOWLEDGED: frozenset({StepState.SENT}),
    EventKind.ANSWERED: frozenset({StepState.SENT, StepState.ACKNOWLEDGED, StepState.LAPSED, StepState.FAILED}),
    EventKind.CLOSED: frozenset({StepState.LAPSED, StepState.FAILED}),
}
_OF_THE_TEAM = frozenset({EventKind.CLOSED})  # a message to the team has no document: it is only ever done
_NOT_BEFORE: Mapping[EventKind, EventKind] = {
    EventKind.SENT: EventKind.CONSENTED,
    EventKind.ACKNOWLEDGED: EventKind.SENT,
    EventKind.ANSWERED: EventKind.SENT,
}


def possible(state: StepState, document: str | None) -> frozenset[EventKind]:
    """What may be recorded for a step in this state."""
    if document is None:
        return frozenset() if state is StepState.CLOSED else _OF_THE_TEAM
    return frozenset(kind for kind, states in ALLOWED.items() if state in states)


@dataclass(frozen=True, kw_only=True)
class Work:
    """One caseworker at work on one opened case."""

    services: DeskServices
    staff: Staff
    opened: OpenedCase
    now: dt.datetime

    def take(self, step_id: str) -> None:
        """
        Hold a step for half an hour.

        Raises
        ------
        Taken, NoSuchStep
        """
        self._step(step_id)
        queues.claim(self.services.databases, step_id, self.staff.member_id, self.now)

    def release(self, step_id: str) -> None:
        self._step(step_id)
        queues.release(self.services.databases, step_id, self.staff.member_id, self.now)

    def report(self, step_id: str, report: Report) -> StepState:
        """
        Record what happened to a step, and give it back.

        Raises
        ------
        NoSuchStep, Taken, NotNow, BadDay, BadOutcome, BadText
            Nothing was recorded.
        """
        step = self._step(step_id)
        if report.kind not in possible(StepState(step.state), step.document):
            raise NotNow
        happening = self._happening(step, report)
        queues.claim(self.services.databases, step_id, self.staff.member_id, self.now)
        self._audit(report.kind.value)
        return queues.finish(self.services.databases, step_id, self.staff.member_id, happening, self.now)

    def reply(self, text: str) -> None:
        """
        Write to the person in the thread of their case.

        Raises
        ------
        BadText
            It is empty or too long.
        """
        said = text.strip()
        if not 0 < len(said) <= LONGEST_REPLY:
            raise BadText
        self._audit("replied")
        message = NewRecord(kind=Kind.THREAD, value={"from": "desk", "text": said})
        add_record(self.services.databases, self.opened.case_id, message, self.now, self.opened.keys)

    def exported(self) -> None:
        """Write down that a letter leaves the desk as a file, before it does."""
        self._audit("exported")

    def erase(self) -> None:
        """
        Erase the case for good, as its person or the law asked.

        Raises
        ------
        TryLater
            Something is busy or full. It was noted all the same, and will be finished.
        """
        self._audit("erased")
        databases, ledger = self.services.databases, self.services.ledger
        erasure.erase(databases, ledger, self.opened.case_id, self.now, "desk")

    def _audit(self, action: str) -> None:
        on, case_id = today(self.now), self.opened.case_id
        self.services.record(Entry(actor=self.staff.member_id, action=action, on=on, case_id=case_id))

    def _step(self, step_id: str) -> OpenedStep:
        # Only steps of the case that is open: a step id from elsewhere is no way into another case.
        found = next((step for step in self.opened.steps() if step.id == step_id), None)
        if found is None:
            raise NoSuchStep
        return found

    def _happening(self, step: OpenedStep, report: Report) -> Happening:
        on = self._day(step, report)
        detail: dict[str, Any] = {"by": "desk", "reference": _reference(report.reference)}
        if report.kind is EventKind.ANSWERED:
            detail |= _answer(report)
        due = self._due(step, on) if report.kind is EventKind.SENT else None
        return Happening(kind=report.kind, on=on, detail=detail, due=due, keys=self.opened.keys)

    def _due(self, step: OpenedStep, on: dt.date) -> Moment | None:
        law = self.services.law
        return due_if_sent(standing(self.opened, law), step, law, on, self.now)

    def _day(self, step: OpenedStep, report: Report) -> dt.date:
        if report.kind is EventKind.CLOSED and not report.on:
            return today(self.now)
        try:
            on = dt.date.fromisoformat(report.on)
        except ValueError:
            raise BadDay from None
        with reading(self.services.databases.cases) as connection:
            before = [e.on for e in steps.events_of(connection, step.id) if e.kind is _NOT_BEFORE.get(report.kind)]
        if on > today(self.now) or any(on < day for day in before):
            raise BadDay
        return on


def _answer(report: Report) -> dict[str, Any]:
    """What came back; the reason, and whether a machine gave it, belong to a no."""
    outcome = _outcome(report.outcome)
    detail: dict[str, Any] = {"outcome": outcome.value}
    if outcome in SAID_NO and report.refusal:
        detail["refusal"] = _refusal(report.refusal).value
    if outcome in SAID_NO and report.automated in ("yes", "no"):
        detail["automated"] = report.automated == "yes"
    return detail


def _refusal(text: str) -> Refusal:
    try:
        return Refusal(text)
    except ValueError:
        raise BadOutcome from None


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(text)
    except ValueError:
        raise BadOutcome from None


def _reference(text: str) -> str:
    reference = " ".join(text.split())
    if len(reference) > LONGEST_REFERENCE:
        raise BadText
    return reference
