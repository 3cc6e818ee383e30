"""Logs as an allow-list: event names, ids, durations. A field that is not on the list is dropped, not masked."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "at",
        "process",
        "action",
        "error",
        "kind",
        "route",
        "queue",
        "count",
        "ms",
        "port",
        "state",
        "where",
    }
)
# Rasa's newer modules log through the same configuration, with a person's message among the fields.
EVENTS = frozenset(
    {
        "action_failed",
        "request_failed",
        "page_failed",
        "task_failed",
        "process_ended",
        "uncaught",
        "encoder_missing",
        "pepper_unknown",
        "started",
        "listening",
        "clocks_moved",
        "conversations_swept",
        "case_sessions_swept",
        "orphaned_keys_swept",
        "staff_sessions_swept",
        "erasures_finished",
        "heads_exported",
        "delivered",
        "delivery_failed",
        "sender_failed",
        "dispatch_unlocked",
        "dispatch_locked",
        "hand_over_refused",
        "second_worker",
    }
)
LONGEST = 80


def configure(process: str) -> None:
    """Write one JSON line an event to stderr."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(process=process)
    structlog.configure(
        processors=[
            ours_only,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            allowed_only,
            _one_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Whatever logs through the standard library may carry text: only our own lines are written.
    logging.getLogger().handlers = [logging.NullHandler()]


def ours_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop what is no event of ours."""
    if event.get("event") not in EVENTS:
        raise structlog.DropEvent
    return event


def allowed_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Last before writing. Values are cut short and flattened: a name or a number needs no more."""
    return {k: _short(v) for k, v in event.items() if k in ALLOWED}


def _short(value: Any) -> Any:
    return value if isinstance(value, int | float | bool) else str(value)[:LONGEST]


def _one_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    return json.dumps(dict(event), sort_keys=True)
