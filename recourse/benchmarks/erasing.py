"""What erasing a case costs, when there are many and many were erased before."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Mapping

from sqlalchemy import insert

from casework import erasure
from casework.store import shreds
from casework.store.database import writing
from casework.store.ledger import BEGINNING, Kind, following
from casework.store.moments import day
from casework.store.tables.cases import CASE_FILE
from casework.store.tables.keys import SHRED
from recourse.benchmarks.budget import percentile
from recourse.benchmarks.serving import home_for
from recourse.compose import utc_now
from recourse.home import Home, open_home
from recourse.settings import Settings

CASES, BATCH, ERASED, ERASURES, STARTS = 100_000, 5_000, 10_000, 40, 10


def measure_erasure(settings: Settings) -> Mapping[str, float]:
    """With a short ledger, then with a long one; `processor` is what this process itself computed for one of those."""
    with home_for(settings) as given:
        now = utc_now()
        home = open_home(given, now)
        cases = _fill(home, now)
        first = _erased(home, [cases.pop() for _ in range(ERASURES)], now)
        _lengthen(home, now)
        computed = time.process_time()
        later = _erased(home, [cases.pop() for _ in range(ERASURES)], now)
        computed = (time.process_time() - computed) * 1000 / ERASURES
        starts = [_start_check(home) for _ in range(STARTS)]
        home.databases.close()
    return {
        "first ones": percentile(first, 0.5),
        "p50": percentile(later, 0.5),
        "p95": percentile(later, 0.95),
        "processor": computed,
        "start check": percentile(starts, 0.5),
    }


def _fill(home: Home, now: dt.datetime) -> list[str]:
    """Cases with the key that ends with them; nobody opens one here."""
    cases = [secrets.token_hex(16) for _ in range(CASES)]
    for first in range(0, CASES, BATCH):
        some = cases[first : first + BATCH]
        files = [{"id": one, "created_on": day(now), "content_key": b"", "identity_key": b""} for one in some]
        with writing(home.databases.keys) as connection:
            connection.execute(insert(SHRED), [{"case_id": c, "key": bytes(32), "created_on": day(now)} for c in some])
        with writing(home.databases.cases) as connection:
            connection.execute(insert(CASE_FILE), files)
    return cases


def _lengthen(home: Home, now: dt.datetime) -> None:
    """A ledger as years leave it, and a key database that knows it."""
    head, lines = BEGINNING, []
    for _ in range(ERASED):
        line, head = following(head, Kind.CASE, secrets.token_hex(16), now.date())
        lines.append(line)
    home.ledger.path.unlink()
    home.ledger.adopt(b"".join(lines))
    shreds.forget_place(home.databases.keys, head)


def _erased(home: Home, cases: list[str], now: dt.datetime) -> list[float]:
    return [_erase(home, case, now) for case in cases]


def _erase(home: Home, case: str, now: dt.datetime) -> float:
    started = time.perf_counter()
    erasure.erase(home.databases, home.ledger, case, now, "person")
    return (time.perf_counter() - started) * 1000


def _start_check(home: Home) -> float:
    started = time.perf_counter()
    erasure.check_ledger(home.databases, home.ledger)
    return (time.perf_counter() - started) * 1000
