"""
Shred keys: one row a case, written before the case, and deleted to make it unreadable for ever.

With them, what the key database knows of erasures: which were begun, and how far the ledger had come.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Engine, bindparam, delete, insert, or_, select, update

from casework.errors import Tampered
from casework.store.database import Databases, reading, writing
from casework.store.ledger import BEGINNING, Kind, Position
from casework.store.moments import day, minute
from casework.store.tables.cases import CASE_FILE
from casework.store.tables.keys import ERASURE, LEDGER_MARK, SHRED

_ORPHAN_AFTER = dt.timedelta(days=2)  # days are all we keep, so this is 24 hours at the least
_MOST_ORPHANS = 50  # of submissions that died; more means that cases are missing
_AT_ONCE = 500  # ids in one query
_THE_MARK = LEDGER_MARK.c.id == 1
_KEYLESS = """
    SELECT id FROM case_file AS c WHERE NOT EXISTS (SELECT 1 FROM k.shred AS s WHERE s.case_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM k.erasure AS e WHERE e.kind = 'case' AND e.id = c.id)
"""

AskedBy = Literal["person", "desk"]


class TooManyOrphans(Tampered):
    """Many keys have no case: an older case database was put in its place. Put the newest back."""


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """One that was begun and not yet finished."""

    kind: Kind
    id: str
    asked_by: AskedBy
    began_at: int  # minutes since 1970

    @property
    def on(self) -> dt.date:
        return dt.datetime.fromtimestamp(self.began_at * 60, dt.UTC).date()


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What the key database knows of the ledger."""

    position: Position = BEGINNING
    given_up: int = 0
    begun: tuple[Erasure, ...] = ()


def keep_shred_key(keys: Engine, case_id: str, fresh: bytes, now: dt.datetime) -> bytes:
    """Store `fresh` as the shred key of a new case; a submission that is repeated gets the first key back."""
    with writing(keys) as connection:
        existing = connection.execute(select(SHRED.c.key).where(SHRED.c.case_id == case_id)).scalar_one_or_none()
        if existing is None:
            connection.execute(insert(SHRED).values(case_id=case_id, key=fresh, created_on=day(now)))
            return fresh
        # Young again: a sweep that runs now must not take the key from under this submission.
        connection.execute(update(SHRED).where(SHRED.c.case_id == case_id).values(created_on=day(now)))
        return bytes(existing)


def shred_key(keys: Engine, case_id: str) -> bytes | None:
    with reading(keys) as connection:
        return connection.execute(select(SHRED.c.key).where(SHRED.c.case_id == case_id)).scalar_one_or_none()


def with_key(keys: Engine, case_ids: Sequence[str]) -> list[str]:
    """Those of these cases that have a shred key."""
    found: list[str] = []
    with reading(keys) as connection:
        for start in range(0, len(case_ids), _AT_ONCE):
            some = case_ids[start : start + _AT_ONCE]
            found += connection.execute(select(SHRED.c.case_id).where(SHRED.c.case_id.in_(some))).scalars()
    return found


def shred(keys: Engine, case_id: str) -> None:
    """Delete the shred key of a case; repeatable."""
    with writing(keys) as connection:
        connection.execute(delete(SHRED).where(SHRED.c.case_id == case_id))


def begin(keys: Engine, erasure: Erasure) -> None:
    """Note that something is to be erased; who asks again keeps the first note."""
    with writing(keys) as connection:
        connection.execute(insert(ERASURE).prefix_with("OR IGNORE").values(**vars(erasure)))


def begun(keys: Engine, before: dt.datetime | None = None) -> tuple[Erasure, ...]:
    """Erasures that were begun, all of them or those that should be over by now."""
    with reading(keys) as connection:
        return _begun(connection, before)


def carry_out(keys: Engine, erasures: Iterable[str], at: Position) -> None:
    """Delete the shred keys of these cases and note the place in the ledger that says so: both, or neither."""
    rows = [{"gone": case_id} for case_id in erasures]
    with writing(keys) as connection:
        if rows:
            connection.execute(delete(SHRED).where(SHRED.c.case_id == bindparam("gone")), rows)
        _note(connection, at)


def end(keys: Engine, erasure: Erasure) -> None:
    at = (ERASURE.c.kind == erasure.kind, ERASURE.c.id == erasure.id)
    with writing(keys) as connection:
        connection.execute(delete(ERASURE).where(*at))


