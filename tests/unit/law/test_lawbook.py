"""The legal data: whole, sourced, fresh, immutable, and no prey for the assistant's own training files."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.errors import LawError
from casework.law import Law
from casework.lawbook import FOLDER, load_law

# Rasa takes a file with one of these for its own training data.
RASA_KEYS = {"nlu", "rules", "stories", "responses"}
ALLOWED_AGE_DAYS = 400


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "law"))


def _edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (str(key) for key in value)
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(child)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.name)
def test_training_does_not_take_legal_data_for_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not RASA_KEYS & set(_keys(yaml.safe_load(text)))
    assert not re.search(r"^\s*(nlu|rules|stories|responses)\s*:", text, re.MULTILINE)


def test_every_platform_of_the_knowledge_base_is_there(law: Law) -> None:
    assert set(law.platforms) == {
        "x", "xai", "meta", "whatsapp", "tiktok", "snapchat", "youtube", "google_search", "bing", "reddit", "telegram",
        "discord", "pornhub", "xvideos", "onlyfans", "bluesky", "linkedin", "pinterest", "twitch",
    }  # fmt: skip


def test_every_country_of_the_eea_and_every_land_has_an_authority(law: Law) -> None:
    lands = ["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"]

    assert len(law.areas["EEA"]) == 30
    assert all(law.data_authorities[country] for country in law.areas["EEA"])
    assert {law.data_authorities[f"DE-{land}"] for land in lands} == {
        a.id for a in law.authorities.values() if a.id.startswith("dpa-de-")
    }
    assert law.data_authorities["DE-BE"] == "dpa-de-deberlbdi"


@pytest.mark.parametrize(
    ("platform", "eea", "gb", "lead"),
    [
        ("x", "X Internet Unlimited Company", "X Internet Unlimited Company", "dpa-ie"),
        ("xai", "X.AI LLC", "X.AI LLC", None),
        ("meta", "Meta Platforms Ireland Limited", "Meta Platforms, Inc.", "dpa-ie"),
        ("whatsapp", "WhatsApp Ireland Limited", "WhatsApp LLC", "dpa-ie"),
        ("youtube", "Google Ireland Limited", "Google LLC", "dpa-ie"),
        ("google_search", "Google LLC", "Google LLC", None),
        ("reddit", "Reddit Netherlands B.V.", "Reddit, Inc.", "dpa-nl"),
        ("discord", "Discord Netherlands BV", "Discord Inc.", "dpa-nl"),
        ("linkedin", "LinkedIn Ireland Unlimited Company", "LinkedIn Corporation", "dpa-ie"),
        ("pornhub", "Aylo Freesites Ltd", "Aylo Freesites Ltd", "dpa-cy"),
        ("telegram", "Telegram", "Telegram", None),
    ],
)
def test_the_company_that_answers_is_not_mixed_up(law: Law, platform: str, eea: str, gb: str, lead: str | None) -> None:
    row = law.platforms[platform]

    assert (row.controllers["EEA"].entity, row.controllers["GB"].entity, row.lead) == (eea, gb, lead)


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("instagram", "meta"), ("old.reddit.com", "reddit"), ("www.google.de", "google_search"),
        ("google.co.uk", "google_search"), ("google.evil.com", None), ("drive.google.com", None), ("notx.com", None),
        ("youtu.be", "youtube"), ("Twitter", "x"), ("", None), ("forum.example", None),
    ],
)  # fmt: skip
def test_a_name_or_domain_leads_to_its_platform_and_to_no_other(law: Law, name: str, platform: str | None) -> None:
    row = law.platform_of(name)

    assert (row.id if row else None) == platform


def test_rows_are_checked_often_enough(law: Law) -> None:
    assert law.stale(dt.datetime.now(tz=dt.UTC).date(), days=ALLOWED_AGE_DAYS) == ()


def test_an_old_row_is_found(law: Law) -> None:
    assert "gdpr-17" in law.stale(dt.date(2028, 1, 1), days=ALLOWED_AGE_DAYS)


def test_no_row_can_be_changed_at_run_time(law: Law) -> None:
    with pytest.raises(FrozenInstanceError):
        law.rights["gdpr-17"].title = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        law.rights["gdpr-17"] = law.rights["gdpr-15"]  # type: ignore[index]


def test_the_version_follows_the_content(law: Law, copy: Path) -> None:
    assert load_law(copy).version == law.version

    _edit(copy, "helplines.yml", "116 123", "116 124")

    assert load_law(copy).version != law.version


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("platforms.yml", "lead: dpa-ie", "lead: dpa-xx", "dpa-xx"),
        ("rights.yml", "source: [gdpr-text]", "source: [nowhere]", "nowhere"),
        ("rules.yml", "right: gdpr-17,", "right: gdpr-1700,", "gdpr-1700"),
        ("rules.yml", "{country: [US], else:", "{planet: [US], else:", "planet"),
        ("rules.yml", "refer: rph,", "refer: nobody,", "nobody"),
        ("documents.yml", "clock: one_month", "clock: one_moon", "one_moon"),
        ("documents.yml", "name: chosen", "name: anyone", "anyone"),
        ("helplines.yml", "- id: rph\n", "- id: stopncii\n", "stopncii"),
        ("helplines.yml", "  verified: false\n", "  verified: true\n", "background"),
        ("rights.yml", "id: osa-20A\n", "id: osa-20B\n", "osa-20A"),
        ("platforms.yml", "    GB: *xiuc\n", "", "x does not say"),
        ("authorities.yml", "authorities:", "authority:", "authority"),
    ],
)
def test_broken_data_is_refused_and_the_row_is_named(copy: Path, file: str, old: str, new: str, named: str) -> None:
    _edit(copy, file, old, new)

    with pytest.raises(LawError, match=named):
        load_law(copy)


def test_an_unverified_right_cannot_be_switched_on(copy: Path) -> None:
    _edit(
        copy,
        "rules.yml",
        "ways: [[{never: [], else: 'We could not confirm",
        "ways: [[{country: [GB], else: 'We could not confirm",
    )

    with pytest.raises(LawError, match="cpa-99"):
        load_law(copy)


def test_a_folder_without_law_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(LawError):
        load_law(tmp_path)


def test_text_that_is_not_yaml_is_refused_by_name(copy: Path) -> None:
    (copy / "rules.yml").write_text("a: [", encoding="utf-8")

    with pytest.raises(LawError, match=r"rules\.yml"):
        load_law(copy)


def test_forms_that_are_for_the_us_alone_are_known_before_they_are_opened(law: Law) -> None:
    us_only = {
        (row.id, channel) for row in law.platforms.values() for channel, n in row.form_notes.items() if n.us_only
    }

    assert us_only == {("x", "tida"), ("discord", "tida")}
    assert law.platforms["x"].form_notes["tida"].account_needed is False
    assert law.platforms["reddit"].form_notes["privacy"].account_needed is True


def test_notes_on_forms_are_about_channels_that_are_there(law: Law) -> None:
    assert [row.id for row in law.platforms.values() if not set(row.form_notes) <= set(row.channels)] == []


def test_who_takes_part_in_stopncii_is_said_only_where_a_source_says_it(law: Law) -> None:
    said = {row.id: row.stopncii for row in law.platforms.values() if row.stopncii != "unknown"}

    assert {row for row, answer in said.items() if answer == "yes"} == {
        "meta", "tiktok", "snapchat", "bing", "reddit", "pornhub", "onlyfans",
    }  # fmt: skip
    assert {row for row, answer in said.items() if answer == "no"} == {"whatsapp"}


def test_each_nation_of_the_uk_has_its_own_offences(law: Law) -> None:
    crimes = {row.id: row.jurisdictions for row in law.rights.values() if row.crime and "GB" in row.jurisdictions[0]}

    assert crimes == {
        "soa-66B": ("GB-ENG", "GB-WLS"), "soa-66E": ("GB-ENG", "GB-WLS"), "soa-66F": ("GB-ENG", "GB-WLS"),
        "cpa-99": ("GB-ENG", "GB-WLS"), "asbsh-2": ("GB-SCT",), "nija-51": ("GB-NIR",),
    }  # fmt: skip
    assert set(law.uk_nations) == {"GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR"}


def test_every_member_state_has_one_coordinator_for_digital_services(law: Law) -> None:
    countries = [row.country for row in law.authorities.values() if row.role == "digital_services"]

    assert sorted(countries) == sorted(law.areas["EU"])
