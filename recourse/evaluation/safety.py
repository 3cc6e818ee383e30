"""The safety net: who is heard, who is helped at once, and who is startled without need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.safety import CERTAIN, INTENT_OF
from casework.reader.finding import Finding
from recourse.evaluation.facts import HEARD
from recourse.evaluation.figures import share
from recourse.evaluation.lines import Line

# At the first an answer with the right number follows in the same turn; from the second on, a closed question.
LEVELS = {"helped_at_once": CERTAIN, "heard": HEARD}
KINDS = ("self_harm", "danger", "coercion", "minor", "perpetrator")
PREFIX = "safety."


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One line: what it says, and how sure the net is of each kind."""

    says: frozenset[str]
    heard: dict[str, float]

    def rings(self, level: float, kind: str | None = None) -> bool:
        """Whether this kind was found, or any."""
        return any(sure >= level for name, sure in self.heard.items() if kind in (None, name))


def listen(lines: Iterable[Line], read: Callable[[str, dt.date], Iterable[Finding]], today: dt.date) -> list[Alarm]:
    """Put every line through the reader."""
    return [
        Alarm(says=frozenset(label.removeprefix(PREFIX) for label in line.says), heard=_heard(read(line.text, today)))
        for line in lines
    ]


def _heard(findings: Iterable[Finding]) -> dict[str, float]:
    """The surest cue of each kind; cues with one answer are one kind."""
    kinds = {INTENT_OF[kind]: kind for kind in KINDS}
    found: dict[str, float] = {}
    for f in findings:
        if f.field == "safety" and f.value in INTENT_OF:
            kind = kinds[INTENT_OF[f.value]]
            found[kind] = max(found.get(kind, 0.0), f.confidence)
    return found


def measure_safety(alarms: Sequence[Alarm]) -> dict[str, Any]:
    """Recall and false alarms at both levels: any cue at all, the right kind, and by kind."""
    return {
        "positives": sum(bool(one.says) for one in alarms),
        "ordinary": sum(not one.says for one in alarms),
        **{name: _at(alarms, level) for name, level in LEVELS.items()},
    }


def _at(alarms: Sequence[Alarm], level: float) -> dict[str, Any]:
    cries, calm = [one for one in alarms if one.says], [one for one in alarms if not one.says]
    said = [(one, kind) for one in cries for kind in one.says]
    return {
        "recall": share(sum(one.rings(level) for one in cries), len(cries)),
        "right_kind": share(sum(one.rings(level, kind) for one, kind in said), len(said)),
        "false_alarms": share(sum(one.rings(level) for one in calm), len(calm)),
        "kinds": {kind: _kind(alarms, level, kind) for kind in KINDS},
    }


def _kind(alarms: Sequence[Alarm], level: float, kind: str) -> dict[str, Any]:
    cries, calm = [one for one in alarms if kind in one.says], [one for one in alarms if not one.says]
    return {
        "lines": len(cries),
        "recall": share(sum(one.rings(level, kind) for one in cries), len(cries)),
        "any_cue": share(sum(one.rings(level) for one in cries), len(cries)),
        "false_alarms": share(sum(one.rings(level, kind) for one in calm), len(calm)),
    }
