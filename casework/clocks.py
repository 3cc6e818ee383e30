"""
Legal time: calendar months, days and hours, rolled to working days as Regulation (EEC, Euratom) 1182/71 says. Pure.

The UK reads time in data protection law by the same regulation (Data Protection Act 2018, s.205).
"""

from __future__ import annotations

import calendar
import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

Moment = dt.date | dt.datetime
WEEKEND = {5, 6}
ACKNOWLEDGE_DAYS = 30  # s.164A Data Protection Act 2018
TAKEDOWN_HOURS = 48  # s.10(3A) Online Safety Act 2023; s.3(a)(3) TAKE IT DOWN Act
ICO_WINDOW_MONTHS = 3  # after the last contact with the organisation: the ICO's own practice
ENGLAND = "ENG"  # where the ICO and the UK representatives sit; used when the nation is not known


class Clock(StrEnum):
    ONE_MONTH = "one_month"  # Art. 12(3) GDPR
    THIRTY_DAYS = "thirty_days"  # s.164A
    HOURS_48 = "hours_48"
    HOURS_2 = "hours_2"  # rule 3(2)(b) IT Rules 2021 (India)


HOURS = MappingProxyType({Clock.HOURS_48: TAKEDOWN_HOURS, Clock.HOURS_2: 2})


@dataclass(frozen=True, kw_only=True)
class Place:
    """A country whose public holidays count, with its part where holidays differ (GB-SCT, DE-BY)."""

    country: str
    part: str | None = None


def due(clock: Clock, received: Moment, places: tuple[Place, ...]) -> Moment:
    """The last day (for hours: the moment, when one is known) on which the recipient is in time."""
    if clock in HOURS:
        return plus_hours(received, HOURS[clock])
    day = day_of(received)
    end = plus_months(day, 1) if clock is Clock.ONE_MONTH else plus_days(day, ACKNOWLEDGE_DAYS)
    return next_working_day(end, places)


def day_of(moment: Moment) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def plus_hours(moment: Moment, hours: int) -> Moment:
    """Hours run from hour to hour and never roll; from a mere date they give a date."""
    if isinstance(moment, dt.datetime):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return (aware.astimezone(dt.UTC) + dt.timedelta(hours=hours)).astimezone(aware.tzinfo)
    return moment + dt.timedelta(hours=hours)


def plus_days(day: dt.date, days: int) -> dt.date:
    """The day of the event does not count (Art. 3(1)), so day one is the next day."""
    return day + dt.timedelta(days=days)


def plus_months(day: dt.date, months: int) -> dt.date:
    """The same date so many months later, or the last day of that month where there is none (Art. 3(2)(c))."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def next_working_day(day: dt.date, places: tuple[Place, ...]) -> dt.date:
    """
    The day itself, or the next one that is a working day in every place (Art. 3(4)).

    Several places give the later end: nobody is called late while one calendar still lets them be in time.
    """
    while day.weekday() in WEEKEND or any(day in _holidays(p.country, p.part, day.year) for p in places):
        day += dt.timedelta(days=1)
    return day


def ico_window_closes(last_contact: dt.date) -> dt.date:
    """The last day for a complaint to the ICO; it never rolls, since being early harms nobody."""
    return plus_months(last_contact, ICO_WINDOW_MONTHS)


@lru_cache(maxsize=256)
def _holidays(country: str, part: str | None, year: int) -> frozenset[dt.date]:
    """Public holidays of a country and year; nothing for a country the library does not know."""
    import holidays

    code = (part or "").removeprefix(f"{country}-") or (ENGLAND if country == "GB" else None)
    for subdivision in (code, None):  # a part the library does not know falls back to the whole country
        with suppress(NotImplementedError):
            return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
    return frozenset()
