"""One-time links: how somebody new gets the keys of their teams, without anybody else ever seeing them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from casework.store import contract, members
from casework.store.database import Databases
from casework.store.members import Enrolment, EnrolmentOver, TeamWrap
from casework.store.moments import minute
from desk.locks import team_wrap
from encryption.errors import BadKey, CannotOpen
from encryption.hidden import Hidden
from encryption.keys import ROOT, Installation, Invitation, Manifest, PrivateKey, enrolment_keys, invite
from encryption.seal import seal_with_key
from encryption.token import Token, open_with_key

CASEWORKER, KEY_OFFICER = "caseworker", "key_officer"
LINK_MINUTES = 24 * 60
ROOT_EPOCH = 1

TeamKeys = Mapping[str, Mapping[int, PrivateKey]]  # family → epoch → key


@dataclass(frozen=True, repr=False, kw_only=True)
class Given(Hidden):
    """What lies behind a link."""

    invitation: Invitation
    team_keys: TeamKeys
    root_seed: bytes | None

    def wraps(self, member_id: str, key: PrivateKey, manifest: Manifest) -> tuple[TeamWrap, ...]:
        """
        All of it, sealed to the newcomer.

        Raises
        ------
        BadKey
            A key that the root has not signed never becomes a member's, whatever lay behind the link.
        """
        wraps = [
            team_wrap(member_id, family, manifest.with_key_id(pair.public.id).epoch, pair.seed, key.public)
            for family, pairs in self.team_keys.items()
            for pair in pairs.values()
        ]
        if self.root_seed is not None:
            wraps.append(team_wrap(member_id, ROOT, ROOT_EPOCH, self.root_seed, key.public))
        return tuple(wraps)


def first_link(databases: Databases, made: Installation, now: dt.datetime) -> Token:
    """
    Put the keys of a new home behind a one-time link; the caller then forgets them.

    Until someone enrols, the returned token is the only way to these keys, so it does not age before
    that: cases that came meanwhile would be lost. Any later link is good for 24 hours.
    """
    keys = {family: {1: pair} for family, pair in made.team_keys.items()}
    return new_link(databases, keys, now, root_seed=made.root_seed, officer=True)


def new_link(databases: Databases, team_keys: TeamKeys, now: dt.datetime, *, root_seed: bytes, officer: bool) -> Token:
    """A one-time link to these keys, of every epoch; `officer` gives the root seed too."""
    token = Token.new()
    keys = enrolment_keys(token)
    invitation = invite([*team_keys, *([ROOT] if officer else [])], root_seed=root_seed)
    given = {
        "teams": {family: {n: pair.seed.hex() for n, pair in pairs.items()} for family, pairs in team_keys.items()},
        "root": root_seed.hex() if officer else None,
        "invitation": invitation.to_text(),
    }
    context = contract.ENROLMENT.context(id=keys.id)
    sealed = seal_with_key(json.dumps(given).encode(), key=keys.key, context=context)
    role = KEY_OFFICER if officer else CASEWORKER
    ends = minute(now) + LINK_MINUTES
    row = Enrolment(id=keys.id, role=role, seeds=sealed, expires_at=ends, invitation=invitation.id)
    members.add_enrolment(databases.keys, row)
    return token


def opened_link(row: Enrolment, token: Token) -> Given:
    """
    What lies behind a link, for whoever has its secret.

    Raises
    ------
    EnrolmentOver
        The row was altered, or belongs to another link.
    """
    context = contract.ENROLMENT.context(id=row.id)
    try:
        found = json.loads(open_with_key(row.seeds, key=enrolment_keys(token).key, context=context))
        return Given(
            invitation=Invitation.from_text(found["invitation"]),
            team_keys={family: _pairs(seeds) for family, seeds in found["teams"].items()},
            root_seed=bytes.fromhex(found["root"]) if found["root"] else None,
        )
    except (CannotOpen, BadKey):
        raise EnrolmentOver from None


def _pairs(seeds: Mapping[str, str]) -> dict[int, PrivateKey]:
    return {int(epoch): PrivateKey.from_seed(bytes.fromhex(seed)) for epoch, seed in seeds.items()}
