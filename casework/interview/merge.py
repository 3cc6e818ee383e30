"""What the reader found in a message, written into the facts. Later words win, except about age. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from casework.facts import Act, Age, Answer, Contact, Facts, Generator, Identity, Origin, Place, Prior, PriorKind, Want
from casework.interview.draft import Draft
from casework.interview.outcome import Found

SURE = 0.8  # below this a finding becomes a question
GROKS = frozenset({"grok", Generator.X_GROK, Generator.XAI_APP})


def merge(draft: Draft, found: tuple[Found, ...]) -> tuple[Draft, tuple[str, ...]]:
    """
    Write every sure finding into the draft.

    Returns
    -------
    The draft and the paths of the facts that changed, such as "acts.shared" or "places.0".
    """
    before = draft.facts
    for one in found:
        writer = WRITERS.get(one.field)
        if writer and one.confidence >= SURE:
            draft = writer(draft, one.value)
        elif one.field == "generator" and one.value in GROKS:
            draft = draft.answer("tool", "grok")  # Grok for sure; whose Grok is asked
    draft = _date_of_report(draft, found)
    changed = _changes(before, draft.facts)
    for path in changed:
        draft = draft.came_from(path, Origin.READ)
    return draft, changed


def _changes(before: Facts, after: Facts) -> tuple[str, ...]:
    paths = [f"acts.{act}" for act in sorted(after.acts - before.acts)]
    paths += [f"wants.{want}" for want in sorted(after.wants - before.wants)]
    paths += [f"places.{i}" for i, place in enumerate(after.places) if place not in before.places]
    paths += [f"prior.{i}" for i, prior in enumerate(after.prior) if prior not in before.prior]
    for name in ("country", "uk_nation", "region", "age_now", "age_in_image"):
        if getattr(before.person, name) != getattr(after.person, name):
            paths.append(f"person.{name}")
    if before.generator != after.generator:
        paths.append("generator")
    return tuple(paths)


def _act(draft: Draft, value: str) -> Draft:
    return draft.with_acts(Act(value)) if value in set(Act) else draft


def _want(draft: Draft, value: str) -> Draft:
    return draft.with_facts(wants=draft.facts.wants | {Want(value)}) if value in set(Want) else draft


def _country(draft: Draft, value: str) -> Draft:
    person = draft.facts.person
    if person.country == value:
        return draft
    return draft.with_person(country=value, uk_nation=None, region=None)


def _age_now(draft: Draft, value: str) -> Draft:
    return draft if draft.facts.person.age_now is Age.CHILD else draft.with_person(age_now=Age(value))


def _age_in_image(draft: Draft, value: str) -> Draft:
    return draft if draft.facts.person.age_in_image is Age.CHILD else draft.with_person(age_in_image=Age(value))


def _generator(draft: Draft, value: str) -> Draft:
    if value == "grok":
        return draft.answer("tool", "grok")
    return draft.with_facts(generator=Generator(value)) if value in set(Generator) else draft


def _prior(draft: Draft, value: str) -> Draft:
    """`value` is a kind, optionally with the answer: "platform" or "platform:none"."""
    kind, _, answer = value.partition(":")
    if kind not in set(PriorKind):
        return draft
    to = draft.facts.places[0].platform if draft.facts.places and kind == PriorKind.PLATFORM else kind
    prior = Prior(kind=PriorKind(kind), to=to, answer=Answer(answer) if answer in set(Answer) else Answer.NONE)
    others = tuple(p for p in draft.facts.prior if p.kind is not prior.kind)
    draft = draft.with_facts(prior=(*others, prior))
    return draft.answer("tried_answer", prior.answer) if answer else draft


def _date_of_report(draft: Draft, found: tuple[Found, ...]) -> Draft:
    """A date in a message that speaks of a report is when it was sent."""
    dates = [one.value for one in found if one.field == "date" and one.confidence >= SURE]
    told = any(one.field == "prior" for one in found)
    if not (dates and told and draft.facts.prior):
        return draft
    return with_report_date(draft, dates[0])


def with_report_date(draft: Draft, iso: str) -> Draft:
    """Set the day on which the report was sent; a string that is no date changes nothing."""
    try:
        day = dt.date.fromisoformat(iso[:10])
    except ValueError:
        return draft
    return draft.with_facts(prior=tuple(p if p.sent_on else replace(p, sent_on=day) for p in draft.facts.prior))


def add_place(draft: Draft, platform: str, *, url: str | None = None, handle: str | None = None) -> Draft:
    """Add a place, or complete the one of that platform that has no link yet."""
    places = list(draft.facts.places)
    if url and any(p.url == url for p in places):
        return draft
    for i, place in enumerate(places):
        if place.platform == platform and not (place.url and url) and not (place.handle and handle):
            places[i] = replace(place, url=place.url or url, handle=place.handle or handle)
            return draft.with_facts(places=tuple(places))
    return draft.with_facts(places=(*places, Place(platform=platform, url=url, handle=handle)))


def _platform(draft: Draft, value: str) -> Draft:
    if any(p.platform == value for p in draft.facts.places):
        return draft
    return add_place(draft, value)


def _link(draft: Draft, value: str) -> Draft:
    """`value` is "platform url"; the reader names the platform, or the bare domain."""
    platform, _, url = value.partition(" ")
    return add_place(draft, platform, url=url) if url else draft


def _handle(draft: Draft, value: str) -> Draft:
    """A handle belongs to the last place that has none; without a place it is not kept."""
    places = draft.facts.places
    if not places or places[-1].handle:
        return draft
    return draft.with_facts(places=(*places[:-1], replace(places[-1], handle=value)))


def with_contact(draft: Draft, email: str) -> Draft:
    identity = Identity(mode=draft.facts.identity.mode, contact=Contact.EMAIL)
    return replace(draft.with_facts(identity=identity), details=replace(draft.details, email=email))


WRITERS: dict[str, Callable[[Draft, str], Draft]] = {
    "acts": _act,
    "wants": _want,
    "person.country": _country,
    "person.uk_nation": lambda d, v: d.with_person(country="GB", uk_nation=v),
    "person.region": lambda d, v: d.with_person(country=v[:2], region=v) if v.startswith("DE") else d,
    "person.age_now": _age_now,
    "person.age_in_image": _age_in_image,
    "generator": _generator,
    "places.platform": _platform,
    "places.link": _link,
    "places.handle": _handle,
    "prior": _prior,
}
