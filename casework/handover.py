"""From the interview's draft to a sealed case: which records, which steps, in whose queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from casework.caseparts import NewStep, detail_of, new_step
from casework.delivery.notices import SafeContact
from casework.documents import Document, document_to_dict
from casework.errors import AskAgain, RefuseToStart
from casework.facts import Contact, facts_to_dict
from casework.interview.draft import Draft, WhoSends
from casework.interview.outcome import Effect
from casework.interview.planning import (
    AUTHORITY,
    TO_SIGN,
    agreed_letters,
    authority_of,
    plan_facts,
    shown_moment,
    title_of,
)
from casework.law import Law
from casework.plan import Plan, Step, plan, plan_to_dict
from casework.progress import agreed_plan
from casework.records import Kind, NewRecord
from casework.store.database import Databases
from casework.submission import Submission, SubmittedCase, submit
from encryption.keys import DISPATCH, PublicKey
from encryption.token import Receipt


class TextChanged(AskAgain):
    """A letter would no longer be the one that was read."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the person wrote, for the case alone: the talk if they leave it in, their statement, this message."""

    talk: Sequence[Mapping[str, Any]] = ()
    statement: str | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where the case goes, and who may read it."""

    case_id: str
    receipt: Receipt | None
    teams: Mapping[str, PublicKey]  # the dispatch key among them


def hand_over(
    databases: Databases,
    draft: Draft,
    effect: Effect,
    words: Words,
    to: Destination,
    law: Law,
    now: dt.datetime,
) -> SubmittedCase:
    """
    Seal the complaint; repeating it gives the same case.

    Raises
    ------
    TryLater
        The database is locked or the disk is full; nothing was stored, nothing is lost.
    TextChanged
        A letter would no longer be the one that was read; nothing was stored.
    """
    build = {Effect.SUBMIT: _complaint, Effect.SUBMIT_TRIAGE: _message, Effect.SUBMIT_CALLBACK: _callback}[effect]
    sealed_to = _dispatch_key(to)
    submission = replace(build(draft, words, to, law, now), notice=_safe_contact(draft), dispatch=sealed_to)
    return submit(databases, submission, now)


def _complaint(draft: Draft, words: Words, to: Destination, law: Law, now: dt.datetime) -> Submission:
    """The whole complaint: the plan as agreed to, each letter that the person said yes to."""
    agreed_to = frozenset(r for r, choice in draft.chosen.items() if choice == "yes")
    facts = replace(plan_facts(draft), consents=agreed_to)
    whole = plan(facts, law, shown_moment(draft, now))
    letters = _letters(draft, whole, law, now)
    # What someone else has to sign was read here, and agreed to by nobody yet.
    agreed = {key: letter for key, letter in letters.items() if key != TO_SIGN}
    steps = tuple(_step(step, agreed.get(step.id), draft, law) for step in whole.steps)
    return Submission(
        case_id=to.case_id,
        receipt=to.receipt,
        teams=to.teams,
        steps=steps or (_triage_step(),),
        identity=_identity(draft),
        records=(
            NewRecord(kind=Kind.FACTS, value=facts_to_dict(facts)),
            NewRecord(kind=Kind.PLAN, value=plan_to_dict(whole)),
            *(NewRecord(kind=Kind.DOCUMENT, value=document_to_dict(d)) for d in letters.values()),
            *_said(words, draft),
        ),
    )


def _letters(draft: Draft, whole: Plan, law: Law, now: dt.datetime) -> dict[str, Document]:
    """
    The agreed letters by step, each exactly the text whose SHA-256 was agreed to.

    Raises
    ------
    TextChanged
        One of them would not be what was read: nothing goes.
    """
    letters = agreed_letters(draft, whole, law, now)
    if _by_team(draft):
        letters[AUTHORITY] = authority_of(draft, whole, law, now)
    as_read = {key for key, letter in letters.items() if draft.consented.get(key) == letter.sha256}
    if as_read != _agreed(draft, law, now):
        raise TextChanged
    return letters


def _agreed(draft: Draft, law: Law, now: dt.datetime) -> set[str]:
    """Every letter that was read and said yes to, whatever the plan says by now."""
    shown = agreed_plan(plan_facts(draft), law, shown_moment(draft, now))
    agreed = {s.id for s in shown.steps if s.id in draft.consented and draft.chosen.get(s.recipient_id) == "yes"}
    return agreed | ({TO_SIGN} & draft.consented.keys()) | ({AUTHORITY} if _by_team(draft) else set())


def _by_team(draft: Draft) -> bool:
    return draft.answers.get("who_sends") == WhoSends.TEAM and bool(draft.details.signature)


def _step(step: Step, letter: Document | None, draft: Draft, law: Law) -> NewStep:
    by_team = letter and _by_team(draft) and not law.documents[letter.document].self_only
    return replace(
        new_step(step, law),
        detail=detail_of(step, title_of(step, law)),
        mode="host" if by_team else "self",
        consented=letter.sha256 if letter else None,
    )


def _identity(draft: Draft) -> dict[str, Any]:
    details = {name: value for name, value in asdict(draft.details).items() if value}
    if "name" in details and "signature" not in details:
        details["signature"] = details["name"]
    return details


def _safe_contact(draft: Draft) -> SafeContact:
    """The address that the person called safe; one that they took back again is none."""
    wanted = draft.facts.identity.contact is Contact.EMAIL
    return SafeContact(address=draft.details.email if wanted else None)


def _dispatch_key(to: Destination) -> PublicKey:
    """
    The key that notices are sealed to.

    Raises
    ------
    RefuseToStart
        There is none; a case without a notice would be seen to be one without a contact.
    """
    try:
        return to.teams[DISPATCH]
    except KeyError:
        raise RefuseToStart("There is no dispatch key to seal a notice to.") from None


def _said(words: Words, draft: Draft) -> list[NewRecord]:
    records = []
    keep_talk = draft.answers.get("keep_talk") == "yes"
    if words.statement and draft.has_statement:
        records.append(NewRecord(kind=Kind.STATEMENT, value={"text": words.statement}))
    if keep_talk and words.talk:
        records.append(NewRecord(kind=Kind.TRANSCRIPT, value={"turns": [dict(turn) for turn in words.talk]}))
    return records


def _triage_step() -> NewStep:
    return NewStep(id="message@team", queue="triage", document=None, detail={"title": "A person wrote to the team"})


def _message(draft: Draft, words: Words, to: Destination, law: Law, now: dt.datetime) -> Submission:
    """A message to the team, with what was told so far; the thread goes on behind the receipt."""
    thread = [NewRecord(kind=Kind.THREAD, value={"from": "person", "text": words.message})] if words.message else []
    facts = NewRecord(kind=Kind.FACTS, value=facts_to_dict(plan_facts(draft)))
    return Submission(
        case_id=to.case_id,
        receipt=to.receipt,
        teams=to.teams,
        steps=(_triage_step(),),
        identity=_identity(draft),
        records=(facts, *thread),
    )


def _callback(draft: Draft, words: Words, to: Destination, law: Law, now: dt.datetime) -> Submission:
    """Child path: a way to call back and the country, nothing else."""
    person = draft.facts.person
    step = NewStep(
        id="callback@team",
        queue="safeguarding",
        document=None,
        detail={"title": "Call back", "country": person.country, "uk_nation": person.uk_nation},
    )
    return Submission(
        case_id=to.case_id,
        receipt=to.receipt,
        teams=to.teams,
        steps=(step,),
        identity={"callback": draft.details.callback},
        records=(),
    )
