"""
Puts backups in the place of what is there, without bringing back anybody who was erased.

Everything is done to copies first: what comes into place has been through the ledger already, so
that no process, started at whatever moment, can serve what was not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework import erasure
from casework.erasure import KeysOlderThanCases, KeysOlderThanLedger
from casework.errors import AskAgain, RefuseToStart
from casework.store import backups, placing, shreds, team_keys
from casework.store.backups import Damaged, NotThatDatabase, Progress
from casework.store.database import Databases, empty_write_ahead, migrate
from casework.store.ledger import Chain, Kind, Ledger, LedgerCut, chain_of, mended

_NEWER_STANDS = "This home has a newer one: keep that, and restore the cases alone"
_NOTHING_NEWER = (
    "Restore a newer copy. If there is none, say --accept-older-keys: what was erased stays erased, and cases "
    "that came after this copy can be opened by nobody any more"
)


class NothingToRestore(AskAgain):
    """Say what to restore: --cases FILE, --keys FILE, or for what is there --accept-older-keys or …-shorter-ledger."""


class KeysLackEpochs(RefuseToStart):
    """This copy lacks team keys that the home's own key database holds. Keep that one; restore the cases alone."""


class LedgerStands(AskAgain):
    """This home has its own ledger of erasures, which is never replaced. Leave --ledger out."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the operator wants put in place."""

    cases: Path | None = None
    keys: Path | None = None
    ledger: Path | None = None
    accept_older_keys: bool = False
    accept_shorter_ledger: bool = False

    def databases(self) -> Mapping[str, Path]:
        return {name: path for name, path in (("cases", self.cases), ("keys", self.keys)) if path}


@dataclass(frozen=True, kw_only=True)
class Restored:
    placed: tuple[str, ...]
    erased_again: int  # cases that the ledger tells of
    removed_again: int  # members of staff, likewise
    without_key: int  # cases that nobody can open any more
    kept: tuple[Path, ...]  # the cases that were there before


def restore(home: Path, given: Given, now: dt.datetime, progress: Progress) -> Restored:
    """
    Restore databases, or nothing at all.

    Raises
    ------
    StillRunning
        A process of this home is running.
    NotThatDatabase, Damaged, CopyExpired
        One of the files must not be used.
    LedgerCut, KeysOlderThanLedger, KeysOlderThanCases
        Ledger, keys and cases do not belong together.
    RefuseToStart
        A file is of a newer version.
    """
    if not given.databases() and not (given.accept_older_keys or given.accept_shorter_ledger):
        raise NothingToRestore
    _look_at(home, given, now)
    with placing.alone_with(home):
        placing.forget_staged(home)
        try:
            return _restore(home, given, now, progress)
        finally:
            placing.forget_staged(home)


def _look_at(home: Path, given: Given, now: dt.datetime) -> None:
    """All that can be refused before anything is copied."""
    for name, path in given.databases().items():
        backups.require_kind(path, name)
    if given.keys:
        backups.require_young(given.keys, now)
    for name in set(placing.COPIED) - given.databases().keys():
        if not (home / "db" / f"{name}.db").exists():
            raise NotThatDatabase(f"This home has no {name} database: give a copy of it too, with --{name}.")


def _restore(home: Path, given: Given, now: dt.datetime, progress: Progress) -> Restored:
    ledger = Ledger(home=home)
    chain = _ledger(ledger, given)
    for name, path in given.databases().items():
        placing.stage(home, name, path, now, progress)
    databases = placing.joined(home, given.databases())
    try:
        migrate(databases)
        without_key = _require_newest(home, databases, chain, given)
        if given.ledger:
            ledger.adopt(mended(given.ledger.read_bytes()))
        erasure.replay(databases, chain)
        _note(databases, given, without_key, now)
        empty_write_ahead(databases.keys)
    finally:
        databases.close()
    kept = placing.place(home, given.databases(), now)
    return Restored(
        placed=tuple(given.databases()),
        erased_again=len(chain.ids(Kind.CASE)),
        removed_again=len(chain.ids(Kind.MEMBER)),
        without_key=without_key,
        kept=kept,
    )


