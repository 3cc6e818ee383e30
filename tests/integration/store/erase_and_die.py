"""
Run by test_erasure: erases one case again and again, dying at another point each time.

Each attempt is a forked process that kills itself with SIGKILL at the n-th event: before a statement,
after it, at a commit, inside SQLite while a statement runs, before, in the middle of and after a write
to the ledger, and around each sync to the disk. Prints how many attempts there were.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from pathlib import Path

from conftest import NOW
from sqlalchemy import Engine, event
from submit_and_die import Countdown

from casework import erasure
from casework.store.database import open_databases
from casework.store.ledger import Ledger

INSIDE_EVERY = 50  # virtual machine instructions of SQLite


def around(countdown, call):
    def dying(*args, **more):
        countdown()
        done = call(*args, **more)
        countdown()
        return done

    return dying


def in_halves(countdown, write):
    def dying(handle, data):
        countdown()
        half = write(handle, data[: len(data) // 2])
        countdown()
        return half + write(handle, data[half:])

    return dying


def watched(countdown, connect, every=INSIDE_EVERY):
    def connecting(*args, **more):
        countdown()
        raw = connect(*args, **more)
        raw.set_progress_handler(countdown, every)
        return raw

    return connecting


def attempt(case_id: str, home: Path, at: int) -> None:
    countdown = Countdown(at)
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, countdown)
    event.listen(Engine, "connect", lambda raw, _: raw.set_progress_handler(countdown, INSIDE_EVERY))
    os.write, os.fsync = in_halves(countdown, os.write), around(countdown, os.fsync)
    sqlite3.connect = watched(countdown, sqlite3.connect)
    erasure.erase(open_databases(home), Ledger(home=home), case_id, NOW, "person")


def survives(case_id: str, home: Path, at: int) -> bool:
    child = os.fork()
    if child == 0:
        attempt(case_id, home, at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        sys.exit("an attempt failed by itself")
    return not os.WIFSIGNALED(status)


def main(case_id: str, full: Path, homes: Path) -> None:
    at = 1
    while True:
        home = homes / str(at)
        shutil.copytree(full, home)
        if survives(case_id, home, at):
            break
        at += 1
    print(at, end="")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
