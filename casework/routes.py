"""Who must act: the companies and authorities that the facts point to, and in which role. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from casework.facts import Act, Age, Facts, Generator, Place, Prior, PriorKind
from casework.law import Authority, Controller, Law, Platform, Representative

PUBLISHED = frozenset({Act.SHARED, Act.SEARCHABLE})
HANDLED = PUBLISHED | {Act.CREATED, Act.TRAINED_ON}
GENERATOR_PLATFORM = {Generator.X_GROK: "x", Generator.XAI_APP: "xai"}
SEARCH_ENGINES = ("google_search", "bing")
TRIAGE = "triage"
ANSWERING = ("GB", "EEA", "US")  # the areas for which platforms.yml says who answers


@dataclass(frozen=True, kw_only=True)
class Person:
    """Where the person shown lives, as the law names it, and which path their age puts them on."""

    country: str | None
    nation: str | None
    region: str | None
    areas: frozenset[str]  # the country itself and every area of law that it belongs to
    area: str  # the area whose companies answer to this person; empty where we know none
    paths: frozenset[str]

    @property
    def is_adult(self) -> bool:
        return "adult" in self.paths


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A company, the roles that the facts give it, and the places that the person named for it."""

    id: str
    name: str
    platform: Platform | None
    controller: Controller | None
    representative: Representative | None
    roles: frozenset[str]
    named: tuple[Place, ...]  # every place that the person gave for it
    links: tuple[Place, ...]  # places whose link leads this recipient to the image
    accounts: tuple[Place, ...]  # places with the name of an account
    because: tuple[str, ...]

    @property
    def queue(self) -> str:
        return f"platform/{self.id}" if self.platform else TRIAGE


@dataclass(frozen=True, kw_only=True)
class Situation:
    """The facts with everything the rules need worked out once."""

    facts: Facts
    law: Law
    today: dt.date
    person: Person
    recipients: tuple[Recipient, ...]


def situation(facts: Facts, law: Law, today: dt.date) -> Situation:
    who = person(facts, law)
    return Situation(facts=facts, law=law, today=today, person=who, recipients=recipients(facts, law, who))


def person(facts: Facts, law: Law) -> Person:
    given = facts.person
    country = law.country_aliases.get((given.country or "").upper(), (given.country or "").upper()) or None
    areas = {area for area, countries in law.areas.items() if country in countries}
    return Person(
        country=country,
        nation=_code("GB", given.uk_nation) if country == "GB" else None,
        region=_code(country, given.region) if country else None,
        areas=frozenset(areas | {country or ""} - {""}),
        area=next((area for area in ANSWERING if area in areas), ""),
        paths=_paths(given.age_now, given.age_in_image),
    )


def _code(country: str, part: str | None) -> str | None:
    """ISO 3166-2, also when only its second half was given."""
    if not part:
        return None
    return part.upper() if part.upper().startswith(f"{country}-") else f"{country}-{part.upper()}"


def _paths(now: Age, then: Age) -> frozenset[str]:
    if now is Age.ADULT and then is Age.ADULT:
        return frozenset({"adult"})
    kind = {Age.CHILD: "child_now", Age.UNSURE: "unsure_now", Age.ADULT: "child_then"}[now]
    return frozenset({"child", kind})


def recipients(facts: Facts, law: Law, who: Person) -> tuple[Recipient, ...]:
    """Every company that the facts name: places in the order given, then the maker, then search engines."""
    named: dict[str, list[Place]] = {}
    for place in facts.places:
        named.setdefault(service_id(place, law), []).append(place)
    maker = GENERATOR_PLATFORM.get(facts.generator)
    for extra in (*_reported_to(facts, law), *((maker,) if maker else ()), *_search_engines(facts, law, named)):
        named.setdefault(extra, [])
    return tuple(_recipient(key, places, facts, law, who) for key, places in named.items())


def _reported_to(facts: Facts, law: Law) -> tuple[str, ...]:
    """Whoever it was already reported to has to do with it, also when no place was named."""
    return tuple(service_named(prior.to, law) for prior in facts.prior if prior.kind is PriorKind.PLATFORM)


def _search_engines(facts: Facts, law: Law, named: Iterable[str]) -> tuple[str, ...]:
    """Found in search, but no engine named: the two that we know how to ask."""
    known = any(law.platforms[key].kind == "search" for key in named if key in law.platforms)
    return () if known or Act.SEARCHABLE not in facts.acts else SEARCH_ENGINES


def service_id(place: Place, law: Law) -> str:
    """The platform of a place; for a site that has no row, its domain."""
    row = law.platform_of(place.platform) or law.platform_of(_host(place.url))
    return row.id if row else _host(place.url) or site_name(place.platform)


def site_name(name: str) -> str:
    """A site that has no row, by one name however it was typed; never nothing."""
    plain = name.strip().casefold()
    return plain.removeprefix("www.") or plain


def _recipient(key: str, places: list[Place], facts: Facts, law: Law, who: Person) -> Recipient:
    row = law.platforms.get(key)
    controller = row.controllers.get(who.area) if row else None
    unknown = law.names["unknown_service"].format(domain=key)
    return Recipient(
        id=key,
        name=controller.entity if controller else row.name if row else unknown,
        platform=row,
        controller=controller,
        representative=row.representatives.get(who.area) if row else None,
        roles=_roles(key, places, facts, law, who),
        named=tuple(places),
        links=tuple(place for place in _candidates(row, places, facts) if leads_to(place, row, law)),
        accounts=tuple(place for place in places if place.handle),
        because=tuple(_because(key, places, facts, law)),
    )


