"""The plan as the person sees it: every letter that could go, in full, and what must wait. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from casework.documents import Document, IdentityDetails, drafts, fill
from casework.facts import Facts
from casework.interview.draft import Draft
from casework.interview.summary import place_name
from casework.law import Law
from casework.plan import Plan, Step, plan


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is shown, and the draft that remembers whose letters were shown."""

    draft: Draft
    message: Mapping[str, Any]


def plan_if_all_agree(facts: Facts, law: Law, now: dt.datetime) -> Plan:
    """The plan as if every recipient had been agreed to: what could be asked of the person."""
    first = plan(facts, law, now)
    everyone = frozenset(step.recipient_id for step in first.steps if step.document)
    return plan(replace(facts, consents=everyone), law, now)


def show_plan(draft: Draft, law: Law, now: dt.datetime) -> Shown:
    whole = plan_if_all_agree(draft.facts, law, now)
    written = {d.step_id: d for d in drafts(whole, draft.facts, law, now.date())}
    ready = [step for step in whole.steps if step.state == "ready" and step.id in written]
    later = [step for step in whole.steps if step.document and step.state != "ready"]
    letters = [_letter(step, written[step.id], draft) for step in ready]
    recipients = tuple(dict.fromkeys(step.recipient_id for step in ready))
    candidates = {step.id: written[step.id].sha256 for step in ready}
    shown = replace(draft, recipients=recipients, consented=candidates, chosen={}).reopen("plan", "consent")
    text = "\n".join(_line(step, law) for step in later)
    return Shown(draft=shown, message={"text": text, "documents": letters, "clocks": [_clock(s, law) for s in later]})


def identity_of(draft: Draft) -> IdentityDetails:
    return IdentityDetails(
        name=draft.details.name,
        email=draft.details.email,
        signature=draft.details.signature or draft.details.name,
    )


def _letter(step: Step, document: Document, draft: Draft) -> dict[str, Any]:
    return {
        "id": step.document,
        "step": step.id,
        "recipient": step.recipient,
        "title": document.title,
        "text": fill(document, identity_of(draft)),
        "sha256": document.sha256,
        "due": iso(step.due),
        "state": step.state,
        "needs": list(step.needs),
        "seen_by": list(document.seen_by),
    }


def _clock(step: Step, law: Law) -> dict[str, Any]:
    return {
        "step": step.id,
        "title": title_of(step, law),
        "recipient": step.recipient,
        "state": step.state,
        "needs": list(step.needs),
        "available_from": iso(step.available_from),
        "due": iso(step.due),
    }


def iso(moment: dt.date | dt.datetime | None) -> str | None:
    """A day, or a moment to the minute where the law counts hours."""
    if isinstance(moment, dt.datetime):
        return moment.isoformat(timespec="minutes")
    return moment.isoformat() if moment else None


def title_of(step: Step, law: Law) -> str:
    row = law.documents.get(step.document or "")
    return row.title if row else "A message to our team"


def _line(step: Step, law: Law) -> str:
    when = f" (from {step.available_from})" if step.available_from else ""
    return f"{title_of(step, law)}: {step.recipient}{when}"


def recipient_name(recipient_id: str, draft: Draft, law: Law) -> str:
    """The name that people know: the site's, or the authority's."""
    authority = law.authorities.get(recipient_id)
    return authority.name.split(" (")[0] if authority else place_name(recipient_id, law)


def agreed_steps(draft: Draft, whole: Plan) -> dict[str, str]:
    """Step id → SHA-256 of the text, for each letter that the person saw and said yes to."""
    yes = {recipient for recipient, choice in draft.chosen.items() if choice == "yes"}
    return {s.id: draft.consented[s.id] for s in whole.steps if s.recipient_id in yes and s.id in draft.consented}
