"""Days written in figures: ISO order, British order, and, where only that makes a day, American order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from casework.reader.daycount import date_of, latest

_ISO = re.compile(r"(?<![\d./-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_FULL = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])")
_SHORT = re.compile(r"(?<![\d./:,£$€-])(\d{1,2})(?:/(\d{1,2})|\.(\d{1,2})\.)(?![\d/%])(?!\.\d)")
_INTRODUCED = re.compile(
    r"\b(?:on|since|from|until|dated|date|around|about|sent|reported|posted|the)\s*:?\s*$", re.IGNORECASE
)
_SAYINGS = frozenset({(24, 7), (9, 11), (50, 50), (1, 2), (1, 3), (1, 4), (2, 3), (3, 4), (10, 10)})
_PART_OF = re.compile(r"\s*(?:of|star|rating|stars|chance|people|times)\b", re.IGNORECASE)
Day = tuple[dt.date, int, int, float]


def numeric_dates(text: str, today: dt.date, taken: Sequence[tuple[int, int]]) -> Iterator[Day]:
    """Yield (day, start, end, confidence) for days not after today, outside the stretches that are taken."""
    for pattern, read in ((_ISO, _iso), (_FULL, _full), (_SHORT, _short)):
        for match in pattern.finditer(text):
            if any(start <= match.start() < end for start, end in taken):
                continue
            day, confidence = read(match, today, text)
            if day and day <= today:
                yield day, match.start(), match.end(), confidence


def _iso(match: re.Match[str], today: dt.date, text: str) -> tuple[dt.date | None, float]:
    return date_of(int(match[1]), int(match[3]), int(match[4])), 0.95


def _full(match: re.Match[str], today: dt.date, text: str) -> tuple[dt.date | None, float]:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    year += 2000 if year < 100 else 0
    british, american = date_of(year, second, first), date_of(year, first, second)
    # Day first in Europe, month first in the US: told apart when one is no day, or has not been yet.
    sure = max(first, second) > 12 or first == second
    if british and british > today and american and american <= today:
        return american, 0.6
    return british or american, 0.9 if sure or match[2] == "." else 0.6


def _short(match: re.Match[str], today: dt.date, text: str) -> tuple[dt.date | None, float]:
    """«3/11», «3.11.»: no year, so the last such day."""
    first, second = int(match[1]), int(match[2] or match[3])
    introduced = _INTRODUCED.search(text[max(0, match.start() - 12) : match.start()]) is not None
    if _PART_OF.match(text, match.end()) or ((first, second) in _SAYINGS and not introduced):
        return None, 0.0
    british = latest(today, second, first) if second <= 12 else None
    return british or (latest(today, first, second) if first <= 12 else None), 0.7 if introduced else 0.55
