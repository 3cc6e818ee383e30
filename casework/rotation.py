"""
Moves cases from one epoch of a team's key to the next, and counts what is left on each.

Nobody can do this without a key of the old epoch: a sealed system cannot rotate by itself at night. It happens
when a member opens a case, and for all cases at once when a member runs the command.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from casework.store import contract, epochs, outbox
from casework.store.database import Databases
from casework.store.epochs import StoredTeamWrap
from encryption.errors import CannotOpen
from encryption.keys import DISPATCH, TEAM_FAMILIES, Manifest, ManifestEntry, PrivateKey, PublicKey, rewrap_for_reader

_AT_ONCE = 100  # cases in one transaction: a person who submits meanwhile waits for none of it


@dataclass(frozen=True, kw_only=True)
class EpochCount:
    """One epoch of a family, and how much hangs on it; `current` is what new cases are sealed to."""

    family: str
    epoch: int
    not_before: dt.datetime
    not_after: dt.datetime
    current: bool
    left: int  # cases; packets for the dispatch family; 0 for a family that nothing is sealed to


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How far a rotation has come."""

    cases: int
    failed: int  # wraps that this key should open and did not: altered, or never whole


def counts(databases: Databases, manifest: Manifest, now: dt.datetime) -> tuple[EpochCount, ...]:
    """Every epoch of every family, the newest first."""
    cases, packets = epochs.cases_on(databases.cases), outbox.kept_by_key(databases.cases)
    newest = {
        entry.family: entry.epoch for entry in sorted(manifest.entries, key=lambda e: e.epoch) if entry.is_valid(now)
    }
    ordered = sorted(manifest.entries, key=lambda entry: (entry.family, -entry.epoch))
    return tuple(
        EpochCount(
            family=entry.family,
            epoch=entry.epoch,
            not_before=entry.not_before,
            not_after=entry.not_after,
            current=newest.get(entry.family) == entry.epoch,
            left=_left(entry, cases, packets),
        )
        for entry in ordered
    )


def _left(entry: ManifestEntry, cases: Mapping[tuple[str, str], int], packets: Mapping[str, int]) -> int:
    key_id = entry.public_key.id.hex()
    return packets.get(key_id, 0) if entry.family == DISPATCH else cases.get((f"team:{entry.family}", key_id), 0)


def old_epochs(databases: Databases, manifest: Manifest, now: dt.datetime) -> dict[str, int]:
    """Family → cases that are still on an epoch before the current one."""
    found: dict[str, int] = {}
    for count in counts(databases, manifest, now):
        if count.family in TEAM_FAMILIES and not count.current:
            found[count.family] = found.get(count.family, 0) + count.left
    return found


def move_case(databases: Databases, case_id: str, family: str, old: PrivateKey, new: PublicKey) -> Moved:
    """Seal what one team has of one case to the team's next key."""
    return _move(databases, (case_id,), family, old, new)


def move_all(databases: Databases, family: str, old: PrivateKey, new: PublicKey) -> Iterator[Moved]:
    """The same for all cases under `old`, some at a time; may be cut off and begun again."""
    case_ids = epochs.cases_of_key(databases.cases, f"team:{family}", old.public.id.hex())
    for start in range(0, len(case_ids), _AT_ONCE):
        yield _move(databases, case_ids[start : start + _AT_ONCE], family, old, new)


def _move(databases: Databases, case_ids: tuple[str, ...], family: str, old: PrivateKey, new: PublicKey) -> Moved:
    reader, key_id = f"team:{family}", old.public.id.hex()
    wraps = epochs.wraps_of_cases(databases.cases, case_ids, reader, key_id)
    moved = [fresh for wrap in wraps if (fresh := _sealed_again(wrap, reader, old, new)) is not None]
    epochs.move_wraps(databases.cases, reader, key_id, moved)
    return Moved(cases=len({wrap.case_id for wrap in moved}), failed=len(wraps) - len(moved))


def _sealed_again(wrap: StoredTeamWrap, reader: str, old: PrivateKey, new: PublicKey) -> StoredTeamWrap | None:
    context = contract.WRAP.context(case_id=wrap.case_id, compartment=wrap.compartment, reader=reader)
    try:
        return replace(wrap, seed=rewrap_for_reader(wrap.seed, key=old, to=new, context=context))
    except CannotOpen:
        return None  # it stays as it is, for whoever looks into it; the others must not wait for that
