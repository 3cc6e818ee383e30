"""The one place where letters read the law's data: who a recipient is, and which places are theirs. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from casework import rights, routes
from casework.documents.wordlist import one_line, words
from casework.facts import Facts, Place
from casework.law import Law, Platform, Right
from casework.plan import Step

DATA_PROTECTION = "data_protection"
POLICE = "police"  # no row of ours: whoever deals with it where the person lives
_EMAIL = re.compile(r"[^\s@/:]+@[^\s@/:]+\.[a-z]{2,}", re.ASCII | re.IGNORECASE)
_OF_A_REGION = re.compile(r"dpa-[a-z]{2}-region")  # an authority that a missing region decides
_ADDRESS_OF_A_PAGE = re.compile(r"https?:|www\.", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Recipient:
    entity: str
    lines: tuple[str, ...]
    search: bool = False
    stated_basis: bool = False  # names legitimate interests itself
    language: str = ""
    country: str | None = None
    known: bool = True  # there is a row for it
    people: str = ""  # how the person is told who reads it


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A company that a regulator is told about."""

    id: str
    entity: str
    service: str
    lines: tuple[str, ...]


def area(facts: Facts, law: Law) -> str:
    """Which of a platform's companies answers to the person: GB, EEA, US, or none that we know."""
    return routes.person(facts, law).area


def recipient_of(step: Step, facts: Facts, law: Law, *, about_data: bool = True) -> Recipient:
    """`about_data`: a letter under data protection law, which a representative may take as well (Art. 27(4))."""
    platform = law.platforms.get(step.recipient_id)
    at = words().lines["people_at"].format(entity=step.recipient)
    if platform is not None:
        return Recipient(
            entity=step.recipient,
            people=at,
            lines=_platform_lines(platform, step.recipient, area(facts, law), represented=about_data),
            search=platform.kind == "search",
            stated_basis=platform.legitimate_interests,
        )
    authority = law.authorities.get(step.recipient_id)
    if authority is None:
        return _without_row(step, facts, law)
    return Recipient(
        entity=step.recipient,
        people=at,
        lines=_without_pages(authority.address),
        language=authority.language or ("own" if authority.role == DATA_PROTECTION else ""),
        country=authority.country,
    )


def _without_row(step: Step, facts: Facts, law: Law) -> Recipient:
    """The police; an authority that the missing region decides; or a site or a host, by its own name."""
    if step.recipient_id == POLICE:
        entity = words().lines["police"]
        return Recipient(entity=entity, people=entity, lines=(), known=False, language=_home_language(facts, law))
    if _OF_A_REGION.fullmatch(step.recipient_id):
        entity = words().lines["authority"]
        return Recipient(entity=entity, people=entity, lines=(), known=False, language="own")
    entity = one_line(step.recipient)
    described = step.recipient == law.names["unknown_service"].format(domain=step.recipient_id)
    people = entity if described else words().lines["people_at"].format(entity=entity)
    return Recipient(entity=entity, people=people, lines=(), known=False)


def _home_language(facts: Facts, law: Law) -> str:
    """What authorities read where the person lives, as far as a row says so."""
    authority, _ = routes.home_authority(routes.person(facts, law), law)
    return (authority.language if authority else None) or ""


def _platform_lines(platform: Platform, entity: str, area_: str, *, represented: bool = True) -> tuple[str, ...]:
    lines = [*_without_pages(_address(platform, entity, area_))]
    representative = platform.representatives.get(area_) if represented else None
    if representative is not None:
        where = ", ".join(part for part in (representative.address, representative.contact) if part)
        gdpr = "UK GDPR" if area_ == "GB" else "GDPR"
        line = words().lines["representative"].format(gdpr=gdpr, entity=representative.entity, address=where)
        lines += _without_pages(line)
    return tuple(lines)


def _address(platform: Platform, entity: str, area_: str) -> str | None:
    controllers = [platform.controllers.get(area_), *platform.controllers.values()]
    return next((c.address for c in controllers if c is not None and c.entity == entity), None)


def _without_pages(text: str | None) -> tuple[str, ...]:
    # The only web addresses in a letter are those that the person gave for its recipient.
    parts = [part.strip() for part in re.split(r"[;\n]|,\s+(?=https?:)", text or "")]
    return tuple(part for part in parts if part and not _ADDRESS_OF_A_PAGE.search(part))


