"""What a document still lacks before its recipient could be held to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from casework.facts import ActingFor, Contact, Facts, IdentityMode
from casework.law import DocumentRow, Requirement
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
