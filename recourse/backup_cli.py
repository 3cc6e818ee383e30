"""`recourse backup` and `recourse restore`; what they promise is in docs/reference/backup.md."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from casework import restore as restoring
from casework.errors import AskAgain
from casework.restore import Given, Restored
from casework.store import backups, epochs, team_keys
from casework.store.database import open_databases
from casework.store.ledger import Ledger
from casework.submission import TRIAGE
from recourse.compose import utc_now
from recourse.home import MANIFEST, ROOT_PUBLIC, HomeEmpty
from recourse.manifest_file import ManifestFile
from recourse.settings import Settings

_PAGE_BYTES = 4096
_MEGABYTE = 1_000_000
_KEPT_APART = (
    "Not in it: the pepper and the signing keys (the .key files, or systemd's credentials). Keep them in a third "
    "place. Without the pepper no password opens anything; printed recovery codes still do."
)
_ENDED = "Staff must log in again; passwords are those of that copy, and one-time links that were open are void."
_CODES = "Codes are those of that copy: one that was replaced or given up since opens its case again."
_GONE = "The key database that was there before was destroyed: it could have opened what was erased."
_TAKEN = (
    "The manifest and the root's public key came from beside the cases, since this home had none. If others can "
    "write there, check them: whoever exchanged them could read every new case."
)


class BadFolder(AskAgain):
    """Give two different folders outside the home: one may be kept for years, the other for seven days."""


def backup(settings: Settings, cases: Path, keys: Path) -> None:
    """
    Copy what must survive the machine, while it serves.

    Raises
    ------
    BadFolder, HomeEmpty, LedgerCut, Damaged, CopyFailed
        No half copy is left under a name that could be mistaken for a whole one.
    """
    console, now = Console(), utc_now()
    for name in ("cases", "keys"):
        if not (settings.db / f"{name}.db").exists():
            raise HomeEmpty
    _require_folders(settings, cases, keys)
    ledger = Ledger(home=settings.home)
    ledger.copy()  # a ledger that was cut is found before anything is written
    # Cases first: whatever is in that copy then has its key in the other.
    for name, folder in (("cases", cases), ("keys", keys)):
        _copy(console, settings, name, folder, now)
    written = ledger.copy()
    for folder in (cases, keys):
        backups.write_file(folder / f"ledger-{now:{backups.TIME}}.jsonl", written)
    _copy_public_files(settings, cases, now)
    for name in backups.expire(keys, now):
        console.print(f"  deleted, older than seven days: {name}", highlight=False, soft_wrap=True)
    console.print(_KEPT_APART, highlight=False)


def restore(settings: Settings, given: Given) -> None:
    """
    Put copies in place.

    Raises
    ------
    RecourseError
        As `casework.restore`; nothing was changed.
    """
    console = Console()
    with _shown(console) as progress:
        done = restoring.restore(settings.home, given, utc_now(), progress)
    for line in (*_told(done), *_shut_out(settings)):
        console.print(line, highlight=False, soft_wrap=True)
    if given.cases and _take_public_files(settings, given.cases):
        console.print(_TAKEN, highlight=False)


def _shut_out(settings: Settings) -> Iterator[str]:
    """Cases under a key of a team that nobody holds in these databases."""
    if not (settings.keys / MANIFEST).exists():
        return
    manifest = ManifestFile(settings.keys / MANIFEST, settings.keys / ROOT_PUBLIC).current()
    databases = open_databases(settings.home)
    try:
        held = team_keys.keys_held(databases.keys)
        lost = [e.public_key.id.hex() for e in manifest.entries if e.family == TRIAGE and (TRIAGE, e.epoch) not in held]
        number = epochs.cases_under(databases.cases, f"team:{TRIAGE}", lost) if lost else 0
    finally:
        databases.close()
    if number:
        yield f"Cases that no member of staff can open now, since nobody holds their key: {number}. Their people can."


def _require_folders(settings: Settings, cases: Path, keys: Path) -> None:
    home = settings.home.resolve()
    for folder in (cases, keys):
        if home in (folder.resolve(), *folder.resolve().parents):
            raise BadFolder
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise BadFolder("A folder cannot be made: does the one above it exist?") from error
    if cases.samefile(keys):
        raise BadFolder


def _copy(console: Console, settings: Settings, name: str, folder: Path, now: dt.datetime) -> None:
    target = folder / f"{name}-{now:{backups.TIME}}.db"
    began = time.monotonic()
    with _shown(console) as progress:
        backups.copy_database(settings.db / f"{name}.db", target, now, partial(progress, name))
    size = target.stat().st_size / _MEGABYTE
    seconds = time.monotonic() - began
    console.print(f"{target}  {size:.1f} MB in {seconds:.1f} s, looked through", highlight=False, soft_wrap=True)


def _copy_public_files(settings: Settings, folder: Path, now: dt.datetime) -> None:
    for name in (MANIFEST, ROOT_PUBLIC):
        source = settings.keys / name
        if source.exists():
            backups.write_file(_beside(folder, name, f"{now:{backups.TIME}}"), source.read_bytes())


def _take_public_files(settings: Settings, cases: Path) -> bool:
    """On a machine that has none; what a home has is never replaced by what lies in a backup."""
    at = cases.stem.removeprefix("cases-")
    found = {name: _beside(cases.parent, name, at) for name in (MANIFEST, ROOT_PUBLIC)}
    if any((settings.keys / name).exists() for name in found) or not all(path.exists() for path in found.values()):
        return False
    settings.keys.mkdir(mode=0o700, exist_ok=True)
    for name, path in found.items():
        backups.write_file(settings.keys / name, path.read_bytes())
    return True


def _beside(folder: Path, name: str, at: str) -> Path:
    stem, _, ending = name.rpartition(".")
    return folder / f"{stem}-{at}.{ending}"


def _told(done: Restored) -> Iterator[str]:
    if done.placed:
        yield f"Put in place: {', '.join(done.placed)}."
    yield f"As the ledger says: {done.erased_again} cases erased, {done.removed_again} members of staff removed."
    if done.without_key:
        yield f"Cases that nobody can open any more, since no copy has their key: {done.without_key}."
    for path in done.kept:
        yield f"The cases that were there before: {path}. Delete that file when all is well."
    if "cases" in done.placed:
        yield _CODES
    if "keys" in done.placed:
        yield _GONE
        yield _ENDED


@contextmanager
def _shown(console: Console) -> Iterator[backups.Progress]:
    """A bar where somebody looks; it goes when all is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {name: bar.add_task(name, total=None, visible=False) for name in ("cases", "keys")}

        def progress(name: str, done: int, pages: int) -> None:
            bar.update(tasks[name], completed=done * _PAGE_BYTES, total=pages * _PAGE_BYTES, visible=True)

        yield progress
