"""`recourse plan`: the law applied to a file of facts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from casework.errors import FactsError
from casework.lawbook import load_law
from casework.plan import Plan, plan_from_file_dict, plan_to_dict


def run(path: Path, *, as_json: bool) -> None:
    """
    Print the plan.

    Raises
    ------
    FactsError
        The file cannot be read, or is not in the form of docs/reference/facts.md.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise FactsError("The file of facts cannot be read as YAML.") from error
    if not isinstance(data, dict):
        raise FactsError("The file of facts must hold `today` and `facts`.")
    plan = plan_from_file_dict(data, load_law())
    if as_json:
        json.dump(plan_to_dict(plan), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    _show(plan)


def _show(plan: Plan) -> None:
    console = Console()
    rights = Table("right", "article", "because, or why not", title="Rights")
    for claim in plan.claims:
        reason = ", ".join(claim.because) if claim.applies else f"no: {claim.why_not}"
        rights.add_row(claim.right, f"{claim.law}, {claim.article}", reason)
    steps = Table("document", "recipient", "queue", "state", "needs", "from", "due", title="Steps")
    for step in plan.steps:
        start = str(step.available_from or "")
        what, needs, end = step.document or "hand-over", ", ".join(step.needs), str(step.due or "")
        steps.add_row(what, step.recipient, step.queue, step.state, needs, start, end)
    console.print(rights, steps, f"Referrals: {', '.join(plan.referrals) or 'none'}")
