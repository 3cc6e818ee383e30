"""
What only a key officer does: let people in and go, and sign the next epoch of a key.

Each act asks for password and code again, opens the root seed for that one act, writes down who did it, and
signs. Everybody else's part is to hold what they were given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from casework import erasure
from casework.errors import AskAgain, NeedsStaff
from casework.store import members, team_keys
from casework.store.audit import Entry
from casework.store.members import TeamWrap
from casework.store.moments import today
from desk.accounts import Accounts
from desk.colleagues import Colleague, Kept, colleagues, half_removed, what_they_kept
from desk.links import TeamKeys, new_link
from desk.locks import opened_wrap, team_wrap
from desk.services import DeskServices
from desk.sessions import Staff
from encryption.hidden import Hidden
from encryption.keys import (
    AUDIT_FAMILIES,
    DISPATCH,
    ROOT,
    SEALING_FAMILIES,
    TEAM_FAMILIES,
    Manifest,
    ManifestEntry,
    PrivateKey,
    PublicKey,
    VerifyingKey,
    new_entry,
    new_private_key,
    sign_manifest,
)
from encryption.token import Token


class NotAnOfficer(NeedsStaff):
    """Only a key officer can do this."""


class NoSuchMember(AskAgain):
    """Nobody of that name works here any more."""


class NotYourself(AskAgain):
    """Nobody removes themselves. Ask another key officer."""


class LastOne(AskAgain):
    """Nobody else could open this team's cases, or sign keys. Let somebody else in first."""


class NotYourTeams(NeedsStaff):
    """You can only let people into teams that you are in yourself."""


class NothingToSign(AskAgain):
    """There is no new key to sign."""


@dataclass(frozen=True, repr=False, kw_only=True)
class Officer(Hidden):
    """A key officer in the one act that they confirmed."""

    services: DeskServices
    staff: Staff
    root_seed: bytes


def step_up(services: DeskServices, accounts: Accounts, staff: Staff, password: str, code: str) -> Officer:
    """
    The officer for one act.

    Raises
    ------
    NotAnOfficer, NotLoggedIn, TooManyTries
    """
    if not is_officer(staff):
        raise NotAnOfficer
    accounts.confirm(staff.login, password, code)
    return confirmed(services, staff)


def confirmed(services: DeskServices, staff: Staff) -> Officer:
    """
    The officer who showed a moment ago that it is them.

    Raises
    ------
    NotAnOfficer
    """
    wrap = next((one for one in staff.wraps if one.family == ROOT), None)
    if wrap is None:
        raise NotAnOfficer
    root_seed = opened_wrap(staff.member_id, wrap, staff.key)
    return Officer(services=services, staff=staff, root_seed=root_seed)


def is_officer(staff: Staff) -> bool:
    return any(wrap.family == ROOT for wrap in staff.wraps)


@contextmanager
def _alone(officer: Officer) -> Iterator[Callable[[Manifest], None]]:
    """
    Alone with manifest and members, and still an officer: one who was removed a moment ago finishes nothing.

    Raises
    ------
    NotAnOfficer
    """
    with officer.services.manifests.changing() as publish:
        known = next((o for o in colleagues(officer.services) if o.member.id == officer.staff.member_id), None)
        if known is None or not known.is_officer:
            raise NotAnOfficer
        yield publish


def let_in(officer: Officer, families: Iterable[str], *, as_officer: bool) -> Token:
    """
    A one-time link for somebody new.

    Raises
    ------
    NotYourTeams
        The officer cannot open these teams' cases, so cannot hand their keys on.
    """
    wanted = {*families, DISPATCH}
    if not set(families) <= set(TEAM_FAMILIES) or not wanted <= set(_families(officer.staff)):
        raise NotYourTeams
    with _alone(officer):
        keys: TeamKeys = {family: _own_keys(officer, family) for family in sorted(wanted)}
        _record(officer, "link_made", "+".join(sorted(families)))
        now = officer.services.now()
        return new_link(officer.services.databases, keys, now, root_seed=officer.root_seed, officer=as_officer)


def next_epochs(officer: Officer, families: Iterable[str]) -> None:
    """
    New keys for these teams: what comes from now on is sealed to them.

    Raises
    ------
    LastOne
        Nobody holds a key of one of these families.
    """
    pairs = {family: new_private_key() for family in families}
    if not pairs:
        return
    with _alone(officer) as publish:
        wraps = _wrapped(officer, pairs, without=None)
        signed = _signed(officer, {family: pair.public for family, pair in pairs.items()})
        _record_signed(officer, signed)
        team_keys.give_keys(officer.services.databases.keys, wraps)
        publish(signed)


