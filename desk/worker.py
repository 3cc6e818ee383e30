"""The worker: lets clocks run out, and sweeps away what is over. It opens nothing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping

import structlog

from casework import queues
from casework.store import members, openings, shreds
from casework.store.conversations import ConversationRepository
from casework.store.database import Databases, empty_write_ahead
from desk.services import DeskServices

log = structlog.get_logger()

Task = Callable[[Databases, dt.datetime], int]


def _conversations(databases: Databases, now: dt.datetime) -> int:
    return ConversationRepository(databases.conversations).sweep(now)


def _case_sessions(databases: Databases, now: dt.datetime) -> int:
    return openings.sweep_sessions(databases.conversations, now)


def _orphaned_keys(databases: Databases, now: dt.datetime) -> int:
    return shreds.sweep_orphans(databases.keys, databases.cases, now)


def _staff_sessions(databases: Databases, now: dt.datetime) -> int:
    return members.sweep(databases.keys, now)


TASKS: Mapping[str, Task] = {
    "clocks_moved": queues.tick,
    "conversations_swept": _conversations,
    "case_sessions_swept": _case_sessions,
    "orphaned_keys_swept": _orphaned_keys,
    "staff_sessions_swept": _staff_sessions,
}


def run_once(databases: Databases, now: dt.datetime) -> dict[str, int | None]:
    """Every task once; how many rows each touched, None for one that failed. One failing does not stop the others."""
    done = {name: _tried(name, task, databases, now) for name, task in TASKS.items()}
    for name, count in done.items():
        if count:
            log.info(name, count=count)
    # Last, so that what was swept just now goes from the disk too.
    _tried("forget_deleted", forget_deleted, databases, now)
    return done


def forget_deleted(databases: Databases, _now: dt.datetime) -> int:
    """Empty the write-ahead logs of what was deleted; how many were still in use by somebody."""
    return sum(not empty_write_ahead(engine) for _, engine in databases.each())


def _tried(name: str, task: Task, databases: Databases, now: dt.datetime) -> int | None:
    try:
        return task(databases, now)
    except Exception as error:  # noqa: BLE001 - the next round tries again; whatever it was must not stop the clocks
        # The class only: a message or a traceback could hold a value.
        log.error("task_failed", action=name, error=type(error).__name__)
        return None


def run(services: DeskServices, stop: threading.Event, interval: float) -> None:
    """Round after round, `interval` seconds apart, until told to stop."""
    while not stop.is_set():
        run_once(services.databases, services.now())
        stop.wait(interval)
