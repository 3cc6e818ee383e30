"""
Run by test_backup_restore: restores old cases and old keys again and again, dying at another point each time.

Each attempt is a forked process that kills itself with SIGKILL at the n-th event: around a statement or a
commit, inside SQLite, and around each sync, renaming, linking and deleting of a file. Prints how many
attempts there were.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from pathlib import Path

from conftest import NOW
from erase_and_die import around, watched
from sqlalchemy import Engine, event
from submit_and_die import Countdown

from casework.restore import Given, restore


def attempt(home: Path, given: Given, at: int) -> None:
    countdown = Countdown(at)
    event.listen(Engine, "commit", countdown)
    for name in ("fsync", "replace", "link", "unlink", "rmdir"):
        setattr(os, name, around(countdown, getattr(os, name)))
    sqlite3.connect = watched(countdown, sqlite3.connect, every=10_000)
    restore(home, given, NOW, lambda *_: countdown())


def main(full: Path, copies: Path, homes: Path) -> None:
    given, at = Given(cases=copies / "cases.db", keys=copies / "keys.db", accept_older_keys=True), 1
    while True:
        home = homes / str(at)
        shutil.copytree(full, home)
        child = os.fork()
        if child == 0:
            attempt(home, given, at)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            break
        at += 1
    if os.WEXITSTATUS(status) != 0:
        sys.exit("an attempt failed by itself")
    print(at, end="")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
