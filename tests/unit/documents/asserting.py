"""
Takes a letter apart into sentences and says which of them the facts allow.

What a letter says to somebody of whom nothing is known but who they are is its frame. Every further sentence must be
rebuilt here from a fact: from words.yml, or from the list in assertions.yml of what a template says only sometimes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from casework import routes
from casework.documents import Document
from casework.documents.lookup import name_of, platform_id
from casework.documents.wordlist import words, written
from casework.facts import Act, Answer, Facts, Generator, ImageKind, Prior, Refusal, Want
from casework.law import Law
from casework.step import Step

SOMETIMES = yaml.safe_load((Path(__file__).parent / "assertions.yml").read_text(encoding="utf-8"))
UNMET = {Answer.REFUSED, Answer.PARTIAL}
SEPARATOR = re.compile(r"(?<=[.;:])\s+(?=[A-Z(])")
NUMBER = re.compile(r"^(?:\d{1,3}\.|\([a-z]\)) ")


def without_story(facts: Facts) -> Facts:
    """The same person, who has told nothing of what happened."""
    return replace(
        facts,
        acts=frozenset(),
        image=ImageKind.UNSURE,
        places=(),
        generator=Generator.UNKNOWN,
        prior=(),
        wants=frozenset(),
    )


def sentences(document: Document, facts: Facts, law: Law) -> set[str]:
    """What the letter says below its title, without the links and without the addresses of companies."""
    body = document.text.split(f"\n{document.title}\n", 1)[1]
    given = {place.url for place in facts.places} | {f"Account: {place.handle}" for place in facts.places}
    lines = [line for line in body.split("\n") if line and line not in given and line not in _addresses(law)]
    return {part for line in lines for part in SEPARATOR.split(NUMBER.sub("", line)) if part}


def _addresses(law: Law) -> set[str]:
    rows = [c for platform in law.platforms.values() for c in platform.controllers.values()]
    return {row.entity for row in rows} | {part.strip() for row in rows for part in (row.address or "").split(";")}


def unbacked(document: Document, frame: Document, step: Step, facts: Facts, law: Law) -> set[str]:
    """The sentences for which there is no fact."""
    said = sentences(document, facts, law) - sentences(frame, facts, law)
    allowed = set(_allowed(step, facts, law))
    return {s for s in said if s not in allowed and not _sometimes(s, document.document, step, facts, law)}


def _allowed(step: Step, facts: Facts, law: Law) -> Iterator[str]:
    say = words()
    yield f"This concerns {say.imagery[facts.image]}."
    yield from (f"{part.rstrip('.')}." for part in say.tida[facts.image].split(". "))
    yield from (say.acts[key] for key in _acts(facts.acts))
    yield from say.generators.get(facts.generator, {}).values()
    for place in facts.places:
        yield from _notes(place.first_seen, still_up=place.still_up)
    for prior in facts.prior:
        yield from _told(prior, step, facts, law)
    yield from _crimes(facts, law)
    for want in facts.wants:
        yield from (f"{say.wanted.get(want, '')}{end}" for end in ".;")
        if want is Want.ERASE:
            yield from (f"{say.wanted['erase_here']}{end}" for end in ".;")


def _crimes(facts: Facts, law: Law) -> Iterator[str]:
    """Verified criminal law of where the person lives, when something was done at all; another country's never."""
    who = routes.person(facts, law)
    here = {who.country, who.nation}
    for right in law.rights.values():
        if facts.acts and right.crime and right.evidence.verified and here & set(right.jurisdictions):
            told = f"{right.title[0].lower()}{right.title[1:]} ({right.law_in(who.area)}, {right.article})"
            yield from (f"{told}.", f"{told};", f"I understand that the criminal law may apply as well: {told}.")


def _acts(acts: frozenset[Act]) -> Iterator[str]:
    if {Act.CREATED, Act.SHARED} <= acts:
        yield "created_shared"
    elif acts & {Act.CREATED, Act.SHARED}:
        yield "created" if Act.CREATED in acts else "shared"
    yield from (act.value for act in acts - {Act.CREATED, Act.SHARED})
    if Act.SEARCHABLE in acts:
        yield "searchable_here"


def _notes(seen: dt.date | None, *, still_up: bool | None) -> Iterator[str]:
    first = f"first seen on {written(seen)}" if seen else ""
    up = {True: "still there when I last looked", False: "no longer there when I last looked", None: ""}[still_up]
    yield "(" + ", ".join(part for part in (first, up) if part) + ")"
    if seen:
        yield f"First seen: {written(seen)}"
        yield "First seen:"


