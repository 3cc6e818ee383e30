"""How long each part takes for one message, and the reader for a whole statement."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import Any

from casework.reader.encoder import meaning
from casework.reader.reader import LONGEST
from recourse.benchmarks.budget import percentile
from recourse.evaluation.shipped import Shipped

MESSAGES = 200


def measure_latency(shipped: Shipped, messages: Sequence[str], narratives: Sequence[str], today: dt.date) -> Any:
    """Milliseconds of each part for messages as they come, and of a text as long as a statement may be."""
    step = max(1, len(messages) // MESSAGES)
    some = messages[::step]
    rows = [shipped.row(text) for text in some]
    vectors = [None if row is None else meaning(row) for row in rows]
    read, ranked = list(zip(some, rows, strict=True)), list(zip(some, vectors, strict=True))
    long = " ".join([*narratives] * (1 + LONGEST // max(1, sum(map(len, narratives)))))[:LONGEST]
    statement = _times(lambda text: shipped.findings(text, today), [long])[0]
    return {
        "encoder": _spread(_times(shipped.row, some)),
        "reader": _spread(_times(lambda pair: shipped.reader.read(pair[0], today, pair[1]), read)),
        "classifier": _spread(_times(lambda pair: shipped.classifier.rank(*pair), ranked)),
        "statement": {"characters": len(long), "once": statement},
    }


def _spread(times: Sequence[float]) -> dict[str, float]:
    return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}


def _times(work: Callable[[Any], object], each: Sequence[Any]) -> list[float]:
    taken = []
    for one in each:
        started = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - started) * 1000)
    return taken
