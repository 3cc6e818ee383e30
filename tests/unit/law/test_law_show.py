"""A lawyer sees of each row what it says, on what it rests and how surely, and what rests on it."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from casework.errors import AskAgain
from casework.lawfiles import read_texts, tables_of, version_of
from recourse.law_show import show

TEXTS = read_texts()
TABLES = tables_of(TEXTS)


def shown(row: str) -> str:
    page = io.StringIO()
    show(row, TABLES, version_of(TEXTS), Console(file=page, width=120))
    return page.getvalue()


@pytest.mark.parametrize("row", ["gdpr-17", "doc-art17", "ico", "x", "rph", "gdpr-text", "SG-01", "inv-ico", "GB-NIR"])
def test_every_kind_of_row_is_shown_with_the_version(row: str) -> None:
    page = shown(row)

    assert row in page
    assert version_of(TEXTS) in page


def test_sources_come_with_title_kind_date_and_address() -> None:
    page = shown("ukgdpr-12-12A")

    assert "Bratby Law" in page
    assert "secondary, of 2026-06, read on 2026-11-23" in page
    assert "https://bratby.law/" in page


def test_what_is_not_sure_is_said() -> None:
    page = shown("telegram")

    assert "unverified fields" in page
    assert "controllers, lead, coordinator" in page
    assert "confidence" in page


def test_rules_and_documents_that_rest_on_a_row_are_named() -> None:
    page = shown("gdpr-17")

    assert "doc-art17" in page
    assert "rights_table" in page
    assert "country: GB, EEA" in page


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("rights_table/gdpr-17", "company: letters"),
        ("follow_ups/doc-reminder", "overdue"),
        ("referrals_table/rph", "path: adult"),
        ("letters/doc-art15", "know_who"),
    ],
)
def test_a_row_of_the_rule_table_is_shown_by_table_and_name(row: str, says: str) -> None:
    assert says in shown(row)


def test_a_source_shows_what_rests_on_it() -> None:
    assert "asbsh-2" in shown("asp-2016-22")


@pytest.mark.parametrize(
    ("wanted", "near"), [("gdpr-177", "gdpr-17"), ("doc-dsa61", "doc-dsa16"), ("164A", "dpa-164A")]
)
def test_the_nearest_rows_are_named_when_there_is_none(wanted: str, near: str) -> None:
    with pytest.raises(AskAgain, match=near):
        shown(wanted)


def test_nothing_is_suggested_for_what_is_near_to_nothing() -> None:
    with pytest.raises(AskAgain) as refused:
        shown("zzzzzzzz")

    assert "Nearest" not in str(refused.value)
