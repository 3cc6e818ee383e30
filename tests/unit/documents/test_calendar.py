"""A calendar may be seen by whoever holds the phone: its entries are valid, neutral, and tell nothing."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents import to_ics

DAYS = (dt.date(2026, 12, 22), dt.date(2027, 2, 22))
SEED = b"of one case"


def entries(data: bytes):
    return icalendar.Calendar.from_ical(data).walk("VEVENT")


def test_each_day_is_one_whole_day_with_a_neutral_word():
    found = entries(to_ics(DAYS, SEED))

    assert [entry.decoded("dtstart") for entry in found] == list(DAYS)
    assert {str(entry["summary"]) for entry in found} == {"Reminder"}
    assert all(isinstance(entry.decoded("dtstart"), dt.date) for entry in found)
    assert not any(isinstance(entry.decoded("dtstart"), dt.datetime) for entry in found)


def test_an_entry_holds_nothing_else():
    for entry in entries(to_ics(DAYS, SEED)):
        assert set(entry) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "CLASS", "TRANSP"}
        assert not entry.subcomponents  # no alarm that lights up a screen


def test_the_file_says_nothing_of_us_of_companies_or_of_law():
    text = to_ics(DAYS, SEED).decode().casefold()

    for word in ("recourse", "complaint", "article", "letter", "http", "ico", "description", "organizer", "@"):
        assert word not in text


def test_the_same_days_and_seed_give_the_same_bytes():
    assert to_ics(DAYS, SEED) == to_ics(reversed(DAYS), SEED) == to_ics([*DAYS, *DAYS], SEED)


def test_ids_say_nothing_and_differ_between_cases():
    mine, theirs = ({str(e["uid"]) for e in entries(to_ics(DAYS, seed))} for seed in (SEED, b"of another"))

    assert len(mine) == len(DAYS)
    assert not mine & theirs
    assert all(set(uid) <= set("0123456789abcdef") for uid in mine)


def test_a_day_that_is_added_later_leaves_the_ids_of_the_others():
    before = {str(e["uid"]) for e in entries(to_ics(DAYS, SEED))}
    after = {str(e["uid"]) for e in entries(to_ics([*DAYS, dt.date(2027, 3, 1)], SEED))}

    assert before < after


def test_when_the_file_was_made_is_not_in_it():
    for entry in entries(to_ics(DAYS, SEED)):
        assert entry.decoded("dtstamp").date() == entry.decoded("dtstart")


def test_a_moment_counts_as_its_day():
    assert to_ics([dt.datetime(2026, 12, 22, 9, tzinfo=dt.UTC)], SEED) == to_ics(DAYS[:1], SEED)


@pytest.mark.parametrize("days", [(), DAYS])
def test_lines_end_and_fold_as_the_standard_says(days):
    data = to_ics(days, SEED)

    assert data.startswith(b"BEGIN:VCALENDAR\r\n") and data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert b"PRODID:" in data and b"VERSION:2.0\r\n" in data


@given(days=st.lists(st.dates(), max_size=30), seed=st.binary(min_size=1))
def test_any_days_come_back_as_they_were(days, seed):
    assert [entry.decoded("dtstart") for entry in entries(to_ics(days, seed))] == sorted(set(days))
