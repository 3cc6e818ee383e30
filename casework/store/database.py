"""
The three databases of a home folder, and the only two ways to talk to one: `reading` and `writing`.

They are apart because they differ in what may happen to them. Conversations are never backed up.
The key database holds one shred key a case and is backed up for seven days only, so that a case
erased there is unreadable in every older backup of the others.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from casework.errors import RefuseToStart, Tampered, TryLater
from casework.store.migrating import migrate_engine
from encryption.errors import NotAnEnvelope

BUSY_SECONDS = 5
# A checkpoint keeps writers out while it waits for readers: rather the next round than a person who waits.
_CHECKPOINT_SECONDS = 0.2
_WRITING = "recourse_writing"
# The machine's trouble, not ours: locked, full, failing or unreachable. Nothing was written.
_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


@dataclass(frozen=True, kw_only=True)
class Databases:
    conversations: Engine
    cases: Engine
    keys: Engine

    def each(self) -> tuple[tuple[str, Engine], ...]:
        return (("conversations", self.conversations), ("cases", self.cases), ("keys", self.keys))

    def close(self) -> None:
        for _, engine in self.each():
            engine.dispose()


def open_databases(home: Path) -> Databases:
    """
    Connect to the databases under `home`/db, creating empty files (0600) where there are none.

    Raises
    ------
    TryLater
        The folder or a file cannot be created or opened now.
    """
    folder = home / "db"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("conversations", "cases", "keys"):
            # SQLite gives its -wal and -shm files the mode of the database file.
            os.close(os.open(folder / f"{name}.db", os.O_RDWR | os.O_CREAT, 0o600))
            (folder / f"{name}.db").chmod(0o600)
    except OSError as error:
        raise TryLater("The database folder cannot be written.") from error
    return Databases(
        # A conversation lost with the power is a conversation to start again; a case is not.
        conversations=_engine(folder / "conversations.db", synchronous="NORMAL"),
        cases=_engine(folder / "cases.db", synchronous="FULL"),
        keys=_engine(folder / "keys.db", synchronous="FULL"),
    )


def migrate(databases: Databases) -> None:
    """
    Bring every database to the newest schema; safe when several processes start at once.

    Raises
    ------
    RefuseToStart
        A file is damaged, no database, or was written by a newer version.
    """
    for name, engine in databases.each():
        try:
            with writing(engine) as connection:
                migrate_engine(name, connection)
        except DatabaseError as error:
            raise RefuseToStart(f"The {name} database is damaged or is no database.") from error


def require_plain(databases: Databases) -> None:
    """
    Return when no database does anything by itself.

    Raises
    ------
    Tampered
        There is a trigger or a view, and we have none: somebody wants rows changed behind our back.
    """
    for _, engine in databases.each():
        with reading(engine) as connection:
            query = "SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')"
            if connection.exec_driver_sql(query).scalar_one():
                raise Tampered("A database holds a trigger or a view. Somebody put it there.")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A consistent view that never waits for a writer and never makes one wait."""
    with _trouble_named(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed when the block ends, undone when it raises."""
    with _trouble_named(), engine.connect() as fresh:
        connection = fresh.execution_options(**{_WRITING: True})
        with connection.begin():
            yield connection


@contextmanager
def _trouble_named() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise TryLater from error
    except StatementError as error:
        if isinstance(error.orig, NotAnEnvelope):
            raise NotAnEnvelope from None  # what was refused must not travel in a cause
        if _is_passing(error.orig):
            raise TryLater from error
        raise


def _is_passing(error: BaseException | None) -> bool:
    if not isinstance(error, sqlite3.Error):
        return False
    name: str = getattr(error, "sqlite_errorname", None) or ""
    return name.startswith(_PASSING)


def empty_write_ahead(engine: Engine) -> bool:
    """
    Move what lies in the write-ahead log into the database file; False while somebody still uses the log.

    A deleted row goes on lying there, in the pages as they were before: a shred key among them, and with
    it an erased case. `secure_delete` does not reach there.
    """
    # A connection of its own: outside a transaction, and with a patience that no other query inherits.
    with contextlib.closing(sqlite3.connect(str(engine.url.database), timeout=_CHECKPOINT_SECONDS)) as connection:
        busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def _engine(path: Path, *, synchronous: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_SECONDS},
        pool_timeout=BUSY_SECONDS,
        # An error must never carry a bound value into a log.
        hide_parameters=True,
    )

    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own transactions begin too late and end too early; `begin` below opens ours.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # deleted rows are overwritten, not only unlinked
        cursor.execute("PRAGMA trusted_schema=OFF")  # an altered file cannot run functions on us
        cursor.close()

    def begin(connection: Connection) -> None:
        # IMMEDIATE: two writers queue at the door, where waiting works, and never meet halfway.
        options = connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITING) else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine
