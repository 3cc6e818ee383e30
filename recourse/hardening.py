"""What every serving process does first: nothing that would hold people's words leaves it by an accident."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

import structlog

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def refuse_dumps() -> None:
    """A crash must not write memory to disk. Every command begins with this: some of them hold passwords and links."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _refuse_dumps()


def harden() -> None:
    """A crash must not write memory to disk or print it, and nothing we create is readable by other users."""
    refuse_dumps()
    os.umask(0o077)
    _say_only_the_class()


def _refuse_dumps() -> None:
    """A collector of crashes that the kernel pipes to does not ask for the limit; this it must respect."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _say_only_the_class() -> None:
    """The text of an error that nobody caught may hold what somebody wrote; Python would print it."""
    log = structlog.get_logger()

    def uncaught(kind: type[BaseException] | None, trace: TracebackType | None) -> None:
        log.error("uncaught", error=getattr(kind, "__name__", "unknown"), where=_place(trace))

    sys.excepthook = lambda kind, _error, trace: uncaught(kind, trace)
    threading.excepthook = lambda given: uncaught(given.exc_type, given.exc_traceback)
    sys.unraisablehook = lambda given: uncaught(given.exc_type, given.exc_traceback)


def _place(trace: TracebackType | None) -> str:
    """The line of code it came from, for the operator; of what it worked on, nothing."""
    last = traceback.extract_tb(trace, limit=-1)
    return f"{Path(last[0].filename).name}:{last[0].lineno}" if last else ""