def _told(prior: Prior, step: Step, facts: Facts, law: Law) -> Iterator[str]:
    say, to = words(), platform_id(prior.to, law)
    here = to == step.recipient_id and not step.about
    whom = say.earlier["you"] if here else name_of(to, facts, law)
    form = say.earlier.get(prior.document or "*", say.earlier["*"]) if prior.sent_on else say.earlier["undated"]
    sentence = form.format(whom=whom, date=written(prior.sent_on) if prior.sent_on else "").replace("..", ".")
    yield from SEPARATOR.split(sentence)
    yield say.answers[prior.answer]
    if prior.answered_on and prior.answer in say.answers_dated:
        yield say.answers_dated[prior.answer].format(date=written(prior.answered_on))
    if prior.refusal and prior.answer in UNMET:
        yield say.refusals[prior.refusal]
    if prior.reference:
        yield from SEPARATOR.split(f"The reference is: {prior.reference}")
        yield f"The reference is: {prior.reference}"


def _sometimes(sentence: str, document: str, step: Step, facts: Facts, law: Law) -> bool:
    rows = (row for row in SOMETIMES if document in row.get("in", [document]) and re.fullmatch(row["says"], sentence))
    return any(all(_holds(fact, step, facts, law) for fact in row["when"]) for row in rows)


def _holds(fact: str, step: Step, facts: Facts, law: Law) -> bool:
    if fact.startswith("not "):
        return not _holds(fact.removeprefix("not "), step, facts, law)
    kind, _, value = fact.partition(".")
    return FACTS[kind](value, step, facts, law)


def concerned(step: Step, facts: Facts, law: Law) -> list[Prior]:
    ids = step.about or (step.recipient_id,)
    return list(step.concerns) or [p for p in facts.prior if platform_id(p.to, law) in ids]


def _named(step: Step, facts: Facts, law: Law) -> bool:
    """The person named a place of the recipient, or wrote to it before."""
    places = (routes.service_id(place, law) for place in facts.places)
    return step.recipient_id in {*places, *(platform_id(prior.to, law) for prior in facts.prior)}


def _unmet(document: str, step: Step, facts: Facts, law: Law) -> bool:
    return any(p.document == document for p in concerned(step, facts, law) if p.answer in UNMET)


FACTS: dict[str, Callable[[str, Step, Facts, Law], bool]] = {
    "acts": lambda value, step, facts, law: value in facts.acts,
    "acted": lambda value, step, facts, law: bool(facts.acts),
    "published": lambda value, step, facts, law: bool(facts.acts & routes.PUBLISHED),
    "made": lambda value, step, facts, law: (
        "created" in facts.acts or facts.generator.split("_")[0] == step.recipient_id
    ),
    "shown": lambda value, step, facts, law: bool(facts.acts & routes.PUBLISHED) and bool(_named(step, facts, law)),
    "handled": lambda value, step, facts, law: bool(facts.acts & routes.HANDLED),
    "image": lambda value, step, facts, law: (
        facts.image in ("synthetic", "altered") if value == "made" else facts.image == value
    ),
    "shown_somewhere": lambda value, step, facts, law: (
        bool(facts.acts & routes.PUBLISHED) or (not facts.acts and any(p.url for p in facts.places))
    ),
    "still_up": lambda value, step, facts, law: any(p.still_up for p in facts.places),
    "extended_late": lambda value, step, facts, law: any(
        p.answer is Answer.EXTENDED and p.sent_on and p.answered_on and (p.answered_on - p.sent_on).days > 27
        for p in concerned(step, facts, law)
    ),
    "wants": lambda value, step, facts, law: value in facts.wants,
    "off": lambda value, step, facts, law: bool(facts.wants & {Want.ERASE, Want.STOP_PROCESSING}) or not facts.wants,
    "places": lambda value, step, facts, law: any(p.url or p.handle for p in facts.places),
    "links": lambda value, step, facts, law: any(p.url for p in facts.places),
    "prior": lambda value, step, facts, law: bool(concerned(step, facts, law)),
    "sent": lambda value, step, facts, law: any(p.document == value for p in concerned(step, facts, law)),
    "unmet": _unmet,
    "answered": lambda value, step, facts, law: any(p.answer in UNMET for p in concerned(step, facts, law)),
    "automated": lambda value, step, facts, law: any(p.automated for p in concerned(step, facts, law)),
    "refusal": lambda value, step, facts, law: any(
        (p.refusal or Refusal.OTHER) == value and p.answer in UNMET for p in concerned(step, facts, law)
    ),
    "country": lambda value, step, facts, law: value in routes.person(facts, law).areas,
    "nation": lambda value, step, facts, law: routes.person(facts, law).nation == value,
}
