"""A case as its own person sees it: where it stands, their letters, the thread, who opened it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework import queues, records
from casework.casefile import OpenedCase, OpenedRecord, OpenedStep
from casework.clocks import Moment
from casework.documents import address_of
from casework.errors import AskAgain
from casework.explain import Explanations, explained, plan_view
from casework.facts import Refusal
from casework.law import Law
from casework.next_steps import NextStep, next_steps
from casework.progress import ANSWER_OF
from casework.queues import Happening
from casework.records import Kind, NewRecord
from casework.sending import dues_if_sent
from casework.standing import Standing, standing
from casework.states import BEFORE_SENDING, SETTLED, Event, EventKind, StepState
from casework.store.database import Databases, reading, writing
from casework.store.tables.cases import CASE_FILE
from casework.takeaway import carried_with, extended_until

THREAD_LIMIT = 5_000  # characters
# What a person may record of their own letters; the rest is the team's.
BY_PERSON = {"sent": EventKind.SENT, "acknowledged": EventKind.ACKNOWLEDGED, "answered": EventKind.ANSWERED}
REFERENCE_LIMIT = 120
TOLD = ("reference", "outcome", "refusal")


class NotYours(AskAgain):
    """There is no such step in this case."""


def overview(
    databases: Databases, opened: OpenedCase, law: Law, book: Explanations, now: dt.datetime
) -> dict[str, Any]:
    """
    What GET /api/v1/cases/current answers.

    `due` of a step that was sent is when they must have acted; of one that is ready, when they would
    have to if it went out now; of one whose recipient asked for more time, when that is over; of any other
    there is none.
    """
    case = standing(opened, law)
    dues = {**_dues(case, law, now), **extended_until(case, law, now)}
    return {
        "status": _status(case),
        "submitted_on": _created_on(databases, opened.case_id),
        "steps": [_step(step, case.events.get(step.id, ()), law, dues.get(step.id)) for step in case.steps],
        "documents": [_listed(document) for document in _documents(opened)],
        "next": _offers(case, law, book, now),
        "openings": [_opening(record) for record in opened.read(Kind.OPENING)],
        "thread": thread(opened, ""),
    }


def _status(case: Standing) -> str:
    """One word for the whole: the most pressing state of any step."""
    states = {step.state for step in case.steps}
    order = ("lapsed", "ready", "sent", "acknowledged", "answered", "waiting", "unconsented", "blocked")
    return next((state for state in order if state in states), "received")


def _created_on(databases: Databases, case_id: str) -> str:
    with reading(databases.cases) as connection:
        row = connection.execute(select(CASE_FILE.c.created_on).where(CASE_FILE.c.id == case_id)).one()
    return str(row.created_on)


def _step(step: OpenedStep, events: Iterable[Event], law: Law, due: Moment | str | None) -> dict[str, Any]:
    detail = step.detail
    return {
        "id": step.id,
        "step": step.plan_id,
        "document": step.document,
        "title": detail.get("title"),
        "recipient": detail.get("recipient"),
        "channel": detail.get("channel"),
        "needs": detail.get("needs", []),
        "state": step.state,
        "mode": step.mode,
        "due": due.isoformat() if isinstance(due, dt.date) else due,
        "available_from": step.available_from,
        "closes": step.closes,
        "by_email": address_of(step.as_planned(), law) is not None,
        "events": [{"kind": event.kind.value, "on": event.on.isoformat()} for event in events],
    }


def _dues(case: Standing, law: Law, now: dt.datetime) -> dict[str, Moment | str | None]:
    """Step row → when they must act. What was answered is owed nothing more."""
    today = dues_if_sent(case, law, now.date(), now)
    found: dict[str, Moment | str | None] = {}
    for step in case.steps:
        if step.state == StepState.READY:
            found[step.id] = today.get(step.plan_id)
        elif step.state not in BEFORE_SENDING and step.state not in SETTLED:
            found[step.id] = step.due
    return found


def _documents(opened: OpenedCase) -> list[dict[str, Any]]:
    return [record.value for record in opened.read(Kind.DOCUMENT)]


def _listed(document: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: document[name] for name in ("title", "recipient")}
    return {
        "id": document["step_id"],
        "step": document["step_id"],
        "carries": len(document.get("carries", ())),
        **named,
    }


def _opening(record: OpenedRecord) -> dict[str, str]:
    return {"on": record.on.isoformat(), "role": str(record.value["role"]), "purpose": str(record.value["purpose"])}


def _offers(case: Standing, law: Law, book: Explanations, now: dt.datetime) -> list[dict[str, Any]]:
    """What the law opens today, for the person to read and to say yes to."""
    if case.facts is None:
        return []
    found = next_steps(case, law, now)
    about = plan_view((each.step for each in found), case.facts, law, now, book)
    return [{**_offered(each, law), "explained": explained(each.step, about)} for each in found]


def _offered(each: NextStep, law: Law) -> dict[str, Any]:
    step = each.step
    return {
        "step": step.id,
        "document": step.document,
        "title": each.document.title,
        "recipient": step.recipient,
        "state": step.state,
        "needs": list(step.needs),
        "due": step.due.isoformat() if step.due else None,
        "closes": step.closes.isoformat() if step.closes else None,
        "sha256": each.document.sha256,
        "seen_by": list(each.document.seen_by),
        "notices": list(each.document.notices),
        "by_email": address_of(step, law) is not None,
    }


def thread(opened: OpenedCase, after: str) -> list[dict[str, str]]:
    """Messages between the person and the team, after the one with this id."""
    entries = [
        {"id": r.id, "from": str(r.value["from"]), "on": r.on.isoformat(), "text": str(r.value["text"])}
        for r in opened.read(Kind.THREAD)
    ]
    ids = [entry["id"] for entry in entries]
    return entries[ids.index(after) + 1 :] if after in ids else entries


def write_to_team(databases: Databases, opened: OpenedCase, text: str, now: dt.datetime) -> None:
    value = {"from": "person", "text": text}
    records.add_record(databases, opened.case_id, NewRecord(kind=Kind.THREAD, value=value), now, opened.keys)


def record_by_person(
    databases: Databases, opened: OpenedCase, law: Law, step_id: str, told: Mapping[str, str], now: dt.datetime
) -> None:
    """
    Record that a letter was sent, acknowledged or answered.

    Raises
    ------
    NotYours, AskAgain
        The step is not of this case; the day is no day or lies in the future.
    """
    case = standing(opened, law)
    step = next((s for s in case.steps if s.id == step_id), None)
    if step is None:
        raise NotYours
    kind = BY_PERSON.get(told.get("kind", ""))
    if kind is None:
        raise AskAgain("That cannot be recorded here.")
    happening = replace(_happening(kind, told, now), keys=opened.keys)
    dues = dues_if_sent(case, law, happening.on, now) if kind is EventKind.SENT else {}
    # One letter may hold several requests: it goes once, and more time is asked for all; each has its own answer.
    alone = kind is EventKind.ANSWERED and told.get("outcome") != "extended"
    rows = (step,) if alone else carried_with(opened, case, step)
    with writing(databases.cases) as connection:
        for row in rows:
            due = dues.get(row.plan_id)
            queues.record(connection, row.id, replace(happening, due=due), now)


def _happening(kind: EventKind, told: Mapping[str, str], now: dt.datetime) -> Happening:
    try:
        on = dt.date.fromisoformat(told.get("on", ""))
    except ValueError as error:
        raise AskAgain("That is not a day.") from error
    # One day of grace: it is already tomorrow for people east of here.
    if on > now.date() + dt.timedelta(days=1):
        raise AskAgain("That day is still to come.")
    detail: dict[str, Any] = {name: told[name][:REFERENCE_LIMIT] for name in TOLD if told.get(name)}
    if kind is EventKind.ANSWERED and told.get("outcome") not in {None, "", *ANSWER_OF}:
        raise AskAgain("That is no outcome.")
    if detail.get("refusal", Refusal.OTHER) not in set(Refusal):
        raise AskAgain("That is no reason.")
    if told.get("automated"):
        detail["automated"] = told["automated"] == "yes"
    return Happening(kind=kind, on=on, detail=detail)


def erase_proof(secret: bytes) -> str:
    return hashlib.sha256(b"recourse: erase\0" + secret).hexdigest()[:32]
