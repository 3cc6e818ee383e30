"""Which people to reach, for which need, where someone lives. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from casework.facts import Person
from casework.interview.options import Wordbook
from casework.law import Authority, Helpline, Law

Contact = Mapping[str, str]


def contacts_for(law: Law, book: Wordbook, person: Person, audience: str) -> list[Contact]:
    """
    Rows of the law data that fit the need and the country; unverified rows are left out.

    An id with "@US" is for people in that country only, though it answers to all.
    """
    wanted = [one.partition("@") for one in book.contacts.get(audience, ())]
    found = [_row(law, one) for one, _, only in wanted if only in ("", person.country) and _fits(law, one, person)]
    return [row for row in found if row][: book.most_contacts]


def nearby(law: Law, book: Wordbook, person: Person, audience: str) -> list[Contact]:
    """Those that are there for the person's country, without those for the whole world."""
    worldwide = {row.name for row in law.helplines.values() if "GLOBAL" in row.countries}
    return [row for row in contacts_for(law, book, person, audience) if row["name"] not in worldwide]


def emergency_number(law: Law, book: Wordbook, country: str | None) -> str:
    """The number to call in danger; 112 where the country is not known."""
    numbers = book.emergency
    if country and country not in numbers and country in law.areas.get("EEA", frozenset()):
        country = "EEA"
    return numbers.get(country or "*") or numbers["*"]


def _fits(law: Law, one: str, person: Person) -> bool:
    helpline = law.helplines.get(one)
    if helpline:
        return helpline.showable and _reaches(helpline, person, law)
    authority = law.authorities.get(one)
    return bool(authority and authority.evidence.verified and authority.country == person.country)


def _reaches(helpline: Helpline, person: Person, law: Law) -> bool:
    country = person.country
    if country and country in helpline.not_in:
        return False
    areas = {area for area, members in law.areas.items() if country in members}
    places = {"GLOBAL", country, person.uk_nation, *areas}
    return bool(places & set(helpline.countries))


def _row(law: Law, one: str) -> Contact | None:
    helpline = law.helplines.get(one)
    if helpline:
        return _filled(helpline, ("name", "phone", "text", "email", "web", "hours"))
    authority = law.authorities.get(one)
    return _authority(authority) if authority else None


def _authority(authority: Authority) -> Contact:
    row = {"name": authority.name}
    numbers = [n for n in (authority.emergency, authority.phone) if n]
    return row | ({"phone": " / ".join(numbers)} if numbers else {})


def _filled(row: Helpline, names: tuple[str, ...]) -> Contact:
    return {name: str(getattr(row, name)) for name in names if getattr(row, name)}
