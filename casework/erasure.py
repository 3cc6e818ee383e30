"""
Erases for good: a case, or what a member of staff held.

Killed anywhere, it is finished by the worker or the next start. The ledger comes before the key,
so that there is no moment at which the key is gone here and a backup could bring it back unseen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from casework.errors import RefuseToStart
from casework.store import members, openings, placing, shreds
from casework.store.database import Databases, empty_write_ahead
from casework.store.ledger import Chain, Kind, Ledger, LedgerCut
from casework.store.moments import minute
from casework.store.shreds import AskedBy, Erasure, Mark

IDLE = dt.timedelta(minutes=1)  # after which an erasure that was begun is taken to have died


class KeysOlderThanLedger(RefuseToStart):
    """The key database is older than the ledger: it may open what was erased. `recourse restore` puts that right."""


class KeysOlderThanCases(RefuseToStart):
    """Cases without a shred key: the key database is older than they are. `recourse restore` puts that right."""


def erase(databases: Databases, ledger: Ledger, case_id: str, now: dt.datetime, by: AskedBy) -> None:
    """
    Make a case unreadable for ever, then delete it.

    Raises
    ------
    TryLater
        Something is busy or full. It was noted all the same, and will be finished.
    """
    _run(databases, ledger, Erasure(kind=Kind.CASE, id=case_id, asked_by=by, began_at=minute(now)))


def remove_member(databases: Databases, ledger: Ledger, member_id: str, now: dt.datetime) -> None:
    """
    Take keys, locks and sessions from a member of staff, so that no backup gives them back.

    Raises
    ------
    TryLater
        As `erase`.
    """
    _run(databases, ledger, Erasure(kind=Kind.MEMBER, id=member_id, asked_by="desk", began_at=minute(now)))


def finish_erasures(
    databases: Databases,
    ledger: Ledger,
    now: dt.datetime,
    *,
    idle: dt.timedelta = IDLE,
    record: Callable[[str], None] = lambda _: None,
) -> int:
    """
    Finish what was begun and is idle for so long; returns how many there were.

    `record` is told of each before it happens: a row that somebody put there must not erase a case unseen.
    """
    begun = shreds.begun(databases.keys, now - idle)
    for erasure in begun:
        record(erasure.id)
        _carry_out(databases, ledger, erasure)
    return len(begun)


def check_ledger(databases: Databases, ledger: Ledger) -> None:
    """
    Hold ledger, keys and cases against each other, then finish what was begun. Before any process serves.

    Raises
    ------
    LedgerCut, KeysOlderThanLedger, KeysOlderThanCases
        Somebody must look; nothing was changed.
    """
    placing.forget_half_restored_keys(ledger.home)
    for erasure in require_together(databases, ledger).begun:
        _carry_out(databases, ledger, erasure)


def require_together(databases: Databases, ledger: Ledger) -> Mark:
    """
    Hold ledger, keys and cases against each other; changes nothing.

    Raises
    ------
    LedgerCut, KeysOlderThanLedger, KeysOlderThanCases
    """
    with ledger.held() as chain:
        mark = shreds.mark(databases.keys)
    if not chain.holds(mark.position):
        raise LedgerCut
    if missed(chain, mark):
        raise KeysOlderThanLedger
    if _living(databases, chain, mark):
        raise LedgerCut  # a line that nobody carried out: it would erase a living case when a backup comes back
    if _keyless(databases) > mark.given_up:
        raise KeysOlderThanCases
    return mark


def _living(databases: Databases, chain: Chain, mark: Mark) -> bool:
    """Whether the ledger calls a case erased whose key is there, and which nobody is erasing."""
    begun = {erasure.id for erasure in mark.begun}
    return bool(set(shreds.with_key(databases.keys, chain.ids(Kind.CASE))) - begun)


def missed(chain: Chain, mark: Mark) -> bool:
    """Whether the ledger tells of an erasure that this key database knows nothing of."""
    begun = {(erasure.kind, erasure.id) for erasure in mark.begun}
    return any((entry.kind, entry.id) not in begun for entry in chain.behind(mark.position))


def replay(databases: Databases, chain: Chain) -> None:
    """Erase again all that the ledger tells of."""
    gone = chain.ids(Kind.CASE)
    for entry in chain.entries:
        if entry.kind is Kind.MEMBER:
            members.remove(databases.keys, entry.id, _noon(dt.date.fromisoformat(entry.on)))
    shreds.carry_out(databases.keys, gone, chain.head)
    placing.delete_cases(databases.cases, gone)


def _run(databases: Databases, ledger: Ledger, erasure: Erasure) -> None:
    shreds.begin(databases.keys, erasure)
    _carry_out(databases, ledger, erasure)


def _carry_out(databases: Databases, ledger: Ledger, erasure: Erasure) -> None:
    """Each line can be repeated, and the order is what makes it safe."""
    known, check = shreds.mark(databases.keys).position, partial(_require_own, databases)
    at = ledger.append(erasure.kind, erasure.id, erasure.on, known=known, check=check)
    of_a_case = erasure.kind is Kind.CASE
    if not of_a_case:
        members.remove(databases.keys, erasure.id, _noon(erasure.on))
    shreds.carry_out(databases.keys, [erasure.id] if of_a_case else [], at)
    emptied = empty_write_ahead(databases.keys)
    if of_a_case:
        openings.end_sessions_of(databases.conversations, erasure.id)
        openings.delete_case(databases.cases, erasure.id)
    if emptied:  # else the key lies there as it was, because somebody reads just now: not finished yet
        shreds.end(databases.keys, erasure)


def _require_own(databases: Databases, chain: Chain) -> None:
    # Read after the chain, to which nobody adds meanwhile: whatever it holds was noted in the key database before.
    mark = shreds.mark(databases.keys)
    if not chain.holds(mark.position) or missed(chain, mark):
        raise LedgerCut  # somebody else wrote into it: a line of theirs must not become true with one of ours


def _keyless(databases: Databases) -> int:
    found = shreds.keyless(databases)
    # Asked twice: another process may have erased one between the look at the cases and that at the keys.
    return len({*found}.intersection(shreds.keyless(databases))) if found else 0


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)
