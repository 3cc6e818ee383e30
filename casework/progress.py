"""What the person told, and what became of their letters since: what the law is applied to today. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from casework.clocks import Moment
from casework.facts import Answer, Facts, Prior, PriorKind, Refusal
from casework.law import Law
from casework.plan import Plan, Step, plan

KIND_OF_ROUTE = MappingProxyType(
    {
        "controller": PriorKind.PLATFORM,
        "platform": PriorKind.PLATFORM,
        "regulator": PriorKind.REGULATOR,
        "police": PriorKind.POLICE,
    }
)
ANSWER_OF: Mapping[str, Answer] = MappingProxyType(
    {
        "removed": Answer.REMOVED,
        "partial": Answer.PARTIAL,
        "refused": Answer.REFUSED,
        "extended": Answer.EXTENDED,
        "other": Answer.UNKNOWN,
    }
)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A step of the case that went out, and what came back; `outcome` as the person or the desk recorded it."""

    document: str
    recipient_id: str
    sent_on: dt.date
    answered_on: dt.date | None = None
    outcome: str | None = None
    refusal: Refusal | None = None
    automated: bool | None = None
    reference: str | None = None


def facts_now(facts: Facts, sent: Iterable[Sent], law: Law) -> Facts:
    """The facts with every letter of the case that went out as something tried before."""
    more = [prior for one in sent if (prior := _prior(one, law))]
    return replace(facts, prior=(*facts.prior, *more))


def proposals(facts: Facts, settled: Iterable[str], law: Law, today: dt.date) -> tuple[Step, ...]:
    """
    What can come next: the plan for today, less the steps of these plan ids.

    A step that waits for a later day is no proposal yet.
    """
    known = frozenset(settled)
    made = agreed_plan(facts, law, today)
    return tuple(s for s in made.steps if s.document and s.id not in known and s.state != "waiting")


def agreed_plan(facts: Facts, law: Law, today: Moment) -> Plan:
    """The plan as if every recipient had been agreed to: what could be asked of the person."""
    first = plan(facts, law, today)
    everyone = frozenset(step.recipient_id for step in first.steps if step.document)
    return plan(replace(facts, consents=everyone), law, today)


def _prior(one: Sent, law: Law) -> Prior | None:
    row = law.documents.get(one.document)
    kind = KIND_OF_ROUTE.get(row.route) if row else None
    if kind is None:
        return None
    return Prior(
        kind=kind,
        to=one.recipient_id,
        document=one.document,
        sent_on=one.sent_on,
        answer=ANSWER_OF.get(one.outcome or "", Answer.NONE if one.answered_on is None else Answer.UNKNOWN),
        reference=one.reference,
        answered_on=one.answered_on,
        refusal=one.refusal,
        automated=one.automated,
    )
