"""Cries said without their usual words: far from solved, so the figures are printed and only a fall is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from recourse.compose import utc_now
from recourse.evaluation.lines import read_lines
from recourse.evaluation.safety import listen, measure_safety
from recourse.evaluation.shipped import load_shipped
from recourse.settings import read_settings

LINES = Path(__file__).parent / "development" / "indirect.yml"
HEARD, STARTLED = 0.76, 0.38  # of the cries at least, of the calm lines at most


@pytest.mark.timeout(300)
def test_what_is_only_hinted_at_is_heard_more_often_than_not() -> None:
    shipped = load_shipped(read_settings({}))
    figures = measure_safety(listen(read_lines(LINES), shipped.findings, utc_now().date()))
    heard = figures["heard"]
    print(f"\n{figures['positives']} hints, {figures['ordinary']} calm lines: heard {heard['recall']:.3f}, "
          f"asked without need {heard['false_alarms']:.3f}")  # fmt: skip

    assert heard["recall"] >= HEARD
    assert heard["false_alarms"] <= STARTLED
