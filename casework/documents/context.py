"""Facts -> what a template may say: each sentence is there only if the person gave the fact for it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from casework import routes
from casework.documents import earlier as before
from casework.documents import lookup
from casework.documents.wordlist import words, written
from casework.facts import Act, ActingFor, Contact, Facts, IdentityMode, ImageKind, Place, Want
from casework.law import Law
from casework.plan import Step

__all__ = ["PlaceText", "due_text", "own_name", "person_context", "written"]

# Threats and demands are told to those who take content down, to regulators and to the police. A letter that asks
# a company for data needs them only when they are all that happened.
_TOLD_OF_THREATS = frozenset(
    {
        "doc-ncii-report", "doc-osa20A", "doc-dsa16", "doc-tida", "doc-ico", "doc-art77", "doc-police", "doc-esafety",
        "doc-garante", "doc-in-grievance",
    }
)  # fmt: skip
_OFF = frozenset({Want.ERASE, Want.STOP_PROCESSING})
_MADE = frozenset({ImageKind.SYNTHETIC, ImageKind.ALTERED})
_EVERY_PAGE = frozenset({"doc-art17-2", "doc-police"})  # told of all pages, unless the step is about some companies
_ALL_OFFENCES = frozenset({"doc-police"})


@dataclass(frozen=True, kw_only=True)
class PlaceText:
    url: str
    handle: str
    note: str


def due_text(due: dt.date | dt.datetime | str | None) -> str:
    """A day written out; nothing where the law counts hours, because they start at receipt."""
    if isinstance(due, str):
        due = dt.date.fromisoformat(due) if len(due) == len("2026-11-22") else None
    return written(due) if isinstance(due, dt.date) and not isinstance(due, dt.datetime) else ""


def person_context(step: Step, facts: Facts, law: Law, today: dt.date) -> dict[str, Any]:
    """The variable `p` of the templates."""
    ids = lookup.subjects_of(step, facts, law)
    places = _places_told(step, ids, facts, law)
    earlier = tuple(before.told(prior, step, facts, law) for prior in before.to_these(ids, facts, law))
    return {
        **_who(step, facts, law),
        **_what(step, ids, facts, law),
        "offences": lookup.offences(facts, law, today, only_shown=step.document not in _ALL_OFFENCES),
        "places": tuple(_place(place) for place in places),
        "short_places": tuple(dict.fromkeys(place.url or f"Account: {place.handle}" for place in places)),
        "links": any(place.url for place in places),
        "earlier": earlier,
        "shown": _is_shown(places, facts),
        "still_up": any(place.still_up for place in places),
        "events": before.events(places, earlier, today),
        "publishers_asked": before.publishers_asked(step, ids, facts, law),
        "kept_asked": before.kept_asked(ids, facts, law),
        **_companies(step, ids, facts, law),
        **before.follow_up(step, ids, facts, law),
        "late_extensions": before.late_extensions(step, ids, facts, law, today),
        **before.refused(ids, facts, law),
    }


def _places_told(step: Step, ids: tuple[str, ...], facts: Facts, law: Law) -> tuple[Place, ...]:
    every = step.document in _EVERY_PAGE and not step.about
    mine = tuple(dict.fromkeys(facts.places)) if every else lookup.places_of(ids, facts, law)
    return tuple(place for place in mine if place.url or place.handle)


def _who(step: Step, facts: Facts, law: Law) -> dict[str, Any]:
    who = routes.person(facts, law)
    return {
        "uk": who.area == "GB",
        "eea": who.area == "EEA",
        "eu": "EU" in who.areas,
        "country": words().countries.get(who.country or "", ""),
        "residence": _residence(who),
        "in_australia": who.country == "AU",
        "by_other": facts.person.acting_for is ActingFor.OTHER,
        "by_host": step.mode == "host",
        "has_email": facts.identity.contact is Contact.EMAIL,
        "has_contact": facts.identity.contact is not Contact.NONE,
    }


def _residence(who: routes.Person) -> str:
    parts = (words().regions.get(who.region or ""), words().countries.get(who.country or ""))
    return ", ".join(part for part in parts if part)


def _is_shown(places: tuple[Place, ...], facts: Facts) -> bool:
    """It is said to be shared, or nothing is said but where it is."""
    return bool(facts.acts & routes.PUBLISHED) or (not facts.acts and any(place.url for place in places))


def _consent(facts: Facts) -> str:
    form = "made" if facts.image in _MADE else "used" if facts.acts & routes.HANDLED else "kept"
    return words().consent[form]


def _what(step: Step, ids: tuple[str, ...], facts: Facts, law: Law) -> dict[str, Any]:
    messages = _messages(facts)
    return {
        "imagery": words().imagery[facts.image],
        "made_image": facts.image in _MADE,
        "consent": _consent(facts),
        "grievance": words().grievance[facts.image],
        "shared": Act.SHARED in facts.acts,
        "threat_alone": bool(facts.acts) and not facts.acts & routes.HANDLED,
        "sentences": _sentences(step, ids, facts, law),
        "wanted": _wanted(step, facts, law),
        "take_offline": bool(facts.wants & _OFF) or not facts.wants,
        "messages": "" if facts.acts & routes.HANDLED else messages,  # for a letter about nothing else
        "messages_said": messages,
        "directive": Act.SHARED in facts.acts and "EU" in routes.person(facts, law).areas,
        "tida_facts": words().tida[facts.image],
    }


def _companies(step: Step, ids: tuple[str, ...], facts: Facts, law: Law) -> dict[str, Any]:
    organisations = lookup.organisations(ids, facts, law)
    entities = ", ".join(dict.fromkeys(o.entity for o in organisations))
    services = ", ".join(dict.fromkeys(o.service for o in organisations))
    duties = lookup.roles_of(step, facts, law) or frozenset()
    return {
        "recipients": _named(step, facts, law),
        "organisations": organisations,
        "organisations_named": entities,
        "services_named": services,
        "services_run": services if services == entities else f"{services}, run by {entities}",
        "dsa_host": "dsa" in duties and "EU" in routes.person(facts, law).areas,
        "osa_host": "osa" in duties and routes.person(facts, law).area == "GB",
    }


def _sentences(step: Step, ids: tuple[str, ...], facts: Facts, law: Law) -> tuple[str, ...]:
    say = words().acts
    done = "_".join(act.value for act in (Act.CREATED, Act.SHARED) if act in facts.acts)
    sentences = [say[done] if done else f"{_consent(facts)}.", _generator(step, ids, facts)]
    if Act.SEARCHABLE in facts.acts:
        engine = step.recipient_id in law.platforms and law.platforms[step.recipient_id].kind == "search"
        sentences.append(say["searchable_here" if engine else "searchable"])
    if Act.TRAINED_ON in facts.acts:
        sentences.append(say["trained_on"])
    if step.document in _TOLD_OF_THREATS or not facts.acts & routes.HANDLED:
        sentences += [say[act.value] for act in (Act.THREATENED, Act.EXTORTED) if act in facts.acts]
    return tuple(sentence for sentence in sentences if sentence)


def _messages(facts: Facts) -> str:
    return " or ".join(words().messages[act] for act in (Act.THREATENED, Act.EXTORTED) if act in facts.acts)


def _generator(step: Step, ids: tuple[str, ...], facts: Facts) -> str:
    operator = routes.GENERATOR_PLATFORM.get(facts.generator)
    told = (operator in ids and step.document != "doc-art17-2") or step.document == "doc-police"
    if operator is None or not told:
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


def _wanted(step: Step, facts: Facts, law: Law) -> tuple[str, ...]:
    order = (Want.ERASE, Want.STOP_PROCESSING, Want.KNOW_WHO, Want.PRESERVE, Want.COMPENSATION)
    platform = law.platforms.get(step.recipient_id)
    say = dict(words().wanted)
    if platform and platform.kind == "search":
        say[Want.ERASE] = say["erase_here"]
    lines = tuple(say[want] for want in order if want in facts.wants)
    return lines or (say["otherwise"] if facts.wants else say[Want.ERASE],)


def own_name(facts: Facts) -> str:
    pseudonym = facts.identity.mode is IdentityMode.PSEUDONYM
    return words().lines["own_name_pseudonym" if pseudonym else "own_name"]


def _named(step: Step, facts: Facts, law: Law) -> tuple[str, ...]:
    """Whom a letter of authority names: companies and authorities; not the person who signs it."""
    return tuple(dict.fromkeys(lookup.name_of(id_, facts, law) for id_ in step.about))
