"""`recourse keys …`: which keys are in use, and what only somebody at this machine can do about them."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from casework import rotation
from casework.errors import AskAgain
from casework.rotation import EpochCount
from casework.store import members
from casework.store.database import Databases
from desk import officers
from desk.keyring import PEPPER, SECRET_BYTES, SECRETS, KeyProvider, KeyRing, numbers
from desk.locks import PASSWORD, lock_of, needed_pepper
from desk.services import DeskServices
from desk.sessions import Staff
from encryption.keys import AUDIT_FAMILIES, FAMILIES, SEALING_FAMILIES, pepper_id
from recourse import compose, staff_cli
from recourse.cli import to_stdout
from recourse.home import fingerprint, open_home
from recourse.key_providers import PREFIX, provider_of
from recourse.settings import Settings


class NotAFamily(AskAgain):
    """The keys are triage, platform, regulator, safeguarding, dispatch, audit-desk and audit-worker."""


class NotASecret(AskAgain):
    """The secrets of a machine are pepper, audit-desk and audit-worker."""


def status(settings: Settings, *, as_json: bool) -> None:
    """What hangs on each epoch. Needs no password: only public parts and counts are read."""
    home = open_home(settings, compose.utc_now(), lapsed_too=True)
    try:
        found = rotation.counts(home.databases, home.manifests.current(), compose.utc_now())
        peppers = _locks_by_pepper(home.databases, provider_of(settings))
    finally:
        home.databases.close()
    if as_json:
        to_stdout({"root": fingerprint(settings), "epochs": [_row(one) for one in found], "peppers": peppers})
        return
    _print_table(found, peppers)
    Console().print(f"root {fingerprint(settings)}", highlight=False)


def rewrap(settings: Settings) -> None:
    """Move all cases of your teams to the newest keys, as the member who logs in here."""
    services, staff = staff_cli.logged_in(settings)
    failed, skipped = 0, [family for family in staff.families if not _holds_newest(services, staff, family)]
    with Progress(console=Console(stderr=True)) as progress:
        for family in sorted(set(staff.families) - set(skipped)):
            failed += _rewrap_family(services, staff, family, progress)
    for family in skipped:
        # Nothing may move to where this member cannot follow.
        Console().print(f"{family}: left as it is, since you were not given its newest key.", highlight=False)
    left = sum(rotation.old_epochs(services.databases, services.manifest, services.now()).values())
    Console().print(f"Cases that are still on an older epoch: {left}.", highlight=False)
    if failed:
        Console().print(f"{failed} wraps could not be opened with the key they name: look at these.", highlight=False)
        raise typer.Exit(1)


def next_epoch(settings: Settings, families: list[str]) -> None:
    """
    Sign the next epoch of these keys, as a key officer; also when the manifest has lapsed and nothing else starts.

    Raises
    ------
    NotAFamily
    """
    if not families or not set(families) <= set(FAMILIES):
        raise NotAFamily
    signing = staff_cli.officer(settings)
    officers.next_epochs(signing, [family for family in families if family in SEALING_FAMILIES])
    for family in families:
        if family in AUDIT_FAMILIES:
            officers.sign_audit_key(signing, family)
    Console().print(f"Signed: {', '.join(families)}. Running processes take it up by themselves.", highlight=False)


def new_secret(settings: Settings, kind: str) -> None:
    """
    Make the next secret of this machine: kept by the files provider, or printed for systemd-creds.

    Raises
    ------
    NotASecret
    """
    if kind not in SECRETS:
        raise NotASecret
    secret = os.urandom(SECRET_BYTES)
    if settings.key_provider == "files":
        home = open_home(settings, compose.utc_now(), lapsed_too=True)
        home.databases.close()
        at_least = home.manifests.current().next_epoch(kind)  # of a pepper, which no manifest names, 1
        name = KeyRing(provider_of(settings)).add(kind, secret, at_least=at_least)
        Console().print(f"Made {name}. Copy it to where you keep the others. {_what_next(kind)}", highlight=False)
        return
    if sys.stdout.isatty():
        raise AskAgain(f"Pipe this into systemd-creds: … | systemd-creds encrypt --name={PREFIX}{kind}-1 - FILE")
    sys.stdout.buffer.write(secret)


def _what_next(kind: str) -> str:
    if kind == PEPPER:
        return "Each member moves to it at their next login; keep the old one until `recourse keys status` counts 0."
    return "It counts once a key officer has signed it: the desk shows it under People and keys."


def _holds_newest(services: DeskServices, staff: Staff, family: str) -> bool:
    current = services.manifest.key_for(family, services.now())
    return current in {pair.public for pair in staff.team_keys(family)}


def _rewrap_family(services: DeskServices, staff: Staff, family: str, progress: Progress) -> int:
    current = services.manifest.key_for(family, services.now())
    older = [pair for pair in staff.team_keys(family) if pair.public != current]
    total = rotation.old_epochs(services.databases, services.manifest, services.now()).get(family, 0)
    task = progress.add_task(family, total=total)
    failed = 0
    for pair in older:
        for moved in rotation.move_all(services.databases, family, pair, current):
            progress.advance(task, moved.cases)
            failed += moved.failed
    return failed


def _locks_by_pepper(databases: Databases, provider: KeyProvider) -> list[dict[str, Any]]:
    """Which pepper each member's password hangs on."""
    needed = [lock.derivation for one in members.active(databases.keys) if (lock := lock_of(one, PASSWORD))]
    by_id = [needed_pepper(derivation) for derivation in needed]
    names = {number: pepper_id(provider.read(f"{PEPPER}-{number}")) for number in numbers(provider, PEPPER)}
    known = [{"pepper": number, "passwords": by_id.count(found)} for number, found in names.items()]
    lost = sum(found not in names.values() for found in by_id)
    return known + ([{"pepper": None, "passwords": lost}] if lost else [])


def _row(one: EpochCount) -> dict[str, Any]:
    return {
        "family": one.family,
        "epoch": one.epoch,
        "from": one.not_before.date().isoformat(),
        "until": one.not_after.date().isoformat(),
        "current": one.current,
        "left": one.left,
    }


def _print_table(found: tuple[EpochCount, ...], peppers: list[dict[str, Any]]) -> None:
    table = Table("key", "epoch", "from", "until", "in use", "on it")
    for one in found:
        row = _row(one)
        what = "packets" if one.family == "dispatch" else "cases"
        left = f"{one.left} {what}" if one.family in SEALING_FAMILIES else "–"
        table.add_row(one.family, str(one.epoch), row["from"], row["until"], "yes" if one.current else "", left)
    for each in peppers:
        table.add_row("pepper", str(each["pepper"] or "lost"), "", "", "", f"{each['passwords']} passwords")
    Console().print(table, highlight=False)
