"""The state that a queue shows is always the one that the events tell."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework import queues
from casework.queues import Happening
from casework.states import Bounds, EventKind, step_state
from casework.store import steps as step_rows
from casework.store.database import reading
from casework.store.tables.cases import STEP, STEP_AFTER

CONSENT = "cc" * 32


def computed_states(databases, ids, today):
    """The state of these steps from their events alone, and the one that is stored."""
    with reading(databases.cases) as connection:
        rows = {row.id: row for row in connection.execute(select(STEP).where(STEP.c.id.in_(ids)))}
        links = connection.execute(select(STEP_AFTER)).all()
        events = {step_id: step_rows.events_of(connection, step_id) for step_id in rows}

    def compute(step_id):
        row = rows[step_id]
        bounds = Bounds(
            available_from=row.available_from and dt.date.fromisoformat(row.available_from),
            closes=row.closes and dt.date.fromisoformat(row.closes),
            after=tuple(compute(link.after_id) for link in links if link.step_id == step_id),
        )
        return step_state(events[step_id], bounds, today)

    return {step_id: compute(step_id) for step_id in rows}, {step_id: row.state for step_id, row in rows.items()}


happenings = st.tuples(st.integers(0, 2), st.sampled_from(EventKind), st.integers(0, 5), st.integers(0, 20))


@given(history=st.lists(happenings, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_cached_state_is_what_the_events_say_after_any_history(databases, queued, now, history):
    shape = {"consented": CONSENT, "due": dt.date(2026, 12, 1), "closes": dt.date(2026, 12, 5)}
    ids = list(
        queued(
            (("doc-a@x", "platform/x"), shape),
            (("doc-b@x", "platform/x"), {**shape, "after": ("doc-a@x",), "available_from": dt.date(2026, 11, 30)}),
            (("doc-c@x", "platform/x"), {"after": ("doc-b@x",), "missing": True}),
        ).values()
    )
    at = now

    for which, kind, earlier, days_later in history:
        at += dt.timedelta(days=days_later)
        happening = Happening(kind=kind, on=at.date() - dt.timedelta(days=earlier))
        queues.record_event(databases, ids[which], happening, at)
        queues.tick(databases, at)

    computed, cached = computed_states(databases, ids, at.date())
    assert cached == computed
