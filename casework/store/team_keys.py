"""Who holds which team key, and the one-time links that hold them until somebody comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Engine, delete, func, insert, select

from casework.store.database import reading, writing
from casework.store.members import TeamWrap
from casework.store.moments import minute
from casework.store.tables.keys import ENROLMENT, MEMBER, TEAM_WRAP


def give_keys(keys: Engine, wraps: Sequence[tuple[str, TeamWrap]]) -> None:
    """Hand the next team keys to members. Open one-time links end: they hold older ones only."""
    with writing(keys) as connection:
        connection.execute(delete(ENROLMENT))
        for member_id, wrap in wraps:
            # A rotation that was cut short left keys that nobody signed: these take their place.
            same = (TEAM_WRAP.c.member_id == member_id, TEAM_WRAP.c.family == wrap.family)
            connection.execute(delete(TEAM_WRAP).where(*same, TEAM_WRAP.c.epoch == wrap.epoch))
            connection.execute(insert(TEAM_WRAP).values(member_id=member_id, **vars(wrap)))


def keys_held(keys: Engine) -> frozenset[tuple[str, int]]:
    """Family and epoch of every key that somebody holds who was not removed."""
    query = select(TEAM_WRAP.c.family, TEAM_WRAP.c.epoch).join(MEMBER).where(MEMBER.c.removed_on.is_(None)).distinct()
    with reading(keys) as connection:
        return frozenset((row.family, row.epoch) for row in connection.execute(query))


def open_invitations(keys: Engine) -> tuple[bytes, ...]:
    """Ids of the invitations behind links that nobody used yet."""
    query = select(ENROLMENT.c.invitation).where(ENROLMENT.c.invitation.is_not(None))
    with reading(keys) as connection:
        return tuple(connection.execute(query).scalars())


def waiting_links(keys: Engine, now: dt.datetime) -> int:
    """How many one-time links are open now."""
    query = select(func.count()).select_from(ENROLMENT).where(ENROLMENT.c.expires_at >= minute(now))
    with reading(keys) as connection:
        return connection.execute(query).scalar_one()
