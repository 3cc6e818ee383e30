"""The one place where letters read the law's data: who a recipient is, and which places are theirs. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from casework import routes
from casework.documents.wordlist import words
from casework.facts import Facts, Place
from casework.law import Law, Platform
from casework.plan import Step

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
        # An authority that the missing region decides; or a site that has no row, by its own name.
        entity = words().lines["authority"] if step.about else step.recipient
        return Recipient(entity=entity, people=entity, lines=(), known=False)
    return Recipient(
        entity=step.recipient,
        people=at,
        lines=_without_pages(authority.address),
        language=authority.language or "",
        country=authority.country,
    )


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
    platform = law.platform_of(name)
    return platform.id if platform else name.strip().casefold().removeprefix("www.")


def same_platform(name: str, ids: tuple[str, ...], law: Law) -> bool:
    return platform_id(name, law) in ids


def subjects_of(step: Step) -> tuple[str, ...]:
    """The platforms that a step is about: its recipient, or those whom a regulator is told about."""
    return step.about or (step.recipient_id,)


def organisations(ids: tuple[str, ...], facts: Facts, law: Law) -> tuple[Organisation, ...]:
    return tuple(_organisation(id_, law, area(facts, law)) for id_ in ids)


def _organisation(id_: str, law: Law, area_: str) -> Organisation:
    platform = law.platforms.get(id_)
    if platform is None:
        return Organisation(id=id_, entity=law.names["unknown_service"].format(domain=id_), service=id_, lines=())
    controller = platform.controllers.get(area_) or next(iter(platform.controllers.values()))
    lines = list(_platform_lines(platform, controller.entity, area_))
    contact = _EMAIL.search(platform.channels.get("privacy") or "")
    if contact:
        lines.append(words().lines["contact"].format(contact=contact.group()))
    return Organisation(id=id_, entity=controller.entity, service=platform.name, lines=tuple(lines))


def summary_limit(step: Step, law: Law) -> int | None:
    """How many characters the recipient's form takes for what happened."""
    authority = law.authorities.get(step.recipient_id)
    return authority.summary_chars if authority else None


def name_of(id_: str, facts: Facts, law: Law) -> str:
    """How a letter names the platform or authority with this id."""
    if id_ in law.platforms:
        return _organisation(id_, law, area(facts, law)).entity
    if _OF_A_REGION.fullmatch(id_):
        return words().lines["authority"]
    return law.authorities[id_].name if id_ in law.authorities else id_


def shown_by(step: Step, facts: Facts, law: Law) -> bool:
    """The recipient shows the image, as far as we know; otherwise it made it, trained on it, or holds a threat."""
    who = routes.person(facts, law)
    known = {recipient.id: recipient for recipient in routes.recipients(facts, law, who)}
    return step.recipient_id not in known or "hosts" in known[step.recipient_id].roles
