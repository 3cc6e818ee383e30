"""The plan as the person sees it: every letter that could go, in full, and what must wait. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from casework.clocks import day_of
from casework.consequences import weighed
from casework.documents import Document, IdentityDetails, authority_letter, fill
from casework.documents import draft as written
from casework.documents import letters as letters_of
from casework.documents.context import written as written_out
from casework.explain import PlanView, explained, plan_view
from casework.facts import Facts, PriorKind
from casework.interview.draft import Draft, WhoSends
from casework.interview.merge import OWN, prior_to
from casework.interview.options import Wordbook
from casework.interview.summary import place_name
from casework.law import Law
from casework.plan import Plan, Step
from casework.progress import agreed_plan

AUTHORITY = "doc-authority@team"  # the letter that lets the team send, as a key of `consented`
TO_SIGN = "doc-authority@person"  # the letter that whoever is shown signs, when someone else writes for them
NOT_NAMED = frozenset({"consent"})  # asked for next, so nothing that is missing


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is shown, and the draft that remembers what was shown."""

    draft: Draft
    message: Mapping[str, Any]
    weighed: Mapping[str, Any] | None = None  # what to think over before a yes


def plan_facts(draft: Draft) -> Facts:
    """The facts that the law is applied to; a report to a site that was never named counts for none."""
    told = []
    for prior in draft.facts.prior:
        to = prior_to(draft, PriorKind.PLATFORM) if prior.to == OWN else prior.to
        told += [] if to == OWN else [replace(prior, to=to)]
    return replace(draft.facts, prior=tuple(told))


def shown_moment(draft: Draft, now: dt.datetime) -> dt.datetime:
    """When the letters were shown: what was read is what goes, also when it goes after midnight."""
    return dt.datetime.fromisoformat(draft.shown_at) if draft.shown_at else now


def show_plan(draft: Draft, law: Law, book: Wordbook, now: dt.datetime) -> Shown:
    facts = plan_facts(draft)
    whole = agreed_plan(facts, law, now)
    steps = [step for step in whole.steps if step.document]
    ready = [step for step in steps if step.state == "ready"]
    to_sign = [step for step in steps if step.id == TO_SIGN]
    later = [step for step in steps if step.state != "ready" and step.id != TO_SIGN]
    letters = letters_of((*to_sign, *ready), facts, law, now.date())
    shown = replace(
        draft.reopen("plan", "consent"),
        recipients=tuple(dict.fromkeys(step.recipient_id for step in ready)),
        consented={key: letter.sha256 for key, letter in letters.items()},
        chosen={},
        shown_at=now.isoformat(),
    )
    about = replace(plan_view(steps, facts, law, now, book.explanations), reaction=draft.answers.get("reaction"))
    documents = [
        _letter(step, letters[step.id], draft, about) | _carried(letters[step.id], ready, law)
        for step in (*to_sign, *ready)
        if is_first(letters[step.id], step.id)
    ]
    clocks = [{**_clock(step, law), "explained": explained(step, about)} for step in later]
    text = "\n".join(_line(step, law, book) for step in later)
    message = {"text": text, "documents": documents, "clocks": clocks}
    return Shown(draft=shown, message=message, weighed=weighed(about))


def agreed_letters(draft: Draft, whole: Plan, law: Law, now: dt.datetime) -> dict[str, Document]:
    """Step id → letter, for each that the person saw and said yes to, written as it was shown."""
    yes = {recipient for recipient, choice in draft.chosen.items() if choice == "yes"}
    by_team = draft.answers.get("who_sends") == WhoSends.TEAM
    facts, day = plan_facts(draft), shown_moment(draft, now).date()
    steps = [step for step in whole.steps if step.recipient_id in yes and step.id in draft.consented]
    to_sign = [step for step in whole.steps if step.id == TO_SIGN and step.id in draft.consented]
    if not by_team:
        return letters_of((*to_sign, *steps), facts, law, day)
    # What the team sends goes step by step, each with its own proof of sending.
    sent = [step if law.documents[step.document or ""].self_only else replace(step, mode="host") for step in steps]
    return {step.id: written(step, facts, law, day) for step in (*to_sign, *sent)}


def authority_of(draft: Draft, whole: Plan, law: Law, now: dt.datetime) -> Document:
    yes = {recipient for recipient, choice in draft.chosen.items() if choice == "yes"}
    recipients = tuple(dict.fromkeys(s.recipient_id for s in whole.steps if s.recipient_id in yes))
    return authority_letter(plan_facts(draft), law, shown_moment(draft, now).date(), recipients=recipients)


