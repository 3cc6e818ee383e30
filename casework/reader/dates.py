"""A spaCy component: days in the past, as people say them, against the day on which they say it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.tokens import Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASHED = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])")
_YEAR = re.compile(r"20\d\d")
_ORDINAL_DAY = 31


class DateFinder:
    """`context` is the date part of data/reader/contexts.yml."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._months: Mapping[str, int] = context["months"]
        self._weekdays: Mapping[str, int] = context["weekdays"]
        self._counts: Mapping[str, int] = context["counts"]
        self._days: Mapping[str, int] = context["days"]
        self._spans: Mapping[str, int] = context["spans"]
        self._ordinals = frozenset(context["ordinals"])

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        norms = [word.norm for word in words]
        today: dt.date = doc.user_data["today"]
        found: list[Finding] = []
        for at in range(len(words)):
            reading = self._at(norms, at, today)
            if reading is not None:
                end, day, confidence = reading
                if day <= today:
                    found.append(_finding(day, words[at].start, words[end - 1].end, confidence))
        found.extend(_numeric(doc.user_data["text"], today, words))
        doc.user_data["findings"].extend(_widest(found))
        return doc

    def _at(self, norms: Sequence[str], at: int, today: dt.date) -> tuple[int, dt.date, float] | None:
        norm = norms[at]
        if norm in self._days:
            return at + 1, today - dt.timedelta(days=self._days[norm]), 0.9
        if norm in {"last", "this", "past"} and at + 1 < len(norms):
            return self._last(norm, norms[at + 1], at, today)
        if norm in self._weekdays and at and norms[at - 1] in {"on", "since"} and len(norm) > 3:
            return at + 1, _weekday_before(today, self._weekdays[norm]), 0.75
        return self._ago(norms, at, today) or self._written(norms, at, today)

    def _last(self, norm: str, what: str, at: int, today: dt.date) -> tuple[int, dt.date, float] | None:
        if what in self._weekdays:
            return at + 2, _weekday_before(today, self._weekdays[what]), 0.85 if norm == "last" else 0.75
        if what in {"morning", "afternoon", "evening", "night"}:
            return at + 2, today - dt.timedelta(days=norm == "last"), 0.9
        if what in self._spans and norm in {"last", "past"}:
            # Some day of that week or month: near enough to ask "about when?", not to count a deadline from.
            return at + 2, _back(today, self._spans[what]), 0.6
        if what in self._months and norm == "last":
            return at + 2, _latest(today, self._months[what], 1) or today, 0.5
        return None

    def _ago(self, norms: Sequence[str], at: int, today: dt.date) -> tuple[int, dt.date, float] | None:
        count = int(norms[at]) if norms[at].isdecimal() and len(norms[at]) <= 3 else self._counts.get(norms[at])
        if not count:
            return None
        cursor = at + 1
        exact = norms[at] not in {"few", "several", "couple"}
        while cursor < min(len(norms), at + 4) and norms[cursor] in {"few", "couple", "several", "of"}:
            count, exact = self._counts.get(norms[cursor], count), False
            cursor += 1
        if cursor + 1 >= len(norms) or norms[cursor] not in self._spans or norms[cursor + 1] not in {"ago", "back"}:
            return None
        days = self._spans[norms[cursor]]
        return cursor + 2, _back(today, days, count), 0.85 if exact and days <= 7 else 0.65

    def _written(self, norms: Sequence[str], at: int, today: dt.date) -> tuple[int, dt.date, float] | None:
        """Read "4 March", "4th of March 2025", "March 4th" and, less surely, "in March"."""
        day, cursor = _day(norms, at, self._ordinals)
        if day and cursor < len(norms) and norms[cursor] == "of":
            cursor += 1
        if day and cursor < len(norms) and norms[cursor] in self._months:
            return _dated(today, self._months[norms[cursor]], day, norms, cursor + 1)
        if norms[at] not in self._months:
            return None
        month = self._months[norms[at]]
        cursor = at + 1
        if cursor < len(norms) and norms[cursor] == "the":
            cursor += 1
        day, cursor = _day(norms, cursor, self._ordinals) if cursor < len(norms) else (0, cursor)
        if day:
            return _dated(today, month, day, norms, cursor)
        if at and norms[at - 1] in {"in", "since", "during"}:
            first = _latest(today, month, 1)
            return (at + 1, first, 0.5) if first else None
        return None


def _day(norms: Sequence[str], at: int, ordinals: frozenset[str]) -> tuple[int, int]:
    if not norms[at].isdecimal() or len(norms[at]) > 2 or not 1 <= int(norms[at]) <= _ORDINAL_DAY:
        return 0, at
    following = norms[at + 1] if at + 1 < len(norms) else ""
    return int(norms[at]), at + 1 + (following in ordinals)


def _dated(
    today: dt.date, month: int, day: int, norms: Sequence[str], cursor: int
) -> tuple[int, dt.date, float] | None:
    if cursor < len(norms) and norms[cursor] == "," and cursor + 1 < len(norms) and _YEAR.fullmatch(norms[cursor + 1]):
        cursor += 1
    if cursor < len(norms) and _YEAR.fullmatch(norms[cursor]):
        date = _date(int(norms[cursor]), month, day)
        return (cursor + 1, date, 0.95) if date else None
    date = _latest(today, month, day)
    return (cursor, date, 0.85) if date else None


def _numeric(text: str, today: dt.date, words: Sequence[Word]) -> Iterable[Finding]:
    addresses = [(word.start, word.end) for word in words if word.norm == "<url>"]
    for match in (*_ISO.finditer(text), *_SLASHED.finditer(text)):
        if any(start <= match.start() < end for start, end in addresses):
            continue
        if match.re is _ISO:
            day, confidence = _date(int(match[1]), int(match[2]), int(match[3])), 0.95
        else:
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            year += 2000 if year < 100 else 0
            # Day first in Europe, month first in the US: told apart only when one of them is over twelve.
            day = _date(year, second, first) or _date(year, first, second)
            confidence = 0.9 if max(first, second) > 12 or first == second else 0.6
        if day and day <= today:
            yield _finding(day, match.start(), match.end(), confidence)


def _finding(day: dt.date, start: int, end: int, confidence: float) -> Finding:
    return Finding(field="date", value=day.isoformat(), start=start, end=end, confidence=confidence)


def _widest(found: Sequence[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return kept


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _latest(today: dt.date, month: int, day: int) -> dt.date | None:
    """The last such day that is not in the future; 29 February looks back to a leap year."""
    for year in range(today.year, today.year - 5, -1):
        date = _date(year, month, day)
        if date and date <= today:
            return date
    return None


def _weekday_before(today: dt.date, weekday: int) -> dt.date:
    return today - dt.timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def _back(today: dt.date, days: int, count: int = 1) -> dt.date:
    return today - dt.timedelta(days=min(days * count, 365 * 40))
