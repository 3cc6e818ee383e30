"""How a command ends when something is wrong: one line for the operator, an exit code for scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from casework.errors import AskAgain, RecourseError, TryLater

TRY_LATER, USAGE, BROKEN = 75, 65, 78  # sysexits: EX_TEMPFAIL, EX_DATAERR, EX_CONFIG
INTERRUPTED = 130


def explained(command: Callable[[], Any]) -> int:
    try:
        command()
    except RecourseError as error:
        print(f"recourse: {error}", file=sys.stderr)  # the command line's own voice
        return TRY_LATER if isinstance(error, TryLater) else USAGE if isinstance(error, AskAgain) else BROKEN
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:
        return int(end.code or 0)
    return 0
