"""`recourse law show|check|versions`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from casework.errors import LawError
from casework.lawbook import FOLDER, law_of
from casework.lawfiles import Row, Texts, read_texts, tables_of, version_of
from casework.lawreview import Finding, review
from recourse import law_archive, law_show
from recourse.settings import Settings

STALE_AFTER_DAYS = 180
TEMPLATES = FOLDER.parent.parent / "casework" / "documents" / "templates"


def show(row: str, settings: Settings, version: str | None = None) -> None:
    """
    Print a row with its sources and whatever rests on it, now or as it stood.

    Raises
    ------
    AskAgain
        No table has that id, or this home never used that version.
    """
    texts = law_archive.texts_of(settings.home, version) if version else read_texts()
    law_show.show(row, tables_of(texts), version_of(texts), Console())


def versions(settings: Settings) -> None:
    """The versions of the law that this home has used."""
    current, kept = version_of(read_texts()), law_archive.versions(settings.home)
    table = Table("version", "used here since", "", box=None)
    for each in kept:
        table.add_row(each.version, str(each.since), "this release" if each.version == current else "")
    if current not in {each.version for each in kept}:
        table.add_row(current, "not yet", "this release")
    Console().print(table)


def check(*, as_json: bool = False, folder: Path = FOLDER, today: dt.date | None = None) -> int:
    """0 when nothing is to be done; else 1, and what."""
    texts = read_texts(folder)
    found = findings(texts, folder, today or dt.datetime.now(dt.UTC).date())
    rows = _count(tables_of(texts)) if not _unreadable(found) else 0
    if as_json:
        json.dump(
            {"version": version_of(texts), "rows": rows, "findings": [asdict(f) for f in found]}, sys.stdout, indent=2
        )
        sys.stdout.write("\n")
    else:
        _print(found, version_of(texts), rows)
    return 1 if found else 0


def findings(texts: Texts, folder: Path, today: dt.date) -> tuple[Finding, ...]:
    """What the schemas refuse; else what loading refuses; else what a review finds."""
    from casework.lawoutside import load_outside
    from casework.lawschema import misfits

    try:
        misfit = tuple(
            Finding(kind="schema", table=table, row=row, text=text)
            for table, row, text in misfits(tables_of(texts), folder / "schema")
        )
        return misfit or review(law_of(texts), load_outside(folder), _templates(), today)
    except LawError as error:
        return (Finding(kind="reference", table="", row="", text=str(error)),)


def _templates() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.j2"))}


def _unreadable(found: tuple[Finding, ...]) -> bool:
    return any(finding.kind == "reference" for finding in found)


def _count(tables: Row) -> int:
    return sum(len(rows) for rows in tables.values())


def _print(found: tuple[Finding, ...], version: str, rows: int) -> None:
    console = Console(soft_wrap=True)
    for finding in found:
        where = " ".join(part for part in (finding.table, finding.row) if part)
        console.print(f"{finding.kind}: {where}: {finding.text}", markup=False, highlight=False)
    console.print(f"law {version}: {rows} rows, {len(found)} findings", highlight=False)
