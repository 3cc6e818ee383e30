"""
The worker: lets clocks run out, sweeps away what is over, and sends what was approved.

It opens packets and notices, once a member has handed it the dispatch keys, and nothing else.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from casework import erasure, queues
from casework.delivery.senders import Senders
from casework.store import members, openings, shreds
from casework.store.audit import Entry
from casework.store.conversations import ConversationRepository
from casework.store.database import Databases, empty_write_ahead
from casework.store.moments import today
from desk import dispatch_socket, heads
from desk.dispatch import NO_SENDERS, Dispatch, dispatch_of
from desk.services import DeskServices

log = structlog.get_logger()


@dataclass(frozen=True, repr=False, kw_only=True)
class Round:
    """What a task may use."""

    services: DeskServices
    now: dt.datetime
    dispatch: Dispatch | None = None

    @property
    def databases(self) -> Databases:
        return self.services.databases


Task = Callable[[Round], int]


def _clocks(this: Round) -> int:
    return queues.tick(this.databases, this.now)


def _conversations(this: Round) -> int:
    return ConversationRepository(this.databases.conversations).sweep(this.now)


def _case_sessions(this: Round) -> int:
    return openings.sweep_sessions(this.databases.conversations, this.now)


def _orphaned_keys(this: Round) -> int:
    return shreds.sweep_orphans(this.databases.keys, this.databases.cases, this.now)


def _staff_sessions(this: Round) -> int:
    return members.sweep(this.databases.keys, this.now)


def _erasures(this: Round) -> int:
    def record(case_id: str) -> None:
        entry = Entry(actor=this.services.process, action="erasure_finished", on=today(this.now), case_id=case_id)
        this.services.record(entry)

    return erasure.finish_erasures(this.databases, this.services.ledger, this.now, record=record)


def _heads(this: Round) -> int:
    return heads.export_daily(this.services, this.services.heads_folder) if this.services.heads_folder else 0


def _delivered(this: Round) -> int:
    return this.dispatch.deliver(this.services.now) if this.dispatch else 0


# Sending comes last: it may take some seconds, and the others must not wait for it.
TASKS: Mapping[str, Task] = {
    "clocks_moved": _clocks,
    "conversations_swept": _conversations,
    "case_sessions_swept": _case_sessions,
    "orphaned_keys_swept": _orphaned_keys,
    "staff_sessions_swept": _staff_sessions,
    "erasures_finished": _erasures,
    "heads_exported": _heads,
    "delivered": _delivered,
}


def run_once(services: DeskServices, dispatch: Dispatch | None = None) -> dict[str, int | None]:
    """Every task once; how many rows each touched, None for one that failed. One failing does not stop the others."""
    this = Round(services=services, now=services.now(), dispatch=dispatch)
    done = {name: _tried(name, task, this) for name, task in TASKS.items()}
    for name, count in done.items():
        if count:
            log.info(name, count=count)
    # Last, so that what was swept or sent just now goes from the disk too.
    _tried("forget_deleted", forget_deleted, this)
    return done


def forget_deleted(this: Round) -> int:
    """Empty the write-ahead logs of what was deleted; how many were still in use by somebody."""
    return sum(not empty_write_ahead(engine) for _, engine in this.databases.each())


def _tried(name: str, task: Task, this: Round) -> int | None:
    try:
        return task(this)
    except Exception as error:  # noqa: BLE001 - the next round tries again; whatever it was must not stop the clocks
        # The class only: a message or a traceback could hold a value.
        log.error("task_failed", action=name, error=type(error).__name__)
        return None


def run(services: DeskServices, stop: threading.Event, interval: float, senders: Senders = NO_SENDERS) -> None:
    """Round after round, `interval` seconds apart, until told to stop; meanwhile members can hand over keys."""
    dispatch = dispatch_of(services, senders)
    with contextlib.ExitStack() as meanwhile:
        if services.worker_socket is not None:
            path = services.worker_socket
            meanwhile.enter_context(dispatch_socket.serving(path, dispatch, services.now, stop))
        while not stop.is_set():
            run_once(services, dispatch)
            stop.wait(interval)
