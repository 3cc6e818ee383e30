"""The benchmark itself, and figures that no busy machine may excuse: five times the budget."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.runtime.model import fingerprint
from recourse import bench
from recourse.benchmarks import inside, sizes
from recourse.benchmarks.budget import BUDGET, ROWS, Limit, Result, Row, percentile
from recourse.benchmarks.slow import copy_lessons
from recourse.benchmarks.stealing import stolen, ticks
from recourse.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 5  # times the budget: these tests guard against a slip of the pen, `make bench` against the budget


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "recourse", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)


def test_json_on_standard_output_is_nothing_but_json():
    done = run("--json", "--only", "plan")

    row = json.loads(done.stdout)["rows"][0]
    assert row["row"] == "plan"
    assert row["measured"]["p50"] > 0


def test_an_unknown_row_is_refused_with_the_names_of_those_that_exist():
    done = run("--only", "speed-of-light")

    assert done.returncode == 65
    assert "clients-16" in done.stderr


def test_every_row_of_the_budget_is_measured_by_something():
    assert ROWS.keys() == bench.SERVED | bench.ALONE.keys()
    assert len(ROWS) == len(BUDGET)


def test_a_figure_that_is_missing_is_not_within_the_budget():
    row = Row(id="r", what="w", limits=(Limit(figure="p50", unit="ms", most=1),))

    assert not Result(row=row, figures={}).ok
    assert Result(row=row, figures={"p50": 1.0}).ok
    assert not Result(row=row, figures={"p50": 1.1}).ok


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_measured(share, expected):
    assert percentile(range(1, 101), share) == expected


@pytest.mark.parametrize(
    ("row", "measure"),
    [
        ("seal", inside.measure_seal),
        ("plan", inside.measure_plan),
        ("pdf", inside.measure_pdf),
    ],
)
def test_nothing_in_the_way_of_every_turn_became_slow(row, measure):
    figures = measure()

    assert {f.figure for f in ROWS[row].limits if f.most and figures[f.figure] > f.most * PATIENCE} == set()


def test_a_submission_did_not_become_slow(tmp_path):
    figures = inside.measure_submission(read_settings(home=tmp_path))

    assert figures["p50"] < 60 * PATIENCE


def test_the_locked_packages_fit_into_what_was_promised():
    assert sizes.measure_environment(read_settings())["size"] < 900


def test_training_is_measured_with_everything_that_is_learnt_from(tmp_path):
    copy_lessons(ROOT, tmp_path)

    assert fingerprint(tmp_path) == fingerprint(ROOT)


def test_what_the_host_kept_for_others_is_told_apart_from_what_was_idle(tmp_path):
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 0 50 1000 20 0 5 10 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n", encoding="ascii")
    before = ticks(stat)
    stat.write_text("cpu  160 0 60 9000 90 0 5 40 60 0\n", encoding="ascii")

    assert stolen(before, ticks(stat)) == 0.3
    assert stolen(before, before) == 0.0
    assert stolen(None, before) is None


@pytest.mark.parametrize("content", ["", "cpu 1 2 3\n", "intr 1 2 3 4 5 6 7 8 9\n"])
def test_a_machine_that_counts_no_such_thing_says_nothing_of_it(tmp_path, content):
    stat = tmp_path / "stat"
    stat.write_text(content, encoding="ascii")

    assert ticks(stat) is None
    assert ticks(tmp_path / "missing") is None
