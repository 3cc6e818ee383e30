"""Which cue of a message decides what is said at once."""

from __future__ import annotations

import pytest

from bot.safety import safety_intent
from casework.reader.finding import Finding


def heard(**cues: float) -> list[Finding]:
    return [Finding(field="safety", value=cue, start=0, end=1, confidence=sure) for cue, sure in cues.items()]


@pytest.mark.parametrize(
    ("cues", "intent"),
    [
        ({}, None),
        ({"danger": 0.79}, None),
        ({"coercion": 0.9, "danger": 0.9}, "danger"),
        ({"coercion": 0.99, "danger": 0.97}, "danger"),
        ({"coercion": 0.97, "danger": 0.87}, "someone_near"),
        ({"coercion": 0.97, "danger": 0.87, "self_harm": 0.8}, "self_harm"),
        ({"minor": 0.9, "perpetrator": 0.99}, "child_said"),
    ],
)
def test_the_most_urgent_cue_decides_and_a_likeness_to_danger_does_not_keep_a_watched_screen_open(
    cues: dict[str, float], intent: str | None
) -> None:
    assert safety_intent(heard(**cues)) == intent
