"""Reads what an opening needs: wraps and records of a case, and the sessions of those who hold a receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from casework.store.database import reading, writing
from casework.store.moments import minute
from casework.store.tables.cases import CASE_FILE, RECEIPT, RECORD, STEP, WRAP
from casework.store.tables.conversations import CASE_SESSION

IDLE_MINUTES = 15


@dataclass(frozen=True, kw_only=True)
class StoredWrap:
    compartment: str
    key_id: str
    seed: bytes


@dataclass(frozen=True, kw_only=True)
class StoredSession:
    case_id: str
    seeds: bytes


def case_of_receipt(cases: Engine, receipt_id: str) -> str | None:
    with reading(cases) as connection:
        query = select(RECEIPT.c.case_id).where(RECEIPT.c.id == receipt_id)
        return connection.execute(query).scalar_one_or_none()


def wraps_of(cases: Engine, case_id: str, reader: str, key_id: str | None = None) -> tuple[StoredWrap, ...]:
    """The wraps of one reader, of one of their keys if `key_id` is given."""
    query = select(WRAP.c.compartment, WRAP.c.key_id, WRAP.c.seed).where(
        WRAP.c.case_id == case_id, WRAP.c.reader == reader
    )
    if key_id is not None:
        query = query.where(WRAP.c.key_id == key_id)
    with reading(cases) as connection:
        rows = connection.execute(query).all()
    return tuple(StoredWrap(compartment=row.compartment, key_id=row.key_id, seed=row.seed) for row in rows)


def records_of(cases: Engine, case_id: str, kinds: Iterable[str], after: int = -1) -> Sequence[RowMapping]:
    """Rows of these kinds in the order in which they were added, from behind `after`."""
    query = (
        select(RECORD)
        .where(RECORD.c.case_id == case_id, RECORD.c.kind.in_(list(kinds)), RECORD.c.seq > after)
        .order_by(RECORD.c.seq)
    )
    with reading(cases) as connection:
        return connection.execute(query).mappings().all()


def steps_of(cases: Engine, case_id: str) -> Sequence[RowMapping]:
    query = select(STEP).where(STEP.c.case_id == case_id).order_by(STEP.c.clock, STEP.c.id)
    with reading(cases) as connection:
        return connection.execute(query).mappings().all()


def exists(cases: Engine, case_id: str) -> bool:
    with reading(cases) as connection:
        return connection.execute(select(CASE_FILE.c.id).where(CASE_FILE.c.id == case_id)).first() is not None


def replace_receipt(
    connection: Connection, case_id: str, receipt_id: str | None, wraps: Sequence[Mapping[str, Any]]
) -> None:
    """Put another receipt, or none, in the place of the one that a case has."""
    connection.execute(delete(RECEIPT).where(RECEIPT.c.case_id == case_id))
    connection.execute(delete(WRAP).where(WRAP.c.case_id == case_id, WRAP.c.reader == "receipt"))
    if receipt_id is not None:
        connection.execute(insert(RECEIPT).values(id=receipt_id, case_id=case_id))
        connection.execute(insert(WRAP), wraps)


def add_wraps(cases: Engine, case_id: str, wraps: list[dict[str, Any]]) -> None:
    """Add wraps of one reader; those under the same key are replaced."""
    with writing(cases) as connection:
        for wrap in wraps:
            same = (WRAP.c[name] == wrap[name] for name in ("compartment", "reader", "key_id"))
            connection.execute(delete(WRAP).where(WRAP.c.case_id == case_id, *same))
        connection.execute(insert(WRAP), wraps)


def delete_case(cases: Engine, case_id: str) -> None:
    """Delete every row of a case; repeatable."""
    with writing(cases) as connection:
        connection.execute(delete(CASE_FILE).where(CASE_FILE.c.id == case_id))


def keep_session(conversations: Engine, session_id: str, session: StoredSession, now: dt.datetime) -> None:
    values = {"case_id": session.case_id, "seeds": session.seeds, "expires_at": minute(now) + IDLE_MINUTES}
    with writing(conversations) as connection:
        connection.execute(insert(CASE_SESSION).values(id=session_id, **values))


def renew_session(conversations: Engine, session_id: str, now: dt.datetime) -> StoredSession | None:
    """The session, good for another 15 minutes; None when it is over."""
    live = (CASE_SESSION.c.id == session_id, CASE_SESSION.c.expires_at >= minute(now))
    with reading(conversations) as connection:
        row = connection.execute(select(CASE_SESSION).where(*live)).one_or_none()
    if row is None:
        return None
    # Written once a minute at the most: a page that loads ten things does not write ten times.
    if row.expires_at < minute(now) + IDLE_MINUTES:
        with writing(conversations) as connection:
            later = {"expires_at": minute(now) + IDLE_MINUTES}
            connection.execute(update(CASE_SESSION).where(*live).values(**later))
    return StoredSession(case_id=row.case_id, seeds=row.seeds)


def end_session(conversations: Engine, session_id: str) -> None:
    with writing(conversations) as connection:
        connection.execute(delete(CASE_SESSION).where(CASE_SESSION.c.id == session_id))


def end_sessions_of(conversations: Engine, case_id: str, but: str = "") -> None:
    """End every session of a case, or all but one."""
    with writing(conversations) as connection:
        connection.execute(delete(CASE_SESSION).where(CASE_SESSION.c.case_id == case_id, CASE_SESSION.c.id != but))


def sweep_sessions(conversations: Engine, now: dt.datetime) -> int:
    with writing(conversations) as connection:
        return connection.execute(delete(CASE_SESSION).where(CASE_SESSION.c.expires_at < minute(now))).rowcount
