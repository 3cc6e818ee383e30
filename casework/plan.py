"""
The plan: what the law gives for these facts on this day, and every step that follows. Pure; no I/O, no clock.

The same facts, law and day give the same plan for ever; the law's version is written into it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from casework import followups, rights
from casework.clocks import Moment, day_of
from casework.companies import to_company
from casework.errors import FactsError
from casework.facts import ActingFor, Facts, facts_from_dict
from casework.law import Law
from casework.regulators import straight_to_authorities, to_authorities
from casework.rights import Claim
from casework.routes import TRIAGE, Recipient, situation
from casework.step import Addressee, PlanContext, Step, document_step

__all__ = ["Claim", "Plan", "Step", "plan", "plan_from_file_dict", "plan_to_dict"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    law_version: str
    today: Moment
    claims: tuple[Claim, ...]
    steps: tuple[Step, ...]
    referrals: tuple[str, ...]


def plan(facts: Facts, law: Law, today: Moment) -> Plan:
    """
    Apply the law to the facts.

    A child, now or in the image, or an age nobody is sure of: no right is weighed and no document is written, people
    take over. `today` may be a moment; then what the law counts in hours is due to the minute.
    """
    view = situation(facts, law, day_of(today))
    if not view.person.is_adult:
        claims: tuple[Claim, ...] = ()
        todo: tuple[Step, ...] = (_safeguarding(law),)
    else:
        claims = rights.claims(view)
        applied = frozenset(claim.right for claim in claims if claim.applies)
        todo = _steps(PlanContext(situation=view, moment=today, applied=applied))
    return Plan(law_version=law.version, today=today, claims=claims, steps=todo, referrals=rights.referrals(view))


def plan_from_file_dict(data: Mapping[str, Any], law: Law) -> Plan:
    """
    The plan for what a facts file holds: `today` and `facts`.

    Raises
    ------
    FactsError
        The file is not in the form of docs/reference/facts.md.
    """
    facts = data.get("facts")
    if not isinstance(facts, Mapping):
        raise FactsError("facts must be a mapping")
    return plan(facts_from_dict(facts), law, _moment(data.get("today")))


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """The JSON form of docs/reference/plan.md."""
    return {
        "law_version": plan.law_version,
        "today": day_of(plan.today).isoformat(),
        "claims": [_claim(claim) for claim in plan.claims],
        "steps": [_step(step) for step in plan.steps],
        "referrals": list(plan.referrals),
    }


def _steps(context: PlanContext) -> tuple[Step, ...]:
    """Everything that could be sent: per company first, then to authorities, those that may go first leading."""
    recipients = context.situation.recipients
    first = [step for recipient in recipients for step in _at_company(context, recipient)]
    made = {step.id for step in first}
    later = [step for recipient in recipients for step in _at_authorities(context, recipient, made)]
    later += [*straight_to_authorities(context), *followups.withdrawn_from_authorities(context)]
    order = {"ready": 0, "blocked": 1, "waiting": 2}
    steps = (*first, *sorted(later, key=lambda step: order[step.state]))
    return (*_authority_letter(context, steps), *steps)


def _at_company(context: PlanContext, recipient: Recipient) -> Iterable[Step]:
    yield from to_company(context, recipient)
    yield from followups.to_company(context, recipient)


def _at_authorities(context: PlanContext, recipient: Recipient, made: set[str]) -> Iterable[Step]:
    yield from to_authorities(context, recipient, made)
    yield from followups.to_authorities(context, recipient)


def _authority_letter(context: PlanContext, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Whoever acts for someone else needs that person's signature before anything else counts."""
    if context.situation.facts.person.acting_for is not ActingFor.OTHER:
        return ()
    to = Addressee(id="person", name=context.situation.law.names["person_shown"], queue=TRIAGE)
    about = tuple(dict.fromkeys(step.recipient_id for step in steps))
    return (document_step(context.row("doc-authority"), to, ("signature",), about=about),)


def _safeguarding(law: Law) -> Step:
    """The hand-over to people: nothing is drafted and nothing is kept."""
    return Step(
        id="safeguarding",
        queue="safeguarding",
        document=None,
        recipient=law.names["safeguarding"],
        recipient_id="safeguarding",
        channel="",
        legal_basis="",
    )


def _moment(value: object) -> Moment:
    if isinstance(value, dt.date):  # a datetime is a date, too
        return value
    try:
        text = str(value)
        return dt.date.fromisoformat(text) if len(text) <= len("2026-11-22") else dt.datetime.fromisoformat(text)
    except ValueError:
        raise FactsError("today must be a date like 2026-11-22 or a moment like 2026-11-22T09:00:00+00:00") from None


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "right": claim.right,
        "applies": claim.applies,
        "because": list(claim.because),
        "why_not": claim.why_not,
        "source": claim.source,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "queue": step.queue,
        "document": step.document,
        "recipient": step.recipient,
        "state": step.state,
        "needs": list(step.needs),
        "after": list(step.after),
        "available_from": _iso(step.available_from),
        "closes": _iso(step.closes),
        "due": _iso(step.due),
    }


def _iso(moment: Moment | None) -> str | None:
    return moment.isoformat() if moment else None