def _ledger(ledger: Ledger, given: Given) -> Chain:
    own = ledger.read()
    if given.ledger is None:
        return own
    if own.entries:
        raise LedgerStands
    try:
        return chain_of(mended(given.ledger.read_bytes()))
    except OSError as error:
        raise NotThatDatabase("There is no ledger at that place.") from error


def _require_newest(home: Path, databases: Databases, chain: Chain, given: Given) -> int:
    """
    How many cases nobody can open any more, if that is accepted.

    Raises
    ------
    LedgerCut, KeysOlderThanLedger, KeysOlderThanCases
    """
    mark = shreds.mark(databases.keys)
    if not chain.holds(mark.position):
        _require_accepted(databases, chain, given)
        mark = shreds.mark(databases.keys)
    without_key = _without_key(databases, chain)
    with _own_keys(home, given) as own:
        newer_stands = own is not None and _is_newer(own, given, chain, without_key)
        if own is not None:
            _require_replaceable(own, databases, given)
    accepted = given.accept_older_keys and not newer_stands
    advice = _NEWER_STANDS if newer_stands else _NOTHING_NEWER
    if erasure.missed(chain, mark) and not accepted:
        raise KeysOlderThanLedger(f"This key database is older than the ledger of erasures. {advice}.")
    if without_key > mark.given_up and not accepted:
        raise KeysOlderThanCases(f"This key database is older than the cases ({without_key} without key). {advice}.")
    return without_key


def _require_accepted(databases: Databases, chain: Chain, given: Given) -> None:
    """
    Begin to count from the ledger that there is: its lines that are lost can be gone through by nobody.

    Raises
    ------
    LedgerCut
    """
    if not given.accept_shorter_ledger and not chain.entries:
        raise LedgerCut("This home has no ledger of erasures. Give the newest copy there is: --ledger FILE.")
    if not given.accept_shorter_ledger:
        raise LedgerCut
    shreds.forget_place(databases.keys, chain.head)


@contextmanager
def _own_keys(home: Path, given: Given) -> Iterator[Databases | None]:
    """The key database that would be replaced, beside the cases that will stand; None where there is none to lose."""
    if not given.keys or not _is_whole(home / "db" / "keys.db"):
        yield None
        return
    own = placing.joined(home, given.databases().keys() - {"keys"}, view="before")
    try:
        migrate(own)
        yield own
    finally:
        own.close()


def _is_whole(path: Path) -> bool:
    try:
        backups.require_kind(path, "keys")
        backups.require_whole(path)
    except (NotThatDatabase, Damaged):
        return False
    return True


def _is_newer(own: Databases, given: Given, chain: Chain, without_key: int) -> bool:
    """Whether the home's own keys know the whole ledger, and open no fewer cases."""
    mark = shreds.mark(own.keys)
    if not chain.holds(mark.position) and not given.accept_shorter_ledger:
        raise LedgerCut
    return not erasure.missed(chain, mark) and _without_key(own, chain) <= without_key


def _require_replaceable(own: Databases, databases: Databases, given: Given) -> None:
    """
    Return when the copy takes nothing from this home that only its own keys hold or know.

    Raises
    ------
    KeysLackEpochs, KeysOlderThanLedger
    """
    if not team_keys.keys_held(own.keys) <= team_keys.keys_held(databases.keys):
        raise KeysLackEpochs
    if given.accept_shorter_ledger:
        # What was erased is known to the home's own keys alone: an older copy would bring it back.
        raise KeysOlderThanLedger(f"Without the whole ledger no copy of the keys may replace these. {_NEWER_STANDS}.")


def _without_key(databases: Databases, chain: Chain) -> int:
    return len(set(shreds.keyless(databases)) - set(chain.ids(Kind.CASE)))


def _note(databases: Databases, given: Given, without_key: int, now: dt.datetime) -> None:
    if given.keys:
        placing.end_all_access(databases.keys)
    shreds.note_restore(databases.keys, given_up=without_key, older_cases=bool(given.cases), now=now)
