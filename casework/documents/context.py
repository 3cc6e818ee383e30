"""Facts -> what a template may say: each sentence is there only if the person gave the fact for it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from casework import routes
from casework.documents import lookup
from casework.documents.wordlist import words
from casework.facts import (
    Act,
    ActingFor,
    Answer,
    Contact,
    Facts,
    IdentityMode,
    ImageKind,
    Place,
    Prior,
    PriorKind,
    Want,
)
from casework.law import Law
from casework.plan import Step

# Threats and demands are told to those who take content down and to regulators. A letter that asks
# a company for data needs them only when they are all that happened.
_TOLD_OF_THREATS = frozenset({"doc-ncii-report", "doc-osa20A", "doc-dsa16", "doc-tida", "doc-ico", "doc-art77"})
_ENGLAND_AND_WALES = frozenset({"GB-ENG", "GB-WLS"})
_UNMET = frozenset({Answer.REFUSED, Answer.PARTIAL})
_OFF = frozenset({Want.ERASE, Want.STOP_PROCESSING})
_RIGHTS = ("doc-art15", "doc-art17", "doc-art18", "doc-art21")


@dataclass(frozen=True, kw_only=True)
class PlaceText:
    url: str
    handle: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """Something the person already sent."""

    sentence: str
    reference: str


def written(day: dt.date) -> str:
    return f"{day.day} {words().months[day.month - 1]} {day.year}"


def due_text(due: dt.date | dt.datetime | str | None) -> str:
    """A day written out; nothing where the law counts hours, because they start at receipt."""
    if isinstance(due, str):
        due = dt.date.fromisoformat(due) if len(due) == len("2026-11-22") else None
    return written(due) if isinstance(due, dt.date) and not isinstance(due, dt.datetime) else ""


def person_context(step: Step, facts: Facts, law: Law, today: dt.date) -> dict[str, Any]:
    """The variable `p` of the templates."""
    ids = lookup.subjects_of(step)
    places = tuple(place for place in lookup.places_of(ids, facts, law) if place.url or place.handle)
    earlier = _earlier(step, ids, facts, law)
    organisations = lookup.organisations(ids, facts, law)
    who = routes.person(facts, law)
    country = words().countries.get(who.country or "", "")
    return {
        "uk": who.area == "GB",
        "country": country,
        "by_other": facts.person.acting_for is ActingFor.OTHER,
        "by_host": step.mode == "host",
        "imagery": words().imagery[facts.image],
        "sentences": _sentences(step, ids, facts, law),
        "places": tuple(_place(place) for place in places),
        "short_places": tuple(dict.fromkeys(place.url or f"Account: {place.handle}" for place in places)),
        "earlier": earlier,
        "events": _events(places, earlier, today),
        "wanted": _wanted(step, facts, law),
        "take_offline": bool(facts.wants & _OFF) or not facts.wants,
        "messages": _messages(facts),
        "links": any(place.url for place in places),
        "has_email": facts.identity.contact is Contact.EMAIL,
        "offence_66b": Act.SHARED in facts.acts and who.nation in _ENGLAND_AND_WALES,
        "directive": Act.SHARED in facts.acts and "EU" in who.areas,
        "tida_facts": words().tida[facts.image],
        "recipients": _named(step, facts, law),
        "organisations": organisations,
        "organisations_named": ", ".join(dict.fromkeys(o.entity for o in organisations)),
        "services_named": ", ".join(dict.fromkeys(o.service for o in organisations)),
        **_refused(ids, facts, law),
    }


def _sentences(step: Step, ids: tuple[str, ...], facts: Facts, law: Law) -> tuple[str, ...]:
    say = words().acts
    done = "_".join(act.value for act in (Act.CREATED, Act.SHARED) if act in facts.acts)
    sentences = [say[done or "none"], _generator(step, ids, facts)]
    if Act.SEARCHABLE in facts.acts:
        engine = step.recipient_id in law.platforms and law.platforms[step.recipient_id].kind == "search"
        sentences.append(say["searchable_here" if engine else "searchable"])
    if Act.TRAINED_ON in facts.acts:
        sentences.append(say["trained_on"])
    if step.document in _TOLD_OF_THREATS or not facts.acts & routes.HANDLED:
        sentences += [say[act.value] for act in (Act.THREATENED, Act.EXTORTED) if act in facts.acts]
    return tuple(sentence for sentence in sentences if sentence)


def _messages(facts: Facts) -> str:
    """The messages of a threat, for a letter about nothing else."""
    if facts.acts & routes.HANDLED:
        return ""
    return " or ".join(words().messages[act] for act in (Act.THREATENED, Act.EXTORTED) if act in facts.acts)


def _generator(step: Step, ids: tuple[str, ...], facts: Facts) -> str:
    operator = routes.GENERATOR_PLATFORM.get(facts.generator)
    if operator is None or operator not in ids:
        return ""
    forms = words().generators[facts.generator]
    return forms[operator if step.recipient_id == operator else "other"]


def _place(place: Place) -> PlaceText:
    say, notes = words().places, []
    if place.first_seen:
        notes.append(say["first_seen"].format(date=written(place.first_seen)))
    if place.still_up is not None:
        notes.append(say["still_up" if place.still_up else "gone"])
    note = ", ".join(notes)
    return PlaceText(url=place.url or "", handle=place.handle or "", note=f"({note})" if note else "")


def _earlier(step: Step, ids: tuple[str, ...], facts: Facts, law: Law) -> tuple[Earlier, ...]:
    prior = [p for p in facts.prior if p.kind is PriorKind.PLATFORM and lookup.same_platform(p.to, ids, law)]
    prior.sort(key=lambda p: (p.sent_on or dt.date.min, p.document or ""))
    return tuple(_earlier_one(p, step, facts, law) for p in prior)


def _earlier_one(prior: Prior, step: Step, facts: Facts, law: Law) -> Earlier:
    say = words().earlier
    whom = lookup.name_of(lookup.platform_id(prior.to, law), facts, law)
    if not step.about:
        whom = say["you"]
    form = say.get(prior.document or "*", say["*"]) if prior.sent_on else say["undated"]
    sentence = form.format(whom=whom, date=written(prior.sent_on) if prior.sent_on else "")
    return Earlier(sentence=f"{sentence} {words().answers[prior.answer]}".strip(), reference=prior.reference or "")


def _events(places: tuple[Place, ...], earlier: tuple[Earlier, ...], today: dt.date) -> tuple[str, ...]:
    say = words().lines
    days = sorted({place.first_seen for place in places if place.first_seen})
    seen = (say["first_seen"].format(date=written(day)) for day in days)
    return (*seen, *(e.sentence for e in earlier), say["today"].format(date=written(today)))


def _wanted(step: Step, facts: Facts, law: Law) -> tuple[str, ...]:
    order = (Want.ERASE, Want.STOP_PROCESSING, Want.KNOW_WHO, Want.PRESERVE, Want.COMPENSATION)
    platform = law.platforms.get(step.recipient_id)
    say = dict(words().wanted)
    if platform and platform.kind == "search":
        say[Want.ERASE] = say["erase_here"]
    lines = tuple(say[want] for want in order if want in facts.wants)
    return lines or (say["otherwise"] if facts.wants else say[Want.ERASE],)


def _refused(ids: tuple[str, ...], facts: Facts, law: Law) -> dict[str, str]:
    """Rights that the person used and that were refused or met in part. Silence may still be in time."""
    unmet = {
        p.document
        for p in facts.prior
        if p.kind is PriorKind.PLATFORM and p.answer in _UNMET and lookup.same_platform(p.to, ids, law)
    }
    say = words().refused
    articles = ", ".join(say[document] for document in _RIGHTS if document in unmet)
    names = {"rights_refused": "long", "rights_refused_short": "short", "rights_refused_item": "item"}
    return {key: say[form].format(articles=articles, letter="d") if articles else "" for key, form in names.items()}


def own_name(facts: Facts) -> str:
    pseudonym = facts.identity.mode is IdentityMode.PSEUDONYM
    return words().lines["own_name_pseudonym" if pseudonym else "own_name"]


def imagery_of(kind: ImageKind) -> str:
    return words().imagery[kind]


def _named(step: Step, facts: Facts, law: Law) -> tuple[str, ...]:
    """Whom a letter of authority names: companies and authorities; not the person who signs it."""
    return tuple(dict.fromkeys(lookup.name_of(id_, facts, law) for id_ in step.about))
