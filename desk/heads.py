"""
Where every record ends today, signed: kept elsewhere, it shows later that nothing was cut off.

A chain shows by itself that it was edited or reordered. That its newest entries are gone shows only against
something that was written down before, in a place that whoever cuts the chain cannot reach.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.errors import AskAgain, Tampered
from casework.store import audit, files
from casework.store.audit import Head
from casework.store.ledger import Position
from casework.store.moments import today
from desk.services import DeskServices
from encryption.errors import BadKey
from encryption.framing import label, length_prefixed
from encryption.keys import Manifest

_FORMAT = "recourse-heads-1"


class NotHeads(AskAgain):
    """That file is not what `recourse audit heads` prints."""


class LedgerShorter(Tampered):
    """The ledger of erasures does not hold the entry that was exported."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What one export says."""

    on: dt.date
    heads: Mapping[str, Head]  # by process
    ledger: Position  # of the newest erasure
    manifest: str  # digest


def heads_of(services: DeskServices) -> dict[str, Any]:
    """The export of this moment, signed by this process."""
    ledger = services.ledger.read().head
    body = {
        "format": _FORMAT,
        "on": today(services.now()).isoformat(),
        "heads": [
            {"process": head.process, "seq": head.seq, "hash": head.hash.hex()}
            for head in audit.heads(services.databases.cases)
        ],
        "ledger": {"seq": ledger.seq, "hash": ledger.hash.hex()},
        "manifest": services.manifest.digest().hex(),
    }
    return {**body, "by": services.process, "signature": services.sign(_signed(body, services.process)).hex()}


def export_daily(services: DeskServices, folder: Path) -> int:
    """
    Write today's file if there is none; returns how many were written.

    Raises
    ------
    Tampered, NotHeads
        The records are shorter than they were, or an earlier file is none of ours. Nothing is written.
    """
    path = folder / f"heads-{today(services.now()).isoformat()}.json"
    if path.exists():
        return 0
    # What was cut off since must not be signed over: the operator sees the task fail, day after day.
    require_whole(services, exports(services, folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.replace(path, json.dumps(heads_of(services), indent=2).encode())
    return 1


def exports(services: DeskServices, folder: Path) -> tuple[Exported, ...]:
    """
    Everything that was exported to this folder, the oldest first.

    Raises
    ------
    NotHeads
        One of the files is none of ours.
    """
    manifest = services.manifest
    found = [read_heads(path.read_text(encoding="utf-8"), manifest) for path in folder.glob("heads-*.json")]
    return tuple(sorted(found, key=lambda one: one.on))


def require_whole(services: DeskServices, exported: Sequence[Exported]) -> None:
    """
    Return when every entry that was ever exported is where it was. Looks at these alone, not at all between them.

    Raises
    ------
    Tampered
    """
    chain, manifest = services.ledger.read(), services.manifest
    descent = {one.hex() for one in (*manifest.history, manifest.digest())}
    for one in exported:
        for head in one.heads.values():
            if not audit.holds(services.databases.cases, head):
                raise Tampered(f"The record of {head.process} does not hold what was exported on {one.on}.")
        if not chain.holds(one.ledger):
            raise LedgerShorter
        if one.manifest not in descent:
            raise Tampered("The manifest does not descend from the one that was exported.")


def read_heads(text: str, manifest: Manifest) -> Exported:
    """
    What a file of heads says.

    Raises
    ------
    NotHeads
        It is not what we write, or no key of ours signed it.
    """
    try:
        found = json.loads(text)
        body = {name: found[name] for name in ("format", "on", "heads", "ledger", "manifest")}
        if found["format"] != _FORMAT:
            raise NotHeads
        _require_signed(manifest, found["by"], _signed(body, found["by"]), bytes.fromhex(found["signature"]))
        rows = [_head(row) for row in found["heads"]]
        return Exported(
            on=dt.date.fromisoformat(found["on"]),
            heads={head.process: head for head in rows},
            ledger=Position(seq=int(found["ledger"]["seq"]), hash=bytes.fromhex(found["ledger"]["hash"])),
            manifest=str(found["manifest"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, BadKey) as error:
        raise NotHeads from error


def _head(row: Mapping[str, Any]) -> Head:
    return Head(process=str(row["process"]), seq=int(row["seq"]), hash=bytes.fromhex(row["hash"]))


def verify_all(services: DeskServices, exported: Sequence[Exported]) -> tuple[Head, ...]:
    """
    Walk every chain from its first entry, past all that was exported.

    Raises
    ------
    Tampered
        An entry was edited, moved or removed, or is signed by no key of ours; or a record is shorter than it was.
    """
    # A chain that is gone altogether is missed only by whoever kept its head.
    require_whole(services, exported)
    return tuple(_walk(services, name) for name in audit.processes(services.databases.cases))


def _walk(services: DeskServices, name: str) -> Head:
    manifest = services.manifest

    def check(message: bytes, signature: bytes) -> None:
        _require_signed(manifest, name, message, signature)

    return audit.verify(services.databases.cases, name, check)


def _require_signed(manifest: Manifest, process: str, message: bytes, signature: bytes) -> None:
    # Any epoch: what was signed under an old key stays signed.
    for key in reversed(manifest.verifying_keys(f"audit-{process}")):
        try:
            return key.verify(message, signature)
        except BadKey:
            continue
    raise BadKey


def _signed(body: Mapping[str, Any], process: str) -> bytes:
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return length_prefixed(label("audit heads"), process.encode(), text)
