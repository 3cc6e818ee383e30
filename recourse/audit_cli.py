"""`recourse audit heads|verify`: whether the record of who opened what is whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from rich.console import Console

from casework.errors import AskAgain
from casework.store import audit
from casework.store.audit import Head
from casework.store.database import Databases
from encryption.primitives import public_half, verify
from recourse.compose import utc_now
from recourse.home import AUDIT, open_home
from recourse.settings import Settings


def heads(settings: Settings) -> None:
    """Print where each chain ends, as JSON: kept elsewhere, it shows later that nothing was cut off."""
    found = [_written(head) for head in _verified(settings, {}).values()]
    json.dump({"on": utc_now().date().isoformat(), "heads": found}, sys.stdout, indent=2)
    sys.stdout.write("\n")


def check(settings: Settings, exported: Path | None) -> None:
    """
    Walk every chain from its first entry, past the heads that were exported.

    Raises
    ------
    Tampered
        An entry was edited, moved, removed, or is signed by another key; or a chain ends before its head.
    AskAgain
        The file is not what `heads` prints.
    """
    for head in _verified(settings, _read(exported) if exported else {}).values():
        Console().print(f"{head.process}: whole, entries: {head.seq + 1}", highlight=False)


def _verified(settings: Settings, exported: Mapping[str, Head]) -> dict[str, Head]:
    home = open_home(settings, utc_now())
    key = public_half((settings.keys / AUDIT).read_bytes())
    try:
        return {name: _walk(home.databases, name, key, exported.get(name)) for name in _names(home.databases, exported)}
    finally:
        home.databases.close()


def _names(databases: Databases, exported: Mapping[str, Head]) -> list[str]:
    """A chain that is gone altogether is missed only by whoever kept its head."""
    return sorted({*audit.processes(databases.cases), *exported})


def _walk(databases: Databases, name: str, key: bytes, exported: Head | None) -> Head:
    return audit.verify(databases.cases, name, partial(verify, key), exported=exported)


def _written(head: Head) -> dict[str, object]:
    return {"process": head.process, "seq": head.seq, "hash": head.hash.hex()}


def _read(file: Path) -> dict[str, Head]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))["heads"]
        found = [Head(process=str(r["process"]), seq=int(r["seq"]), hash=bytes.fromhex(r["hash"])) for r in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AskAgain("That file is not what `recourse audit heads` prints.") from error
    return {head.process: head for head in found}
