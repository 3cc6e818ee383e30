"""Counting days back from today; a day that does not exist is nothing."""

from __future__ import annotations

import calendar
import datetime as dt

_FURTHEST = 365 * 40  # days


def date_of(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def latest(today: dt.date, month: int, day: int) -> dt.date | None:
    """The last such day that is not in the future; 29 February looks back to a leap year."""
    years = range(today.year, max(0, today.year - 9), -1)
    days = (date_of(year, month, day) for year in years)
    return next((date for date in days if date and date <= today), None)


def latest_day_of_month(today: dt.date, day: int) -> dt.date | None:
    """The last time that a month had such a day: the 31st, said in November, is in October."""
    starts = (months_back(today.replace(day=1), count) for count in range(3))
    days = (date_of(start.year, start.month, day) for start in starts)
    return next((date for date in days if date and date <= today), None)


def weekday_before(today: dt.date, weekday: int) -> dt.date:
    return today - dt.timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def back(today: dt.date, days: int) -> dt.date:
    return today - dt.timedelta(days=min(days, _FURTHEST))


def months_back(day: dt.date, count: int) -> dt.date:
    """So many calendar months earlier, on the last day where that month is shorter; a negative count goes forward."""
    months = max(12, day.year * 12 + day.month - 1 - min(count, 480))
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
