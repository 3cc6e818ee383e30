"""Steps that follow on a letter that was sent, as the table of rules.yml says: reminder, reply, complaint. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from casework import clocks, earlier, validity
from casework.companies import addressee, company_step
from casework.facts import Prior, PriorKind
from casework.law import Authority
from casework.regulators import at_authority
from casework.routes import TRIAGE, Recipient, coordinator, priors_to
from casework.ruletable import FollowUp
from casework.step import Addressee, PlanContext, Step, document_step

COMPANY, SEARCH, HOST, COORDINATOR, AUTHORITY = "company", "search", "host", "coordinator", "authority"
TO_COMPANIES = frozenset({COMPANY, SEARCH})
RECIPIENTS = frozenset({COMPANY, SEARCH, HOST, COORDINATOR, AUTHORITY})  # beside authorities by their id


def to_company(context: PlanContext, recipient: Recipient) -> Iterable[Step]:
    """What can follow at the company that got the letter, or at a search engine that finds what another one shows."""
    for rule in _rules(context):
        concerned = _concerned(context, recipient, rule)
        if not concerned:
            continue
        if rule.to == COMPANY:
            yield from _company_steps(context, recipient, rule, concerned)
        elif rule.to == HOST and recipient.platform is None and recipient.links:
            yield _host_step(context, recipient, rule, concerned)
        elif rule.to == SEARCH and recipient.links and not _is_search(recipient):
            engines = [r for r in context.situation.recipients if _is_search(r) and "hosts" in r.roles]
            for engine in engines:
                yield from _engine_step(context, engine, recipient, rule, concerned)


def to_authorities(context: PlanContext, recipient: Recipient) -> Iterable[Step]:
    """What can follow at an authority, about this company."""
    for rule in _rules(context):
        if rule.to in TO_COMPANIES or rule.to in (HOST, AUTHORITY):
            continue
        concerned = _concerned(context, recipient, rule)
        if concerned:
            yield from _authority_step(context, recipient, rule, concerned)


def withdrawn_from_authorities(context: PlanContext) -> Iterable[Step]:
    """A complaint that an authority has and that the person wants back."""
    law = context.situation.law
    for rule in _rules(context):
        if rule.to != AUTHORITY:
            continue
        for prior in context.situation.facts.prior:
            authority = law.authorities.get(prior.to)
            if authority and prior.kind in rule.kind and _calls(context, None, prior, rule):
                about = tuple(r.id for r in context.situation.recipients if "letters" in r.roles)
                yield _to_authority(context, authority, rule, (prior,), about)


def _rules(context: PlanContext) -> Iterable[FollowUp]:
    """The rows that reach where the person lives, for what they want."""
    for rule in context.situation.law.follow_ups:
        here = not rule.where or rule.where & context.situation.person.areas
        if here and (not rule.wants or rule.wants & context.wants) and context.allows(context.row(rule.document)):
            yield rule


def _concerned(context: PlanContext, recipient: Recipient, rule: FollowUp) -> tuple[Prior, ...]:
    """The letters to this company that the row speaks about."""
    law, facts = context.situation.law, context.situation.facts
    sent = priors_to(recipient, facts, law, withdrawn="take_back" in rule.when)
    mine = [p for p in sent if PriorKind.PLATFORM.value in rule.kind and _calls(context, recipient, p, rule)]
    if (rule.duty and rule.duty not in recipient.roles) or (rule.known and recipient.platform is None):
        return ()
    if rule.to in (COMPANY, HOST):
        return tuple(p for p in mine if not earlier.is_followed_up(p, rule.document, sent))
    return tuple(mine)


def _calls(context: PlanContext, recipient: Recipient | None, prior: Prior, rule: FollowUp) -> bool:
    if prior.document not in rule.after:
        return False
    return any(earlier.WHEN[word](context.situation, recipient, prior) for word in rule.when)


def _is_search(recipient: Recipient) -> bool:
    return recipient.platform is not None and recipient.platform.kind == "search"


def _company_steps(
    context: PlanContext, recipient: Recipient, rule: FollowUp, concerned: tuple[Prior, ...]
) -> Iterable[Step]:
    """One reply for each reason, since each has an answer of its own; one of anything else."""
    groups: dict[str, list[Prior]] = {}
    for prior in concerned:
        reason = prior.refusal.value if prior.refusal and rule.document == "doc-reply" else ""
        groups.setdefault(reason, []).append(prior)
    row = context.row(rule.document)
    for reason, priors in groups.items():
        suffix, about = f"~{reason}" if reason else "", tuple(priors)
        closes = _closes(rule, about)
        step_id = f"{row.id}@{recipient.id}{suffix}"
        yield company_step(context, recipient, row, id=step_id, closes=closes, concerns=about)


def _closes(rule: FollowUp, concerned: tuple[Prior, ...]) -> dt.date | None:
    """So many months after the first decision; counted from the letter where nobody knows the day of the answer."""
    days = [day for p in concerned if (day := p.answered_on or p.sent_on)]
    return clocks.plus_months(min(days), rule.closes_months) if rule.closes_months and days else None


def _engine_step(
    context: PlanContext, engine: Recipient, publisher: Recipient, rule: FollowUp, concerned: tuple[Prior, ...]
) -> Iterable[Step]:
    """Art. 17(2): a search engine is told that the publisher was asked, once for each publisher."""
    facts, law = context.situation.facts, context.situation.law
    if any(p.document == rule.document for p in priors_to(engine, facts, law)):
        return
    row = context.row(rule.document)
    yield document_step(
        row,
        addressee(engine, row),
        validity.needs(row, facts, to=engine.id, about=publisher),
        id=f"{row.id}@{engine.id}~{publisher.id}",
        due=context.due(row, engine),
        clock=row.clock,
        about=(publisher.id,),
        concerns=concerned,
    )


def _host_step(context: PlanContext, recipient: Recipient, rule: FollowUp, concerned: tuple[Prior, ...]) -> Step:
    """Whoever stores the pages of a site that does not act; where nobody knows who that is, the team finds out."""
    row, law = context.row(rule.document), context.situation.law
    host = next((place.host for place in recipient.named if place.host), None)
    key = f"host-of-{recipient.id}"
    lacking = validity.needs(row, context.situation.facts, to=key, about=recipient)
    to = Addressee(id=key, name=host or law.names["host"].format(domain=recipient.id), queue=TRIAGE)
    return document_step(row, to, lacking, about=(recipient.id,), concerns=concerned)


def _authority_step(
    context: PlanContext, recipient: Recipient, rule: FollowUp, concerned: tuple[Prior, ...]
) -> Iterable[Step]:
    law, who = context.situation.law, context.situation.person
    authority = coordinator(who, law) if rule.to == COORDINATOR else law.authorities[rule.to]
    facts = context.situation.facts
    if authority and any(p.kind is PriorKind.REGULATOR and p.to == authority.id for p in facts.prior):
        return
    yield _to_authority(context, authority, rule, concerned, (recipient.id,))


def _to_authority(
    context: PlanContext,
    authority: Authority | None,
    rule: FollowUp,
    concerned: tuple[Prior, ...],
    about: tuple[str, ...],
) -> Step:
    """A coordinator of whom we are not sure is left for people to find out."""
    row, law = context.row(rule.document), context.situation.law
    key = authority.id if authority else f"dsc-{(context.situation.person.country or '').casefold()}"
    lacking = validity.needs(row, context.situation.facts, to=key)
    to = at_authority(authority) if authority else Addressee(id=key, name=law.names["coordinator"], queue=TRIAGE)
    step_id = f"{row.id}@{key}~{about[0] if about else ''}".rstrip("~")
    return document_step(row, to, lacking, id=step_id, about=about, concerns=concerned)
