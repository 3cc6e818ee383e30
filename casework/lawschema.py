"""Holds the rows of the legal data against data/law/schema; for `recourse law check` and tests, never at start."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from casework.lawfiles import FOLDER, Row

SCHEMAS = FOLDER / "schema"
COMMON = "common.json"


def misfits(tables: Row, folder: Path = SCHEMAS) -> Iterator[tuple[str, str, str]]:
    """Table, row and what is wrong with which field, for everything that its schema does not allow."""
    for table, rows in tables.items():
        validator = _validator(table, folder)
        for name, row in _rows(table, rows, validator.schema):
            for error in sorted(validator.iter_errors(_as_json(row)), key=lambda each: list(map(str, each.path))):
                where = ".".join(str(part) for part in error.path) or "the row"
                yield table, name, f"{where}: {error.message[:200]}"


def _rows(table: str, rows: Any, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A list of rows one by one, named by id or place in the list; a table that is one thing as a whole."""
    if isinstance(rows, list) and schema["type"] == "object":
        for number, row in enumerate(rows, 1):
            names = (row.get(key) for key in ("id", "right", "refer", "document")) if isinstance(row, dict) else ()
            yield next((str(name) for name in names if name), f"row {number}"), row
    elif table == "sources":
        yield from rows.items()
    else:
        yield table, rows


def _validator(table: str, folder: Path) -> Any:
    from jsonschema import Draft202012Validator, FormatChecker, RefResolver  # type: ignore[import-untyped]  # no stubs

    schema = json.loads((folder / f"{table}.json").read_text(encoding="utf-8"))
    common = json.loads((folder / COMMON).read_text(encoding="utf-8"))
    resolver = RefResolver(base_uri="", referrer=schema, store={COMMON: common})
    return Draft202012Validator(schema, resolver=resolver, format_checker=FormatChecker(["date"]))


def _as_json(value: Any) -> Any:
    """Days as YAML reads them are words in JSON."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _as_json(each) for key, each in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list) else value
