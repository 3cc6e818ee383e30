"""Steps to data protection authorities: which one, and from when until when it will look at a complaint. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from casework import clocks, earlier, validity
from casework.clocks import Clock
from casework.facts import Answer, Prior, PriorKind, Want
from casework.law import Authority, DocumentRow, Law
from casework.rights import TAKEDOWN_DOCUMENTS, UNMET, judge
from casework.routes import TRIAGE, Recipient, home_authority, lead_authority, priors_to
from casework.ruletable import AuthorityRule
from casework.step import UK_COMPLAINT, Addressee, PlanContext, Step, calendars, document_step

POLICE = "police"
# What the ICO counts as having complained to the organisation; a report that asks to take a post down is not it.
COMPLAINTS = frozenset({"doc-s164A", "doc-art15", "doc-art17", "doc-art18", "doc-art21", "doc-art22"})


@dataclass(frozen=True, kw_only=True)
class Opening:
    """From when, until when and after what a regulator will look at a complaint."""

    available_from: dt.date | None = None
    closes: dt.date | None = None
    after: tuple[str, ...] = ()


def to_authorities(context: PlanContext, recipient: Recipient, made: set[str]) -> Iterable[Step]:
    facts, law = context.situation.facts, context.situation.law
    sent = priors_to(recipient, facts, law)
    if "letters" not in recipient.roles or not (Want.REGULATOR in context.wants or _let_down(context, recipient, sent)):
        return
    if "dpa-165" in context.applied:
        yield from _to_ico(context, recipient, sent, made)
    if "eugdpr-77" not in context.applied:
        return
    if context.situation.person.area == "EEA":
        yield from _to_home_authority(context, recipient)
    elif "eea" in recipient.roles and Want.REGULATOR in context.wants:
        lead = lead_authority(recipient, law)
        if lead:
            yield from _authority_step(context, recipient, lead, "doc-art77", Opening())


def _let_down(context: PlanContext, recipient: Recipient, sent: tuple[Prior, ...]) -> bool:
    """Refused, answered in part, or left without an answer after its time."""
    return any(p.document not in TAKEDOWN_DOCUMENTS and earlier.is_unmet(context.situation, recipient, p) for p in sent)


def _to_ico(context: PlanContext, recipient: Recipient, sent: tuple[Prior, ...], made: set[str]) -> Iterable[Step]:
    opening = _complaint_opening(context, recipient, sent)
    if opening is None:
        before, today = f"{UK_COMPLAINT}@{recipient.id}", context.situation.today
        end = clocks.due(Clock.THIRTY_DAYS, today, calendars(context.situation, recipient))
        opening = Opening(
            available_from=clocks.day_of(end) + dt.timedelta(days=1),
            closes=clocks.ico_window_closes(today),
            after=(before,) if before in made else (),
        )
    yield from _authority_step(context, recipient, context.situation.law.authorities["ico"], "doc-ico", opening)


def _complaint_opening(context: PlanContext, recipient: Recipient, sent: tuple[Prior, ...]) -> Opening | None:
    """What earlier complaints to this organisation open at the ICO; None when a new one must come first."""
    view, complaints = context.situation, [p for p in sent if _complained(context, recipient, p)]
    mine = [p for p in complaints if not earlier.window_closed(view, recipient, p)]
    refused = any(p.answer in UNMET for p in mine)
    contacts = [day for p in mine if (day := earlier.last_contact(view, recipient, p))]
    if not contacts:
        return Opening() if refused else None
    starts = [start for p in mine if (start := _ico_opens(context, recipient, p))]
    opens = None if refused or not starts else min(starts)
    return Opening(available_from=opens, closes=clocks.ico_window_closes(max(contacts)))


def _ico_opens(context: PlanContext, recipient: Recipient, prior: Prior) -> dt.date | None:
    """30 days after any letter, whatever its own clock; later only where more time was asked for."""
    if prior.sent_on is None:
        return None
    if prior.answer is Answer.EXTENDED:
        return earlier.first_day_over(context.situation, recipient, prior)
    end = clocks.due(Clock.THIRTY_DAYS, prior.sent_on, calendars(context.situation, recipient))
    return clocks.day_of(end) + dt.timedelta(days=1)


def _complained(context: PlanContext, recipient: Recipient, prior: Prior) -> bool:
    """A letter of ours; or something of which we know only that it was refused or left lying for 30 days."""
    if prior.answer is Answer.REMOVED:
        return False
    if prior.document is None:
        return earlier.is_unmet(context.situation, recipient, prior)
    return prior.document in COMPLAINTS


def _to_home_authority(context: PlanContext, recipient: Recipient) -> Iterable[Step]:
    """Art. 77 waits for nobody: who wants the regulator may go at once."""
    authority, region_missing = home_authority(context.situation.person, context.situation.law)
    if authority:
        yield from _authority_step(context, recipient, authority, "doc-art77", Opening())
    elif region_missing:
        yield _without_authority(context, recipient)


def straight_to_authorities(context: PlanContext) -> Iterable[Step]:
    """What the table of rules.yml sends to an authority, or to the police, without asking a company first."""
    for rule in context.situation.law.authority_rules:
        row = context.row(rule.document)
        wanted = judge(rule.ways, context.situation)[1] is None
        if context.allows(row) and wanted and not _has_it(context, rule):
            yield _straight_step(context, rule.authority, row)


def _has_it(context: PlanContext, rule: AuthorityRule) -> bool:
    """The same was told before; what was taken back again is not told anew by itself."""
    kind = PriorKind.POLICE if rule.authority == POLICE else PriorKind.REGULATOR
    reports = [p for p in context.situation.facts.prior if p.kind is kind and p.document in (None, rule.document)]
    return any(rule.authority in (POLICE, p.to) for p in reports)


def _straight_step(context: PlanContext, key: str, row: DocumentRow) -> Step:
    lacking = validity.needs(row, context.situation.facts, to=key)
    about, to = tuple(r.id for r in context.situation.recipients), _straight_to(key, context.situation.law)
    return document_step(row, to, lacking, due=context.due(row, None), clock=row.clock, about=about)


def _straight_to(key: str, law: Law) -> Addressee:
    """By their own page, which takes such reports alone; the police are no row of ours: one goes there oneself."""
    authority = law.authorities.get(key)
    if authority is None:
        return Addressee(id=key, name=law.names["police"], queue=TRIAGE)
    return replace(at_authority(authority), channel=authority.complaint_url or authority.website or "")


def at_authority(authority: Authority) -> Addressee:
    way = authority.complaint_url or authority.email or authority.website or ""
    return Addressee(id=authority.id, name=authority.name, queue=f"regulator/{authority.id}", channel=way)


def _authority_step(
    context: PlanContext, recipient: Recipient, authority: Authority, document: str, opening: Opening
) -> Iterable[Step]:
    facts = context.situation.facts
    if any(p.kind is PriorKind.REGULATOR and p.to == authority.id for p in facts.prior):
        return
    row = context.row(document)
    lacking = validity.needs(row, facts, to=authority.id)
    later = opening.available_from is not None and opening.available_from > context.situation.today
    waits = {"state": "waiting"} if later or opening.after else {}
    yield document_step(
        row,
        at_authority(authority),
        lacking,
        id=f"{document}@{authority.id}~{recipient.id}",
        after=opening.after,
        available_from=opening.available_from,
        closes=opening.closes,
        about=(recipient.id,),
        **waits,
    )


def _without_authority(context: PlanContext, recipient: Recipient) -> Step:
    """The region decides which authority it is: a person of the team finds out with them."""
    row = context.row("doc-art77")
    key = f"dpa-{(context.situation.person.country or '').casefold()}-region"
    lacking = validity.needs(row, context.situation.facts, to=key, region_missing=True)
    to = Addressee(id=key, name=context.situation.law.names["regional_authority"], queue=TRIAGE)
    return document_step(row, to, lacking, id=f"{row.id}@{key}~{recipient.id}", about=(recipient.id,))
