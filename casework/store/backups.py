"""
Copies of the databases: taken while others write, and looked through before they are believed.

Conversations are never copied. Copies of the key database live for days: as long as one exists from
before an erasure, that case can be read with it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from casework.errors import AskAgain, TryLater
from casework.store import files
from casework.store.moments import minute

KEEP_KEYS = dt.timedelta(days=7)
TIME = "%Y%m%dT%H%M%SZ"
_PAGES = 1024  # 4 MiB a step: no measurable cost, and often enough to show how far it is
_COPY_NAME = re.compile(r"(?:keys|ledger)-(\d{8}T\d{6}Z)\.(?:db|jsonl)(?:\..*|-.*)?")

PagesDone = Callable[[int, int], None]  # of how many
Progress = Callable[[str, int, int], None]  # of which database, as above


class NotThatDatabase(AskAgain):
    """That file is not a copy of that database."""


class Damaged(AskAgain):
    """That database file is damaged, or is no database."""


class CopyExpired(AskAgain):
    """That key copy is older than seven days: by now it must be gone, and is not taken back."""


class CopyFailed(TryLater):
    """The copy could not be written. Is there room, and may this user write there? Nothing else was changed."""


def copy_database(source: Path, target: Path, now: dt.datetime, progress: PagesDone) -> None:
    """
    Copy one database as it is at one moment; the target has its name only when it is whole and on the disk.

    Raises
    ------
    Damaged, CopyFailed
    """
    part = target.with_name(f"{target.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.PRIVATE))
        _write_copy(source, part, now, progress)
        require_whole(part)
        files.publish(part, target)
    except (OSError, sqlite3.OperationalError) as error:
        raise CopyFailed from error
    except sqlite3.DatabaseError as error:
        raise Damaged from error
    finally:
        wipe(part)


def _write_copy(source: Path, part: Path, now: dt.datetime, progress: PagesDone) -> None:
    with closing(connect(source)) as live, closing(sqlite3.connect(part, isolation_level=None)) as copy:
        # One reader's view from the first page to the last: a writer does not make it begin again.
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy.execute("PRAGMA synchronous=OFF")  # the whole file is synced before it gets its name
        copy.execute("PRAGMA journal_mode=OFF")
        live.backup(copy, pages=_PAGES, progress=lambda _, left, pages: progress(pages - left, pages))
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        copy.execute(f"PRAGMA user_version={minute(now)}")


def require_kind(path: Path, name: str) -> None:
    """
    Whether a file is what it is given as, before anything is done with it.

    Raises
    ------
    NotThatDatabase, Damaged
    """
    if not path.is_file():
        raise NotThatDatabase(f"There is no file for the {name} database at that place.")
    try:
        with closing(connect(path)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        raise NotThatDatabase(f"That file is not a copy of the {name} database.") from error
    except sqlite3.DatabaseError as error:
        raise Damaged from error
    if found is None or not str(found[0]).startswith(f"{name}_"):
        raise NotThatDatabase(f"That file is not a copy of the {name} database.")


def require_whole(path: Path) -> None:
    """
    Look through every page.

    Raises
    ------
    Damaged
    """
    try:
        with closing(connect(path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise Damaged from error
    if found != ("ok",):
        raise Damaged


def require_young(path: Path, now: dt.datetime) -> None:
    """
    Hold a key copy to its seven days, by the moment that was written into it when it was made.

    Raises
    ------
    CopyExpired
    """
    with closing(connect(path)) as connection:
        made: int = connection.execute("PRAGMA user_version").fetchone()[0]
    at = dt.datetime.fromtimestamp(made * 60 if made else path.stat().st_mtime, dt.UTC)
    if now - at > KEEP_KEYS:
        raise CopyExpired


def expire(folder: Path, now: dt.datetime) -> list[str]:
    """Delete copies of keys that are older than seven days, also half ones; returns their names."""
    gone = []
    for path in sorted(folder.iterdir()):
        named = _COPY_NAME.fullmatch(path.name)
        if named and now - dt.datetime.strptime(named[1], TIME).replace(tzinfo=dt.UTC) > KEEP_KEYS:
            wipe(path)
            gone.append(path.name)
    return gone


def write_file(path: Path, data: bytes) -> None:
    """
    A small file beside a copy, private and whole before it has its name.

    Raises
    ------
    CopyFailed
    """
    try:
        files.replace(path, data)
    except OSError as error:
        raise CopyFailed from error


def wipe(path: Path) -> None:
    """Overwrite and delete; on flash storage old blocks may remain, and the operator's disk encryption is for that."""
    with contextlib.suppress(FileNotFoundError):
        found = path.lstat()
        # Under another name it is still in use: a restore died between naming the old and placing the new.
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
            with path.open("r+b") as file:
                for _ in range(0, found.st_size, 1 << 20):
                    file.write(bytes(1 << 20))
                file.flush()
                os.fsync(file.fileno())
        path.unlink()


def connect(path: Path) -> sqlite3.Connection:
    """`mode=rw` makes no file where there is none."""
    address = f"{path.resolve().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=1, isolation_level=None)
    connection.execute("PRAGMA secure_delete=ON")
    return connection
