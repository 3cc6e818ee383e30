"""`recourse law show|check`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from rich.console import Console
from rich.pretty import pprint

from casework.errors import AskAgain
from casework.lawbook import load_law

TABLES = ("rights", "documents", "authorities", "platforms", "helplines", "sources")
STALE_AFTER_DAYS = 180


def show(row: str) -> None:
    """
    Print a row and the titles of its sources.

    Raises
    ------
    AskAgain
        No table has that id.
    """
    law = load_law()
    found = next((getattr(law, t)[row] for t in TABLES if row in getattr(law, t)), None)
    if found is None:
        raise AskAgain(f"No row has the id {row}.")
    pprint(_plain(found), expand_all=True)
    for source in getattr(getattr(found, "evidence", None), "source", ()):
        Console().print(f"  {source}: {law.sources[source].title}", markup=False)


def _plain(value: Any) -> Any:
    """Rows as plain mappings; `asdict` cannot copy the read-only ones that they hold."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


def check() -> int:
    """References are checked on loading; here also age. 0 when nothing is to be done."""
    law = load_law()
    stale = law.stale(dt.datetime.now(dt.UTC).date(), days=STALE_AFTER_DAYS)
    console = Console()
    for row in stale:
        console.print(f"stale: {row}")
    console.print(f"law {law.version}: {sum(len(getattr(law, t)) for t in TABLES)} rows, {len(stale)} stale")
    return 1 if stale else 0
