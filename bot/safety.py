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


def safety_intent(findings: Iterable[Finding]) -> str | None:
    """The most urgent cue that is certain enough; None when there is none."""
    sure = {f.value for f in findings if f.field == "safety" and f.confidence >= CERTAIN}
    return next((intent for cue, intent in INTENT_OF.items() if cue in sure), None)
