"""What the person already sent, and what came back, in the words that letters use for it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casework import earlier, routes
from casework.documents import lookup
from casework.documents.wordlist import one_line, words, written
from casework.facts import Answer, Facts, Place, Prior, PriorKind, Refusal, Want
from casework.law import Law
from casework.rights import UNMET
from casework.step import Step

RIGHTS = ("doc-art15", "doc-art17", "doc-art18", "doc-art21")
REQUESTS = frozenset({*RIGHTS, "doc-art17-2", "doc-art22"})
UK_COMPLAINT = "doc-s164A"
ERASURE = "doc-art17"
ACCESS = "doc-art15"
_WITHOUT_ANSWERS = frozenset({"doc-withdrawal", "doc-art17-2"})  # what was answered is no business of theirs
KEEPING = "doc-art18"


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """One thing that was sent, as a letter tells it."""

    sentence: str
    reference: str


def to_these(ids: Iterable[str], facts: Facts, law: Law) -> tuple[Prior, ...]:
    """What these companies were sent, earliest first."""
    known = tuple(ids)
    mine = [p for p in facts.prior if p.kind is PriorKind.PLATFORM and lookup.same_platform(p.to, known, law)]
    return tuple(sorted(mine, key=lambda p: (p.sent_on or dt.date.min, p.document or "")))


def concerned(step: Step, ids: Iterable[str], facts: Facts, law: Law) -> tuple[Prior, ...]:
    """The letters that a step follows up; those to the same company when the step does not say."""
    return step.concerns or to_these(ids, facts, law)


def told(prior: Prior, step: Step, facts: Facts, law: Law, *, answer: bool = True) -> Earlier:
    """One sentence for what was sent, one for the answer and its reason, each only as far as the person said so."""
    say = words().earlier
    form = say.get(prior.document or "*", say["*"]) if prior.sent_on else say["undated"]
    whom = _whom(prior, step, facts, law)
    whom = whom.removesuffix(".") if form.endswith("{whom}.") else whom
    sentence = form.format(whom=whom, date=written(prior.sent_on) if prior.sent_on else "")
    parts = (sentence, _answer(prior), _reason(prior)) if answer else (sentence,)
    return Earlier(sentence=" ".join(part for part in parts if part), reference=one_line(prior.reference or ""))


def _whom(prior: Prior, step: Step, facts: Facts, law: Law) -> str:
    to = lookup.platform_id(prior.to, law)
    if not step.about and to == step.recipient_id:
        return words().earlier["you"]
    return lookup.name_of(to, facts, law)


def _answer(prior: Prior) -> str:
    if prior.answered_on and prior.answer in words().answers_dated:
        return words().answers_dated[prior.answer].format(date=written(prior.answered_on))
    return words().answers[prior.answer]


def _reason(prior: Prior) -> str:
    given = prior.refusal if prior.answer in UNMET else None
    return words().refusals[given] if given else ""


def follow_up(step: Step, ids: tuple[str, ...], facts: Facts, law: Law) -> dict[str, Any]:
    """What a letter says that follows up earlier ones."""
    priors = concerned(step, ids, facts, law)
    documents = {prior.document for prior in priors}
    return {
        "concerned": tuple(told(p, step, facts, law, answer=step.document not in _WITHOUT_ANSWERS) for p in priors),
        "concerns_request": bool(documents & REQUESTS) or documents <= {None},
        "concerns_complaint": UK_COMPLAINT in documents,
        "concerns_access": not documents or bool(documents & _access(facts)),
        "access_only": {prior.document for prior in priors if prior.answer in UNMET} == {ACCESS},
        "refusals": _refusals(priors),
        "answered": any(prior.answer in UNMET for prior in priors),
        "automated": any(prior.automated for prior in priors),
        "nameless": bool(priors) and all(_without_name(prior, law) for prior in priors),
    }


def _access(facts: Facts) -> frozenset[str | None]:
    """What asks for data to be handed out; a complaint does when the person wants to know who has them."""
    return frozenset({ACCESS, None, *((UK_COMPLAINT,) if Want.KNOW_WHO in facts.wants else ())})


def late_extensions(step: Step, ids: tuple[str, ...], facts: Facts, law: Law, today: dt.date) -> tuple[str, ...]:
    """The days on which more time was taken after the first month, which then does not count (Art. 12(3))."""
    view = routes.situation(facts, law, today)
    companies = {recipient.id: recipient for recipient in view.recipients}
    days = []
    for prior in concerned(step, ids, facts, law):
        end = earlier.answer_ends(view, companies.get(lookup.platform_id(prior.to, law)), prior)
        asked = prior.answered_on if prior.answer is Answer.EXTENDED and prior.document in REQUESTS else None
        if asked and end and asked > end:
            days.append(written(asked))
    return tuple(dict.fromkeys(days))


def _refusals(priors: tuple[Prior, ...]) -> tuple[Refusal, ...]:
    """The reasons to argue with; who gave none that we know of is asked for it."""
    given = {prior.refusal or Refusal.OTHER for prior in priors if prior.answer in UNMET}
    return tuple(reason for reason in Refusal if reason in given) or (Refusal.OTHER,)


def _without_name(prior: Prior, law: Law) -> bool:
    row = law.documents.get(prior.document or "")
    return row is not None and row.requires.name == "none"


def publishers_asked(step: Step, ids: tuple[str, ...], facts: Facts, law: Law) -> tuple[Earlier, ...]:
    """When the publishers were asked to erase it: told to a search engine."""
    asked = [p for p in concerned(step, ids, facts, law) if p.document == ERASURE and p.sent_on]
    others = [p for p in asked if lookup.platform_id(p.to, law) != step.recipient_id]
    return tuple(told(prior, step, facts, law, answer=False) for prior in others)


def kept_asked(ids: tuple[str, ...], facts: Facts, law: Law) -> str:
    """The companies that were asked to keep evidence."""
    asked = [p for p in to_these(ids, facts, law) if p.document == KEEPING and p.sent_on]
    names = (lookup.name_of(lookup.platform_id(p.to, law), facts, law) for p in asked)
    return "; ".join(dict.fromkeys(names))


def events(places: tuple[Place, ...], earlier: tuple[Earlier, ...], today: dt.date) -> tuple[str, ...]:
    say = words().lines
    days = sorted({place.first_seen for place in places if place.first_seen})
    seen = (say["first_seen"].format(date=written(day)) for day in days)
    return (*seen, *(e.sentence for e in earlier), say["today"].format(date=written(today)))


def refused(ids: tuple[str, ...], facts: Facts, law: Law) -> dict[str, str]:
    """Rights that the person used and that were refused or met in part. Silence may still be in time."""
    unmet = {p.document for p in to_these(ids, facts, law) if p.answer in UNMET}
    say = words().refused
    articles = ", ".join(say[document] for document in RIGHTS if document in unmet)
    names = {"rights_refused": "long", "rights_refused_short": "short", "rights_refused_item": "item"}
    return {key: say[form].format(articles=articles, letter="d") if articles else "" for key, form in names.items()}
