"""A row of the legal data as a lawyer would want to read it: what it says, on what it rests, what rests on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from casework.errors import AskAgain
from casework.lawfiles import Row

ID_FIELDS = ("id", "right", "refer", "document")  # what names a row of a list
EVIDENCE = ("source", "source_date", "checked_on", "verified", "confidence", "unverified_fields", "note")
NEAREST = 5
Found = tuple[str, str, Row]  # table, id, row


def show(wanted: str, tables: Row, version: str, console: Console) -> None:
    """
    Print every row that is called so: `gdpr-17`, or `rights_table/gdpr-17` for the row of one table.

    Raises
    ------
    AskAgain
        There is none; names the nearest.
    """
    rows = tuple(_rows(tables))
    table, _, key = wanted.rpartition("/")
    found = [each for each in rows if each[1] == key and table in ("", each[0])]
    if not found:
        raise AskAgain(f"No row has the id {wanted}. {_nearest(key, {name for _, name, _ in rows})}".strip())
    own = [each for each in found if "id" in each[2] or each[0] == "sources"] or found
    for name, _, row in own:
        console.print(_panel(name, key, row, rows, tables["sources"]))
    console.print(f"law {version}", highlight=False)


def _rows(tables: Row) -> Iterator[Found]:
    for table, rows in tables.items():
        if table == "sources":
            yield from ((table, key, row) for key, row in rows.items())
        elif isinstance(rows, list):
            for row in rows:
                name = next((row[key] for key in ID_FIELDS if key in row), None) if isinstance(row, dict) else None
                if name:
                    yield table, name, row


def _nearest(wanted: str, names: set[str]) -> str:
    inside = sorted(name for name in names if wanted and wanted.casefold() in name.casefold())
    close = difflib.get_close_matches(wanted, sorted(names), n=NEAREST, cutoff=0.5)
    nearest = list(dict.fromkeys([*close, *inside]))[:NEAREST]
    return f"Nearest: {', '.join(nearest)}." if nearest else ""


def _panel(table: str, key: str, row: Row, rows: tuple[Found, ...], sources: Mapping[str, Row]) -> Panel:
    parts: list[RenderableType] = [_fields({name: value for name, value in row.items() if name not in EVIDENCE})]
    if "checked_on" in row:
        parts += [Text("\nHow sure we are", style="bold"), _fields({n: row[n] for n in EVIDENCE[1:] if n in row})]
    if "source" in row:
        parts += [Text("\nSources", style="bold"), _sources(row["source"], sources)]
    users = [each for each in rows if each[2] is not row and _names(each[2], key)]
    if users:
        parts += [Text("\nUsed by", style="bold"), _users(users)]
    return Panel(Group(*parts), title=f"{key} ({table})", title_align="left")


def _fields(row: Mapping[str, Any]) -> Table:
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in row.items():
        grid.add_row(str(name).replace("_", " "), Text(_plain(value)))
    return grid


def _plain(value: Any, indent: str = "") -> str:
    if value is None or value in ([], {}, ""):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "\n".join(f"{indent}{key}: {_nested(each, indent)}" for key, each in value.items())
    if isinstance(value, list) and any(isinstance(each, list | Mapping) for each in value):
        return "\n".join(f"{indent}- {_plain(each, indent + '  ').strip()}" for each in value)
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _nested(value: Any, indent: str) -> str:
    text = _plain(value, indent + "  ")
    return f"\n{text}" if "\n" in text else text.strip()


def _sources(named: Any, sources: Mapping[str, Row]) -> Table:
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for key in [named] if isinstance(named, str) else named:
        source = sources.get(key, {})
        about = f"{source.get('kind')}, of {source.get('source_date')}, read on {source.get('checked_on')}"
        grid.add_row(key, Text(f"{source.get('title')}\n{about}\n{source.get('address') or 'no address kept'}"))
    return grid


def _users(users: list[Found]) -> Table:
    grid = Table(box=None, show_header=False, pad_edge=False)
    for table, name, row in users:
        conditions = _plain(row["ways"]) if "ways" in row else ""
        grid.add_row(table, name, Text(conditions))
    return grid


def _names(value: Any, key: str) -> bool:
    """Whether a row speaks of that id, at any depth."""
    if isinstance(value, Mapping):
        return any(_names(each, key) for each in value.values())
    return any(_names(each, key) for each in value) if isinstance(value, list) else value == key
