"""`recourse law check` is clean, and finds each kind of fault that it is there to find."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from casework.law import Law
from casework.lawbook import load_law
from casework.lawcompare import contradictions
from casework.lawoutside import load_outside
from casework.lawreview import Finding, Outside, review
from recourse import law_cli

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


@pytest.fixture(scope="module")
def outside() -> Outside:
    return load_outside()


def _found(law: Law, outside: Outside, templates: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    return review(law, outside, templates or {}, TODAY)


def _changed(law: Law, table: str, key: str, /, **change: object) -> Law:
    row = dataclasses.replace(getattr(law, table)[key], **change)
    return dataclasses.replace(law, **{table: {**getattr(law, table), key: row}})


def _kinds(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(finding.kind, finding.row) for finding in findings}


def test_the_legal_data_of_this_tree_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert law_cli.check(today=TODAY) == 0, capsys.readouterr().out


def test_the_legal_data_is_clean_on_the_day_of_this_test(capsys: pytest.CaptureFixture[str]) -> None:
    """Fails when rows have grown stale: look at their sources again."""
    assert law_cli.check() == 0, capsys.readouterr().out


@pytest.mark.parametrize(("table", "key"), [("helplines", "rph"), ("rights", "gdpr-17"), ("platforms", "x")])
def test_each_table_has_its_own_age(law: Law, outside: Outside, table: str, key: str) -> None:
    def of_age(days: int) -> Law:
        evidence = dataclasses.replace(getattr(law, table)[key].evidence, checked_on=TODAY - dt.timedelta(days=days))
        return _changed(law, table, key, evidence=evidence)

    assert ("stale", key) in _kinds(_found(of_age(outside.ages[table] + 1), outside))
    assert ("stale", key) not in _kinds(_found(of_age(outside.ages[table]), outside))


def test_a_day_that_has_not_come_is_not_a_check(law: Law, outside: Outside) -> None:
    evidence = dataclasses.replace(law.rights["gdpr-17"].evidence, checked_on=TODAY + dt.timedelta(days=1))

    assert ("stale", "gdpr-17") in _kinds(_found(_changed(law, "rights", "gdpr-17", evidence=evidence), outside))


def test_doubt_about_a_field_that_is_not_there_is_found(law: Law, outside: Outside) -> None:
    evidence = dataclasses.replace(law.platforms["x"].evidence, unverified_fields=("leads",))

    assert ("source", "x") in _kinds(_found(_changed(law, "platforms", "x", evidence=evidence), outside))


def test_a_source_on_which_nothing_rests_is_found(law: Law, outside: Outside) -> None:
    extra = dataclasses.replace(law.sources["gdpr-text"], id="unused")

    spare = dataclasses.replace(law, sources={**law.sources, "unused": extra})

    assert ("source", "unused") in _kinds(_found(spare, outside))


@pytest.mark.parametrize(
    ("table", "key", "change"),
    [
        ("authorities", "dpa-fr", {"phone": "+33 1 23 45 67 89"}),
        ("authorities", "dpa-at", {"email": "someone@example.org"}),
        ("authorities", "dpa-nl", {"website": "https://example.org/"}),
        ("authorities", "dpa-pl", {"address": "ul. Inna 77, 99-999 Warszawa"}),
        ("authorities", "dpa-ie", {"complaint_url": "https://forms.example.org/"}),
        ("platforms", "tiktok", {"domains": ("example.org",)}),
    ],
)
def test_contact_data_that_others_have_otherwise_is_found(law: Law, outside: Outside, table, key, change) -> None:
    assert ("contradiction", key) in _kinds(_found(_changed(law, table, key, **change), outside))


def test_the_same_in_another_spelling_is_no_contradiction(law: Law, outside: Outside) -> None:
    row = law.authorities["dpa-fr"]
    other = _changed(
        law, "authorities", "dpa-fr", website="http://CNIL.fr", phone=(row.phone or "").replace("+33", "0"),
        address=(row.address or "").replace(",", " -").upper(),
    )  # fmt: skip

    assert not [each for each in contradictions(other, outside.collection) if each.row == "dpa-fr"]


def test_a_contradiction_without_a_reason_and_a_reason_without_a_contradiction_are_found(
    law: Law, outside: Outside
) -> None:
    without = dataclasses.replace(outside, reviewed=outside.reviewed[1:])
    gone = dataclasses.replace(outside.reviewed[0], theirs="nobody says so any more")
    beside = dataclasses.replace(outside, reviewed=(*outside.reviewed, gone))

    assert ("contradiction", outside.reviewed[0].row) in _kinds(_found(law, without))
    assert ("contradiction", gone.row) in _kinds(_found(law, beside))


def test_every_authority_and_platform_that_others_know_is_compared(law: Law, outside: Outside) -> None:
    data_protection = {row.id for row in law.authorities.values() if row.role == "data_protection"}

    assert set(outside.collection.authorities) == data_protection
    assert set(outside.collection.companies) < set(law.platforms)


def test_an_article_that_does_not_exist_is_found_in_rights_documents_and_letters(law: Law, outside: Outside) -> None:
    right = _changed(law, "rights", "gdpr-17", article="17(9)")
    document = _changed(law, "documents", "doc-dsa16", law="Art. 16(9) Regulation (EU) 2022/2065")
    letters = {"doc-art17.txt.j2": "as Article 17(1)(q) asks", "_head.txt.j2": "Article 77 UK GDPR"}

    assert ("article", "gdpr-17") in _kinds(_found(right, outside))
    assert ("article", "doc-dsa16") in _kinds(_found(document, outside))
    assert {("article", name) for name in letters} <= _kinds(_found(law, outside, letters))


def test_an_element_without_law_source_or_reason_is_found(law: Law, outside: Outside) -> None:
    bare = dataclasses.replace(outside, good_practice={})
    lost = dataclasses.replace(outside, good_practice={**outside.good_practice, "doc-lost": "because"})

    assert ("element", "doc-police") in _kinds(_found(law, bare))
    assert ("element", "doc-lost") in _kinds(_found(law, lost))


@pytest.mark.parametrize(
    ("file", "old", "new", "kind", "named"),
    [
        ("helplines.yml", "phone: 0345 6000 459", "phone: call us", "schema", "rph"),
        ("platforms.yml", "lead: dpa-ie", "lead: dpa-xx", "reference", "dpa-xx"),
        ("rights.yml", "article: '17'", "article: 17(9)", "article", "gdpr-17"),
    ],
)
def test_the_command_ends_with_1_and_names_the_row(copy: Path, edit, capsys, file, old, new, kind, named) -> None:
    edit(file, old, new)

    assert law_cli.check(folder=copy, today=TODAY) == 1
    assert any(line.startswith(kind) and named in line for line in capsys.readouterr().out.splitlines())


def test_the_findings_as_json_are_nothing_else(copy: Path, edit, capsys: pytest.CaptureFixture[str]) -> None:
    edit("rights.yml", "article: '17'", "article: 17(9)")

    law_cli.check(as_json=True, folder=copy, today=TODAY)

    data = json.loads(capsys.readouterr().out)
    assert data.keys() == {"version", "rows", "findings"}
    assert {f["row"] for f in data["findings"] if f["kind"] == "article"} == {"gdpr-17"}


def test_comparing_does_not_change_the_version(copy: Path) -> None:
    (copy / "review" / "ages.yml").write_text("ages: {}", encoding="utf-8")

    assert load_law(copy).version == load_law().version
