"""`recourse plan`: the law applied to a file of facts."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from casework.clocks import day_of
from casework.errors import AskAgain, FactsError
from casework.facts import Facts, facts_from_dict
from casework.law import Law
from casework.lawbook import load_law
from casework.plan import Plan, Step, plan_from_file_dict, plan_to_dict
from casework.validity import review
from recourse.settings import Settings


def law_of(settings: Settings, version: str) -> Law:
    from recourse.law_archive import law_as_of

    return law_as_of(settings.home, version)


@dataclass(frozen=True, kw_only=True)
class Read:
    """A file of facts with the plan that follows from it."""

    facts: Facts
    law: Law
    plan: Plan


def read(path: Path, law: Law | None = None) -> Read:
    """
    The plan of a file of facts, by today's law or a given one.

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
    known = law or load_law()
    made = plan_from_file_dict(data, known)
    return Read(facts=facts_from_dict(data["facts"]), law=known, plan=made)


def show(read: Read, *, as_json: bool, letters: Path | None = None) -> None:
    if letters is not None:
        write_letters(read, letters)
    if as_json:
        json.dump(plan_to_dict(read.plan), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    _show(read.plan)


def write_letters(read: Read, folder: Path) -> None:
    """
    Every document of the plan as it would go, with blanks where a name would stand, and what it lacks.

    Raises
    ------
    AskAgain
        The folder cannot be written.
    """
    from casework.documents import IdentityDetails, address_of, drafts, fill, to_eml, to_pdf

    steps = {step.id: step for step in read.plan.steps}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for letter in drafts(read.plan, read.facts, read.law, day_of(read.plan.today)):
            text, step = fill(letter, IdentityDetails()), steps[letter.step_id]
            name = re.sub(r"[^a-zA-Z0-9.-]", "_", letter.step_id)
            (folder / f"{name}.txt").write_text(text + _lacks(step, letter.text, read), encoding="utf-8")
            (folder / f"{name}.pdf").write_bytes(to_pdf(letter.title, text))
            (folder / f"{name}.eml").write_bytes(to_eml(text, address_of(step, read.law), letter.title))
    except OSError as error:
        raise AskAgain(f"Nothing can be written to {folder}.") from error


def _lacks(step: Step, text: str, read: Read) -> str:
    """The red list of one document, under a line that is no part of it."""
    found = review(read.law.documents[step.document or ""], read.facts, to=step.recipient_id, text=text)
    missing = [f"- {one.say} ({one.lacks})" for one in found.missing]
    return "\n".join(["", "-- ", f"{step.state}; needs: {', '.join(step.needs) or 'nothing'}", *missing, ""])


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
