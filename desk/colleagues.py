"""Who works here as the root knows it, whatever a row of the database says, and what each could have kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from casework.store import audit, epochs, members, outbox
from casework.store.members import Member
from desk.services import DeskServices
from encryption.errors import BadKey
from encryption.keys import DISPATCH, ROOT, TEAM_FAMILIES, Certificate, Manifest, PublicKey


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A member as the root knows them, whatever their row says."""

    member: Member
    key: PublicKey
    families: tuple[str, ...]
    invitation: bytes  # id of the one that let them in

    @property
    def is_officer(self) -> bool:
        return ROOT in self.families


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What somebody who left could have copied while they were here, and could read if they did."""

    login: str
    cases: Mapping[str, int]  # family → cases that its keys of their time open
    opened: int  # cases that they opened, by the record
    notices: int  # cases whose notices, with safe contacts in them, the dispatch key opens
    root: bool  # they could have kept the seed that signs keys


def colleagues(services: DeskServices) -> tuple[Colleague, ...]:
    """
    Everybody whom the root let in and nobody removed.

    A row without a true certificate is nobody: whoever wrote it gets no key.
    """
    manifest = services.manifest
    found = [_colleague(member, manifest) for member in members.active(services.databases.keys)]
    known = [one for one in found if one is not None]
    # An invitation lets in one: a second member by the same one was written into the database with what was kept of it.
    used = Counter(one.invitation for one in known)
    return tuple(one for one in known if used[one.invitation] == 1)


def standing(services: DeskServices, member: Member | None) -> Colleague | None:
    """A member as the root knows them now; None when it does not, or no longer. Asked at every login and request."""
    return next((one for one in colleagues(services) if member is not None and one.member.id == member.id), None)


def half_removed(services: DeskServices) -> tuple[Colleague, ...]:
    """Who lost everything here, while the next keys were never signed: somebody cut the power in between."""
    manifest = services.manifest
    found = (_colleague(member, manifest) for member in members.former(services.databases.keys))
    return tuple(one for one in found if one is not None)


def _colleague(member: Member, manifest: Manifest) -> Colleague | None:
    try:
        key = PublicKey.from_bytes(member.public_key)
        certificate = Certificate.from_bytes(member.certificate or b"")
        families = certificate.check(root=manifest.root, member_id=member.id, key=key)
    except BadKey:
        return None
    if {key.id, certificate.invitation_id} & set(manifest.removed):
        return None
    return Colleague(member=member, key=key, families=families, invitation=certificate.invitation_id)


def what_they_kept(services: DeskServices, gone: Colleague) -> Kept:
    """What a member could open until now, counted."""
    cases, manifest = services.databases.cases, services.manifest
    # By the manifest and not by what lies in their rows: a removal that was cut short took that already, and who is
    # let into a team is given every epoch of it.
    held = {family: _key_ids(manifest, family) for family in gone.families if family in TEAM_FAMILIES}
    return Kept(
        login=gone.member.login,
        cases={family: epochs.cases_under(cases, f"team:{family}", ids) for family, ids in held.items()},
        opened=audit.cases_opened_by(cases, services.process, gone.member.id),
        notices=sum(outbox.kept_by_key(cases).values()) if DISPATCH in gone.families else 0,
        root=gone.is_officer,
    )


def _key_ids(manifest: Manifest, family: str) -> list[str]:
    return [entry.public_key.id.hex() for entry in manifest.entries if entry.family == family]
