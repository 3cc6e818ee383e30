"""A plan's days as a calendar file that tells nobody what they are for."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING

from casework.documents.wordlist import words

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Calendar//EN"
UID_CHARS = 32


def to_ics(dates: Iterable[dt.date], uid_seed: bytes) -> bytes:
    """
    One all-day entry for each day, in RFC 5545; the same days and seed give the same bytes.

    Every entry says the same neutral word. `uid_seed` is secret and belongs to one case: it makes the ids stable, so
    that a second import updates instead of doubling, and says nothing to whoever does not hold it. Nothing tells when
    the file was made.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for day in sorted({_day(date) for date in dates}):
        calendar.add_component(_entry(day, uid_seed))
    return bytes(calendar.to_ical())


def _entry(day: dt.date, seed: bytes) -> Event:
    from icalendar import Event

    entry = Event()
    entry.add("uid", _uid(day, seed))
    entry.add("dtstamp", dt.datetime.combine(day, dt.time(), dt.UTC))
    entry.add("dtstart", day)
    entry.add("summary", words().calendar["reminder"])
    entry.add("class", "PRIVATE")
    entry.add("transp", "TRANSPARENT")
    return entry


def _uid(day: dt.date, seed: bytes) -> str:
    return hmac.new(seed, day.isoformat().encode(), hashlib.sha256).hexdigest()[:UID_CHARS]


def _day(moment: dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment
