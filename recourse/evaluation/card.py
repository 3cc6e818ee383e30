"""Writes models/MODEL_CARD.md: plain words from recourse/model_card.yml, figures from the stored evaluation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from bot.understanding.deciding import NOT_TAUGHT
from casework.reader.examples import LABELS
from recourse.evaluation.facts import EXACT
from recourse.evaluation.lines import read_yaml, taught_lines
from recourse.evaluation.shipped import read_numbers
from recourse.evaluation.stored import own_figures, read_stored
from recourse.evaluation.tables import Figures, intent_rows, latency_rows, percent, reader_rows

WORDS = Path(__file__).parents[1] / "model_card.yml"
CARD = Path("models") / "MODEL_CARD.md"
WEAK = 0.8  # F1 or recall below which a part is named as weak
_FIGURE = re.compile(r"^\| (?P<what>[^|]+) \| (?P<value>[01]\.\d+) \|$", re.MULTILINE)


def write(root: Path) -> Path:
    """
    Write the card; returns its path.

    Raises
    ------
    NotMeasured
        The stored figures are not those of the current model.
    """
    own = own_figures(root)
    numbers = read_numbers(root).to_dict()
    sets = [one for one in read_stored(root).get("sets", {}).values() if one["numbers"] == numbers]
    (root / CARD).write_text(written(own, sets, root / "data"), encoding="utf-8")
    return root / CARD


def written(own: Figures, sets: Sequence[Figures], data: Path) -> str:
    """The whole card."""
    parts = {
        "labels": str(len(LABELS)),
        "encoder": "These figures are without it." if own["encoder"] == "none" else "These figures are with it.",
        "trained": trained_on(data),
        "day": own["measured_at"][:10],
        "left_out": str(own["left_out"]),
        "overall": _table(("what", "measured"), overall(own)),
        "kinds": _kinds(own["safety"]),
        "fields": _fields(own["facts"]),
        "intents": _table(("intent", "F1"), ((name, percent(f1)) for name, f1 in own["intents"]["f1"].items())),
        "sets": _sets(sets),
        "latency": _table(("part", "measured"), latency_rows(own["latency_ms"])),
        "weak": _weak(own),
    }
    return Template(read_yaml(WORDS)["card"]).substitute(parts)


def overall(own: Figures) -> list[tuple[str, str]]:
    """The rows that stand first, and that a test compares with what the model does."""
    return [*intent_rows(own["intents"]), *reader_rows(own)]


def figures_in(card: str) -> dict[str, float]:
    """Every row of a card that is a name and one share."""
    return {row["what"]: float(row["value"]) for row in _FIGURE.finditer(card)}


def trained_on(data: Path) -> str:
    """What the training data holds, counted."""
    intents, signals = taught_lines(data, "nlu"), taught_lines(data, "signals")
    classes = {line.says for line in intents} - {(name,) for name in NOT_TAUGHT}
    safety = sum(line.file.startswith("safety") for line in signals)
    return (
        f"{len(intents):,} sentences for {len(classes)} intents and the safety cues (`data/nlu`), and {len(signals):,} "
        f"for the signals (`data/signals`), {safety:,} of them about safety and what only sounds like it."
    )


def _kinds(safety: Figures) -> str:
    heading = ("kind", "lines", "helped at once", "heard", "false alarms at once", "false alarms heard")
    rows = []
    for kind, at_once in safety["helped_at_once"]["kinds"].items():
        heard = safety["heard"]["kinds"][kind]
        shares = (at_once["recall"], heard["recall"], at_once["false_alarms"], heard["false_alarms"])
        rows.append((kind, str(heard["lines"]), *map(percent, shares)))
    return _table(heading, rows)


def _fields(facts: Figures) -> str:
    heading = ("field", "F1", "there", "found", "of which asked", "invented")
    return _table(heading, (_field(name, one) for name, one in facts["fields"].items()))


def _field(name: str, one: Figures) -> tuple[str, ...]:
    counted = (one["right"] + one["missed"], one["right"], one["asked"], one["invented"])
    return (f"`{name}`{', byte for byte' if name in EXACT else ''}", percent(one["f1"]), *map(str, counted))


def _sets(sets: Sequence[Figures]) -> str:
    if not sets:
        return "None was measured with these numbers: `recourse eval --set NAME DIR`."
    heading = ("set", "taught", "tested", "top intent", "in-scope accuracy", "out-of-scope recall", "ECE", "day")
    return _table(heading, (_set(one) for one in sorted(sets, key=lambda one: str(one["set"]))))


def _set(one: Figures) -> tuple[str, ...]:
    shares = (one[key] for key in ("top_accuracy", "in_scope_accuracy", "out_of_scope_recall", "calibration_error"))
    return (one["set"], str(one["taught"]), str(one["messages"]), *map(percent, shares), one["measured_at"][:10])


def _weak(own: Figures) -> str:
    found = [f"{name} ({percent(value)})" for name, value in _shares(own) if value < WEAK]
    return f"- Below {WEAK:g} in these figures: {', '.join(found)}." if found else ""


def _shares(own: Figures) -> Iterator[tuple[str, float]]:
    yield from ((f"intent `{name}`", f1) for name, f1 in own["intents"]["f1"].items())
    yield from ((f"field `{name}`", one["f1"]) for name, one in own["facts"]["fields"].items())
    yield from ((f"help at once for {kind}", one["recall"]) for kind, one in _at_once(own).items())


def _at_once(own: Figures) -> Mapping[str, Any]:
    kinds: Mapping[str, Any] = own["safety"]["helped_at_once"]["kinds"]
    return kinds


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
