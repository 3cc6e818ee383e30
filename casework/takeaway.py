"""What a person can take out of their own case: one letter, all letters in one file, the days that count."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from casework import earlier
from casework.casefile import OpenedCase, OpenedStep
from casework.documents import Document, IdentityDetails, address_of, document_from_dict, fill, to_ics, to_pdf
from casework.facts import Answer
from casework.law import Law
from casework.next_steps import next_steps
from casework.records import Compartment, Kind
from casework.routes import situation
from casework.standing import Standing, standing
from casework.states import StepState

# Each is a day on which something may have to be done.
ANSWER_IS_OWED = frozenset({StepState.SENT, StepState.ACKNOWLEDGED})
NO_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can hold: the file does not say when it was made


@dataclass(frozen=True, kw_only=True)
class Letter:
    title: str
    text: str
    address: str | None = None  # a mailbox that the recipient's own row names


def letter(opened: OpenedCase, law: Law, step_id: str, now: dt.datetime) -> Letter | None:
    """
    The document of a step with the person's own details filled in; None when there is none.

    The newest of the case; or the one that is offered today, as it would go.
    """
    document = _newest(opened).get(step_id)
    if document is not None:
        row = next((step for step in opened.steps() if step.plan_id == step_id), None)
        return _filled(document, address_of(row.as_planned(), law) if row else None, identity_of(opened))
    offered = next((each for each in next_steps(standing(opened, law), law, now) if each.step.id == step_id), None)
    return _filled(offered.document, address_of(offered.step, law), identity_of(opened)) if offered else None


def carried_with(opened: OpenedCase, case: Standing, step: OpenedStep) -> tuple[OpenedStep, ...]:
    """The steps whose requests are in the letter of this one, itself among them: sent once, all of them are."""
    letter = _newest(opened).get(step.plan_id)
    with_it = [row for key in (letter.carries if letter else ()) if (row := case.held(key))]
    same = [each for each in with_it if each.id != step.id and each.mode == step.mode]
    return (step, *same)


def _filled(document: Document, address: str | None, identity: IdentityDetails) -> Letter:
    return Letter(title=document.title, text=fill(document, identity), address=address)


def _newest(opened: OpenedCase) -> dict[str, Document]:
    documents = (document_from_dict(record.value) for record in opened.read(Kind.DOCUMENT))
    return {document.step_id: document for document in documents}


def identity_of(opened: OpenedCase) -> IdentityDetails:
    known = opened.latest(Kind.IDENTITY) or {}
    return IdentityDetails(**{name: known.get(name) for name in ("name", "email", "signature", "authority")})


def archive(opened: OpenedCase) -> bytes:
    """Every letter of the case as text and as PDF; the names are those of the page and say nothing."""
    newest, identity, body = _newest(opened), identity_of(opened), io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as files:
        written: set[str] = set()
        for number, step in enumerate(opened.steps(), start=1):
            document = newest.get(step.plan_id)
            if document is not None and document.sha256 not in written:
                written.add(document.sha256)
                text = fill(document, identity)
                files.writestr(_entry(f"letter-{number}.txt"), text)
                files.writestr(_entry(f"letter-{number}.pdf"), to_pdf(document.title, text))
    return body.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, NO_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def calendar(opened: OpenedCase, law: Law, now: dt.datetime) -> bytes:
    """The days of the case for a calendar, without a word of what they are."""
    # The case's own secret, so that a second import updates the first; it says nothing to whoever does not hold it.
    seed = hashlib.sha256(b"recourse: calendar\0" + opened.pairs[Compartment.CONTENT].seed).digest()
    return to_ics(_days(standing(opened, law), law, now), seed)


def _days(case: Standing, law: Law, now: dt.datetime) -> Iterator[dt.date]:
    longer = extended_until(case, law, now)
    for step in case.steps:
        if step.state in ANSWER_IS_OWED and step.due:
            yield _day(step.due)
        if step.state == StepState.ANSWERED and step.id in longer:
            yield longer[step.id]
        if step.state == StepState.WAITING and step.available_from:
            yield _day(step.available_from)
    for each in next_steps(case, law, now):
        if each.step.closes:
            yield each.step.closes


def extended_until(case: Standing, law: Law, now: dt.datetime) -> dict[str, dt.date]:
    """Step row → the last day of the longer time that its recipient asked for."""
    if case.facts is None:
        return {}
    view = situation(case.facts, law, now.date())
    companies = {recipient.id: recipient for recipient in view.recipients}
    ends = {
        (prior.document, prior.to): earlier.answer_ends(view, companies.get(prior.to), prior)
        for prior in case.facts.prior
        if prior.answer is Answer.EXTENDED
    }
    rows = ((step.id, ends.get((step.document, str(step.detail.get("recipient_id"))))) for step in case.steps)
    return {row: end for row, end in rows if end}


def _day(text: str) -> dt.date:
    """Of a moment its day where the server is, which is UTC: the page shows the hour."""
    return dt.datetime.fromisoformat(text).date()
