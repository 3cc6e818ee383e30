"""Shred keys: one row a case, written before the case, and deleted to make it unreadable for ever."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, delete, insert, select, update

from casework.store.database import reading, writing
from casework.store.moments import day
from casework.store.tables.cases import CASE_FILE
from casework.store.tables.keys import SHRED

_ORPHAN_AFTER = dt.timedelta(days=2)  # days are all we keep, so this is 24 hours at the least


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


def shred(keys: Engine, case_id: str) -> None:
    """Delete the shred key of a case; repeatable."""
    with writing(keys) as connection:
        connection.execute(delete(SHRED).where(SHRED.c.case_id == case_id))


def sweep_orphans(keys: Engine, cases: Engine, now: dt.datetime) -> int:
    """Delete old shred keys whose case was never written; returns how many."""
    limit = day(now - _ORPHAN_AFTER)
    with reading(keys) as connection:
        old = connection.execute(select(SHRED.c.case_id).where(SHRED.c.created_on <= limit)).scalars().all()
    return sum(_delete_orphan(keys, case_id, limit) for case_id in old if not _exists(cases, case_id))


def _exists(cases: Engine, case_id: str) -> bool:
    with reading(cases) as connection:
        return connection.execute(select(CASE_FILE.c.id).where(CASE_FILE.c.id == case_id)).first() is not None


def _delete_orphan(keys: Engine, case_id: str, limit: str) -> int:
    # The date is asked again inside the transaction: a repeated submission may have made it young.
    orphan = delete(SHRED).where(SHRED.c.case_id == case_id, SHRED.c.created_on <= limit)
    with writing(keys) as connection:
        return connection.execute(orphan).rowcount
