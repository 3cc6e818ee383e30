"""Finds the right-to-left words of an English line, and keeps one line from turning the next. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_PDI, _PDF = "\u2069", "\u202c"
_OPENERS = {
    "\u202a": _PDF, "\u202b": _PDF, "\u202d": _PDF, "\u202e": _PDF, "\u2066": _PDI, "\u2067": _PDI, "\u2068": _PDI,
}  # fmt: skip
_MARKS = frozenset({*_OPENERS, _PDI, _PDF})


@dataclass(frozen=True, kw_only=True)
class Run:
    """A stretch of a line; one from right to left is set by itself, so that it moves nothing around it."""

    text: str
    rtl: bool = False


def runs(line: str) -> tuple[Run, ...]:
    """
    The line in stretches of one direction.

    A right-to-left one starts with such a letter and ends with one, or with a number right after it; a letter from the
    left ends it. A line that sets directions itself stays whole, and whatever it opens is closed.
    """
    if not _MARKS.isdisjoint(line):
        return (Run(text=line + _closing(line)),)
    found, at = [], 0
    for start, end in _spans(line):
        found += [Run(text=line[at:start])] if start > at else []
        found.append(Run(text=line[start:end], rtl=True))
        at = end
    return (*found, Run(text=line[at:])) if line[at:] or not found else tuple(found)


def _closing(line: str) -> str:
    waiting: list[str] = []
    for character in line:
        if character in _OPENERS:
            waiting.append(_OPENERS[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
    return "".join(reversed(waiting))


def _spans(line: str) -> list[tuple[int, int]]:
    if line.isascii():
        return []
    spans: list[tuple[int, int]] = []
    start = end = -1
    for index, character in enumerate(line):
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            start = index if start < 0 else start
            end = index + 1
        elif start >= 0 and (kind == "NSM" or (kind in ("EN", "AN") and not line[end:index].strip())):
            end = index + 1
        elif start >= 0 and kind == "L":
            spans.append((start, end))
            start = -1
    return [*spans, (start, end)] if start >= 0 else spans
