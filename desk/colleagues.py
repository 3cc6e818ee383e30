"""Who works here as the root knows it, whatever a row of the database says, and what each could have kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from casework.store import audit, epochs, members, outbox
from casework.store.members import Certified, Member
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
    if member is None:
        return None
    rows, manifest = members.certified(services.databases.keys), services.manifest
    known = _colleague(member, manifest)
    # As the row is now: since it was read, they may have been removed, or another key put there.
    if known is None or _claim(member) not in rows:
        return None
    others = (row for row in rows if row.id != member.id and _names(row, known.invitation))
    return None if any(_certified(row, manifest) for row in others) else known


def half_removed(services: DeskServices) -> tuple[Colleague, ...]:
    """Who lost everything here, while the next keys were never signed: somebody cut the power in between."""
    manifest = services.manifest
    found = (_colleague(member, manifest) for member in members.former(services.databases.keys))
    return tuple(one for one in found if one is not None)


def _colleague(member: Member, manifest: Manifest) -> Colleague | None:
    found = _certified(_claim(member), manifest)
    if found is None:
        return None
    key, certificate = found
    return Colleague(member=member, key=key, families=certificate.families, invitation=certificate.invitation_id)


def _claim(member: Member) -> Certified:
    return Certified(id=member.id, public_key=member.public_key, certificate=member.certificate)


def _certified(claim: Certified, manifest: Manifest) -> tuple[PublicKey, Certificate] | None:
    """Their key, and the certificate by which the root let in them and nobody removed; None when it did not."""
    try:
        key = PublicKey.from_bytes(claim.public_key)
        certificate = Certificate.from_bytes(claim.certificate or b"")
        certificate.check(root=manifest.root, member_id=claim.id, key=key)
    except BadKey:
        return None
    return None if {key.id, certificate.invitation_id} & set(manifest.removed) else (key, certificate)


def _names(claim: Certified, invitation: bytes) -> bool:
    """Whether a row claims to have come by this invitation. Reading is cheap; who does is then held to it."""
    try:
        return Certificate.from_bytes(claim.certificate or b"").invitation_id == invitation
    except BadKey:
        return False


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
