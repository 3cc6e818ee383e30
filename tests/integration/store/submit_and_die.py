"""
Run by test_submission: submits one complaint again and again, dying at another point each time.

Each attempt is a forked process that kills itself with SIGKILL at the n-th event in the database:
before a statement, after it, at a commit, or inside SQLite while a statement runs. The token and
the teams' public keys come as JSON on standard input; it prints how many attempts there were.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from conftest import NOW, build_submission
from sqlalchemy import Engine, event

from casework.store.database import open_databases
from casework.submission import Submission, submit
from encryption.keys import PublicKey
from encryption.token import Token

INSIDE_EVERY = 250  # virtual machine instructions of SQLite


def the_submission() -> Submission:
    given = json.load(sys.stdin)
    teams = {family: PublicKey.from_bytes(bytes.fromhex(raw)) for family, raw in given["teams"].items()}
    return build_submission(teams, Token.parse(given["token"]))


class Countdown:
    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, *_args, **_more) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def attempt(submission: Submission, home: Path, at: int) -> None:
    countdown = Countdown(at)
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, countdown)
    event.listen(Engine, "connect", lambda raw, _: raw.set_progress_handler(countdown, INSIDE_EVERY))
    submit(open_databases(home), submission, NOW)


def survives(submission: Submission, home: Path, at: int) -> bool:
    child = os.fork()
    if child == 0:
        attempt(submission, home, at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.WEXITSTATUS(status) != 0:
        sys.exit("an attempt failed by itself")
    return True


def main(empty: Path, homes: Path) -> None:
    submission, at = the_submission(), 1
    while True:
        home = homes / str(at)
        shutil.copytree(empty, home)
        if survives(submission, home, at):
            break
        at += 1
    sys.stdout.write(str(at))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
