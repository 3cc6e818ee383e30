"""
Which parts of the law the scenarios reach: `python -m tests.scenarios.coverage` writes docs/reference/coverage.md.

Something counts as reached only where a scenario says what must come of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from casework import earlier
from casework.clocks import HOURS, Clock, day_of, plus_days, plus_months
from casework.facts import Facts, facts_from_dict
from casework.law import Law
from casework.lawbook import load_law
from casework.plan import Plan, Step, plan_from_file_dict
from casework.routes import Situation, situation
from tests.scenarios.pairs import pairs_of, possible

FOLDER = Path(__file__).parent
TABLE = FOLDER.parents[1] / "docs" / "reference" / "coverage.md"
AREAS = ("GB", "EEA", "US")
Hole = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    name: str
    facts: Facts
    plan: Plan
    view: Situation
    expect: dict[str, Any]

    def includes(self, kind: str) -> set[str]:
        return set(self.expect.get(kind, {}).get("include", []))

    def refuses(self) -> set[str]:
        return set(self.expect.get("refused", [])) | set(self.expect.get("rights", {}).get("exclude", []))

    def steps(self) -> Iterator[Step]:
        """The steps of which something is expected."""
        wanted = [(step["document"], step.get("queue")) for step in self.expect.get("steps", [])]
        documents, queues = self.includes("documents"), self.includes("queues")
        for step in self.plan.steps:
            named = any(step.document == document and queue in (None, step.queue) for document, queue in wanted)
            if named or step.document in documents or step.queue in queues:
                yield step


def files() -> list[Path]:
    return sorted(FOLDER.rglob("*.yml"))


def scenarios(law: Law) -> list[Scenario]:
    return [_scenario(path, law) for path in files()]


def _scenario(path: Path, law: Law) -> Scenario:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    made = plan_from_file_dict(data, law)
    facts = facts_from_dict(data["facts"])
    return Scenario(
        name=path.stem, facts=facts, plan=made, view=situation(facts, law, day_of(made.today)), expect=data["expect"]
    )


def reached(law: Law) -> dict[str, set[str]]:
    """Hole → the scenarios that fill it, by «kind: what»; every hole there could be is a key."""
    every = [*holes(law), *(("pair", pair) for pair in possible(law))]
    found: dict[str, set[str]] = {f"{kind}: {what}": set() for kind, what in every}
    for scenario in scenarios(law):
        met = (("pair", p) for step in scenario.steps() for p in pairs_of(step, scenario.facts, scenario.view))
        for kind, what in (*_fills(scenario, law), *met):
            key = f"{kind}: {what}"
            if key in found:
                found[key].add(scenario.name)
    return found


def holes(law: Law) -> Iterator[Hole]:
    """Everything that a scenario could say something about."""
    yield from _rights_to_reach(law)
    yield from _routes_to_reach(law)
    yield from _recipients_to_reach(law)
    yield from (("clock", f"{clock}, {edge}") for clock in Clock if clock not in HOURS for edge in DAY_EDGES)
    yield from (("clock", f"{clock}, {edge}") for clock in HOURS for edge in ("of a day", "of a moment"))
    yield from (("path", path) for path in ("adult", "child_now", "child_then", "unsure_now"))
    yield from (("way to be known", way) for way in ("anonymous", "pseudonym", "named", "for someone else"))
    yield from (("state", state) for state in ("ready", "waiting", "blocked"))
    yield from (("lacks", need) for need in NEEDS)


def _rights_to_reach(law: Law) -> Iterator[Hole]:
    for rule in law.right_rules:
        if not all(any(line.kind == "never" for line in way) for way in rule.ways):
            yield "right applies", rule.right
        # The first line of a later way is never the reason that is given: the first way got as far.
        heard = [line for at, way in enumerate(rule.ways) for line in (way[1:] if at else way)]
        for line in {line.otherwise: line for line in heard}.values():
            yield "right refused", f"{rule.right}, {line.kind} {' '.join(sorted(line.values))}".strip()


def _routes_to_reach(law: Law) -> Iterator[Hole]:
    sure = {row.id for row in law.documents.values() if row.evidence.verified}
    yield from (("referral", referral.refer) for referral in law.referral_rules)
    for letter in law.letters:
        yield from (("letter", f"{letter.document}, wants {want}") for want in sorted(letter.wants))
        yield from (("letter", f"{letter.document}, acts {act}") for act in sorted(letter.acts))
    yield from (("report", rule.document) for rule in law.reports if rule.document in sure)
    yield from (("straight to", rule.document) for rule in law.authority_rules if rule.document in sure)
    for follow_up in law.follow_ups:
        if follow_up.document in sure:
            yield from (("follow-up", f"{follow_up.document}, {word}") for word in sorted(follow_up.when))
    yield from (("document", document) for document in sorted(sure))


def _recipients_to_reach(law: Law) -> Iterator[Hole]:
    yield from (("platform", f"{row.id}, {area}") for row in law.platforms.values() for area in AREAS)
    yield from (("authority", key) for key in sorted({*law.data_authorities.values()} - {"dpa-de"}))
    yield from (("nation", nation) for nation in ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR"))


DAY_EDGES = ("plain", "weekend", "holiday", "short month")
NEEDS = ("name", "email", "location", "region", "authority", "signature", "consent")


def _fills(scenario: Scenario, law: Law) -> Iterator[Hole]:
    yield from _rights(scenario, law)
    yield from (("referral", each) for each in scenario.includes("referrals"))
    wants = scenario.facts.wants
    for step in scenario.steps():
        yield from _of_step(scenario, step, law)
    for letter in law.letters:
        if letter.document in {step.document for step in scenario.steps()}:
            yield from (("letter", f"{letter.document}, wants {want}") for want in letter.wants & wants)
            yield from (("letter", f"{letter.document}, acts {act}") for act in letter.acts & scenario.facts.acts)
    person = scenario.view.person
    if person.nation:
        yield "nation", person.nation
    yield from (("path", path) for path in person.paths)
    yield "way to be known", scenario.facts.identity.mode.value
    if scenario.facts.person.acting_for == "other":
        yield "way to be known", "for someone else"


def _rights(scenario: Scenario, law: Law) -> Iterator[Hole]:
    claims = {claim.right: claim for claim in scenario.plan.claims}
    for right in scenario.includes("rights"):
        yield "right applies", right
    for rule in law.right_rules:
        claim = claims.get(rule.right)
        if claim and not claim.applies and rule.right in scenario.refuses():
            for line in (line for way in rule.ways for line in way if line.otherwise == claim.why_not):
                yield "right refused", f"{rule.right}, {line.kind} {' '.join(sorted(line.values))}".strip()


def _of_step(scenario: Scenario, step: Step, law: Law) -> Iterator[Hole]:
    yield "document", step.document or ""
    yield "report", step.document or ""
    yield "straight to", step.document or ""
    yield "authority", step.recipient_id
    yield "state", step.state
    yield from (("lacks", need) for need in step.needs)
    if step.recipient_id in law.platforms:
        yield "platform", f"{step.recipient_id}, {scenario.view.person.area}"
    for follow_up in law.follow_ups:
        if follow_up.document == step.document:
            yield from _followed(scenario, step, follow_up.when)
    if step.clock and step.due:
        yield "clock", f"{step.clock}, {_edge(scenario, step)}"


def _followed(scenario: Scenario, step: Step, words: Iterable[str]) -> Iterator[Hole]:
    company = next((r for r in scenario.view.recipients if r.id in (step.recipient_id, *step.about)), None)
    for word in words:
        if any(earlier.WHEN[word](scenario.view, company, prior) for prior in step.concerns):
            yield "follow-up", f"{step.document}, {word}"


def _edge(scenario: Scenario, step: Step) -> str:
    clock = Clock(step.clock or "")
    if clock in HOURS:
        return "of a moment" if isinstance(step.due, dt.datetime) else "of a day"
    start = day_of(scenario.plan.today)
    end = plus_months(start, 1) if clock is Clock.ONE_MONTH else plus_days(start, 30)
    last = day_of(step.due or start)
    between = [end + dt.timedelta(days=ahead) for ahead in range((last - end).days)]
    if any(day.weekday() < 5 for day in between):
        return "holiday"
    if clock is Clock.ONE_MONTH and end.day != start.day:
        return "short month"
    # 30 days may end where a shorter month did not count its own days: it is the same arithmetic all year.
    if (clock is Clock.THIRTY_DAYS and start.month == 2) or (
        clock is Clock.THIRTY_DAYS and start.month == 1 and start.day > 29
    ):
        return "short month"
    return "weekend" if between else "plain"


def table(found: dict[str, set[str]]) -> str:
    lines = [
        "# What the scenarios cover",
        "",
        "Written by `python -m tests.scenarios.coverage`; a test fails when it is not up to date or has a hole.",
        "Something is covered when a file in `tests/scenarios` says what must come of it.",
        "",
        "| what | scenarios | one of them |",
        "|---|---|---|",
    ]
    for key in sorted(found):
        names = sorted(found[key])
        lines.append(f"| {key} | {len(names)} | {names[0] if names else '**none**'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(reached(load_law())), encoding="utf-8")
