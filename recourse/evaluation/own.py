"""Sets of our own form, such as tests/evaluation, through the shipped pipeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from recourse.evaluation.facts import Narrative, measure_facts, read_narratives
from recourse.evaluation.intents import measure_intents, pair_at
from recourse.evaluation.latency import measure_latency
from recourse.evaluation.lines import TAUGHT, Line, bare, read_lines, taught_lines
from recourse.evaluation.safety import listen, measure_safety
from recourse.evaluation.shipped import Shipped

FOLDER = Path("tests") / "evaluation"
Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class OwnSets:
    """`taught`: the bare words of lines that the training data holds as well; knowing those proves nothing."""

    intents: tuple[Line, ...]
    safety: tuple[Line, ...]
    narratives: tuple[Narrative, ...]
    taught: frozenset[str]

    @property
    def today(self) -> dt.date:
        return self.narratives[0].today

    def fresh(self, lines: Iterable[Line], judged: Iterable[T]) -> list[T]:
        """What was judged of lines that stand in no training data."""
        return [one for line, one in zip(lines, judged, strict=True) if bare(line.text) not in self.taught]

    @property
    def left_out(self) -> int:
        return sum(bare(line.text) in self.taught for line in (*self.intents, *self.safety))


def read_sets(root: Path, folder: Path | None = None) -> OwnSets:
    """
    Read the three files of tests/evaluation, or of another folder.

    Raises
    ------
    AskAgain
        One is missing or has another form.
    """
    folder = folder or root / FOLDER
    taught = {bare(line.text) for part in TAUGHT for line in taught_lines(root / "data", part)}
    return OwnSets(
        intents=read_lines(folder / "intents.yml"),
        safety=read_lines(folder / "safety.yml"),
        narratives=read_narratives(folder / "facts.yml"),
        taught=frozenset(taught),
    )


def measure_own(shipped: Shipped, sets: OwnSets, say: Say) -> dict[str, Any]:
    """All figures; progress goes to `say`."""
    say("intents")
    intents = _intents(shipped, sets)
    say("facts")
    facts = measure_facts(sets.narratives, shipped.findings)
    say("safety")
    alarms = listen(sets.safety, shipped.findings, sets.today)
    say("latency")
    messages, texts = [line.text for line in sets.intents], [one.text for one in sets.narratives]
    return {
        "left_out": sets.left_out,
        "intents": intents,
        "facts": facts,
        "safety": measure_safety(sets.fresh(sets.safety, alarms)),
        "latency_ms": measure_latency(shipped, messages, texts, sets.today),
    }


def _intents(shipped: Shipped, sets: OwnSets) -> dict[str, Any]:
    judged = [shipped.judge(line.text, line.says[0], sets.today) for line in sets.intents]
    numbers, gate = shipped.numbers, shipped.numbers.gate()
    figures = measure_intents(sets.fresh(sets.intents, judged), numbers, gate)
    return {**figures, "with_lines_taught_too": pair_at(judged, numbers, gate).to_dict()}
