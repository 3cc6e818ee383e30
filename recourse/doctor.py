"""`recourse doctor`: what is installed, what is missing, what is risky and why we can live with it. Changes nothing."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from recourse import examinations
from recourse.examinations import Finding, State
from recourse.settings import Settings

RISKS = Path(__file__).parent / "risks.yml"
EXAMINATIONS: tuple[Callable[[Settings], Iterable[Finding]], ...] = (
    examinations.python_and_packages,
    examinations.sealing,
    examinations.understanding,
    examinations.rasa,
    examinations.model,
    examinations.law,
    examinations.home,
    examinations.keys,
    examinations.whole,
    examinations.machine,
    examinations.browser,
)
SHOWN = {
    State.OK: "[green]ok[/]",
    State.NOTE: "note",
    State.WARNING: "[yellow]warning[/]",
    State.BROKEN: "[red]broken[/]",
}


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A pinned package that is old or has open advisories, and why that is accepted."""

    package: str
    version: str
    advisories: tuple[str, ...]
    trouble: str
    accepted: str
    ends_when: str


def load_risks() -> tuple[dt.date, tuple[Risk, ...]]:
    """The day on which the register was last gone through, and its rows."""
    data = yaml.safe_load(RISKS.read_text(encoding="utf-8"))
    rows = tuple(Risk(**{**row, "advisories": tuple(row["advisories"])}) for row in data["risks"])
    return data["checked_on"], rows


def run(settings: Settings, *, as_json: bool) -> int:
    """Print what was found; 1 when something is broken, so that a script can ask, otherwise 0."""
    findings = list(examine(settings))
    checked_on, risks = load_risks()
    if as_json:
        json.dump(report(findings, checked_on, risks), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _show(findings, checked_on, risks)
    return int(any(finding.state is State.BROKEN for finding in findings))


def examine(settings: Settings) -> Iterator[Finding]:
    for examination in EXAMINATIONS:
        yield from examination(settings)


def report(findings: Iterable[Finding], checked_on: dt.date, risks: Iterable[Risk]) -> Mapping[str, Any]:
    return {
        "findings": [asdict(finding) for finding in findings],
        "risks_checked_on": checked_on.isoformat(),
        "risks": [asdict(risk) for risk in risks],
    }


def _show(findings: list[Finding], checked_on: dt.date, risks: tuple[Risk, ...]) -> None:
    console = Console()
    found = Table("", "what", "found", title="Installation", title_justify="left")
    for finding in findings:
        found.add_row(SHOWN[finding.state], finding.what, finding.text)
    known = Table("package", "advisories and trouble", "why we can live with it", title_justify="left")
    known.title = f"Known risks, gone through on {checked_on}"
    for risk in risks:
        trouble = " ".join([*risk.advisories, risk.trouble])
        known.add_row(f"{risk.package} {risk.version}", trouble, f"{risk.accepted} Ends: {risk.ends_when}")
    console.print(found, known)
    broken = sum(finding.state is State.BROKEN for finding in findings)
    warned = sum(finding.state is State.WARNING for finding in findings)
    console.print(f"{broken} broken, {warned} to look at.")
