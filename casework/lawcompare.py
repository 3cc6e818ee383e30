"""Where our contact data says something else than a collection of others does. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from casework.law import Authority, Controller, Law, Platform, Representative

Theirs = Mapping[str, str]
PHONE_END = 7  # digits that tell two numbers apart, whatever country code stands before them


@dataclass(frozen=True, kw_only=True)
class Collection:
    authorities: Mapping[str, Theirs]  # by our id
    companies: Mapping[str, tuple[Theirs, ...]]


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    row: str
    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A contradiction that somebody looked at, and why ours stays."""

    row: str
    field: str
    theirs: str
    reason: str
    checked_on: dt.date


def contradictions(law: Law, collection: Collection) -> Iterator[Contradiction]:
    for row, theirs in collection.authorities.items():
        if row in law.authorities:
            yield from _of_row(row, _authority(law.authorities[row]), theirs)
    for row, companies in collection.companies.items():
        if row in law.platforms:
            for theirs in companies:
                yield from _of_row(row, _platform(law.platforms[row]), theirs)


def _of_row(row: str, ours: Mapping[str, tuple[str, ...]], theirs: Theirs) -> Iterator[Contradiction]:
    for field, value in theirs.items():
        mine = tuple(each for each in ours.get(field, ()) if each)
        if mine and not any(SAME[field](each, value) for each in mine):
            yield Contradiction(row=row, field=field, ours=" | ".join(dict.fromkeys(mine)), theirs=value)


def _authority(row: Authority) -> dict[str, tuple[str, ...]]:
    return {
        "name": (row.name, row.native_name or "", *row.aliases),
        "address": (row.address or "",),
        "phone": (row.phone or "",),
        "email": (row.email or "",),
        "webform": (row.complaint_url or "",),
        "web": (row.website or "",),
        "complaint-language": (row.language or "",),
    }


def _platform(row: Platform) -> dict[str, tuple[str, ...]]:
    companies: tuple[Controller | Representative, ...] = (*row.controllers.values(), *row.representatives.values())
    channels = tuple(row.channels.values())
    return {
        "name": tuple(each.entity for each in companies),
        "address": tuple(each.address or "" for each in companies),
        "email": tuple(each for each in channels if "@" in each and " " not in each),
        "webform": tuple(each for each in channels if each.startswith("https:")),
        "web": tuple(f"https://{domain}/" for domain in row.domains),
    }


def _words(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return frozenset(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def _same_name(ours: str, theirs: str) -> bool:
    """One is the other, with or without what somebody added to it."""
    mine, other = _words(ours), _words(theirs)
    return mine <= other or other <= mine


def _same_address(ours: str, theirs: str) -> bool:
    """By house number and postcode: streets and towns have several spellings."""
    mine, other = (_numbers(text) for text in (ours, theirs))
    return mine <= other or other <= mine


def _numbers(text: str) -> frozenset[str]:
    joined = re.sub(r"\b(\d{2,4})\s(\d{2,3})\b", r"\1\2", text)  # 110 00 Praha
    return frozenset(word for word in _words(joined) if any(c.isdigit() for c in word))


def _same_phone(ours: str, theirs: str) -> bool:
    return _digits(ours)[-PHONE_END:] == _digits(theirs)[-PHONE_END:]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _same_page(ours: str, theirs: str) -> bool:
    return _page(ours) == _page(theirs)


def _same_site(ours: str, theirs: str) -> bool:
    mine, other = (_page(address).partition("/")[0] for address in (ours, theirs))
    return other.startswith(mine[:-1]) if mine.endswith(".*") else mine == other


def _page(address: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", address.strip().casefold()).rstrip("/")


def _same_text(ours: str, theirs: str) -> bool:
    return ours.casefold() == theirs.casefold()


SAME: Mapping[str, Callable[[str, str], bool]] = {
    "name": _same_name,
    "address": _same_address,
    "phone": _same_phone,
    "email": _same_text,
    "webform": _same_page,
    "web": _same_site,
    "complaint-language": _same_text,
}


def open_and_settled(
    found: Iterable[Contradiction], reviewed: Iterable[Reviewed]
) -> tuple[tuple[Contradiction, ...], tuple[Reviewed, ...]]:
    """Contradictions that nobody gave a reason for, and reasons for contradictions that are gone."""
    found, notes = tuple(found), {(note.row, note.field, note.theirs): note for note in reviewed}
    keys = {(each.row, each.field, each.theirs) for each in found}
    unanswered = tuple(each for each in found if (each.row, each.field, each.theirs) not in notes)
    return unanswered, tuple(note for key, note in notes.items() if key not in keys)
