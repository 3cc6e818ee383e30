"""
Staff sessions: who is logged in, and their private key for as long as they are.

The database holds a session's id and the key sealed under the session token; the token is in the
browser's cookie only. Whoever copies the table opens nothing with it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from casework.store import contract, members
from casework.store.members import StaffSession, TeamWrap
from casework.store.moments import minute
from desk.colleagues import Colleague, standing
from desk.locks import opened_wrap
from desk.services import DeskServices
from encryption import primitives
from encryption.errors import BadKey, CannotOpen
from encryption.hidden import Hidden
from encryption.keys import TEAM_FAMILIES, PrivateKey
from encryption.seal import seal_with_key
from encryption.token import Token, open_with_key, session_keys

LONGEST_MINUTES = 8 * 60


@dataclass(frozen=True, repr=False, kw_only=True)
class Staff(Hidden):
    """A member who is logged in, for one request."""

    session_id: str
    member_id: str
    login: str
    role: str
    key: PrivateKey
    wraps: tuple[TeamWrap, ...]
    form_token: str

    @property
    def families(self) -> tuple[str, ...]:
        """The team families whose cases this member may read."""
        return tuple(sorted({wrap.family for wrap in self.wraps} & set(TEAM_FAMILIES)))

    @cached_property
    def _opened(self) -> dict[tuple[str, int], PrivateKey]:
        return {}

    def team_keys(self, family: str) -> tuple[PrivateKey, ...]:
        """This member's keys of one family, the newest epoch first."""
        return tuple(self.keys_by_epoch(family).values())

    def keys_by_epoch(self, family: str) -> dict[int, PrivateKey]:
        """Epoch → this member's key of a family (a team, or dispatch), the newest first."""
        wraps = sorted((w for w in self.wraps if w.family == family), key=lambda w: -w.epoch)
        return {wrap.epoch: self._team_key(wrap) for wrap in wraps}

    def _team_key(self, wrap: TeamWrap) -> PrivateKey:
        at = (wrap.family, wrap.epoch)
        if at not in self._opened:
            self._opened[at] = PrivateKey.from_seed(opened_wrap(self.member_id, wrap, self.key))
        return self._opened[at]


def form_token(token: Token) -> str:
    """What each form of a session carries: no other site can know it, and it gives nothing of the token away."""
    return primitives.derive(token.secret, "desk form").hex()


def start(services: DeskServices, member_id: str, key: PrivateKey) -> Token:
    """Keep a member logged in for whoever holds the returned token."""
    token, now = Token.new(), services.now()
    keys = session_keys(token)
    value: Mapping[str, object] = {"seed": key.seed.hex(), "ends": minute(now) + LONGEST_MINUTES}
    context = contract.STAFF_SESSION.context(id=keys.id)
    sealed = seal_with_key(json.dumps(value).encode(), key=keys.key, context=context)
    session = StaffSession(id=keys.id, member_id=member_id, private_key=sealed)
    members.keep_session(services.databases.keys, session, now)
    return token


def resume(services: DeskServices, text: str) -> Staff | None:
    """The member behind a cookie; None when the session is unknown, idle too long, or as old as a working day."""
    try:
        token = Token.parse(text)
    except BadKey:
        return None
    keys, now = session_keys(token), services.now()
    session = members.renew_session(services.databases.keys, keys.id, now)
    member = members.by_id(services.databases.keys, session.member_id) if session else None
    known = standing(services, member)
    if session is None or known is None:
        return None
    seed = _seed(session, keys.key, now)
    if seed is None:
        members.end_session(services.databases.keys, keys.id)
        return None
    return _staff(known, PrivateKey.from_seed(seed), session_id=keys.id, form_token=form_token(token))


def of_unlocked(services: DeskServices, member_id: str, key: PrivateKey) -> Staff:
    """
    A member who just unlocked their key, for one command at a terminal; no session is stored.

    Raises
    ------
    CannotOpen
        They were removed meanwhile.
    """
    known = standing(services, members.by_id(services.databases.keys, member_id))
    if known is None:
        raise CannotOpen
    return _staff(known, key, session_id="", form_token="")


def _staff(known: Colleague, key: PrivateKey, *, session_id: str, form_token: str) -> Staff:
    return Staff(
        session_id=session_id,
        member_id=known.member.id,
        login=known.member.login,
        role=known.member.role,
        key=key,
        # What the root let them into; a row that says more says it in vain.
        wraps=tuple(wrap for wrap in known.member.wraps if wrap.family in known.families),
        form_token=form_token,
    )


def _seed(session: StaffSession, key: bytes, now: dt.datetime) -> bytes | None:
    context = contract.STAFF_SESSION.context(id=session.id)
    try:
        value = json.loads(open_with_key(session.private_key, key=key, context=context))
    except CannotOpen:
        return None
    return bytes.fromhex(value["seed"]) if minute(now) < value["ends"] else None


def end(services: DeskServices, session_id: str) -> None:
    members.end_session(services.databases.keys, session_id)
