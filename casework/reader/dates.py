"""A spaCy component: days in the past, as people say them, against the day on which they say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from casework.reader.daycount import back, date_of, latest, latest_day_of_month, months_back, weekday_before
from casework.reader.finding import Finding
from casework.reader.numerals import numeric_dates
from casework.reader.tokens import BREAKS, Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

_YEARS = range(2000, 2100)
_AHEAD_REACH = 5
Reading = tuple[int, dt.date, float]  # the word after, the day, how surely


class DateFinder:
    """`context` is the date part of data/reader/contexts.yml."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._months: Mapping[str, int] = context["months"]
        self._weekdays: Mapping[str, int] = context["weekdays"]
        self._counts: Mapping[str, int] = context["counts"]
        self._days: Mapping[str, int] = context["days"]
        self._spans: Mapping[str, int] = context["spans"]
        self._ranks: Mapping[str, int] = context["ranks"]
        self._feasts: Mapping[str, Sequence[int]] = context["feasts"]
        self._parts: Mapping[str, str] = context["parts"]
        self._sets = {key: frozenset(value) for key, value in context.items() if isinstance(value, list)}

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        norms = [word.norm for word in words]
        today: dt.date = doc.user_data["today"]
        found: list[Finding] = []
        for at in range(len(words)):
            reading = self._at(norms, at, today)
            if reading is not None and reading[1] <= today:
                end, day, confidence = reading
                found.append(_finding(day, words[at].start, words[end - 1].end, confidence))
        taken = [(word.start, word.end) for word in words if word.norm in {"<url>", "<local>", "<email>"}]
        found += [_finding(*one) for one in numeric_dates(doc.user_data["text"], today, taken)]
        doc.user_data["findings"].extend(_widest(found))
        return doc

    def _at(self, norms: Sequence[str], at: int, today: dt.date) -> Reading | None:
        if self._lies_ahead(norms, at):
            return None
        readers = (self._named, self._last, self._weekday, self._ago, self._part_of_month, self._written,
                   self._day_alone)  # fmt: skip
        return next((reading for read in readers if (reading := read(norms, at, today))), None)

    def _lies_ahead(self, norms: Sequence[str], at: int) -> bool:
        """«By friday», «he will on the 3rd»: that day is still to come."""
        for norm in reversed(norms[max(0, at - _AHEAD_REACH) : at]):
            if norm in BREAKS or norm in {",", "said", "told"}:
                return False
            if norm in self._sets["ahead"]:
                return True
        return False

    def _named(self, norms: Sequence[str], at: int, today: dt.date) -> Reading | None:
        """Yesterday, the day before yesterday, Christmas Eve."""
        norm, following = norms[at], list(norms[at : at + 4])
        if following[:3] == ["day", "before", "yesterday"]:
            return at + 3, today - dt.timedelta(days=2), 0.9
        if following[1:3] == ["before", "last"] and norm in self._spans:
            return at + 3, _spans_back(today, norm, self._spans, 2), 0.5
        if norm in self._days:
            return at + 1, today - dt.timedelta(days=self._days[norm]), 0.9
        if norm == "other" and following[1:2] and following[1] in {"day", "night"}:
            return at + 2, today - dt.timedelta(days=3), 0.4
        for length in range(min(3, len(following)), 0, -1):
            feast = self._feasts.get(" ".join(following[:length]))
            if feast and (day := latest(today, *feast)):
                return at + length, day, 0.75
        return None

    def _last(self, norms: Sequence[str], at: int, today: dt.date) -> Reading | None:
        norm, what = norms[at], norms[at + 1] if at + 1 < len(norms) else ""
        if norm not in {"last", "this", "past"}:
            return None
        if what in self._weekdays:
            return at + 2, weekday_before(today, self._weekdays[what]), 0.85 if norm == "last" else 0.75
        if what in self._sets["times_of_day"]:
            return at + 2, today - dt.timedelta(days=norm == "last"), 0.9
        if what == "weekend":
            return at + 2, weekday_before(today, 5), 0.6
        if what in self._spans and norm in {"last", "past"}:
            # Some day of that week or month: near enough to ask "about when?", not to count a deadline from.
            return at + 2, _spans_back(today, what, self._spans, 1), 0.6
        if what in self._months and norm == "last":
            return at + 2, latest(today, self._months[what], 1) or today, 0.5
        return None

    def _weekday(self, norms: Sequence[str], at: int, today: dt.date) -> Reading | None:
        """«On Monday», «Monday gone», «Sat night», and, less surely, a bare «Thursday»."""
        if norms[at] not in self._weekdays:
            return None
        before, after = norms[at - 1] if at else "", [*norms[at + 1 : at + 3], "", ""]
        day = weekday_before(today, self._weekdays[norms[at]])
        if after[0] in {"gone", "past"}:
            return at + 2, day, 0.85
        if after[:2] == ["just", "gone"]:
            return at + 3, day, 0.85
        if after[0] == "week" or before == "every" or after[0] == "next":
            return None
        if after[0] in self._sets["times_of_day"]:
            return at + 2, day, 0.75
        if before in {"on", "since"} and len(norms[at]) >= 3:
            return at + 1, day, 0.75
        return (at + 1, day, 0.6) if len(norms[at]) > 4 else None

    def _ago(self, norms: Sequence[str], at: int, today: dt.date) -> Reading | None:
        """«Two weeks ago», «a couple of days ago», «half a year ago», «a week last Tuesday», «since three weeks»."""
        if norms[at] == "half" and norms[at + 1 : at + 4] == ["a", "year", "ago"]:
            return at + 4, months_back(today, 6), 0.65
        counted = self._count(norms, at)
        if counted is None:
            return None
        count, exact, cursor = counted
        if cursor >= len(norms) or norms[cursor] not in self._spans:
            hours = cursor + 1 < len(norms) and norms[cursor] in self._sets["hours"] and norms[cursor + 1] == "ago"
            return (cursor + 2, today, 0.7) if hours else None
        span, after = norms[cursor], [*norms[cursor + 1 : cursor + 3], "", ""]
        if after[0] in {"ago", "back"}:
            confidence = 0.85 if exact and self._spans[span] <= 7 else 0.65
            return cursor + 2, _spans_back(today, span, self._spans, count), confidence
        if after[0] in {"last", "past", "on"} and after[1] in self._weekdays and span in {"week", "weeks"}:
            return cursor + 3, back(weekday_before(today, self._weekdays[after[1]]), 7 * count), 0.8
        if at and norms[at - 1] == "since":
            return cursor + 1, _spans_back(today, span, self._spans, count), 0.6
        return None

    def _count(self, norms: Sequence[str], at: int) -> tuple[int, bool, int] | None:
        """How many, whether exactly, and the word after."""
        count = int(norms[at]) if norms[at].isdecimal() and len(norms[at]) <= 3 else self._counts.get(norms[at])
        if not count:
            return None
        cursor, exact = at + 1, norms[at] not in {"few", "several", "couple"}
        while cursor < min(len(norms), at + 4) and norms[cursor] in {"few", "couple", "several", "of"}:
            count, exact = self._counts.get(norms[cursor], count), False
            cursor += 1
        return count, exact, cursor

    def _part_of_month(self, norms: Sequence[str], at: int, today: dt.date) -> Reading | None:
        """«Early October», «the end of last month»: some day of it, enough to ask about."""
        part = self._parts.get(norms[at])
        if part is None:
            return None
        cursor = at + 1
        while cursor < min(len(norms), at + 3) and norms[cursor] in {"of", "in", "the"}:
            cursor += 1
        if norms[cursor : cursor + 2] == ["last", "month"]:
            first, end = months_back(today.replace(day=1), 1), cursor + 2
        elif cursor < len(norms) and norms[cursor] in self._months:
            month_start, end = latest(today, self._months[norms[cursor]], 1), cursor + 1
            if month_start is None:
                return None
            first = month_start
        else:
            return None
        last = months_back(first, -1) - dt.timedelta(days=1)
        return end, {"early": first, "mid": first.replace(day=15), "late": min(last, today)}[part], 0.5

    def _written(self, norms: Sequence[str], at: int, today: dt.date) -> Reading | None:
        """Read "4 March", "4th of March 2025", "March 4th" and, less surely, "in March"."""
        day, cursor = self._day(norms, at)
        if day and cursor < len(norms) and norms[cursor] == "of":
            cursor += 1
        if day and cursor < len(norms) and norms[cursor] in self._months:
            return _dated(today, self._months[norms[cursor]], day, norms, cursor + 1)
        if norms[at] not in self._months:
            return None
        month = self._months[norms[at]]
        cursor = at + 2 if norms[at + 1 : at + 2] == ["the"] else at + 1
        day, cursor = self._day(norms, cursor) if cursor < len(norms) else (0, cursor)
        if day:
            return _dated(today, month, day, norms, cursor)
        if at and norms[at - 1] in {"in", "since", "during"}:
            year = _year(norms, at + 1)
            first = date_of(year, month, 1) if year else latest(today, month, 1)
            return (at + 1 + bool(year), first, 0.5) if first else None
        return None

    def _day_alone(self, norms: Sequence[str], at: int, today: dt.date) -> Reading | None:
        """«On the 3rd»: the last such day; «the 3rd time» is none."""
        if norms[at] != "the" or at + 1 >= len(norms):
            return None
        day, cursor = self._day(norms, at + 1)
        ranked = cursor > at + 2 or norms[at + 1] in self._ranks
        after = norms[cursor] if cursor < len(norms) else "."
        asked = at > 0 and norms[at - 1] in {"on", "since", "from"}
        if not day or not ranked or not (after in self._sets["after_day"] or after in BREAKS):
            return None
        if norms[at + 1] in self._ranks and not asked:
            return None
        found = latest_day_of_month(today, day)
        return (cursor, found, 0.75 if asked else 0.6) if found else None

    def _day(self, norms: Sequence[str], at: int) -> tuple[int, int]:
        if norms[at] in self._ranks:
            return self._ranks[norms[at]], at + 1
        if not norms[at].isdecimal() or len(norms[at]) > 2 or not 1 <= int(norms[at]) <= 31:
            return 0, at
        following = norms[at + 1] if at + 1 < len(norms) else ""
        return int(norms[at]), at + 1 + (following in self._sets["ordinals"])


def _spans_back(today: dt.date, span: str, spans: Mapping[str, int], count: int) -> dt.date:
    days = spans[span]
    if days in {30, 365}:
        return months_back(today, count * (1 if days == 30 else 12))
    return back(today, days * count)


def _year(norms: Sequence[str], at: int) -> int:
    known = at < len(norms) and norms[at].isdecimal() and len(norms[at]) == 4 and int(norms[at]) in _YEARS
    return int(norms[at]) if known else 0


def _dated(today: dt.date, month: int, day: int, norms: Sequence[str], cursor: int) -> Reading | None:
    if norms[cursor : cursor + 1] == [","] and _year(norms, cursor + 1):
        cursor += 1
    if year := _year(norms, cursor):
        date = date_of(year, month, day)
        return (cursor + 1, date, 0.95) if date else None
    date = latest(today, month, day)
    return (cursor, date, 0.85) if date else None


def _finding(day: dt.date, start: int, end: int, confidence: float) -> Finding:
    return Finding(field="date", value=day.isoformat(), start=start, end=end, confidence=confidence)


def _widest(found: Sequence[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return kept
