"""What takes minutes to measure: training everything, and a queue that a whole country filled."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.runtime.model import CODE_FILES, CODE_FOLDERS, SIGNAL_FOLDERS, TRAINING_FILES, TRAINING_FOLDERS
from casework import queues
from casework.store.contract import STEP as STEP_PLACE
from casework.store.database import Databases, writing
from casework.store.tables.cases import CASE_FILE, STEP
from encryption.keys import new_private_key
from encryption.seal import seal
from recourse.benchmarks.budget import percentile
from recourse.benchmarks.serving import DidNotStart, home_for
from recourse.compose import utc_now
from recourse.home import open_home
from recourse.settings import Settings

Figures = Mapping[str, float]

CASES, STEPS_A_CASE, BATCH = 100_000, 2, 5_000
QUEUES = ("platform/x", "platform/instagram", "platform/tiktok", "regulator/ico", "regulator/dpc", "triage")
STATES = ("ready", "waiting", "sent", "sent", "answered", "answered", "unconsented")
PAGES = 60


def copy_lessons(source: Path, to: Path) -> None:
    """Everything that a model is trained from, to another root."""
    for name in (*TRAINING_FOLDERS, *SIGNAL_FOLDERS, *CODE_FOLDERS):
        if (source / name).is_dir():
            shutil.copytree(source / name, to / name)
    for name in (*TRAINING_FILES, *CODE_FILES):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, to / name)


def measure_training(settings: Settings) -> Figures:
    """`recourse train` on a copy, so that the model in use stays as it is."""
    with tempfile.TemporaryDirectory(prefix="recourse-bench-") as folder:
        root = Path(folder)
        copy_lessons(settings.root, root)
        started = time.perf_counter()
        done = subprocess.run(  # our own interpreter and module
            [sys.executable, "-m", "recourse", "train", "--force"],
            cwd=settings.root,
            env={**os.environ, "RECOURSE_ROOT": folder},
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise DidNotStart("Training failed. Run it alone to see why: recourse train --force")
        return {"time": time.perf_counter() - started}


def measure_queue_page(settings: Settings) -> Figures:
    """The first page and a page further on, of every queue, with the counts beside them."""
    with home_for(settings) as given:
        now = utc_now()
        home = open_home(given, now)
        _fill(home.databases, now)
        times = [ms for ms, _ in (_page(home.databases, queue, now) for queue in QUEUES * (PAGES // len(QUEUES)))]
        home.databases.close()
    return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}


def _page(databases: Databases, queue: str, now: dt.datetime) -> tuple[float, int]:
    started = time.perf_counter()
    counted = queues.counts(databases)
    page = queues.page(databases, queue, now)
    return (time.perf_counter() - started) * 1000, len(counted) + len(page.steps)


def _fill(databases: Databases, now: dt.datetime) -> None:
    """Cases with steps as a submission leaves them; the sealed detail is one and the same, for nobody opens it here."""
    public = new_private_key().public
    sealed = seal(b"{}", to=public, context=STEP_PLACE.context(case_id="c", id="s"))
    for first in range(0, CASES, BATCH):
        cases = [secrets.token_hex(16) for _ in range(BATCH)]
        rows = [{"id": id_, "created_on": _day(now, n), "content_key": public.raw, "identity_key": public.raw}
                for n, id_ in enumerate(cases, first)]  # fmt: skip
        steps = [step for n, id_ in enumerate(cases, first) for step in _steps(id_, n, now, sealed)]
        with writing(databases.cases) as connection:
            connection.execute(insert(CASE_FILE), rows)
            connection.execute(insert(STEP), steps)


def _steps(case: str, number: int, now: dt.datetime, sealed: bytes) -> Iterator[dict[str, Any]]:
    for at in range(STEPS_A_CASE):
        state = STATES[(number + at) % len(STATES)]
        yield {
            "id": secrets.token_hex(16),
            "case_id": case,
            "queue": QUEUES[(number * STEPS_A_CASE + at) % len(QUEUES)],
            "document": "doc-art17",
            "mode": "self",
            "state": state,
            "settled": state == "answered",
            "clock": _day(now, -number),
            "due": _day(now, -number),
            "detail": sealed,
        }


def _day(now: dt.datetime, ago: int) -> str:
    return (now.date() - dt.timedelta(days=ago % 365 if ago > 0 else -(-ago % 60))).isoformat()
