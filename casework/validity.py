"""What a document lacks before its recipient could be held to it, and whom it tells what about its sender. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.facts import ActingFor, Contact, Facts, IdentityMode
from casework.law import DocumentRow, Element, Requirement
from casework.routes import Recipient

NAMES = {
    "none": frozenset(IdentityMode),
    "chosen": frozenset({IdentityMode.PSEUDONYM, IdentityMode.NAMED}),
    "legal": frozenset({IdentityMode.NAMED}),
}
CONTACTS = {
    "none": frozenset(Contact),
    "any": frozenset({Contact.EMAIL, Contact.PHONE, Contact.POST}),
    "reply": frozenset({Contact.EMAIL, Contact.POST}),
    "email": frozenset({Contact.EMAIL}),
}


def needs(
    document: DocumentRow,
    facts: Facts,
    *,
    to: str,
    about: Recipient | None = None,
    region_missing: bool = False,
) -> tuple[str, ...]:
    """
    The words of scenarios: name, email, location, region, authority, signature, consent.

    `to` is the id whose consent counts; `about` is the company whose places count.
    """
    return tuple(_lacking(document.requires, facts, to, about, region_missing=region_missing))


def _lacking(
    requires: Requirement, facts: Facts, to: str, about: Recipient | None, *, region_missing: bool
) -> Iterable[str]:
    consented = to in facts.consents
    named = facts.identity.mode is IdentityMode.NAMED
    if facts.identity.mode not in NAMES[requires.name]:
        yield "name"
    if facts.identity.contact not in CONTACTS[requires.contact]:
        yield "email"
    if about and not _located(requires.location, about):
        yield "location"
    if region_missing:
        yield "region"
    if facts.person.acting_for is ActingFor.OTHER:
        yield "authority"
    # Consent to a recipient includes the typed signature; a made-up name signs nothing.
    if requires.signature and not (consented and named):
        yield "signature"
    if not consented:
        yield "consent"


def _located(level: str, about: Recipient) -> bool:
    """A maker's or a trainer's own records are found without a place; what is shown somewhere is not."""
    if level == "none" or about.links:
        return True
    if "hosts" not in about.roles and "records" not in about.roles:
        return True
    return level == "account" and bool(about.accounts)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One element of a document: there, or what is missing for it."""

    element: str
    say: str
    law: str | None
    met: bool
    lacks: str | None  # name, email, location, signature, authority, earlier, or text: its words are not there


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What somebody comes to know of who the person is."""

    audience: str  # recipient, uploader, company, lead_authority, …
    facts: tuple[str, ...]  # name, contact, signature, authority


@dataclass(frozen=True, kw_only=True)
class Review:
    """Whether a document holds what its law asks for, and whom it tells what."""

    document: str
    findings: tuple[Finding, ...]
    needs: tuple[str, ...]
    discloses: tuple[Disclosure, ...]
    ways: Mapping[str, str]  # anonymous, pseudonym: how it works that way; a way that is not there does not exist

    @property
    def missing(self) -> tuple[Finding, ...]:
        """The red list."""
        return tuple(finding for finding in self.findings if not finding.met)

    @property
    def valid(self) -> bool:
        return not self.missing and not set(self.needs) - {"consent"}


def review(
    document: DocumentRow,
    facts: Facts,
    *,
    to: str,
    about: Recipient | None = None,
    text: str | None = None,
    links: Iterable[str] = (),
) -> Review:
    """
    Hold a document against the elements of its row; with `text`, against its words as well.

    `links` are those that the text must hold, byte for byte.
    """
    lacking = needs(document, facts, to=to, about=about)
    given = Given(facts=facts, lacking=frozenset(lacking), words=None if text is None else _flat(text))
    findings = [_finding(element, given) for element in document.elements]
    lost = [link for link in links if text is not None and link not in text]
    if lost:
        findings.append(Finding(element="links", say="every link, byte for byte", law=None, met=False, lacks="text"))
    return Review(
        document=document.id,
        findings=tuple(findings),
        needs=lacking,
        discloses=tuple(discloses(document, facts)),
        ways=_ways(document),
    )


def discloses(document: DocumentRow, facts: Facts) -> Iterable[Disclosure]:
    """Of what the document carries, only what the person gave at all."""
    for audience, carried in document.gives.items():
        known = tuple(fact for fact in carried if GAVE[fact](facts))
        if known:
            yield Disclosure(audience=audience, facts=known)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a finding is judged by: the facts, what is lacking, the words of the text when there is one."""

    facts: Facts
    lacking: frozenset[str]
    words: str | None


def _finding(element: Element, given: Given) -> Finding:
    lacks = _lacks(element, given)
    return Finding(element=element.id, say=element.say, law=element.law, met=lacks is None, lacks=lacks)


def _lacks(element: Element, given: Given) -> str | None:
    need = NEED_OF.get(element.given_by or "")
    if need and need in given.lacking:
        return need
    if element.given_by == "earlier" and not given.facts.prior:
        return "earlier"
    if given.words is not None and not _is_said(element, given.words):
        return "text"
    return None


def _is_said(element: Element, words: str) -> bool:
    every = all(_flat(mark) in words for mark in element.marks)
    return every and (not element.any_mark or any(_flat(mark) in words for mark in element.any_mark))


def _flat(text: str) -> str:
    """Without regard to case and line breaks."""
    return re.sub(r"\s+", " ", text).casefold().strip()


def _ways(document: DocumentRow) -> Mapping[str, str]:
    ways = {"anonymous": document.anonymous, "pseudonym": document.pseudonym}
    return MappingProxyType({way: how for way, how in ways.items() if how})


NEED_OF: Mapping[str, str] = MappingProxyType(
    {
        "name": "name",
        "contact": "email",
        "location": "location",
        "signature": "signature",
        "authority": "authority",
        "region": "region",
    }
)
GAVE: Mapping[str, Callable[[Facts], bool]] = MappingProxyType(
    {
        "name": lambda facts: facts.identity.mode is not IdentityMode.ANONYMOUS,
        "contact": lambda facts: facts.identity.contact is not Contact.NONE,
        "signature": lambda facts: facts.identity.mode is IdentityMode.NAMED,
        "authority": lambda facts: facts.person.acting_for is ActingFor.OTHER,
        "country": lambda facts: facts.person.country is not None,
    }
)