def places_of(ids: tuple[str, ...], facts: Facts, law: Law) -> tuple[Place, ...]:
    """Every place given for these recipients, also one that may not lead anywhere; nobody else's."""
    mine = [place for place in facts.places if routes.service_id(place, law) in ids]
    if not mine and all(id_ in law.platforms and law.platforms[id_].kind == "search" for id_ in ids):
        mine = list(facts.places)  # a search engine that was not named is asked about every page that was
    return tuple(dict.fromkeys(mine))


def platform_id(name: str, law: Law) -> str:
    return routes.service_named(name, law)


def same_platform(name: str, ids: tuple[str, ...], law: Law) -> bool:
    return platform_id(name, law) in ids


def subjects_of(step: Step, facts: Facts, law: Law) -> tuple[str, ...]:
    """The companies that a step is about: its recipient, or those whom an authority or a host is told about."""
    if step.about:
        return step.about
    if step.recipient_id != POLICE and step.recipient_id not in law.authorities:
        return (step.recipient_id,)
    return tuple(dict.fromkeys(routes.service_id(place, law) for place in facts.places))


def organisations(ids: tuple[str, ...], facts: Facts, law: Law) -> tuple[Organisation, ...]:
    return tuple(_organisation(id_, law, area(facts, law)) for id_ in ids)


def _organisation(id_: str, law: Law, area_: str) -> Organisation:
    platform = law.platforms.get(id_)
    if platform is None:
        return Organisation(id=id_, entity=law.names["unknown_service"].format(domain=id_), service=id_, lines=())
    entity = _entity(platform, area_)
    lines = list(_platform_lines(platform, entity, area_))
    contact = _EMAIL.search(platform.channels.get("privacy") or "")
    if contact:
        lines.append(words().lines["contact"].format(contact=contact.group()))
    return Organisation(id=id_, entity=entity, service=platform.name, lines=tuple(lines))


def _entity(platform: Platform, area_: str) -> str:
    """The company that answers to the person, as the plan names it; the service itself where we know of none."""
    controller = platform.controllers.get(area_)
    return controller.entity if controller else platform.name


def summary_limit(step: Step, law: Law) -> int | None:
    """How many characters the recipient's form takes for what happened."""
    authority = law.authorities.get(step.recipient_id)
    return authority.summary_chars if authority else None


def name_of(id_: str, facts: Facts, law: Law) -> str:
    """How a letter names the platform or authority with this id."""
    if id_ in law.platforms:
        return _entity(law.platforms[id_], area(facts, law))
    if _OF_A_REGION.fullmatch(id_) or id_ == POLICE:
        return words().lines["police" if id_ == POLICE else "authority"]
    return law.authorities[id_].name if id_ in law.authorities else id_


def roles_of(step: Step, facts: Facts, law: Law) -> frozenset[str] | None:
    """What the facts make of a recipient: it shows the image, made it or holds a threat; None: they do not name it."""
    who = routes.person(facts, law)
    known = {recipient.id: recipient.roles for recipient in routes.recipients(facts, law, who)}
    return known.get(step.recipient_id)


def offences(facts: Facts, law: Law, today: dt.date, *, only_shown: bool) -> tuple[str, ...]:
    """
    The verified criminal law of where the person lives that the facts meet, one sentence each.

    `only_shown`: what makes the content itself illegal, without what was done to make it or to threaten with it.
    """
    if only_shown:
        facts = replace(facts, acts=facts.acts & routes.PUBLISHED)
    view = routes.situation(facts, law, today)
    crimes = [rule for rule in law.right_rules if law.rights[rule.right].crime]
    met = [rule.right for rule in crimes if rights.judge(rule.ways, view)[1] is None]
    return tuple(_offence(law.rights[id_], view.person.area) for id_ in met if _holds(law.rights[id_], today))


def _holds(right: Right, today: dt.date) -> bool:
    return right.evidence.verified and (right.in_force is None or right.in_force <= today)


def _offence(right: Right, area: str) -> str:
    title = right.title[0].lower() + right.title[1:]
    return words().lines["offence"].format(title=title, law=right.law_in(area), article=right.article)
