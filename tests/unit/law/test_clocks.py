"""Legal time: what goes wrong at month ends, holidays and changes of the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import clocks
from casework.clocks import Clock, Place

ENGLAND = (Place(country="GB", part="GB-ENG"),)
DAYS = st.dates(min_value=dt.date(2026, 1, 1), max_value=dt.date(2035, 12, 31))
PLACES = st.sampled_from(
    [(), ENGLAND, (Place(country="GB", part="GB-SCT"),), (Place(country="DE", part="DE-BY"), Place(country="IE"))]
)


@pytest.mark.parametrize(
    ("clock", "sent", "place", "due"),
    [
        (Clock.ONE_MONTH, "2026-11-22", "FR", "2026-12-22"),
        (Clock.ONE_MONTH, "2027-01-31", "FR", "2027-03-01"),  # no 31 February; the 28th is a Sunday
        (Clock.ONE_MONTH, "2028-01-31", "FR", "2028-02-29"),  # a leap year
        (Clock.ONE_MONTH, "2026-11-25", "GB", "2026-12-29"),  # Christmas, and Boxing Day moved to Monday
        (Clock.THIRTY_DAYS, "2026-11-22", "GB", "2026-12-22"),  # day one is the 23rd
        (Clock.THIRTY_DAYS, "2027-02-27", "GB", "2027-03-30"),  # Easter Monday in England
        (Clock.ONE_MONTH, "2026-12-06", "DE", "2027-01-06"),  # Epiphany, but not in all of Germany
        (Clock.ONE_MONTH, "2026-12-06", "DE-BY", "2027-01-07"),
        (Clock.ONE_MONTH, "2026-10-30", "GB-SCT", "2026-12-01"),  # St Andrew's Day
        (Clock.ONE_MONTH, "2026-10-30", "GB-ENG", "2026-11-30"),
        (Clock.HOURS_48, "2026-12-24", "GB", "2026-12-26"),  # hours run through Christmas
    ],
)
def test_a_recipient_is_not_called_late_too_early_or_too_late(clock: Clock, sent: str, place: str, due: str) -> None:
    places = (Place(country=place[:2], part=place if "-" in place else None),)

    assert clocks.due(clock, dt.date.fromisoformat(sent), places) == dt.date.fromisoformat(due)


def test_two_calendars_give_the_later_end() -> None:
    both = (Place(country="FR"), Place(country="IE"))

    # St Patrick's Day, a Wednesday in 2027, is a working day in France.
    assert clocks.due(Clock.ONE_MONTH, dt.date(2027, 2, 17), both) == dt.date(2027, 3, 18)


def test_hours_are_real_hours_when_the_clocks_change() -> None:
    saturday = dt.datetime(2027, 3, 27, 9, tzinfo=ZoneInfo("Europe/London"))

    due = clocks.due(Clock.HOURS_48, saturday, ENGLAND)

    assert due.isoformat() == "2027-03-29T10:00:00+01:00"


def test_a_moment_without_a_zone_is_not_read_as_local() -> None:
    due = clocks.plus_hours(dt.datetime(2026, 11, 22, 9), 48)  # noqa: DTZ001 (that is the case)

    assert due == dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def test_the_ico_window_never_rolls_past_its_end() -> None:
    assert clocks.ico_window_closes(dt.date(2026, 11, 30)) == dt.date(2027, 2, 28)  # a Sunday


def test_an_unknown_country_still_skips_weekends() -> None:
    assert clocks.next_working_day(dt.date(2026, 11, 22), (Place(country="XX"),)) == dt.date(2026, 11, 23)


@given(day=DAYS, months=st.integers(min_value=1, max_value=24))
def test_months_keep_the_day_or_take_the_last_one(day: dt.date, months: int) -> None:
    end = clocks.plus_months(day, months)

    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + dt.timedelta(days=1)).day == 1)


@given(day=DAYS, clock=st.sampled_from([Clock.ONE_MONTH, Clock.THIRTY_DAYS]), places=PLACES)
def test_an_end_is_a_working_day_and_never_early(day: dt.date, clock: Clock, places: tuple[Place, ...]) -> None:
    end = clocks.day_of(clocks.due(clock, day, places))

    raw = clocks.plus_months(day, 1) if clock is Clock.ONE_MONTH else day + dt.timedelta(days=30)
    assert end.weekday() < 5
    assert raw <= end <= raw + dt.timedelta(days=10)
    assert all(end not in holidays.country_holidays(p.country, subdiv=(p.part or "")[3:] or None) for p in places)


@given(earlier=DAYS, gap=st.integers(min_value=0, max_value=60), places=PLACES)
def test_whoever_sends_later_is_never_owed_an_earlier_answer(
    earlier: dt.date, gap: int, places: tuple[Place, ...]
) -> None:
    later = earlier + dt.timedelta(days=gap)

    for clock in (Clock.ONE_MONTH, Clock.THIRTY_DAYS):
        first, second = (clocks.day_of(clocks.due(clock, day, places)) for day in (earlier, later))
        assert first <= second


@given(day=DAYS, hour=st.integers(min_value=0, max_value=23))
def test_hours_never_roll(day: dt.date, hour: int) -> None:
    moment = dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)

    assert clocks.due(Clock.HOURS_48, moment, ENGLAND) == moment + dt.timedelta(hours=48)
    assert clocks.due(Clock.HOURS_48, day, ENGLAND) == day + dt.timedelta(days=2)
