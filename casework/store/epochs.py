"""Which key each case hangs on: what rotation counts, and moves from one epoch of a team's key to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, select, update

from casework.store.database import reading, writing
from casework.store.tables.cases import WRAP
from encryption.envelope import key_id_of

_CONTENT = "content"


@dataclass(frozen=True, kw_only=True)
class StoredTeamWrap:
    case_id: str
    compartment: str
    seed: bytes


def keys_of_cases(cases: Engine, readers: Iterable[str]) -> frozenset[str]:
    """Every key id, in hex, under which a case is sealed to one of these readers. At every start: it must not count."""
    with reading(cases) as connection:
        return frozenset(key for reader in readers for key in _keys_of(connection, reader))


def _keys_of(connection: Connection, reader: str) -> Iterator[str]:
    """From one key to the next along the index; how many cases hang on each does not matter."""
    found: str | None = ""
    while found is not None:
        after = select(WRAP.c.key_id).where(WRAP.c.reader == reader, WRAP.c.key_id > found)
        found = connection.execute(after.order_by(WRAP.c.key_id).limit(1)).scalar_one_or_none()
        if found is not None:
            yield found


def cases_on(cases: Engine) -> dict[tuple[str, str], int]:
    """(reader, key id) → how many cases that key opens."""
    of_teams = (WRAP.c.reader.like("team:%"), WRAP.c.compartment == _CONTENT)
    query = select(WRAP.c.reader, WRAP.c.key_id, func.count().label("cases")).where(*of_teams)
    with reading(cases) as connection:
        rows = connection.execute(query.group_by(WRAP.c.reader, WRAP.c.key_id)).all()
    return {(row.reader, row.key_id): row.cases for row in rows}


def cases_under(cases: Engine, reader: str, key_ids: Sequence[str]) -> int:
    """How many cases any of these keys opens."""
    query = select(func.count(WRAP.c.case_id.distinct())).where(WRAP.c.reader == reader, WRAP.c.key_id.in_(key_ids))
    with reading(cases) as connection:
        return connection.execute(query).scalar_one()


def cases_of_key(cases: Engine, reader: str, key_id: str) -> tuple[str, ...]:
    """The cases that one key of a team opens."""
    query = select(WRAP.c.case_id).where(WRAP.c.reader == reader, WRAP.c.key_id == key_id).distinct()
    with reading(cases) as connection:
        return tuple(connection.execute(query).scalars())


def wraps_of_cases(cases: Engine, case_ids: Sequence[str], reader: str, key_id: str) -> list[StoredTeamWrap]:
    """What lies under one key of a team in these cases."""
    query = select(WRAP.c.case_id, WRAP.c.compartment, WRAP.c.seed).where(
        WRAP.c.case_id.in_(case_ids), WRAP.c.reader == reader, WRAP.c.key_id == key_id
    )
    with reading(cases) as connection:
        rows = connection.execute(query).all()
    return [StoredTeamWrap(case_id=row.case_id, compartment=row.compartment, seed=row.seed) for row in rows]


def drop_wraps(cases: Engine, case_id: str, reader: str) -> None:
    """Delete what one reader was given of a case, under whichever key."""
    with writing(cases) as connection:
        connection.execute(delete(WRAP).where(WRAP.c.case_id == case_id, WRAP.c.reader == reader))


def move_wraps(cases: Engine, reader: str, key_id: str, moved: Sequence[StoredTeamWrap]) -> None:
    """Put these wraps, sealed again, in the place of those under `key_id`; a case that was erased stays so."""
    with writing(cases) as connection:
        for wrap in moved:
            at = (WRAP.c.case_id == wrap.case_id, WRAP.c.compartment == wrap.compartment, WRAP.c.reader == reader)
            old = connection.execute(select(WRAP.c.key_id).where(*at, WRAP.c.key_id == key_id)).first()
            if old is None:
                continue  # somebody else moved it in the meantime: what they wrote is all there is
            fresh = key_id_of(wrap.seed).hex()
            connection.execute(delete(WRAP).where(*at, WRAP.c.key_id == fresh))
            values = {"key_id": fresh, "seed": wrap.seed}
            connection.execute(update(WRAP).where(*at, WRAP.c.key_id == key_id).values(**values))