def sign_audit_key(officer: Officer, family: str) -> None:
    """
    Let a process sign its record with the newest key that lies with the key provider.

    Raises
    ------
    NothingToSign
        The manifest names it already.
    """
    with _alone(officer) as publish:
        known = officer.services.manifest.verifying_keys(family)
        fresh = officer.services.keyring.unsigned(family, known)
        if family not in AUDIT_FAMILIES or fresh is None:
            raise NothingToSign
        before, signed = officer.services.manifest, _signed(officer, {family: fresh})
        # Afterwards, and not before as elsewhere: where the old key is lost, the new one is what can sign this.
        publish(signed)
        _record_signed(officer, signed, before)


def let_go(officer: Officer, member_id: str) -> Kept:
    """
    Remove a member: sessions, locks and keys at once, and new keys for all of their teams in the same act.

    Raises
    ------
    NoSuchMember
        They were removed already.
    LastOne
        Nobody would be left to open a team's cases or to sign keys.
    """
    with _alone(officer) as publish:
        everybody = (*colleagues(officer.services), *half_removed(officer.services))
        gone = next((one for one in everybody if one.member.id == member_id), None)
        if gone is None:
            raise NoSuchMember
        if member_id == officer.staff.member_id:
            raise NotYourself
        kept = what_they_kept(officer.services, gone)
        pairs = {family: new_private_key() for family in gone.families if family in SEALING_FAMILIES}
        wraps = _wrapped(officer, pairs, without=gone)
        signed = _signed(officer, {family: pair.public for family, pair in pairs.items()}, gone=gone)
        _record(officer, "member_removed", member_id)
        _record_signed(officer, signed)
        now = officer.services.now()
        # First what stops them, then what the others go on with.
        erasure.remove_member(officer.services.databases, officer.services.ledger, member_id, now)
        team_keys.give_keys(officer.services.databases.keys, wraps)
        publish(signed)
    return kept


def _families(staff: Staff) -> frozenset[str]:
    return frozenset(wrap.family for wrap in staff.wraps)


def _own_keys(officer: Officer, family: str) -> dict[int, PrivateKey]:
    staff, manifest = officer.staff, officer.services.manifest
    signed = {entry.epoch: entry.public_key for entry in manifest.entries if entry.family == family}
    # As they are now: an epoch that was signed since the page was loaded must be handed on too.
    member = members.by_id(officer.services.databases.keys, staff.member_id)
    own = [one for one in (member.wraps if member else ()) if one.family == family]
    pairs = {one.epoch: PrivateKey.from_seed(opened_wrap(staff.member_id, one, staff.key)) for one in own}
    return {epoch: pair for epoch, pair in pairs.items() if signed.get(epoch) == pair.public}


def _wrapped(
    officer: Officer, pairs: Mapping[str, PrivateKey], *, without: Colleague | None
) -> list[tuple[str, TeamWrap]]:
    """Each new key, for everybody whom the root let into its family, and nobody else."""
    staying = [one for one in colleagues(officer.services) if without is None or one.member.id != without.member.id]
    if not any(one.is_officer for one in staying):
        raise LastOne
    found = []
    for family, pair in pairs.items():
        holders = [one for one in staying if family in one.families]
        if not holders:
            raise LastOne
        epoch = officer.services.manifest.next_epoch(family)
        found += [(one.member.id, team_wrap(one.member.id, family, epoch, pair.seed, one.key)) for one in holders]
    return found


def _signed(
    officer: Officer, keys: Mapping[str, PublicKey | VerifyingKey], *, gone: Colleague | None = None
) -> Manifest:
    before, now = officer.services.manifest, officer.services.now()
    fresh: list[ManifestEntry] = [new_entry(f, before.next_epoch(f), key, now) for f, key in keys.items()]
    # Links end with every new key. Whoever kept one must not be let in by it later, through the back door of a row.
    ends_links = any(family in SEALING_FAMILIES for family in keys)
    removed = [*team_keys.open_invitations(officer.services.databases.keys)] if ends_links else []
    removed += [gone.key.id, gone.invitation] if gone else []
    return sign_manifest((*before.entries, *fresh), root_seed=officer.root_seed, previous=before, removed=removed)


def _record_signed(officer: Officer, signed: Manifest, before: Manifest | None = None) -> None:
    known = {(entry.family, entry.epoch) for entry in (before or officer.services.manifest).entries}
    for entry in signed.entries:
        if (entry.family, entry.epoch) not in known:
            _record(officer, "key_signed", f"{entry.family}-{entry.epoch}")


def _record(officer: Officer, action: str, what: str) -> None:
    on = today(officer.services.now())
    officer.services.record(Entry(actor=officer.staff.member_id, action=action, on=on, purpose=what))
