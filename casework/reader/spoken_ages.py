"""A number that may be an age, what stands before it, and what age the two tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.reader.tokens import BREAKS

ADULT = 18
_LONGEST_SENTENCE = 40  # words


@dataclass(frozen=True, kw_only=True)
class Number:
    """Its place in the list of words."""

    value: int
    start: int
    end: int


@dataclass
class Reading:
    """What stands before a number that may be an age."""

    start: int
    subject: str = ""  # self | relative | third | all | no_one | photo
    verb: str = ""  # is | was | turned | soon
    bound: str = ""  # under | over
    negated: bool = False


def age_of(reading: Reading, value: int) -> str:
    """Return child, adult or unsure."""
    if reading.bound:
        under = (reading.bound == "under") != (reading.negated or reading.subject == "no_one")
        if under:
            return "child" if value <= ADULT else "unsure"
        return "adult" if value >= ADULT else "unsure"
    if reading.verb == "soon" or (reading.negated and value == ADULT):
        return "child" if value <= ADULT else "adult"
    if reading.negated:
        return "unsure"
    return "child" if value < ADULT else "adult"


def sentence_start(norms: Sequence[str], at: int) -> int:
    """The place of the first word of the sentence, or of the stretch of a very long one."""
    first = max(0, at - _LONGEST_SENTENCE)
    return next((place + 1 for place in range(at - 1, first - 1, -1) if norms[place] in BREAKS), first)


def starts_anew(norms: Sequence[str], at: int) -> bool:
    """Whether a sentence or a part of one begins there."""
    return at == 0 or norms[at - 1] == "," or norms[at - 1] in BREAKS
