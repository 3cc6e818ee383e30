"""Puts copies of databases in the place of what is there: worked on beside it, exchanged at once, alone meanwhile."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, bindparam, delete

from casework.errors import RefuseToStart
from casework.store import files
from casework.store.backups import TIME, Damaged, Progress, connect, copy_database, wipe
from casework.store.database import Databases, open_databases, writing
from casework.store.tables.cases import CASE_FILE
from casework.store.tables.keys import ENROLMENT, MEMBER, STAFF_SESSION

COPIED = ("cases", "keys")
STAGING = "restoring"
REPLACED = "replaced"


class StillRunning(RefuseToStart):
    """Processes of this home are running. Stop them first; nothing was changed."""


@contextmanager
def alone_with(home: Path) -> Iterator[None]:
    """
    Keep every process of this home out until the block ends.

    `conversations.db` is what every process opens first and keeps open, and what is never put in the
    place of another: whoever holds it alone is alone.

    Raises
    ------
    StillRunning, Damaged
    """
    for folder in (home, home / "db"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / "db" / "conversations.db"
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE")  # impossible while somebody else has it open
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise StillRunning from error
        except sqlite3.DatabaseError as error:
            raise Damaged("conversations.db is damaged. It is in no backup: delete it.") from error
        yield


def stage(home: Path, name: str, source: Path, now: dt.datetime, progress: Progress) -> None:
    """Copy one database to where it can be worked on before it is put in place."""
    folder = home / "db" / STAGING
    folder.mkdir(mode=0o700, exist_ok=True)
    copy_database(source, folder / f"{name}.db", now, partial(progress, name))


def joined(home: Path, staged: Iterable[str], view: str = "after") -> Databases:
    """
    The databases as they will stand together: what was staged, and beside it what stays.

    They are opened through links in a folder of their own. `open_databases(home)` would also open and close
    `conversations.db`, and with that this process would lose the lock by which it is alone (POSIX, fcntl).
    """
    folder = home / "db" / STAGING / view / "db"
    folder.mkdir(mode=0o700, parents=True)
    for name in COPIED:
        path = (home / "db" / STAGING if name in staged else home / "db") / f"{name}.db"
        (folder / f"{name}.db").symlink_to(path.resolve())
    return open_databases(folder.parent)


def place(home: Path, names: Iterable[str], now: dt.datetime) -> tuple[Path, ...]:
    """
    Put what was staged in the place of what is there, each in one step; returns what is kept of older cases.

    A replaced key database is not kept: it may open what was erased.
    """
    kept: list[tuple[Path, Path]] = []
    try:
        for name in names:
            live, staged = home / "db" / f"{name}.db", home / "db" / STAGING / f"{name}.db"
            _settle(staged, compact=name == "keys")
            if live.exists():
                kept.append((live, _set_aside(live, now)))
            files.publish(staged, live)
    except BaseException:  # Ctrl-C too: half of a restore must not stand, and what raised goes on
        for live, aside in kept:
            aside.replace(live)  # does nothing where both are still the same file
        raise
    forget_half_restored_keys(home)
    return tuple(sorted((home / "db").glob(f"cases.db.{REPLACED}-*Z")))


def _set_aside(live: Path, now: dt.datetime) -> Path:
    """A second name for what is there, so that it never stops having its first."""
    ending = "" if live.stem == "keys" else f"-{now:{TIME}}"
    aside = live.with_name(f"{live.name}.{REPLACED}{ending}")
    _fold(live, aside)
    with contextlib.suppress(FileExistsError):  # of a restore that was killed in this second: what it set aside stays
        os.link(live, aside)
    return aside


def forget_staged(home: Path) -> None:
    forget_half_restored_keys(home)
    shutil.rmtree(home / "db" / STAGING, ignore_errors=True)


def forget_half_restored_keys(home: Path) -> None:
    """What a restore that was killed has left of a key database: it may open what was erased."""
    for pattern in (f"{STAGING}/keys.db*", f"keys.db.{REPLACED}*"):
        for path in (home / "db").glob(pattern):
            wipe(path)


def delete_cases(cases: Engine, case_ids: Iterable[str]) -> None:
    rows = [{"gone": case_id} for case_id in case_ids]
    if rows:
        with writing(cases) as connection:
            connection.execute(delete(CASE_FILE).where(CASE_FILE.c.id == bindparam("gone")), rows)


def end_all_access(keys: Engine) -> None:
    """Sessions and one-time links of a copy were ended, used or withdrawn since it was made."""
    with writing(keys) as connection:
        connection.execute(delete(STAFF_SESSION))
        # The first link holds the only copy of the team keys until somebody has joined.
        connection.execute(delete(ENROLMENT).where(MEMBER.select().exists()))


def _settle(staged: Path, *, compact: bool) -> None:
    """Make it one file without a log, and of keys one that holds no page from before."""
    with closing(connect(staged)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA user_version=0")
        if compact:
            connection.execute("PRAGMA temp_store=MEMORY")  # VACUUM works on a copy: it must not lie in a folder
            connection.execute("VACUUM")


def _fold(live: Path, aside: Path) -> None:
    """Leave no log beside a database that goes: it would be taken for that of the one that comes."""
    try:
        with closing(connect(live)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise StillRunning from error
    except sqlite3.DatabaseError:
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                live.with_name(live.name + ending).replace(aside.with_name(aside.name + ending))
