"""The performance budget: what is measured, and how much it may be. The reasons are in docs/performance.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One figure of a row and its bound; neither bound means that it is only reported."""

    figure: str
    unit: str
    most: float | None = None
    least: float | None = None

    def holds(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    @property
    def text(self) -> str:
        bound = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}" if self.least is not None else "–"
        return f"{self.figure} {bound} {self.unit}".strip()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the budget; a slow one is measured only when it is asked for by name."""

    id: str
    what: str
    limits: tuple[Limit, ...]
    slow: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    row: Row
    figures: Mapping[str, float]

    @property
    def ok(self) -> bool:
        return all(
            limit.figure in self.figures and limit.holds(self.figures[limit.figure]) for limit in self.row.limits
        )

    def to_dict(self) -> dict[str, Any]:
        known = [limit for limit in self.row.limits if limit.figure in self.figures]
        return {
            "row": self.row.id,
            "what": self.row.what,
            "measured": {limit.figure: round(self.figures[limit.figure], 3) for limit in known},
            "units": {limit.figure: limit.unit for limit in known},
            "budget": [limit.text for limit in self.row.limits],
            "ok": self.ok,
        }


def _ms(figure: str, most: float | None = None) -> Limit:
    return Limit(figure=figure, unit="ms", most=most)


def _mb(most: float) -> tuple[Limit, ...]:
    return (Limit(figure="size", unit="MB", most=most),)


BUDGET: tuple[Row, ...] = (
    Row(
        id="start",
        what="start of intake, model trained",
        limits=(
            Limit(figure="ready", unit="s", most=7),
            Limit(figure="first answer", unit="s"),
            Limit(figure="processor", unit="s"),
        ),
    ),
    Row(id="memory-intake", what="memory of intake after some turns", limits=_mb(450)),
    Row(id="memory-all", what="memory of intake, desk and worker", limits=_mb(800)),
    Row(id="environment", what="installed environment (requirements.lock)", limits=_mb(900)),
    Row(id="train", what="recourse train, everything", limits=(Limit(figure="time", unit="s", most=90),), slow=True),
    Row(
        id="turn",
        what="one turn through HTTP, sealed, one client",
        limits=(_ms("p50", 20), _ms("p95", 60), _ms("processor")),
    ),
    Row(
        id="clients-16",
        what="16 clients, one intake process",
        limits=(Limit(figure="throughput", unit="turns/s", least=40), _ms("p95", 600)),
    ),
    Row(
        id="turn-300",
        what="turn 300 of a conversation against turn 10",
        limits=(Limit(figure="ratio", unit="×", most=1.5), _ms("turn 10"), _ms("turn 300")),
    ),
    Row(id="seal", what="seal or open 2 kB", limits=(_ms("seal", 0.5), _ms("open", 0.5))),
    Row(id="plan", what="plan for one set of facts", limits=(_ms("p50", 1),)),
    Row(id="encode", what="ten words through the sentence encoder", limits=(_ms("p50", 6), _ms("p95"))),
    Row(id="pdf", what="a letter with 50 links as a PDF", limits=(_ms("p50", 300), _ms("p95"))),
    Row(
        id="submission",
        what="submission: plan, letters, sealed, queued, committed",
        limits=(_ms("p50", 60), _ms("p95")),
    ),
    Row(id="receipt", what="receipt login through HTTP", limits=(_ms("p50", 50), _ms("p95"))),
    Row(
        id="queue-page",
        what="queue page at 100,000 cases (counts and one page from the store)",
        limits=(_ms("p95", 50), _ms("p50")),
        slow=True,
    ),
    Row(
        id="erase",
        what="a case erased among 100,000, and the check of a start, with 10,000 erased before",
        limits=(_ms("first ones"), _ms("p50"), _ms("p95"), _ms("processor"), _ms("start check")),
        slow=True,
    ),
    Row(
        id="widget",
        what="widget on the wire, gzip",
        limits=(Limit(figure="size", unit="kB", most=25), Limit(figure="third-party", unit="requests", most=0)),
    ),
)
ROWS: Mapping[str, Row] = {row.id: row for row in BUDGET}


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
