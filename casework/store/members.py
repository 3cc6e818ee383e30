"""Staff in the key database: enrolment, locks, team keys and sessions, all sealed by the desk before they come here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, Table, delete, exists, func, insert, not_, or_, select, update

from casework.errors import AskAgain
from casework.store.database import reading, writing
from casework.store.moments import day, minute
from casework.store.tables.keys import ENROLMENT, MEMBER, MEMBER_LOCK, STAFF_SESSION, TEAM_WRAP

SESSION_MINUTES = 30


class EnrolmentOver(AskAgain):
    """This link was used already, or is too old. Ask for a new one."""


class LoginTaken(AskAgain):
    """Someone else has this name."""


class CodeUsed(AskAgain):
    """This code was used already. Wait for the next one."""


@dataclass(frozen=True, kw_only=True)
class Lock:
    """One copy of a member's private key, under one of their secrets."""

    method: str  # password | recovery | passkey:<credential>
    derivation: str
    private_key: bytes


@dataclass(frozen=True, kw_only=True)
class TeamWrap:
    family: str
    epoch: int
    seed: bytes


@dataclass(frozen=True, kw_only=True)
class Member:
    id: str
    login: str
    role: str
    public_key: bytes
    totp: bytes | None
    certificate: bytes | None = None
    created_on: str = ""
    locks: tuple[Lock, ...] = ()
    wraps: tuple[TeamWrap, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Certified:
    """What a member's row claims of who they are; whether the root says so too, the desk asks."""

    id: str
    public_key: bytes
    certificate: bytes | None


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    id: str
    role: str
    seeds: bytes
    expires_at: int  # minutes since 1970
    invitation: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class StaffSession:
    id: str
    member_id: str
    private_key: bytes


_SOMEBODY_JOINED = exists(select(MEMBER.c.id))


def has_members(keys: Engine) -> bool:
    with reading(keys) as connection:
        return connection.execute(select(func.count()).select_from(MEMBER)).scalar_one() > 0


def add_enrolment(keys: Engine, enrolment: Enrolment) -> None:
    with writing(keys) as connection:
        connection.execute(insert(ENROLMENT).values(**vars(enrolment)))


def enrolment(keys: Engine, enrolment_id: str, now: dt.datetime) -> Enrolment:
    """
    What a one-time link leads to.

    Raises
    ------
    EnrolmentOver
        Unknown, used or too old: not told apart.
    """
    with reading(keys) as connection:
        row = _enrolment(connection, enrolment_id, now)
    return Enrolment(id=row.id, role=row.role, seeds=row.seeds, expires_at=row.expires_at, invitation=row.invitation)


def enrol(keys: Engine, enrolment_id: str, member: Member, now: dt.datetime) -> None:
    """
    Use up a link and add the member with their locks and team keys, all or nothing.

    Raises
    ------
    EnrolmentOver
        The link was used in the meantime.
    LoginTaken
        The login name belongs to another member.
    """
    row: dict[str, Any] = {"id": member.id, "login": member.login, "role": member.role, "created_on": day(now)}
    row |= {"public_key": member.public_key, "totp": member.totp, "certificate": member.certificate}
    with writing(keys) as connection:
        _enrolment(connection, enrolment_id, now)
        if connection.execute(select(MEMBER.c.id).where(MEMBER.c.login == member.login)).first():
            raise LoginTaken
        connection.execute(delete(ENROLMENT).where(ENROLMENT.c.id == enrolment_id))
        connection.execute(insert(MEMBER).values(**row))
        for lock in member.locks:
            connection.execute(insert(MEMBER_LOCK).values(member_id=member.id, **vars(lock)))
        for wrap in member.wraps:
            connection.execute(insert(TEAM_WRAP).values(member_id=member.id, **vars(wrap)))


def replace_locks(keys: Engine, member_id: str, locks: tuple[Lock, ...], totp: bytes, time_step: int) -> None:
    """
    Put other locks and another second factor in the place of a member's, and end their sessions, all or nothing.

    `time_step` is that of the new factor's code that was just used.
    """
    values = {"totp": totp, "totp_used": time_step}
    with writing(keys) as connection:
        connection.execute(delete(STAFF_SESSION).where(STAFF_SESSION.c.member_id == member_id))
        connection.execute(delete(MEMBER_LOCK).where(MEMBER_LOCK.c.member_id == member_id))
        connection.execute(update(MEMBER).where(MEMBER.c.id == member_id).values(**values))
        for lock in locks:
            connection.execute(insert(MEMBER_LOCK).values(member_id=member_id, **vars(lock)))


def by_login(keys: Engine, login: str) -> Member | None:
    """A member who was not removed."""
    with reading(keys) as connection:
        return next(iter(_members(connection, _active().where(MEMBER.c.login == login))), None)


def by_id(keys: Engine, member_id: str) -> Member | None:
    """A member who was not removed."""
    with reading(keys) as connection:
        return next(iter(_members(connection, _active().where(MEMBER.c.id == member_id))), None)


def active(keys: Engine) -> tuple[Member, ...]:
    """All members who were not removed, the oldest first."""
    with reading(keys) as connection:
        return _members(connection, _active().order_by(MEMBER.c.created_on, MEMBER.c.login))


def certified(keys: Engine) -> tuple[Certified, ...]:
    """All who were not removed, without what they hold: asked at each request."""
    query = select(MEMBER.c.id, MEMBER.c.public_key, MEMBER.c.certificate).where(MEMBER.c.removed_on.is_(None))
    with reading(keys) as connection:
        rows = connection.execute(query).all()
    return tuple(Certified(id=row.id, public_key=row.public_key, certificate=row.certificate) for row in rows)


def former(keys: Engine) -> tuple[Member, ...]:
    """Those who were removed."""
    with reading(keys) as connection:
        return _members(connection, select(MEMBER).where(MEMBER.c.removed_on.is_not(None)))


def replace_lock(keys: Engine, member_id: str, lock: Lock) -> None:
    """Put one lock in the place of the member's own of that method; whoever was removed meanwhile gets none."""
    at = (MEMBER_LOCK.c.member_id == member_id, MEMBER_LOCK.c.method == lock.method)
    values = {"derivation": lock.derivation, "private_key": lock.private_key}
    with writing(keys) as connection:
        connection.execute(update(MEMBER_LOCK).where(*at).values(**values))


def remove(keys: Engine, member_id: str, now: dt.datetime) -> None:
    """
    Take locks, team keys, second factor and sessions from a member; repeatable.

    The row stays, so that the record of what they did names somebody.
    """
    with writing(keys) as connection:
        for table in (STAFF_SESSION, MEMBER_LOCK, TEAM_WRAP):
            connection.execute(delete(table).where(table.c.member_id == member_id))
        first = update(MEMBER).where(MEMBER.c.id == member_id, MEMBER.c.removed_on.is_(None))
        connection.execute(first.values(removed_on=day(now), totp=None))


def use_code(keys: Engine, member_id: str, time_step: int) -> None:
    """
    Mark the time step of a one-time code as used.

    Raises
    ------
    CodeUsed
        It, or a later one, was used before.
    """
    newer = update(MEMBER).where(MEMBER.c.id == member_id, MEMBER.c.totp_used < time_step)
    with writing(keys) as connection:
        if connection.execute(newer.values(totp_used=time_step)).rowcount != 1:
            raise CodeUsed


def keep_session(keys: Engine, session: StaffSession, now: dt.datetime) -> None:
    with writing(keys) as connection:
        connection.execute(insert(STAFF_SESSION).values(**vars(session), expires_at=minute(now) + SESSION_MINUTES))


def renew_session(keys: Engine, session_id: str, now: dt.datetime) -> StaffSession | None:
    """The session, good for another 15 minutes; None when it is over or its member was removed."""
    live = (STAFF_SESSION.c.id == session_id, STAFF_SESSION.c.expires_at >= minute(now))
    query = select(STAFF_SESSION).join(MEMBER).where(*live, MEMBER.c.removed_on.is_(None))
    until = minute(now) + SESSION_MINUTES
    with reading(keys) as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if row.expires_at < until:
        with writing(keys) as connection:
            connection.execute(update(STAFF_SESSION).where(*live).values(expires_at=until))
    return StaffSession(id=row.id, member_id=row.member_id, private_key=row.private_key)


def end_session(keys: Engine, session_id: str) -> None:
    with writing(keys) as connection:
        connection.execute(delete(STAFF_SESSION).where(STAFF_SESSION.c.id == session_id))


def sweep(keys: Engine, now: dt.datetime) -> int:
    """Delete sessions and links that are over; returns how many."""
    sessions = delete(STAFF_SESSION).where(STAFF_SESSION.c.expires_at < minute(now))
    # The first link holds the only copy of the team keys: until somebody has joined it must not be lost.
    links = delete(ENROLMENT).where(ENROLMENT.c.expires_at < minute(now), _SOMEBODY_JOINED)
    with writing(keys) as connection:
        return sum(connection.execute(each).rowcount for each in (sessions, links))


def _enrolment(connection: Connection, enrolment_id: str, now: dt.datetime) -> Row[tuple[str, str, bytes, int]]:
    in_time = or_(ENROLMENT.c.expires_at >= minute(now), not_(_SOMEBODY_JOINED))
    query = select(ENROLMENT).where(ENROLMENT.c.id == enrolment_id, in_time)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise EnrolmentOver
    return row


def _active() -> Select[Any]:
    return select(MEMBER).where(MEMBER.c.removed_on.is_(None))


def _members(connection: Connection, query: Select[Any]) -> tuple[Member, ...]:
    """With what they hold, in three queries however many they are."""
    rows = connection.execute(query).all()
    locks, wraps = _held(connection, MEMBER_LOCK, query), _held(connection, TEAM_WRAP, query)
    return tuple(_member(row, locks[row.id], wraps[row.id]) for row in rows)


def _held(connection: Connection, table: Table, query: Select[Any]) -> Mapping[str, list[Row[Any]]]:
    """Rows of a table by the member whose they are."""
    whose = query.with_only_columns(MEMBER.c.id).order_by(None)
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.member_id.in_(whose))):
        found[row.member_id].append(row)
    return found


def _member(row: Row[Any], locks: Iterable[Row[Any]], wraps: Iterable[Row[Any]]) -> Member:
    return Member(
        id=row.id,
        login=row.login,
        role=row.role,
        public_key=row.public_key,
        totp=row.totp,
        certificate=row.certificate,
        created_on=row.created_on,
        locks=tuple(Lock(method=x.method, derivation=x.derivation, private_key=x.private_key) for x in locks),
        wraps=tuple(TeamWrap(family=x.family, epoch=x.epoch, seed=x.seed) for x in wraps),
    )
