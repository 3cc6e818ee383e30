"""`recourse bench`: measures the performance budget on this machine, as a table or as JSON."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.runtime.model import current_model
from casework.errors import AskAgain
from recourse.benchmarks import erasing, inside, served, sizes, slow
from recourse.benchmarks.budget import BUDGET, ROWS, Result, Row
from recourse.benchmarks.stealing import stolen, ticks
from recourse.settings import Settings

Figures = Mapping[str, float]

SERVED = frozenset({"start", "turn", "memory-intake", "memory-all", "clients-16", "turn-300", "receipt", "widget"})
ALONE: Mapping[str, Callable[[Settings], Figures]] = {
    "environment": sizes.measure_environment,
    "seal": lambda _: inside.measure_seal(),
    "plan": lambda _: inside.measure_plan(),
    "encode": lambda _: inside.measure_encoder(),
    "pdf": lambda _: inside.measure_pdf(),
    "submission": inside.measure_submission,
    "train": slow.measure_training,
    "queue-page": slow.measure_queue_page,
    "erase": erasing.measure_erasure,
}


def run(settings: Settings, *, as_json: bool, only: str | None, everything: bool = False) -> None:
    """
    Measure and print; slow rows only when named, or with `everything`.

    Raises
    ------
    AskAgain
        `only` is not a row of the budget.
    RefuseToStart
        There is no current model, or a process did not start.
    """
    rows = _chosen(only, everything=everything)
    before = ticks()
    results = measure(settings, rows, Console(stderr=True))
    taken = stolen(before, ticks())
    if as_json:
        json.dump(report(results, taken), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _show(results, taken)


def _chosen(only: str | None, *, everything: bool) -> tuple[Row, ...]:
    if only is None:
        return tuple(row for row in BUDGET if everything or not row.slow)
    if only not in ROWS:
        raise AskAgain(f"There is no row {only}. Rows: {', '.join(ROWS)}")
    return (ROWS[only],)


def measure(settings: Settings, rows: Iterable[Row], console: Console) -> list[Result]:
    """Each row in the order of the budget; progress goes to `console`."""
    wanted = frozenset(row.id for row in rows)
    found: dict[str, Figures] = {}
    with console.status("measuring") as status:

        def say(what: str) -> None:
            status.update(f"measuring: {what}")

        for name in wanted & ALONE.keys():
            say(name)
            found[name] = ALONE[name](settings)
        if wanted & SERVED:
            current_model(settings.root)  # refuses here, with the command that helps, not in a child process
            found |= served.measure(settings, wanted, say)
    return [Result(row=row, figures=found[row.id]) for row in BUDGET if row.id in wanted]


def report(results: Iterable[Result], taken: float | None) -> dict[str, Any]:
    """The figures with what they were measured on."""
    load, version = round(os.getloadavg()[0], 2), platform.python_version()
    machine = {"cores": os.cpu_count(), "load_1_min": load, "stolen": taken, "python": version}
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return {"measured_at": now, "machine": machine, "rows": [result.to_dict() for result in results]}


def _show(results: Iterable[Result], taken: float | None) -> None:
    table = Table("row", "what", "measured", "budget", "")
    for result in results:
        known = [limit for limit in result.row.limits if limit.figure in result.figures]
        measured = "\n".join(_written(result, limit.figure, limit.unit) for limit in known)
        budget = "\n".join(
            limit.text for limit in result.row.limits if limit.most is not None or limit.least is not None
        )
        table.add_row(result.row.id, result.row.what, measured, budget, "[green]ok[/]" if result.ok else "[red]over[/]")
    console = Console()
    console.print(table)
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: what else ran counts into every figure.")
    if taken is not None:
        console.print(f"Of the time wanted from the processor, the machine's host kept {taken:.0%} for others.")


def _written(result: Result, figure: str, unit: str) -> str:
    value = result.figures[figure]
    return f"{figure} {value:.3f} {unit}" if value < 1 else f"{figure} {value:.1f} {unit}"