def _candidates(row: Platform | None, places: list[Place], facts: Facts) -> Iterable[Place]:
    """A search engine that was not named can be asked about every page that was."""
    return facts.places if row and row.kind == "search" and not places else places


def _because(key: str, places: list[Place], facts: Facts, law: Law) -> Iterable[str]:
    if places:
        yield f"places: {key}"
    if key in _reported_to(facts, law):
        yield f"prior: {key}"
    if GENERATOR_PLATFORM.get(facts.generator) == key:
        yield f"generator: {facts.generator}"


def _roles(key: str, places: list[Place], facts: Facts, law: Law, who: Person) -> frozenset[str]:
    row = law.platforms.get(key)
    named = bool(places) or key in _reported_to(facts, law)
    roles = set()
    if _published(places, facts, named=named) or (row and row.kind == "search" and Act.SEARCHABLE in facts.acts):
        roles |= {"hosts", "letters"} | (row.duties if row else law.unknown_service_duties)
    if GENERATOR_PLATFORM.get(facts.generator) == key:
        roles |= {"generates", "letters"}
    if named and facts.acts & HANDLED:
        roles.add("letters")
    if not roles:
        return frozenset({"records"})
    return frozenset(roles | _standing(row, who))


def _published(places: list[Place], facts: Facts, *, named: bool) -> bool:
    """It is said to be shared, or nothing is said but where it is."""
    return named and (bool(facts.acts & PUBLISHED) or (not facts.acts and any(p.url for p in places)))


def _standing(row: Platform | None, who: Person) -> set[str]:
    if row is None:
        return set()
    standing = {"represented"} if who.area in row.representatives else set()
    if who.area == "EEA" and row.lead:
        standing.add("lead")
    if row.lead and _lead_country(row, who):
        standing.add("eea")
    return standing


def _lead_country(row: Platform, who: Person) -> bool:
    """The company that answers to this person itself sits where the lead authority is (Art. 3(1) EU GDPR)."""
    controller = row.controllers.get(who.area)
    if controller is None or controller.inferred or row.lead is None:
        return False
    return row.lead.removeprefix("dpa-").upper() in controller.established


def _host(url: str | None) -> str:
    return (_split(url or "").hostname or "").removeprefix("www.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        parts.hostname  # noqa: B018 (raises for some that urlsplit lets through)
    except ValueError:  # "https://[": still kept byte for byte, but it names no site
        return urlsplit("")
    return parts


def leads_to(place: Place, row: Platform | None, law: Law) -> bool:
    """The link takes this recipient to the image; a page of results does so for a search engine only."""
    if row and row.kind == "search":
        return bool(place.url)
    return bool(place.url) and place.actionable is not False and _points(place.url or "", row, law)


def _points(url: str, row: Platform | None, law: Law) -> bool:
    """Not a page of results, not a front page, not another company's address."""
    owner = law.platform_of(_host(url))
    if not _host(url) or (owner and (owner.kind == "search" or (row and owner.id != row.id))):
        return False
    parts = _split(url)
    steps = [step for step in parts.path.casefold().split("/") if step]
    if not steps:
        return bool(parts.query) and not _searches(parts.query, law)
    return not (
        steps[0] in law.links.search_paths or "search" in steps or (len(steps) == 1 and _searches(parts.query, law))
    )


def _searches(query: str, law: Law) -> bool:
    return any(key.casefold() in law.links.search_keys for key, _ in parse_qsl(query))


def home_authority(who: Person, law: Law) -> tuple[Authority | None, bool]:
    """The data protection authority of where the person lives, and whether the region is missing for it."""
    if who.country in law.regional:
        key = law.data_authorities.get(who.region or "")
        return (law.authorities[key], False) if key else (None, True)
    key = law.data_authorities.get(who.country or "")
    return (law.authorities[key] if key else None), False


def lead_authority(recipient: Recipient, law: Law) -> Authority | None:
    lead = recipient.platform.lead if recipient.platform else None
    return law.authorities[lead] if lead else None


def coordinator(who: Person, law: Law) -> Authority | None:
    """The Digital Services Coordinator of where the person lives, when a checked source names it."""
    row = law.authorities.get(f"dsc-{(who.country or '').casefold()}")
    return row if row and row.evidence.verified else None


def priors_to(recipient: Recipient, facts: Facts, law: Law, *, withdrawn: bool = False) -> tuple[Prior, ...]:
    """What was already sent to this company, earliest first; what is to be taken back only when asked for."""
    to_it = [p for p in facts.prior if p.kind is PriorKind.PLATFORM and service_named(p.to, law) == recipient.id]
    mine = [p for p in to_it if withdrawn or not p.take_back]
    return tuple(sorted(mine, key=lambda p: p.sent_on or dt.date.min))


def service_named(name: str, law: Law) -> str:
    """The platform that goes by this name; of a site that has no row, its name."""
    row = law.platform_of(name)
    return row.id if row else site_name(name)
