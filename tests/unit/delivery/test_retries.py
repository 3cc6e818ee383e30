"""When a letter is tried again, and when it is given up for all to see."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.delivery.retries import GAVE_UP, LAST_ATTEMPT, LONGEST_WAIT, Retry, Sent, Stop, decide, wait_after

MINUTES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]


def test_a_way_out_that_is_down_is_asked_ever_less_often():
    waits = [wait_after(attempt) for attempt in range(1, len(MINUTES) + 1)]

    assert waits == [dt.timedelta(minutes=minutes) for minutes in MINUTES]


def test_a_weekend_without_a_network_costs_no_letter():
    patience = sum((wait_after(attempt) for attempt in range(1, LAST_ATTEMPT)), dt.timedelta())

    assert dt.timedelta(days=4) < patience < dt.timedelta(days=6)


@given(st.integers(min_value=1, max_value=10**9), st.timedeltas(min_value=dt.timedelta()))
def test_no_retry_comes_at_once_or_never(attempt, asked):
    decided = decide(Retry(after=asked), attempt)

    if attempt >= LAST_ATTEMPT:
        assert decided == Stop(reason=GAVE_UP)
    else:
        assert isinstance(decided, Retry)
        assert wait_after(attempt) <= decided.after <= LONGEST_WAIT
        assert decided.after >= min(asked, LONGEST_WAIT)


@pytest.mark.parametrize("outcome", [Sent(reference="a-1"), Stop(reason="no_such_address")])
def test_what_a_sender_knows_for_certain_stands(outcome):
    assert decide(outcome, LAST_ATTEMPT + 1) == outcome


@pytest.mark.parametrize("reason", ["", "No such address", "she_said:", "x" * 33, "mail@example.org", "a\n"])
def test_a_reason_in_words_is_no_reason(reason):
    with pytest.raises(ValueError, match="code"):
        Stop(reason=reason)
