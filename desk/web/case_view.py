"""An opened case as its page shows it: plain labels, letters, thread, and their own words apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casework import queues
from casework.casefile import OpenedCase, OpenedRecord, OpenedStep
from casework.documents import document_from_dict
from casework.errors import Tampered
from casework.facts import Facts, Prior
from casework.queues import QueuedStep
from casework.records import Kind
from casework.standing import standing
from casework.states import EventKind, StepState
from desk.web.case_law import CaseLaw, Check, NextCard, case_law, filled
from desk.web.guard import Visit
from desk.web.queue_pages import clocked, holder
from desk.web.words import TimeLeft, Words, long_date
from desk.work import possible
from encryption.errors import CannotOpen


@dataclass(frozen=True, kw_only=True)
class Line:
    """A fact: our label, and values of which some are a person's own words."""

    term: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Letter:
    id: str
    step_id: str  # the plan's own id
    title: str
    recipient: str
    text: str  # filled where identity may be read; "" when it must not be used
    seen_by: tuple[str, ...]
    intact: bool
    check: Check | None = None  # None where no law is applied: on the child path


@dataclass(frozen=True, kw_only=True)
class StepCard:
    id: str
    title: str
    recipient: str
    queue: str
    channel: str
    legal_basis: str
    needs: tuple[str, ...]
    mode: str
    state: str
    left: TimeLeft
    actions: tuple[EventKind, ...]
    letter: str  # record id of its letter, or ""
    holder: str
    mine: bool
    history: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message of the thread or the talk."""

    who: str  # person | desk | us
    label: str
    text: str
    on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseView:
    facts: tuple[Line, ...]
    identity: tuple[Line, ...] | None  # None: this member may not read it
    steps: tuple[StepCard, ...]
    letters: tuple[Letter, ...]
    next: tuple[NextCard, ...]
    thread: tuple[Said, ...]
    statement: str
    talk: tuple[Said, ...]
    openings: tuple[Line, ...]


_ORDER = (EventKind.SENT, EventKind.ACKNOWLEDGED, EventKind.ANSWERED, EventKind.CLOSED)


def view(visit: Visit, opened: OpenedCase) -> CaseView:
    words = visit.desk.words
    case, identity = standing(opened, words.law), read_identity(opened)
    law = case_law(case, words, identity, visit.services.now())
    all_letters = tuple(letters(opened, identity, law))
    events = opened.read(Kind.EVENT)
    statement = opened.latest(Kind.STATEMENT)
    return CaseView(
        facts=tuple(fact_lines(case.told, words)) if case.told else (),
        identity=None if identity is None else tuple(_identity_lines(identity, words)),
        steps=tuple(_card(visit, step, all_letters, events) for step in case.steps),
        letters=all_letters,
        next=law.cards() if law else (),
        thread=tuple(_message(record, words) for record in opened.read(Kind.THREAD)),
        statement=str(statement.get("text", "")) if statement else "",
        talk=tuple(_talk(opened.latest(Kind.TRANSCRIPT))),
        openings=tuple(_opening(record, words) for record in opened.read(Kind.OPENING)),
    )


def read_identity(opened: OpenedCase) -> Mapping[str, Any] | None:
    """Name and contact; None for a reader of the content alone."""
    try:
        found = opened.latest(Kind.IDENTITY)
    except CannotOpen:
        return None
    return dict(found or {})


def letters(opened: OpenedCase, identity: Mapping[str, Any] | None, law: CaseLaw | None = None) -> Iterator[Letter]:
    """Every letter, filled with who the person is as far as the reader may know that; held against its law."""
    for record in opened.read(Kind.DOCUMENT):
        value = record.value
        text, intact, check = "", True, None
        try:
            document = document_from_dict(value)
            text = filled(document, identity)
            check = law.check_held(document) if law else None
        except (Tampered, KeyError, TypeError):
            intact = False
        yield Letter(
            id=record.id,
            step_id=str(value.get("step_id", "")),
            title=str(value.get("title", "")),
            recipient=str(value.get("recipient", "")),
            text=text,
            seen_by=tuple(str(one) for one in value.get("seen_by", ())),
            intact=intact,
            check=check,
        )


def fact_lines(facts: Facts, words: Words) -> Iterator[Line]:
    def line(term: str, *values: str) -> Line:
        return Line(term=words.say("facts", term), values=tuple(value for value in values if value))

    person = facts.person
    ages = [words.value(name, getattr(person, name).value) for name in ("age_now", "age_in_image")]
    yield line("person", words.value("acting_for", person.acting_for.value), *ages)
    places = (("country", person.country), ("uk_nation", person.uk_nation), ("region", person.region))
    yield line("country", words.place(*places))
    yield line("acts", *(words.value("acts", act.value) for act in sorted(facts.acts)))
    yield line("image", words.value("image", facts.image.value))
    yield line("generator", words.value("generator", facts.generator.value))
    for place in facts.places:
        up = "" if place.still_up is None else words.value("still_up", "yes" if place.still_up else "no")
        seen = f"first seen {long_date(place.first_seen)}" if place.first_seen else ""
        yield line("place", words.recipient(place.platform), place.url or "", place.handle or "", up, seen)
    for prior in facts.prior:
        when = long_date(prior.sent_on) if prior.sent_on else ""
        to = f"{words.value('prior_kind', prior.kind.value)}: {words.recipient(prior.to)}"
        yield line("prior", to, when, *_came_of(prior, words), prior.reference or "")
    yield line("wants", *(words.value("wants", want.value) for want in sorted(facts.wants)))
    known = (words.value("mode", facts.identity.mode.value), words.value("contact", facts.identity.contact.value))
    yield line("identity", *known)


def _came_of(prior: Prior, words: Words) -> Iterator[str]:
    yield words.value("answer", prior.answer.value)
    if prior.answered_on:
        yield f"on {long_date(prior.answered_on)}"
    if prior.refusal:
        yield words.say("refusals", prior.refusal.value)
    if prior.automated:
        yield words.say("automated", "yes")


def _identity_lines(identity: Mapping[str, Any], words: Words) -> Iterator[Line]:
    for name, value in identity.items():
        if value:
            yield Line(term=words.say("identity", name), values=(str(value),))


def _card(visit: Visit, step: OpenedStep, all_letters: tuple[Letter, ...], events: list[OpenedRecord]) -> StepCard:
    words, detail = visit.desk.words, step.detail
    queued: QueuedStep = queues.step(visit.services.databases, step.id, visit.services.now())
    own = next((letter.id for letter in all_letters if letter.step_id == step.plan_id), "")
    can = possible(StepState(step.state), step.document)
    return StepCard(
        id=step.id,
        title=words.document(step.document, step.queue),
        recipient=str(detail.get("recipient") or words.queue(step.queue)),
        queue=words.queue(step.queue),
        channel=str(detail.get("channel") or ""),
        legal_basis=str(detail.get("legal_basis") or ""),
        needs=tuple(words.say("needs", str(need)) for need in detail.get("needs") or ()),
        mode=words.say("modes", step.mode),
        state=words.state(queued.state, step.document),
        left=words.left(clocked(queued), visit.services.now()),
        actions=tuple(kind for kind in _ORDER if kind in can),
        letter=own,
        holder=holder(visit, queued),
        mine=queued.lease_owner == visit.member.member_id,
        history=tuple(_history(step.id, events, words)),
    )


def _history(row_id: str, events: list[OpenedRecord], words: Words) -> Iterator[str]:
    for value in (record.value for record in events):
        if value.get("row") != row_id:
            continue
        kind = str(value.get("kind", ""))
        outcome = words.say("outcomes", value["outcome"]) if value.get("outcome") else ""
        refusal = words.say("refusals", value["refusal"]) if value.get("refusal") else ""
        automated = words.say("automated", "yes") if value.get("automated") else ""
        reference = f"reference {value['reference']}" if value.get("reference") else ""
        state = words.say("states", kind)
        on = long_date(dt.date.fromisoformat(value["on"])) if value.get("on") else ""
        yield " · ".join(part for part in (on, state, outcome, refusal, automated, reference) if part)


def _message(record: OpenedRecord, words: Words) -> Said:
    who = "desk" if record.value.get("from") == "desk" else "person"
    return Said(who=who, label=words.say("roles", who), text=str(record.value.get("text", "")), on=record.on)


def _talk(transcript: Any) -> Iterator[Said]:
    for turn in (transcript or {}).get("turns", ()):
        if turn.get("me"):
            yield Said(who="person", label="The person", text=str(turn["me"]))
        said = [
            message.get("text") if isinstance(message, Mapping) else message for message in turn.get("messages", ())
        ]
        for text in said:
            if text:
                yield Said(who="us", label="The assistant", text=str(text))


def _opening(record: OpenedRecord, words: Words) -> Line:
    role = words.say("roles", str(record.value.get("role", "")))
    return Line(term=long_date(record.on), values=(role, words.say("purposes", str(record.value.get("purpose", "")))))
