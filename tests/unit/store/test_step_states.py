"""The state of a step as its dated events tell it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.states import SETTLED, Bounds, Event, EventKind, StepState, clock, has_lapsed, step_state

TODAY = dt.date(2026, 11, 22)
DAYS = st.integers(-30, 0).map(lambda back: TODAY + dt.timedelta(days=back))


def history(*kinds):
    return [Event(kind=kind, on=TODAY, seq=seq) for seq, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), "unconsented"),
        (("consented",), "ready"),
        (("blocked", "consented"), "blocked"),
        (("blocked", "consented", "cleared"), "ready"),
        (("consented", "withdrawn"), "withdrawn"),
        (("consented", "withdrawn", "consented"), "ready"),
        (("consented", "failed"), "failed"),
        (("consented", "failed", "sent"), "sent"),  # by hand, after the machine gave up
        (("consented", "sent"), "sent"),
        (("consented", "sent", "withdrawn"), "sent"),  # what is sent is sent
        (("consented", "sent", "failed"), "failed"),
        (("consented", "sent", "acknowledged"), "acknowledged"),
        (("consented", "sent", "lapsed"), "lapsed"),
        (("consented", "sent", "lapsed", "acknowledged"), "lapsed"),  # "we got it" is no answer
        (("consented", "sent", "lapsed", "sent"), "sent"),  # sent again: a new clock
        (("consented", "sent", "lapsed", "answered"), "answered"),
        (("consented", "sent", "lapsed", "closed"), "closed"),
        (("answered",), "answered"),  # the person wrote to them on their own
    ],
)
def test_history_and_state(kinds, state):
    assert step_state(history(*map(EventKind, kinds)), Bounds(), TODAY) == state


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ((), "ready"),
        ((StepState.READY,), "waiting"),
        ((StepState.SENT,), "waiting"),
        ((StepState.LAPSED,), "ready"),
        ((StepState.ANSWERED, StepState.SENT), "waiting"),
        ((StepState.WITHDRAWN,), "waiting"),  # a complaint about an answer that nobody asked for
    ],
)
def test_a_step_waits_for_the_one_before_it(before, state):
    assert step_state(history(EventKind.CONSENTED), Bounds(after=before), TODAY) == state


def test_the_first_and_the_last_day_count():
    consented = history(EventKind.CONSENTED)
    bounds = Bounds(available_from=TODAY, closes=TODAY)

    assert step_state(consented, bounds, TODAY - dt.timedelta(days=1)) is StepState.WAITING
    assert step_state(consented, bounds, TODAY) is StepState.READY
    assert step_state(consented, bounds, TODAY + dt.timedelta(days=1)) is StepState.MISSED


@given(st.lists(st.tuples(st.sampled_from(EventKind), DAYS), unique_by=lambda pair: pair[1]), st.randoms())
def test_events_recorded_late_change_nothing_but_their_own_day(pairs, random):
    events = [Event(kind=kind, on=on, seq=seq) for seq, (kind, on) in enumerate(pairs)]
    shuffled = random.sample(pairs, len(pairs))
    late = [Event(kind=kind, on=on, seq=seq) for seq, (kind, on) in enumerate(shuffled)]

    assert step_state(events, Bounds(), TODAY) == step_state(late, Bounds(), TODAY)


@given(st.lists(st.sampled_from(EventKind)), st.sampled_from(EventKind))
def test_an_answer_is_never_lost_again(kinds, later):
    answered = [*kinds, EventKind.ANSWERED, later]

    assert step_state(history(*answered), Bounds(), TODAY) is StepState.ANSWERED


@given(st.lists(st.sampled_from(sorted(set(EventKind) - {EventKind.CONSENTED}))))
def test_nothing_is_ready_without_consent(kinds):
    assert step_state(history(*kinds), Bounds(), TODAY) is not StepState.READY


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (StepState.SENT, "2026-12-22"),
        (StepState.READY, "2026-12-01"),  # its last useful day comes before the answer could
        (StepState.WAITING, "2026-11-30"),
    ],
)
def test_what_a_queue_is_ordered_by(state, expected):
    assert clock(state, due="2026-12-22", available_from="2026-11-30", closes="2026-12-01") == expected


def test_a_step_without_any_date_comes_last():
    assert clock(StepState.READY, due=None, available_from=None, closes=None) == "9999-12-31"


def test_a_lapsed_step_stays_on_the_desk_until_someone_looks():
    assert StepState.LAPSED not in SETTLED


@pytest.mark.parametrize(
    ("due", "now", "over"),
    [
        ("2026-12-22", "2026-12-22T23:59:59+00:00", False),
        ("2026-12-22", "2026-12-23T00:00:00+00:00", True),
        ("2026-12-22", "2026-12-23T00:30:00+01:00", False),
        ("2026-11-24T09:00:00+00:00", "2026-11-24T09:00:00+00:00", False),
        ("2026-11-24T09:00:00+00:00", "2026-11-24T09:00:01+00:00", True),
    ],
)
def test_when_a_clock_is_over(due, now, over):
    assert has_lapsed(due, dt.datetime.fromisoformat(now)) is over
