"""«She lives in Cork» at the question where she lives: said of whoever they act for, and of nobody else. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.facts import ActingFor
from casework.interview.draft import Draft
from casework.interview.outcome import Found
from casework.interview.steps import next_step

_ASKS_WHERE = frozenset({"country", "country_name", "nation", "region"})
_WHERE = frozenset({"person.country", "person.uk_nation", "person.region"})
_HEARD = 0.4  # a place beside "she" or "he", who may be anybody
_SAID = 0.8


def lived_in(draft: Draft, found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Take a place that is told of another for theirs, when it was asked where that other lives."""
    if draft.facts.person.acting_for is not ActingFor.OTHER or next_step(draft) not in _ASKS_WHERE:
        return found
    return tuple(
        replace(one, confidence=max(one.confidence, _SAID)) if one.field in _WHERE and one.confidence >= _HEARD else one
        for one in found
    )
