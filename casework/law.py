"""The law as data: immutable rows by id, each with its source and the day on which it was checked. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from casework.ruletable import AuthorityRule, FollowUp, LetterRule, ReferralRule, ReportRule, RightRule

_ENDING = re.compile(r"[a-z]{2,3}|(?:co|com)\.[a-z]{2}")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Where a row comes from; a row that is not verified is never shown to a person as fact."""

    source: tuple[str, ...]
    checked_on: dt.date
    verified: bool
    confidence: str = "medium"
    source_date: str | None = None
    unverified_fields: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    id: str
    title: str
    kind: str
    address: str | None
    source_date: str | None
    checked_on: dt.date


@dataclass(frozen=True, kw_only=True)
class Right:
    id: str
    laws: Mapping[str, str]  # area -> name of the law there; "*" for everywhere
    article: str
    title: str
    jurisdictions: tuple[str, ...]
    evidence: Evidence
    in_force: dt.date | None = None
    links: Mapping[str, str] = field(default_factory=dict)  # area -> where its text can be read; "*" for everywhere
    crime: bool = False  # an offence of whoever did it, which a notice may name as what makes it illegal

    def law_in(self, area: str) -> str:
        return self.laws.get(area) or self.laws.get("*") or next(iter(self.laws.values()))


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """What a document cannot do without; validity.py judges it."""

    name: str = "none"  # none | chosen (a pseudonym will do) | legal
    contact: str = "none"  # none | any | reply (e-mail or post) | email
    location: str = "none"  # none | account (a handle will do) | link
    signature: bool = False


@dataclass(frozen=True, kw_only=True)
class Element:
    """Something that a document must say or carry before its recipient could be held to it."""

    id: str
    say: str  # in plain words
    law: str | None = None  # the article that asks for it; None for good practice
    source: str | None = None
    given_by: str | None = None  # name | contact | location | signature | authority | earlier; None: the letter says it
    marks: tuple[str, ...] = ()  # words of the text that show it; every one of them must be there
    any_mark: tuple[str, ...] = ()  # or at least one of these


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    id: str
    route: str  # controller | platform | host | regulator | police | person
    title: str
    law: str
    right: str | None
    clock: str | None  # a clock of clocks.py
    requires: Requirement
    channel: str  # which channel of a platform carries it
    elements: tuple[Element, ...]
    seen_by: tuple[str, ...]
    evidence: Evidence
    gives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # audience -> name, contact, signature, …
    anonymous: str | None = None  # how it works without any name; None: it does not
    pseudonym: str | None = None  # how it works under another name; None: it does not
    self_only: bool = False  # only the person can hand it in; the desk never sends it


@dataclass(frozen=True, kw_only=True)
class Authority:
    id: str
    country: str
    role: str
    name: str
    evidence: Evidence
    native_name: str | None = None
    region: str | None = None  # ISO 3166-2
    aliases: tuple[str, ...] = ()
    website: str | None = None
    complaint_url: str | None = None
    email: str | None = None
    phone: str | None = None
    emergency: str | None = None
    address: str | None = None
    language: str | None = None
    message: str | None = None
    summary_chars: int | None = None


@dataclass(frozen=True, kw_only=True)
class Controller:
    """The company that answers for a platform to people in one area."""

    entity: str
    established: tuple[str, ...]  # ISO 3166-1 countries
    address: str | None = None
    inferred: bool = False


@dataclass(frozen=True, kw_only=True)
class Representative:
    """An Art. 27 representative, whom a person may write to instead of the controller."""

    entity: str
    address: str | None = None
    contact: str | None = None


@dataclass(frozen=True, kw_only=True)
class FormNotes:
    """What is known of the form behind a channel before it is opened."""

    asks: tuple[str, ...] = ()
    us_only: bool = False
    account_needed: bool | None = None  # None: not known