def mark(keys: Engine) -> Mark:
    """How far the ledger had come, and what lies between that and its end: one consistent view."""
    with reading(keys) as connection:
        row = connection.execute(select(LEDGER_MARK).where(_THE_MARK)).one_or_none()
        found = _begun(connection, None)
    if row is None:
        return Mark(begun=found)
    return Mark(position=Position(seq=row.seq, hash=row.hash), given_up=row.given_up, begun=found)


def note_restore(keys: Engine, *, given_up: int, older_cases: bool, now: dt.datetime) -> None:
    """Note how many cases have no key in any copy, and that keys without a case are no orphans any more."""
    values: dict[str, object] = {"given_up": given_up}
    if older_cases:
        values["restored_on"] = day(now)
    with writing(keys) as connection:
        _note(connection, BEGINNING)
        connection.execute(update(LEDGER_MARK).where(_THE_MARK).values(**values))


def forget_place(keys: Engine, at: Position) -> None:
    """Take this place in the ledger for the last known one, whatever was known: for a ledger that was lost."""
    with writing(keys) as connection:
        _note(connection, BEGINNING)
        connection.execute(update(LEDGER_MARK).where(_THE_MARK).values(seq=at.seq, hash=at.hash))


def keyless(databases: Databases) -> list[str]:
    """
    Cases that nobody can open for want of their shred key, without those that are being erased.

    0.06 s for 100,000 cases: one walk over the index of each file, in SQLite.
    """
    with contextlib.closing(sqlite3.connect(str(databases.cases.url.database))) as connection:
        connection.execute("ATTACH DATABASE ? AS k", (str(databases.keys.url.database),))
        return [row[0] for row in connection.execute(_KEYLESS)]


def sweep_orphans(keys: Engine, cases: Engine, now: dt.datetime) -> int:
    """
    Delete old shred keys whose case was never written; returns how many.

    After older cases were restored, a key from before may belong to a case that only a newer copy holds: it stays.
    Where somebody copied older cases back by hand, whole days are missing: a key of a day on which no case is there
    stays, and it harms nobody.

    Raises
    ------
    TooManyOrphans
        More than submissions that died can explain. None was deleted.
    """
    limit = day(now - _ORPHAN_AFTER)
    restored = select(LEDGER_MARK.c.restored_on).where(_THE_MARK).scalar_subquery()
    orphans = select(SHRED.c.case_id, SHRED.c.created_on).where(
        SHRED.c.created_on <= limit, or_(restored.is_(None), SHRED.c.created_on > restored)
    )
    with reading(keys) as connection:
        old = connection.execute(orphans).all()
    days = _days_with_cases(cases)
    orphans_now = [row.case_id for row in old if row.created_on in days and not _exists(cases, row.case_id)]
    if len(orphans_now) > _MOST_ORPHANS:
        raise TooManyOrphans
    return sum(_delete_orphan(keys, case_id, limit) for case_id in orphans_now)


def _days_with_cases(cases: Engine) -> frozenset[str]:
    with reading(cases) as connection:
        return frozenset(connection.execute(select(CASE_FILE.c.created_on).distinct()).scalars())


def _begun(connection: Connection, before: dt.datetime | None) -> tuple[Erasure, ...]:
    query = select(ERASURE).order_by(ERASURE.c.began_at, ERASURE.c.id)
    if before is not None:
        query = query.where(ERASURE.c.began_at <= minute(before))
    rows = connection.execute(query)
    return tuple(Erasure(kind=Kind(r.kind), id=r.id, asked_by=r.asked_by, began_at=r.began_at) for r in rows)


def _note(connection: Connection, at: Position) -> None:
    """Only forwards: two erasures may reach this in the other order than that of their entries."""
    row = {"id": 1, "seq": BEGINNING.seq, "hash": BEGINNING.hash}
    connection.execute(insert(LEDGER_MARK).prefix_with("OR IGNORE").values(**row))
    connection.execute(
        update(LEDGER_MARK).where(_THE_MARK, LEDGER_MARK.c.seq < at.seq).values(seq=at.seq, hash=at.hash)
    )


def _exists(cases: Engine, case_id: str) -> bool:
    with reading(cases) as connection:
        return connection.execute(select(CASE_FILE.c.id).where(CASE_FILE.c.id == case_id)).first() is not None


def _delete_orphan(keys: Engine, case_id: str, limit: str) -> int:
    # The date is asked again inside the transaction: a repeated submission may have made it young.
    orphan = delete(SHRED).where(SHRED.c.case_id == case_id, SHRED.c.created_on <= limit)
    with writing(keys) as connection:
        return connection.execute(orphan).rowcount
