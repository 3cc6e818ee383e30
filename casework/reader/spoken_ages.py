"""A number that may be an age, what stands before it, and what age the two tell."""

from __future__ import annotations

from dataclasses import dataclass

ADULT = 18


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