@dataclass(frozen=True, kw_only=True)
class Platform:
    id: str
    name: str
    kind: str  # social | messaging | adult | search | generator
    domains: tuple[str, ...]
    aliases: tuple[str, ...]
    controllers: Mapping[str, Controller]  # by area: EEA, GB, US
    representatives: Mapping[str, Representative]  # by area: EEA, GB
    lead: str | None  # lead authority in the EEA
    coordinator: str | None  # DSA coordinator of the (representative's) establishment
    duties: frozenset[str]  # osa, dsa, tida
    channels: Mapping[str, str]  # privacy, ncii, osa, dsa, tida
    evidence: Evidence
    legitimate_interests: bool = False  # says so itself, which opens Art. 21
    caveat: str | None = None
    form_notes: Mapping[str, FormNotes] = field(default_factory=dict)  # by channel
    stopncii: str = "unknown"  # yes | no | unknown
    dsa_contact: str | None = None  # its single point of contact for users (Art. 12)


@dataclass(frozen=True, kw_only=True)
class Helpline:
    id: str
    countries: tuple[str, ...]  # ISO 3166, an area, or GLOBAL
    name: str
    evidence: Evidence
    audience: str | None = None
    phone: str | None = None
    text: str | None = None
    email: str | None = None
    web: str | None = None
    hours: str | None = None
    how: str | None = None
    limits: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    emergency: bool = False
    exempt: str | None = None  # why it may be shown although it is not verified

    @property
    def showable(self) -> bool:
        return self.evidence.verified or self.exempt is not None


@dataclass(frozen=True, kw_only=True)
class Wording:
    avoid: str
    use: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """A row that people read and the rules do not: safeguarding, investigations, nations."""

    id: str
    text: str
    evidence: Evidence
    details: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class LinkShape:
    """What a link that points to no single thing looks like."""

    search_paths: frozenset[str]
    search_keys: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Law:
    version: str
    sources: Mapping[str, Source]
    rights: Mapping[str, Right]
    documents: Mapping[str, DocumentRow]
    authorities: Mapping[str, Authority]
    platforms: Mapping[str, Platform]
    helplines: Mapping[str, Helpline]
    safeguarding: Mapping[str, Note]
    investigations: Mapping[str, Note]
    uk_nations: Mapping[str, Note]
    wording: tuple[Wording, ...]
    right_rules: tuple[RightRule, ...]
    letters: tuple[LetterRule, ...]
    reports: tuple[ReportRule, ...]
    authority_rules: tuple[AuthorityRule, ...]
    follow_ups: tuple[FollowUp, ...]
    referral_rules: tuple[ReferralRule, ...]
    areas: Mapping[str, frozenset[str]]  # EU, EEA, … -> countries
    country_aliases: Mapping[str, str]
    data_authorities: Mapping[str, str]  # country or region -> authority id
    regional: frozenset[str]  # countries whose data protection authorities are regional
    unknown_service_duties: frozenset[str]  # of a site that has no row
    links: LinkShape
    names: Mapping[str, str]  # how a plan names a recipient that has no row

    def platform_of(self, name: str) -> Platform | None:
        """The platform behind an id, an alias or a domain, without looking anything up outside."""
        key = name.strip().casefold().removeprefix("www.")
        return self.platforms.get(key) or self._by_name.get(key) or self._by_site(key)

    @cached_property
    def _by_name(self) -> Mapping[str, Platform]:
        """Aliases and plain domains: nearly every name is one of them."""
        named = {domain: row for row in self.platforms.values() for domain in row.domains}
        return named | {alias: row for row in self.platforms.values() for alias in row.aliases}

    def _by_site(self, host: str) -> Platform | None:
        """A host below a known domain, or one under any country's ending."""
        if "." not in host:
            return None
        rows = self.platforms.values()
        return next((row for row in rows if any(_same_site(host, domain) for domain in row.domains)), None)

    def stale(self, today: dt.date, *, days: int) -> tuple[str, ...]:
        """Ids of rows that were last checked more than so many days ago."""
        limit = today - dt.timedelta(days=days)
        tables = (self.rights, self.documents, self.authorities, self.platforms, self.helplines)
        return tuple(row.id for table in tables for row in table.values() if row.evidence.checked_on < limit)


def _same_site(host: str, domain: str) -> bool:
    if domain.endswith(".*"):  # google.*: the site itself under any country's ending, not its other services
        return host.startswith(domain[:-1]) and _country_ending(host.removeprefix(domain[:-1]))
    return host == domain or host.endswith(f".{domain}")


def _country_ending(rest: str) -> bool:
    """com, de, co.uk; not what someone else may own under the same first word."""
    return _ENDING.fullmatch(rest) is not None
