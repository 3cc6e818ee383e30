"""Tables of sentences as people write them: what must be read, and what must not be invented."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from casework.reader import FACT, Reader
from tests.unit.reader.measure import COUNTED, QUESTION, WORTH, measure

HERE = Path(__file__).parent
TABLE = yaml.safe_load((HERE / "sentences.yml").read_text(encoding="utf-8"))
TODAY: dt.date = TABLE["today"]
ROWS = TABLE["sentences"]
# Ids are numbers: a test name must not repeat what a person might say.
IDS = [f"sentence-{number}" for number in range(len(ROWS))]


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_everything_said_is_found_at_least_as_a_question(reader: Reader, row: dict) -> None:
    found = reader.read(row["text"], TODAY)

    for field in COUNTED:
        believed = {f.value for f in found if f.field == field and f.confidence >= QUESTION}
        assert set(row["expect"].get(field, ())) <= believed, field


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_nothing_is_taken_for_a_fact_that_was_not_said(reader: Reader, row: dict) -> None:
    found = reader.read(row["text"], TODAY)

    for field in COUNTED:
        sure = {f.value for f in found if f.field == field and f.confidence >= WORTH.get(field, FACT)}
        assert sure <= set(row["expect"].get(field, ())), field


@pytest.mark.parametrize("row", [r for r in ROWS if "spans" in r], ids=lambda row: "+".join(row["spans"]))
def test_the_characters_that_show_a_finding_are_the_ones_a_reader_would_point_at(reader: Reader, row: dict) -> None:
    found = reader.read(row["text"], TODAY)

    for field, shown in row["spans"].items():
        assert shown in {row["text"][f.start : f.end] for f in found if f.field == field}


def test_the_table_is_not_too_small_to_mean_anything() -> None:
    assert len(ROWS) >= 150
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_sentences_that_nobody_tuned_for_stay_readable(reader: Reader) -> None:
    score = measure(reader, "heldout.yml")

    assert score.f1() >= 0.88, score.lines
    assert score.recall("places.url", "places.handle") >= 0.98, score.lines


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("it was today", "2026-11-22"),
        ("last night", "2026-11-21"),
        ("last tuesday", "2026-11-17"),
        ("last Sunday", "2026-11-15"),  # said on a Sunday, it is not today
        ("on monday", "2026-11-16"),
        ("3 weeks ago", "2026-11-01"),
        ("a couple of days ago", "2026-11-20"),
        ("on 4 March", "2026-03-04"),
        ("March 4th, 2025", "2025-03-04"),
        ("the 30th of december", "2025-12-30"),  # not in the future
        ("29 February", "2024-02-29"),
        ("03/11/2026", "2026-11-03"),
        ("11/25/2025", "2025-11-25"),
        ("2026-10-09", "2026-10-09"),
    ],
)
def test_days_are_counted_back_from_the_day_of_the_message(reader: Reader, text: str, value: str) -> None:
    assert [f.value for f in reader.read(text, TODAY) if f.field == "date"] == [value]


@pytest.mark.parametrize("text", ["on 31 February", "in 3 days", "99/99/9999", "I may do it", "0 weeks ago"])
def test_what_is_no_day_in_the_past_is_not_read_as_one(reader: Reader, text: str) -> None:
    assert not [f for f in reader.read(text, TODAY) if f.field == "date"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$2,000", "2000 USD"),
        ("2.000 euros", "2000 EUR"),
        ("£50", "50 GBP"),
        ("200 quid", "200 GBP"),
        ("0.5 btc", "0.5 BTC"),
        ("2 grand dollars", "2000 USD"),
        ("€1k", "1000 EUR"),
    ],
)
def test_a_sum_keeps_its_size_and_its_currency(reader: Reader, text: str, value: str) -> None:
    assert [f.value for f in reader.read(text, TODAY) if f.field == "amount"] == [value]


def test_a_guess_between_the_two_groks_never_becomes_a_fact(reader: Reader) -> None:
    for text in ("grok made a nude of me", "grok undressed me and it is on X"):
        guesses = [f for f in reader.read(text, TODAY) if f.field == "generator"]

        assert guesses
        assert all(f.confidence < FACT for f in guesses)


def test_a_denied_act_is_reported_as_denied(reader: Reader) -> None:
    found = {(f.field, f.value) for f in reader.read("it was not posted anywhere", TODAY)}

    assert ("acts.not", "shared") in found
    assert ("acts", "shared") not in found


def test_where_the_photo_came_from_is_no_place_to_complain_to(reader: Reader) -> None:
    found = reader.read("he took my linkedin photo and used grok on it", TODAY)

    assert ("platform.mentioned", "linkedin") in {(f.field, f.value) for f in found}
    assert not [f for f in found if f.field == "places.platform"]
