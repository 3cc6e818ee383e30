"""The safety net's verdict on a message: the reader's cues, as the intents of the dialogue."""

from __future__ import annotations

from collections.abc import Iterable

from casework.reader.finding import Finding

INTENT_OF = {
    "overdose": "self_harm",
    "self_harm": "self_harm",
    "danger": "danger",
    "coercion": "someone_near",
    "minor": "child_said",
    "perpetrator": "perpetrator",
}
CERTAIN = 0.8
PLAIN = 0.95  # as sure as the plainest words make it; a likeness alone is seldom


def safety_intent(findings: Iterable[Finding]) -> str | None:
    """The most urgent cue that is certain enough; None when there is none."""
    sure: dict[str, float] = {}
    for each in findings:
        if each.field == "safety" and each.confidence >= CERTAIN:
            sure[each.value] = max(each.confidence, sure.get(each.value, 0.0))
    if sure.get("coercion", 0.0) >= PLAIN > sure.get("danger", 1.0):
        del sure["danger"]  # «he's waking up» sounds like danger, but is a screen that must go quiet first
    return next((intent for cue, intent in INTENT_OF.items() if cue in sure), None)
