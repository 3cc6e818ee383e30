"""What every serving process does first: no core dump that would hold people's words, private new files."""

from __future__ import annotations

import os
import resource


def harden() -> None:
    """A crash must not write memory to disk, and nothing we create is readable by other users."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
