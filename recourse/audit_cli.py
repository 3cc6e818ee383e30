"""`recourse audit heads|verify`: whether the record of who opened what is whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console

from desk.heads import NotHeads, exports, heads_of, read_heads, verify_all
from recourse import compose
from recourse.settings import Settings


def heads(settings: Settings) -> None:
    """Print where each record ends, as signed JSON: kept elsewhere, it shows later that nothing was cut off."""
    services = compose.worker(settings)
    try:
        verify_all(services, exports(services, settings.audit_export))
        json.dump(heads_of(services), sys.stdout, indent=2)
    finally:
        services.databases.close()
    sys.stdout.write("\n")


def check(settings: Settings, exported: Path | None) -> None:
    """
    Walk every chain from its first entry, past every export that is in the folder, and past the given one.

    Raises
    ------
    Tampered
        An entry was edited, moved, removed, or is signed by no key of ours; or a chain ends before its head.
    NotHeads
        The file is not what `heads` prints.
    """
    services = compose.worker(settings)
    try:
        known = list(exports(services, settings.audit_export))
        if exported:
            known.append(read_heads(_text(exported), services.manifest))
        for head in verify_all(services, known):
            Console().print(f"{head.process}: whole, entries: {head.seq + 1}", highlight=False)
    finally:
        services.databases.close()
    newest = max(known, key=lambda one: one.on, default=None)
    against = "No export to hold them against yet."
    if newest:
        entries = sum(head.seq + 1 for head in newest.heads.values())
        against = f"Held against the export of {newest.on}, which knew {entries} entries: none of those is missing."
    Console().print(against, highlight=False)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise NotHeads from error
