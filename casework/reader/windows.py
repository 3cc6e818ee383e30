"""Cuts a text into the stretches that say one thing each: sentences, and pieces of what has no full stop."""

from __future__ import annotations

import re
from dataclasses import dataclass

WHOLE = 20  # words: a message up to here is also read as one
LONG = 30  # words: a dictated sentence beyond is read in overlapping pieces…
PIECE, STEP = 22, 14  # …of so many words, so many words apart
MOST = 400  # stretches of one text

_END = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|$)|\n+|;\s")
_WORD = re.compile(r"\S+")
_JOINT = re.compile(r"[,:]\s+|\s[-–—]+\s|\s(?:and|but|so|because|cause|cuz)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Window:
    """Characters `start` to `end` of a text."""

    start: int
    end: int


def windows(text: str) -> tuple[Window, ...]:
    """Return the stretches in order; a short message is also one as a whole, first."""
    sentences = _sentences(text)
    cut = [piece for one in sentences for piece in _pieces(text, one)]
    whole = Window(sentences[0].start, sentences[-1].end) if sentences else None
    if whole and len(cut) > 1 and len(_WORD.findall(text)) <= WHOLE:
        cut.insert(0, whole)
    return tuple(cut[:MOST])


def clause(text: str, around: Window, start: int, end: int) -> Window:
    """Return what stands between the commas or joining words on both sides of `start` to `end`."""
    joints = [match.span() for match in _JOINT.finditer(text, around.start, around.end)]
    first = max((after for _, after in joints if after <= start), default=around.start)
    last = min((before for before, _ in joints if before >= end), default=around.end)
    return Window(first, last)


def _sentences(text: str) -> list[Window]:
    found, start = [], 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        words = list(_WORD.finditer(text, start, end))
        if words:
            found.append(Window(words[0].start(), words[-1].end()))
        start = end
    return found


def _pieces(text: str, sentence: Window) -> list[Window]:
    words = list(_WORD.finditer(text, sentence.start, sentence.end))
    if len(words) <= LONG:
        return [sentence]
    starts = range(0, max(1, len(words) - PIECE + STEP), STEP)
    return [Window(words[at].start(), words[min(at + PIECE, len(words)) - 1].end()) for at in starts]
