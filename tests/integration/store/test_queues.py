"""Nobody works on the same step twice, the nearest clock comes first, and a cached state is never wrong."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import suppress

import pytest

from casework import casefile, queues
from casework.queues import Happening, NoSuchStep, NotHeld, Taken
from casework.records import Kind
from casework.states import EventKind, StepState
from casework.submission import submit
from encryption.token import Token
from tests.integration.erasing import erase

CONSENT = "cc" * 32


@pytest.fixture
def one(queued):
    return queued((("doc-art17@x", "platform/x"), {"consented": CONSENT, "due": dt.date(2026, 12, 22)}))["doc-art17@x"]


def on(day, kind, **more):
    return Happening(kind=kind, on=dt.date(2026, 11, day), **more)


def test_a_step_that_is_held_is_not_given_to_another(databases, one, now):
    queues.claim(databases, one, "ada", now)

    with pytest.raises(Taken):
        queues.claim(databases, one, "bob", now)

    assert queues.step(databases, one, now).lease_owner == "ada"


def test_a_lease_that_ran_out_frees_the_step_and_its_old_holder_cannot_finish(databases, one, now):
    queues.claim(databases, one, "ada", now)
    later = now + dt.timedelta(minutes=queues.LEASE_MINUTES)

    assert queues.step(databases, one, later).lease_owner is None
    queues.claim(databases, one, "bob", later)

    with pytest.raises(NotHeld):
        queues.finish(databases, one, "ada", on(22, EventKind.SENT), later)


def test_taking_a_step_again_prolongs_the_lease(databases, one, now):
    queues.claim(databases, one, "ada", now)
    queues.claim(databases, one, "ada", now + dt.timedelta(minutes=20))

    with pytest.raises(Taken):
        queues.claim(databases, one, "bob", now + dt.timedelta(minutes=40))


def test_released_it_is_free_and_only_its_holder_can_release(databases, one, now):
    queues.claim(databases, one, "ada", now)

    queues.release(databases, one, "bob", now)
    assert queues.step(databases, one, now).lease_owner == "ada"

    queues.release(databases, one, "ada", now)
    assert queues.claim(databases, one, "bob", now).lease_owner == "bob"


def test_handed_over_it_belongs_to_the_other(databases, one, now):
    queues.claim(databases, one, "ada", now)

    queues.hand_over(databases, one, "ada", "bob", now)

    assert queues.step(databases, one, now).lease_owner == "bob"
    with pytest.raises(NotHeld):
        queues.hand_over(databases, one, "ada", "eve", now)


def test_finished_it_is_recorded_and_given_back(databases, one, now):
    queues.claim(databases, one, "ada", now)

    state = queues.finish(databases, one, "ada", on(22, EventKind.SENT, due=dt.date(2026, 12, 22)), now)

    assert state is StepState.SENT
    assert queues.step(databases, one, now).lease_owner is None


def test_many_workers_at_once_never_get_the_same_step(databases, queued, now):
    ids = queued(*(((f"doc-{n}@x", "platform/x"), {"consented": CONSENT}) for n in range(24)))
    taken, start = [], threading.Barrier(6)

    def work(member):
        start.wait()
        while (step := queues.claim_next(databases, "platform/x", member, now)) is not None:
            taken.append(step.id)

    threads = [threading.Thread(target=work, args=(f"member-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == sorted(ids.values())


def test_many_members_who_want_one_step(databases, one, now):
    won, start = [], threading.Barrier(8)

    def want(member):
        start.wait()
        with suppress(Taken):
            won.append(queues.claim(databases, one, member, now).lease_owner)

    threads = [threading.Thread(target=want, args=(f"member-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1


def test_pages_show_each_step_once_with_the_nearest_clock_first(databases, queued, now):
    hours = dt.datetime(2026, 11, 24, 10, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    days = [dt.date(2026, 12, 22), dt.date(2026, 11, 24), dt.date(2026, 12, 1), dt.date(2027, 1, 8)]
    dues = [None, *days, None, hours]
    ids = queued(*(((f"doc-{n}@x", "platform/x"), {"consented": CONSENT, "due": due}) for n, due in enumerate(dues)))

    seen, cursor = [], None
    while True:
        page = queues.page(databases, "platform/x", now, after=cursor, limit=3)
        seen += page.steps
        if (cursor := page.next) is None:
            break

    assert sorted(step.id for step in seen) == sorted(ids.values())
    in_hours = "2026-11-24T09:00:00+00:00"
    assert [step.due for step in seen] == ["2026-11-24", in_hours, "2026-12-01", "2026-12-22", "2027-01-08", None, None]


def test_a_page_of_one_state(databases, queued, now):
    ids = queued(
        (("doc-a@x", "platform/x"), {"consented": CONSENT}),
        (("doc-b@x", "platform/x"), {}),
    )

    ready = queues.page(databases, "platform/x", now, state=StepState.READY).steps

    assert [step.id for step in ready] == [ids["doc-a@x"]]


def test_settled_steps_leave_the_open_page_and_stay_in_the_counts(databases, one, now):
    queues.record_event(databases, one, on(22, EventKind.SENT), now)
    queues.record_event(databases, one, on(22, EventKind.ANSWERED), now)

    assert queues.page(databases, "platform/x", now).steps == ()
    assert queues.counts(databases) == {"platform/x": {StepState.ANSWERED: 1}}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "unconsented"),
        ({"consented": CONSENT}, "ready"),
        ({"consented": CONSENT, "missing": True}, "blocked"),
        ({"consented": CONSENT, "available_from": dt.date(2026, 12, 23)}, "waiting"),
        ({"consented": CONSENT, "closes": dt.date(2026, 11, 21)}, "missed"),
    ],
)
def test_a_step_is_not_offered_before_it_may_go(databases, queued, now, changes, state):
    step_id = queued((("doc@x", "platform/x"), changes))["doc@x"]

    assert queues.step(databases, step_id, now).state == state
    assert (queues.claim_next(databases, "platform/x", "ada", now) is not None) == (state == "ready")


def test_a_call_back_waits_for_no_consent(databases, queued, now):
    queued((("callback@team", "safeguarding"), {"document": None}))

    assert queues.claim_next(databases, "safeguarding", "ada", now) is not None


def test_a_predecessor_outside_the_case_does_not_lose_the_case(databases, queued, now):
    step_id = queued((("doc@x", "platform/x"), {"consented": CONSENT, "after": ("doc-other@x",)}))["doc@x"]

    assert queues.step(databases, step_id, now).state is StepState.READY


def test_a_lapsed_clock_opens_the_next_step(databases, queued, now):
    ids = queued(
        (("doc-art17@x", "platform/x"), {"consented": CONSENT}),
        (("doc-ico@ico", "regulator/ico"), {"consented": CONSENT, "after": ("doc-art17@x",)}),
    )
    queues.record_event(databases, ids["doc-art17@x"], on(22, EventKind.SENT, due=dt.date(2026, 12, 22)), now)
    last_day = dt.datetime(2026, 12, 22, 23, 59, tzinfo=dt.UTC)

    assert queues.tick(databases, last_day) == 0
    assert queues.tick(databases, last_day + dt.timedelta(minutes=1)) == 1
    assert queues.tick(databases, last_day + dt.timedelta(minutes=2)) == 0

    assert queues.step(databases, ids["doc-art17@x"], now).state is StepState.LAPSED
    assert queues.step(databases, ids["doc-ico@ico"], now).state is StepState.READY


def test_a_clock_in_hours_lapses_in_its_minute(databases, one, now):
    queues.record_event(databases, one, on(22, EventKind.SENT, due=now + dt.timedelta(hours=48)), now)

    assert queues.tick(databases, now + dt.timedelta(hours=48)) == 0
    assert queues.tick(databases, now + dt.timedelta(hours=48, minutes=1)) == 1


def test_an_answer_after_the_clock_ran_out_still_counts(databases, one, now):
    queues.record_event(databases, one, on(22, EventKind.SENT, due=dt.date(2026, 11, 23)), now)
    queues.tick(databases, now + dt.timedelta(days=2))

    assert queues.record_event(databases, one, on(23, EventKind.ANSWERED), now) is StepState.ANSWERED


def test_a_new_day_opens_what_waited_for_it(databases, queued, now):
    changes = {"consented": CONSENT, "available_from": dt.date(2026, 11, 24)}
    step_id = queued((("doc@x", "platform/x"), changes))["doc@x"]

    queues.tick(databases, now + dt.timedelta(days=1))
    assert queues.step(databases, step_id, now).state is StepState.WAITING

    queues.tick(databases, now + dt.timedelta(days=2))
    assert queues.step(databases, step_id, now).state is StepState.READY


def test_what_was_answered_is_sealed_into_the_case(databases, new_submission, teams, now):
    submission = new_submission(Token.new())
    step_id = submit(databases, submission, now).steps["doc-art17@x"]
    detail = {"outcome": "refused", "reference": "canary-ref"}

    queues.record_event(databases, step_id, on(22, EventKind.ANSWERED, detail=detail), now)

    events = casefile.open_with_team(databases, submission.case_id, "platform", teams["platform"]).read(Kind.EVENT)
    assert events[-1].value == {**detail, "row": step_id, "kind": "answered", "on": "2026-11-22"}


def test_a_step_of_an_erased_case_is_gone(databases, one, now):
    erase(databases, queues.step(databases, one, now).case_id)

    for attempt in (
        lambda: queues.step(databases, one, now),
        lambda: queues.claim(databases, one, "ada", now),
        lambda: queues.record_event(databases, one, on(22, EventKind.SENT), now),
    ):
        with pytest.raises(NoSuchStep):
            attempt()
