"""The commands that the README shows, as an operator runs them: what is printed, and the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FACTS = """
today: 2026-11-22
facts:
  person: {age_now: adult, age_in_image: adult, country: GB, uk_nation: GB-ENG}
  acts: [shared]
  places: [{platform: x, url: "https://x.com/someone/status/1"}]
"""
OUTSIDE = {"PATH": "/usr/bin:/bin", "TZ": "Pacific/Auckland", "LANG": "C.UTF-8"}


def recourse(*arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "recourse", *arguments]
    surroundings = {**OUTSIDE, **environment}
    return subprocess.run(
        command, cwd=ROOT, input=typed, capture_output=True, text=True, check=False, env=surroundings, timeout=60
    )


def test_plan_prints_json_that_is_nothing_else(tmp_path):
    (tmp_path / "facts.yml").write_text(FACTS, encoding="utf-8")

    done = recourse("plan", str(tmp_path / "facts.yml"), "--json")

    assert {"law_version", "today", "claims", "steps", "referrals"} == json.loads(done.stdout).keys()


def test_facts_that_cannot_be_read_end_in_one_line_without_what_they_said(tmp_path):
    (tmp_path / "facts.yml").write_text(FACTS.replace("[shared]", "[canary-word]"), encoding="utf-8")

    done = recourse("plan", str(tmp_path / "facts.yml"), "--json")

    assert done.returncode == 65
    assert "acts" in done.stderr
    assert "canary-word" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_read_gives_spans_of_the_text_on_standard_input():
    text = "it is on https://x.com/someone/status/1"

    found = json.loads(recourse("read", "--json", typed=text).stdout)["findings"]

    assert "https://x.com/someone/status/1" in {text[f["start"] : f["end"]] for f in found}


@pytest.mark.parametrize("row", ["gdpr-17", "doc-art17", "ico", "x", "rph"])
def test_every_kind_of_row_of_the_law_can_be_shown(row):
    done = recourse("law", "show", row)

    assert done.returncode == 0, done.stderr[-300:]
    assert row in done.stdout


def test_a_row_that_does_not_exist_is_said_so():
    done = recourse("law", "show", "no-such-row")

    assert done.returncode == 65
    assert "Traceback" not in done.stderr


def test_a_misspelt_setting_stops_the_process():
    done = recourse("doctor", RECOURSE_EXIT_ULR="https://example.org")

    assert done.returncode == 78
    assert "RECOURSE_EXIT_ULR" in done.stderr
    assert "example.org" not in done.stderr


def test_a_rasa_command_that_would_serve_in_clear_is_refused():
    done = recourse("rasa", "run")

    assert done.returncode == 64
    assert "recourse up" in done.stderr
