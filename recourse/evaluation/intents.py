"""How often the right intent is decided on, and how much that is none of our business is kept out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.understanding.deciding import FALLBACK, UNCLEAR, Numbers, decided
from casework.reader.classifier import Gate, Ranked
from recourse.evaluation.figures import calibration_error, counts_by_label, share

FIXED = (0.93, 0.90)  # in-scope accuracies at which out-of-scope recall is compared
STEPS = 14  # halvings of the floor: to a ten-thousandth


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A message with its label, and what the parts of the pipeline made of it before any threshold."""

    label: str
    ranked: Ranked | None  # None: nothing that can be read
    cue: str | None = None  # the intent of a safety cue

    def intent(self, numbers: Numbers, gate: Gate) -> str:
        """What the pipeline decides; a message that it does not understand counts as foreign."""
        if self.cue or not self.ranked:
            return self.cue or gate.foreign
        name = decided(self.ranked, numbers, gate)[0][0]
        return gate.foreign if name == FALLBACK else name

    def top(self, foreign: str) -> str | None:
        """The likeliest of our own classes, before anything is kept out."""
        if self.cue or not self.ranked:
            return self.cue
        return next((name for name, _ in self.ranked.classes if name != foreign), None)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What a gate costs and what it gains."""

    in_scope: float
    out_of_scope: float | None  # None: the set has no foreign message

    def to_dict(self) -> dict[str, Any]:
        return {"in_scope_accuracy": self.in_scope, "out_of_scope_recall": self.out_of_scope}


def measure_intents(judged: Sequence[Judged], numbers: Numbers, gate: Gate) -> dict[str, Any]:
    """Every figure of one set of messages."""
    ours = [one for one in judged if one.label != gate.foreign]
    counts = counts_by_label((one.label, one.intent(numbers, gate)) for one in judged)
    pair = pair_at(judged, numbers, gate)
    return {
        "messages": len(judged),
        "out_of_scope_messages": len(judged) - len(ours),
        "top_accuracy": share(sum(one.top(gate.foreign) == one.label for one in ours), len(ours)),
        **pair.to_dict(),
        "at_fixed_accuracy": {f"{fixed:.2f}": best_at(judged, numbers, gate, fixed) for fixed in FIXED},
        "asked_back": asked_back(ours, numbers, gate),
        "calibration_error": calibration_error(list(_sureness(judged))),
        "f1": {label: one.f1 for label, one in counts.items() if one.right or one.missed},
        # Intents that no message of the set has, such as those of a safety cue that rang without need.
        "strays": {label: one.invented for label, one in counts.items() if not (one.right or one.missed)},
    }


def pair_at(judged: Iterable[Judged], numbers: Numbers, gate: Gate) -> Pair:
    """In-scope accuracy and out-of-scope recall behind this gate."""
    right: dict[bool, list[bool]] = {True: [], False: []}
    for one in judged:
        right[one.label == gate.foreign].append(one.intent(numbers, gate) == one.label)
    foreign = right[True]
    ours = share(sum(right[False]), len(right[False]))
    return Pair(in_scope=ours, out_of_scope=share(sum(foreign), len(foreign)) if foreign else None)


def best_at(judged: Sequence[Judged], numbers: Numbers, gate: Gate, accuracy: float) -> dict[str, Any] | None:
    """
    The highest floor of the gate's score that leaves this in-scope accuracy, and the recall there.

    None when even an open gate does not reach it. The higher the floor, the fewer messages pass, ours and others:
    both figures are monotone, so halving finds it.
    """

    def at(floor: float) -> Pair:
        return pair_at(judged, numbers, replace(gate, floor=floor))

    low, high = 0.0, 1.0
    if at(low).in_scope < accuracy:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle).in_scope >= accuracy else (low, middle)
    return {"floor": low, **at(low).to_dict()}


def asked_back(ours: Sequence[Judged], numbers: Numbers, gate: Gate) -> dict[str, float]:
    """How many are answered with «Did you mean…», and how often the right intent is one of the two asked about."""
    rows = [one for one in ours if one.ranked and one.intent(numbers, gate) == UNCLEAR]
    right = sum(one.label in {name for name, _ in one.ranked.classes[:2]} for one in rows if one.ranked)
    return {"share": share(len(rows), len(ours)), "right_among_two": share(right, len(rows))}


def _sureness(judged: Iterable[Judged]) -> Iterable[tuple[float, bool]]:
    """Confidence of the likeliest class, where the right one was taught at all."""
    for one in judged:
        if one.ranked and any(name == one.label for name, _ in one.ranked.classes):
            name, sure = one.ranked.top
            yield sure, name == one.label