def show_authority(draft: Draft, host: str, law: Law, book: Wordbook, now: dt.datetime) -> Shown:
    """The letters once more as the team would send them, and the one that lets it: signing is the yes to these."""
    draft = replace(draft, details=replace(draft.details, authority=host))
    whole = agreed_plan(plan_facts(draft), law, shown_moment(draft, now))
    letters = agreed_letters(draft, whole, law, now)
    authority = authority_of(draft, whole, law, now)
    steps = {step.id: step for step in whole.steps}
    row = {**_texts(authority, draft), "id": authority.document, "step": AUTHORITY, "recipient": "", "due": None,
           "state": "ready", "needs": ["signature"]}  # fmt: skip
    about = plan_view(whole.steps, plan_facts(draft), law, shown_moment(draft, now), book.explanations)
    documents = [row, *(_letter(steps[key], letter, draft, about) for key, letter in letters.items())]
    hashes = {key: letter.sha256 for key, letter in letters.items()} | {AUTHORITY: authority.sha256}
    shown = replace(draft, consented={**draft.consented, **hashes})
    return Shown(draft=shown, message={"text": "", "documents": documents, "clocks": []})


def as_sent_by_them(draft: Draft, law: Law, now: dt.datetime) -> Draft:
    """Not signed after all: the letters are those that were read first, without the team's line."""
    whole = agreed_plan(plan_facts(draft), law, shown_moment(draft, now))
    hashes = {key: letter.sha256 for key, letter in agreed_letters(draft, whole, law, now).items()}
    kept = {key: value for key, value in draft.consented.items() if key != AUTHORITY}
    draft = replace(draft, details=replace(draft.details, authority=None))
    return replace(draft, consented={**kept, **hashes})


def identity_of(draft: Draft) -> IdentityDetails:
    return IdentityDetails(
        name=draft.details.name,
        email=draft.details.email,
        signature=draft.details.signature or draft.details.name,
        authority=draft.details.authority,
    )


def is_first(document: Document, step_id: str) -> bool:
    """A letter that carries several steps is shown once, at the first of them."""
    return not document.carries or document.carries[0] == step_id


def _carried(document: Document, steps: Iterable[Step], law: Law) -> dict[str, Any]:
    """Which requests one letter holds, each with its own day."""
    inside = [step for step in steps if step.id in document.carries]
    return {"carries": [{"step": s.id, "title": title_of(s, law), "due": iso(s.due)} for s in inside]} if inside else {}


def _letter(step: Step, document: Document, draft: Draft, about: PlanView) -> dict[str, Any]:
    return {
        "id": step.document,
        "step": step.id,
        "recipient": step.recipient,
        **_texts(document, draft),
        "due": iso(step.due),
        "state": step.state,
        "needs": list(step.needs),
        "explained": explained(step, about),
    }


def _texts(document: Document, draft: Draft) -> dict[str, Any]:
    return {
        "title": document.title,
        "text": fill(document, identity_of(draft)),
        "sha256": document.sha256,
        "seen_by": list(document.seen_by),
        "notices": list(document.notices),
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


def _line(step: Step, law: Law, book: Wordbook) -> str:
    """What waits, and for what: a day, a letter before it, or something that only they can give."""
    lacking = [book.label("needs", need) for need in step.needs if need not in NOT_NAMED]
    parts = [f"{book.label('plan', 'needs')} {_listed(lacking, book)}"] if lacking else []
    if step.available_from:
        parts.append(f"{book.label('plan', 'from')} {written_out(step.available_from)}")
    return f"{title_of(step, law)}: {step.recipient}" + "".join(f" ({part})" for part in parts)


def _listed(names: Iterable[str], book: Wordbook) -> str:
    """As people say a list: «a name, a link and an e-mail»."""
    *first, last = dict.fromkeys(names)
    return book.label("plan", "needs_many").format(first=", ".join(first), last=last) if first else last


def recipient_name(recipient_id: str, draft: Draft, law: Law) -> str:
    """The name that people know: the site's, or the authority's."""
    authority = law.authorities.get(recipient_id)
    return authority.name.split(" (")[0] if authority else place_name(recipient_id, law)


def letters_to(recipient_id: str, draft: Draft, law: Law) -> list[str]:
    """The letters that were shown for this recipient, each by its first step."""
    if not draft.shown_at:
        return []
    whole = agreed_plan(plan_facts(draft), law, dt.datetime.fromisoformat(draft.shown_at))
    mine = [s.id for s in whole.steps if s.recipient_id == recipient_id and s.id in draft.consented]
    first: dict[str, str] = {}  # one letter may hold several steps
    for key in mine:
        first.setdefault(draft.consented[key], key)
    return list(first.values())


def first_due(draft: Draft, law: Law) -> dt.date | None:
    """The first day by which somebody must answer, if the letters go on the day on which they were read."""
    if not draft.shown_at:
        return None
    whole = agreed_plan(plan_facts(draft), law, dt.datetime.fromisoformat(draft.shown_at))
    return min((day_of(step.due) for step in _agreed(draft, whole.steps) if step.due), default=None)


def _agreed(draft: Draft, steps: Iterable[Step]) -> Iterable[Step]:
    return (s for s in steps if draft.chosen.get(s.recipient_id) == "yes" and s.id in draft.consented)


def written_day(day: dt.date) -> str:
    return written_out(day)
