"""What understanding must not fall below, measured on sets that nothing was learnt from."""

from __future__ import annotations

from typing import Any

import pytest

# Where the figure stands in models/evaluation.json; the bound; whether it is the least or the most.
# Where we want to be is in the comment: understanding must not get worse on the way there.
FLOORS = (
    ("intents/in_scope_accuracy", 0.93, "least"),
    ("intents/out_of_scope_recall", 0.90, "least"),
    ("facts/overall/f1", 0.895, "least"),  # 0.90, and a hair for other processors
    ("facts/address_recall", 0.98, "least"),
    ("facts/spans_present", 1.0, "least"),
    ("safety/heard/recall", 0.975, "least"),  # 0.98, and a hair
    ("safety/helped_at_once/false_alarms", 0.03, "most"),
)
# So few lines would prove nothing.
ENOUGH = (("intents/messages", 700), ("intents/out_of_scope_messages", 200), ("facts/narratives", 100),
          ("safety/positives", 300), ("safety/ordinary", 300))  # fmt: skip


def figure(own: dict[str, Any], path: str) -> float:
    value: Any = own
    for part in path.split("/"):
        value = value[part]
    return float(value)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("path", "bound", "side"), FLOORS, ids=[row[0] for row in FLOORS])
def test_the_shipped_pipeline_understands_at_least_so_well(own: dict[str, Any], path: str, bound: float, side: str):
    value = figure(own, path)

    assert value >= bound if side == "least" else value <= bound, f"{path} is {value:.3f}; {side} {bound}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("path", "least"), ENOUGH, ids=[row[0] for row in ENOUGH])
def test_a_figure_rests_on_enough_lines(own: dict[str, Any], path: str, least: int):
    assert figure(own, path) >= least
