"""Every row fits the schema of its table, and a row that does not is refused by table, name and field."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from casework.lawfiles import TABLES, read_texts, tables_of
from casework.lawschema import COMMON, SCHEMAS, misfits

DATA = tables_of(read_texts())


def broken(table: str, change: Any, row: int | str = 0) -> list[tuple[str, str, str]]:
    """What is said of a table in which one row was changed."""
    rows = copy.deepcopy(DATA[table])
    change(rows[row] if isinstance(row, int) or table == "sources" else rows)
    return list(misfits({table: rows}))


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_row_fits_its_schema(table: str) -> None:
    assert list(misfits({table: DATA[table]})) == []


@pytest.mark.parametrize("table", sorted({*TABLES, "common"}))
def test_a_schema_is_itself_one_and_names_its_dialect(table: str) -> None:
    schema = json.loads((SCHEMAS / f"{table}.json").read_text(encoding="utf-8"))

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_no_schema_is_left_without_a_table() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} - {COMMON.removesuffix(".json")} == TABLES


@pytest.mark.parametrize(
    ("table", "row", "name", "key", "value"),
    [
        ("sources", "gdpr-text", "gdpr-text", "kind", "hearsay"),
        ("rights", 0, "gdpr-5", "links", {"GB": "http://example.org/5"}),
        ("documents", 0, "doc-art17", "requires", {"name": "anyone"}),
        ("authorities", 0, "ico", "email", "not an address"),
        ("platforms", 0, "x", "lead", "ico"),
        ("helplines", 0, "rph", "phone", "ask for Jane"),
        ("safeguarding", 0, "SG-01", "severity", "maybe"),
        ("investigations", 0, "inv-ico", "opened", "last spring"),
        ("uk_nations", 0, "GB-ENG", "checked_on", "soon"),
        ("wording", 0, "row 1", "use", ""),
        ("rights_table", 0, "gdpr-5", "ways", [[{"planet": ["Mars"], "else": "No."}]]),
        ("letters", 0, "doc-art15", "wants", ["revenge"]),
        ("reports", 0, "doc-osa20A", "duty", "kindness"),
        ("to_authorities", 0, "doc-police", "ways", []),
        ("follow_ups", 0, "doc-reminder", "closes_months", 0),
        ("referrals_table", 0, "ncmec-cybertip", "ways", [[]]),
        ("areas", "areas", "areas", "EEA", ["Norway"]),
        ("country_aliases", "country_aliases", "country_aliases", "UK", "Britain"),
        ("links", "links", "links", "search_paths", "search"),
        ("names", "names", "names", "police", 112),
    ],
)
def test_a_wrong_value_is_refused_by_table_row_and_field(table, row, name, key, value) -> None:
    found = broken(table, lambda each: each.update({key: value}), row)

    assert found
    assert all(where == table for where, _, _ in found)
    assert any(who.startswith(name) and key in what for _, who, what in found)


@pytest.mark.parametrize("table", ["regional", "unknown_service_duties"])
def test_a_list_that_is_one_thing_is_refused_by_its_name(table: str) -> None:
    ((where, name, what),) = misfits({table: ["nowhere"]})

    assert (where, name) == (table, table)
    assert "nowhere" in what


@pytest.mark.parametrize("table", ["rights", "documents", "authorities", "platforms", "helplines", "sources"])
def test_a_misspelt_field_is_refused(table: str) -> None:
    found = broken(table, lambda row: row.update(verifyed=True), "bg" if table == "sources" else 0)

    assert any("verifyed" in what for _, _, what in found)


def test_a_row_without_evidence_is_refused() -> None:
    found = broken("helplines", lambda row: row.pop("checked_on"))

    assert [what for _, _, what in found if "checked_on" in what]


def test_a_helpline_that_nobody_could_reach_is_refused() -> None:
    def mute(row: dict[str, Any]) -> None:
        for key in ("phone", "text", "email", "web"):
            row.pop(key, None)

    assert broken("helplines", mute)


def test_a_day_that_no_calendar_has_is_refused() -> None:
    assert broken("rights", lambda row: row.update(in_force="2026-02-30"))
    assert not broken("rights", lambda row: row.update(in_force=dt.date(2026, 2, 28)))
