"""Steps to companies: the takedown report and the letters, each only where its right applies and is wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from casework import clocks, earlier, validity
from casework.facts import Answer, Prior, Want
from casework.law import DocumentRow
from casework.routes import Recipient, priors_to
from casework.step import Addressee, PlanContext, Step, document_step

OWN_REPORT = "doc-ncii-report"
FOR_THREATS = frozenset({"doc-art15", "doc-art18"})
CHANNELS = {
    "osa": ("osa", "ncii", "in_app"),
    "dsa": ("dsa", "ncii", "in_app"),
    "tida": ("tida", "ncii", "in_app"),
    "ncii": ("ncii", "in_app"),
    "privacy": ("privacy",),
}


def to_company(context: PlanContext, recipient: Recipient) -> Iterable[Step]:
    sent = priors_to(recipient, context.situation.facts, context.situation.law, withdrawn=True)
    yield from _takedown(context, recipient, sent)
    for rule in context.situation.law.letters:
        row = context.row(rule.document)
        wanted = rule.wants & context.wants or (rule.acts & context.situation.facts.acts)
        if (
            wanted
            and row.right in context.applied
            and _may_write(row.id, recipient)
            and not _repeats(context, recipient, row, sent)
        ):
            yield company_step(context, recipient, row)


def _may_write(document: str, recipient: Recipient) -> bool:
    """Whoever only holds a threat's messages can be asked for them and to keep them, not to erase an image."""
    return "letters" in recipient.roles or document in FOR_THREATS


def _takedown(context: PlanContext, recipient: Recipient, sent: tuple[Prior, ...]) -> Iterable[Step]:
    """The statutory report, and the platform's own where none is or where it asks too much of the person."""
    if Want.ERASE not in context.wants or _gone(recipient, sent):
        return
    reports = context.situation.law.reports
    rules = [rule for rule in reports if rule.duty in recipient.roles]
    rules = [rule for rule in rules if context.row(rule.document).right in context.applied]
    notices = [company_step(context, recipient, context.row(rule.document)) for rule in rules]
    if _own_report_goes(context, recipient):
        own = company_step(context, recipient, context.row(OWN_REPORT))
        if recipient.platform is None or _asks_less(own, notices) or all(rule.beside for rule in rules):
            notices.append(own)
    for step in notices:
        if not _running(context, step.document, sent):
            yield step


def _asks_less(own: Step, notices: list[Step]) -> bool:
    """The platform's own report can do without something that a statutory one still lacks."""
    return any(set(step.needs) - set(own.needs) for step in notices)


def _own_report_goes(context: PlanContext, recipient: Recipient) -> bool:
    """Whoever shows it; and whoever made it, where no data protection law gives a letter."""
    made_it = "generates" in recipient.roles or (recipient.platform is None and "letters" in recipient.roles)
    return "hosts" in recipient.roles or (made_it and "gdpr-17" not in context.applied)


def _gone(recipient: Recipient, sent: tuple[Prior, ...]) -> bool:
    """Down everywhere on this service, as the person says."""
    if any(place.still_up for place in recipient.named):
        return False
    removed = bool(sent) and sent[-1].answer is Answer.REMOVED
    return removed or (bool(recipient.named) and all(place.still_up is False for place in recipient.named))


def _running(context: PlanContext, document: str | None, sent: tuple[Prior, ...]) -> bool:
    """The same report is with the platform and its 48 hours are not over."""
    today = context.situation.today
    silent = {Answer.NONE, Answer.UNKNOWN}
    open_ = [p for p in sent if p.document == document and p.answer in silent and p.sent_on]
    return any(p.sent_on and clocks.plus_hours(p.sent_on, clocks.TAKEDOWN_HOURS) >= today for p in open_)


def _repeats(context: PlanContext, recipient: Recipient, row: DocumentRow, sent: tuple[Prior, ...]) -> bool:
    """It was sent, and the next word is the recipient's or the regulator's; in the UK until the ICO's window closes."""
    view = context.situation
    same = [p for p in sent if p.document == row.id and p.answer is not Answer.REMOVED]
    return any(view.person.area != "GB" or p.take_back or not earlier.window_closed(view, recipient, p) for p in same)


def company_step(context: PlanContext, recipient: Recipient, row: DocumentRow, **more: Any) -> Step:
    """A step to a company, with the clock that its document starts; `more` as in `document_step`."""
    lacking = validity.needs(row, context.situation.facts, to=recipient.id, about=recipient)
    return document_step(
        row, addressee(recipient, row), lacking, due=context.due(row, recipient), clock=row.clock, **more
    )


def addressee(recipient: Recipient, row: DocumentRow) -> Addressee:
    way = channel(recipient, row.channel)
    return Addressee(id=recipient.id, name=recipient.name, queue=recipient.queue, channel=way)


def channel(recipient: Recipient, wanted: str) -> str:
    if recipient.platform is None:
        return ""
    channels = recipient.platform.channels
    unsure = {field.removeprefix("channels.") for field in recipient.platform.evidence.unverified_fields}
    found = next((channels[key] for key in CHANNELS[wanted] if key in channels and key not in unsure), "")
    if wanted == "privacy" and recipient.representative and not found:
        return recipient.representative.contact or recipient.representative.address or ""
    return found
