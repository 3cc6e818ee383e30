"""Facts as people gave them, and what the plan must and must not hold: the form is in docs/reference/plan.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.law import Law
from casework.lawbook import load_law
from casework.plan import plan_from_file_dict, plan_to_dict

FILES = sorted(Path(__file__).parent.rglob("*.yml"))
CHECKED = ("state", "due", "available_from", "closes", "recipient")


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario_holds(path: Path, law: Law) -> None:
    scenario = yaml.safe_load(path.read_text(encoding="utf-8"))

    got = plan_to_dict(plan_from_file_dict(scenario, law))

    assert list(_problems(got, scenario["expect"])) == []


def _problems(got: dict[str, Any], want: dict[str, Any]) -> Iterator[str]:
    have = {
        "rights": {claim["right"] for claim in got["claims"] if claim["applies"]},
        "documents": {step["document"] for step in got["steps"] if step["document"]},
        "queues": {step["queue"] for step in got["steps"]},
        "referrals": set(got["referrals"]),
    }
    for kind, found in have.items():
        yield from _set_problems(kind, found, want.get(kind, {}))
    refused = {claim["right"] for claim in got["claims"] if not claim["applies"] and claim["why_not"]}
    yield from (f"{right} should be refused with a reason" for right in want.get("refused", []) if right not in refused)
    yield from (f"none of {group}" for group in want.get("queues_any", []) if not have["queues"] & set(group))
    for step in want.get("steps", []):
        yield from _step_problems(got["steps"], step)
    yield from (
        f"{claim['right']} lacks a because or a source"
        for claim in got["claims"]
        if claim["applies"] and not (claim["because"] and claim["source"])
    )


def _set_problems(kind: str, found: set[str], want: dict[str, Any]) -> Iterator[str]:
    yield from (f"{kind}: {item} is missing" for item in want.get("include", []) if item not in found)
    yield from (f"{kind}: {item} must not be there" for item in want.get("exclude", []) if item in found)
    if want.get("none") and found:
        yield f"{kind}: must be empty, has {sorted(found)}"


def _step_problems(steps: list[dict[str, Any]], want: dict[str, Any]) -> Iterator[str]:
    name = want["document"]
    match = [s for s in steps if s["document"] == name and want.get("queue", s["queue"]) == s["queue"]]
    if not match:
        yield f"step {name} is missing"
        return
    step = match[0]
    for key in CHECKED:
        if key in want and not str(step[key] or "").startswith(str(want[key])):
            yield f"step {name}: {key} is {step[key]!r}, not {want[key]!r}"
    yield from (f"step {name}: needs lacks {need}" for need in want.get("needs", []) if need not in step["needs"])
