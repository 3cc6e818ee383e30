"""How coarsely the store writes time down: days, and minutes only for what must expire or be repeated."""

from __future__ import annotations

import datetime as dt


def today(now: dt.datetime) -> dt.date:
    """The day of `now` in UTC."""
    return _aware(now).date()


def day(now: dt.datetime) -> str:
    """The day of `now` in UTC, as ISO text."""
    return today(now).isoformat()


def clock_text(due: dt.date | None) -> str | None:
    """A day as it is; a moment in UTC to the second. Text of one kind sorts as the dates do."""
    if isinstance(due, dt.datetime):
        return _aware(due).isoformat(timespec="seconds")
    return None if due is None else due.isoformat()


def minute(now: dt.datetime) -> int:
    """Minutes since 1970, seconds dropped."""
    return int(_aware(now).timestamp()) // 60


def _aware(now: dt.datetime) -> dt.datetime:
    if now.tzinfo is None:
        raise ValueError("A moment without a time zone.")
    return now.astimezone(dt.UTC)
