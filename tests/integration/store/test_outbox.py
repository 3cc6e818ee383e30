"""Packets: one for each approval, sent at least once and recorded once, shredded after proof, never sent unwanted."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from casework import casefile, queues
from casework.delivery.approving import BeingSent, idempotency_key, seal_packet
from casework.delivery.delivering import Delivery
from casework.delivery.opening import by_key_id
from casework.delivery.packets import Deadline, NotAPacket, Packet, digest
from casework.delivery.retries import GAVE_UP, LAST_ATTEMPT, Retry, Sent, Stop
from casework.queues import Happening, NoSuchStep
from casework.records import Kind as RecordKind
from casework.states import EventKind, StepState
from casework.store import outbox
from casework.store.database import empty_write_ahead, reading, writing
from casework.store.outbox import LEASE_MINUTES, NO_SENDER, NOT_WANTED, Kind, State
from casework.store.steps import events_of
from casework.store.tables.cases import OUTBOX
from casework.submission import submit
from encryption.keys import new_private_key
from tests.integration.erasing import erase

BODY = "Canary letter, please erase canary-link"
MINUTE = dt.timedelta(minutes=1)


class Post:
    """A way out that remembers what went through it, and answers as it is told to."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.seen = []

    def send(self, message):
        self.seen.append(message)
        answer = self.answers.pop(0) if self.answers else Sent(reference=f"canary-ticket-{len(self.seen)}")
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(scope="session")
def dispatch():
    return new_private_key()


@pytest.fixture
def case(databases, new_submission, a_step, now):
    """An opened case with one step that is ready, as the desk has it before it approves."""
    submission = new_submission(steps=(a_step("doc-art17@x", "platform/x", consented="aa" * 32),))
    steps = submit(databases, submission, now).steps
    opened = casefile.open_with_receipt(databases, submission.receipt)
    return opened, steps["doc-art17@x"]


@pytest.fixture
def a_packet(case, now):
    _, step_id = case

    def build(**changes):
        body = changes.pop("body", BODY)
        parts = {
            "step_id": step_id,
            "channel": "email",
            "recipient": "canary-privacy@example.org",
            "subject": "Canary subject",
            "body": body,
            "sha256": digest(body),
            "approved_on": now.date(),
            "deadline": Deadline(first=now.date(), days=(dt.date(2026, 12, 22), dt.date(2026, 12, 23))),
        }
        return Packet(**{**parts, **changes})

    return build


@pytest.fixture
def approve(databases, case, a_packet, dispatch, now):
    opened, _ = case

    def seal(*, to=dispatch, at=now, **changes):
        with writing(databases.cases) as connection:
            return seal_packet(connection, opened, a_packet(**changes), to.public, at)

    return seal


@pytest.fixture
def approve_more(databases, new_submission, a_step, a_packet, now):
    """One more case with an approved letter for each of these keys."""

    def seal(*to):
        for each in to:
            submission = new_submission(steps=(a_step("doc-art17@x", "platform/x", consented="aa" * 32),))
            (step_id,) = submit(databases, submission, now).steps.values()
            opened = casefile.open_with_receipt(databases, submission.receipt)
            with writing(databases.cases) as connection:
                seal_packet(connection, opened, a_packet(step_id=step_id), each.public, now)

    return seal


@pytest.fixture
def worker(databases, dispatch):
    """Makes workers that were handed the dispatch key."""

    def build(sender, *, keys=(dispatch,), channel="email", name="worker-1"):
        return Delivery(
            databases=databases,
            keys=by_key_id(dict(enumerate(keys))),
            senders={Kind.PACKET: {channel: sender}} if sender else {},
            worker=name,
            record=lambda case_id: None,
        )

    return build


def row_of(databases, packet_id):
    with reading(databases.cases) as connection:
        return connection.execute(select(OUTBOX).where(OUTBOX.c.id == packet_id)).mappings().one()


def sent_events(databases, step_id):
    with reading(databases.cases) as connection:
        return [event.on for event in events_of(connection, step_id) if event.kind is EventKind.SENT]


def on_disk(home):
    return b"".join(path.read_bytes() for path in (home / "db").iterdir())


def test_a_letter_that_is_approved_twice_is_one_packet(databases, approve):
    first, again = approve(), approve()

    assert (first.created, again.created) == (True, False)
    assert first.id == again.id
    assert outbox.kept_by_key(databases.cases).keys() == {row_of(databases, first.id)["key_id"]}


def test_two_caseworkers_who_approve_at_once_make_one_packet(databases, approve, now):
    threads = [threading.Thread(target=approve) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outbox.waiting(databases.cases, now).packets == 1


def test_another_text_takes_the_place_of_the_one_that_waits(databases, approve, worker, now):
    first, second = approve(), approve(body="Canary letter, corrected")
    post = Post()

    while worker(post).deliver_next(now):
        pass

    assert [message.body for message in post.seen] == ["Canary letter, corrected"]
    assert row_of(databases, first.id)["packet"] is None
    assert row_of(databases, second.id)["state"] == State.SENT


def test_a_letter_on_its_way_is_not_replaced_under_the_worker(databases, approve, worker, now):
    first = approve()
    outbox.take(databases.cases, [Kind.PACKET], worker(Post()).keys, "worker-1", now)

    with pytest.raises(BeingSent):
        approve(body="Canary letter, corrected")

    assert row_of(databases, first.id)["packet"] is not None


def test_a_text_that_is_not_the_approved_one_is_not_sealed(databases, approve, now):
    with pytest.raises(NotAPacket):
        approve(sha256="aa" * 32)

    assert outbox.waiting(databases.cases, now).packets == 0


def test_an_opened_case_is_no_way_to_a_step_of_another(databases, approve, queued, now):
    (elsewhere,) = queued((("doc-art17@x", "platform/x"), {"consented": "aa" * 32})).values()

    with pytest.raises(NoSuchStep):
        approve(step_id=elsewhere)


def test_a_thief_of_all_three_files_cannot_test_a_guess_at_the_letter(databases, home, case, approve, a_packet):
    approve()

    stolen = on_disk(home)

    for word in (b"anary-privacy", b"Canary", digest(BODY).encode(), bytes.fromhex(digest(BODY))):
        assert word not in stolen
    opened, _ = case
    key = idempotency_key(opened, a_packet())
    assert key.encode() in stolen
    other = replace(opened, pairs=dict.fromkeys(opened.pairs, new_private_key()))
    assert idempotency_key(other, a_packet()) != key


def test_after_proof_the_letter_is_recorded(databases, case, approve, worker, now):
    opened, step_id = case
    approve()
    post = Post()

    done = worker(post).deliver_next(now + dt.timedelta(days=1))

    assert done.outcome == Sent(reference="canary-ticket-1")
    assert [(m.recipient, m.subject, m.body) for m in post.seen] == [
        ("canary-privacy@example.org", "Canary subject", BODY)
    ]
    step = queues.step(databases, step_id, now)
    assert (step.state, step.due) == (StepState.SENT, "2026-12-23")
    (event,) = [r.value for r in opened.read(RecordKind.EVENT) if r.value["kind"] == "sent"]
    assert (event["reference"], event["sha256"], event["by"]) == ("canary-ticket-1", digest(BODY), "worker")


@pytest.mark.parametrize("length", [40, 2_000, 30_000])
def test_after_proof_the_letter_is_in_no_file_any_more(databases, home, approve, worker, now, length):
    envelope = row_of(databases, approve(body=BODY * (length // len(BODY) + 1)).id)["packet"]
    parts = [envelope[at : at + 48] for at in range(0, len(envelope) - 48, 480)]
    assert sum(part in on_disk(home) for part in parts) > len(parts) // 2

    worker(Post()).deliver_next(now)

    assert empty_write_ahead(databases.cases)
    left = on_disk(home)
    assert [part for part in parts if part in left] == []
    for word in (b"anary-ticket", b"Canary letter", b"Canary subject"):
        assert word not in left


def test_hours_run_from_the_sending_not_from_the_approval(databases, case, approve, worker, now):
    _, step_id = case
    approve(deadline=Deadline(hours=48))

    worker(Post()).deliver_next(now + dt.timedelta(hours=5))

    assert queues.step(databases, step_id, now).due == "2026-11-24T14:30:00+00:00"


def test_a_way_out_that_is_down_is_tried_again_later_under_the_same_key(approve, worker, now):
    approve()
    post = Post(Retry(), Retry(), Retry(after=dt.timedelta(hours=3)))
    delivery = worker(post)

    tried, at = [], now
    while not tried or len(tried) < 4:
        if delivery.deliver_next(at):
            tried.append(round((at - now) / MINUTE))
        at += MINUTE

    assert tried == [0, 1, 3, 183]
    assert len({message.idempotency_key for message in post.seen}) == 1


def test_what_a_way_out_raises_is_told_by_its_class_and_tried_again(databases, approve, worker, now):
    packet = approve()

    done = worker(Post(OSError("canary-address refused"))).deliver_next(now)

    assert done.trouble == "OSError"
    assert "canary" not in repr(done)
    assert row_of(databases, packet.id)["state"] == State.PENDING


def test_a_letter_that_will_not_go_is_seen_to_have_failed_and_can_be_approved_again(
    databases, case, approve, worker, now
):
    _, step_id = case
    packet = approve()
    worker(Post(Stop(reason="no_such_address"))).deliver_next(now)

    row = row_of(databases, packet.id)
    assert (row["state"], row["reason"], row["packet"]) == (State.FAILED, "no_such_address", None)
    assert queues.step(databases, step_id, now).state is StepState.FAILED
    assert outbox.waiting(databases.cases, now).failed == 1

    again = approve()
    done = worker(Post()).deliver_next(now)

    assert (again.id, again.created) == (packet.id, True)
    assert isinstance(done.outcome, Sent)
    assert queues.step(databases, step_id, now).state is StepState.SENT


def test_a_way_out_that_never_comes_back_is_given_up_for_all_to_see(databases, case, approve, worker, now):
    _, step_id = case
    packet = approve()
    delivery, at = worker(Post(*[Retry()] * 100)), now
    for _ in range(LAST_ATTEMPT):
        delivery.deliver_next(at)
        at += dt.timedelta(hours=6)

    assert row_of(databases, packet.id)["reason"] == GAVE_UP
    assert queues.step(databases, step_id, now).state is StepState.FAILED


@pytest.mark.parametrize("kind", [EventKind.WITHDRAWN, EventKind.SENT, EventKind.CLOSED])
def test_a_letter_that_is_not_wanted_any_more_does_not_go(databases, case, approve, worker, now, kind):
    _, step_id = case
    packet = approve()
    queues.record_event(databases, step_id, Happening(kind=kind, on=now.date()), now)
    post = Post()

    done = worker(post).deliver_next(now)

    row = row_of(databases, packet.id)
    assert (done.outcome, post.seen) == (None, [])
    assert (row["state"], row["reason"], row["packet"]) == (State.CANCELLED, NOT_WANTED, None)


def test_an_approval_of_months_ago_is_not_sent_behind_everybodys_back(databases, approve, worker, now):
    packet = approve()
    post = Post()

    worker(post).deliver_next(now + dt.timedelta(days=61))

    assert post.seen == []
    assert row_of(databases, packet.id)["reason"] == "stale"


def test_a_second_worker_never_gets_what_the_first_one_holds(approve, databases, worker, now):
    approve()
    first, second = worker(Post()), worker(Post(), name="worker-2")
    held = outbox.take(databases.cases, [Kind.PACKET], first.keys, "worker-1", now)

    assert held is not None
    assert second.deliver_next(now) is None
    assert second.deliver_next(now + (LEASE_MINUTES - 1) * MINUTE) is None
    assert isinstance(second.deliver_next(now + LEASE_MINUTES * MINUTE).outcome, Sent)


def test_eight_workers_at_once_send_each_letter_once(approve_more, dispatch, worker, now):
    posts = [Post() for _ in range(8)]
    approve_more(*[dispatch] * 12)

    def work(post, name):
        delivery = worker(post, name=name)
        while delivery.deliver_next(now):
            pass

    threads = [threading.Thread(target=work, args=(post, f"w{at}")) for at, post in enumerate(posts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    keys = [message.idempotency_key for post in posts for message in post.seen]
    assert len(keys) == len(set(keys)) == 12


def test_a_proof_that_comes_after_another_workers_is_recorded_once(databases, case, approve, worker, now):
    _, step_id = case
    approve()
    later = now + LEASE_MINUTES * MINUTE

    class Slow(Post):
        def send(self, message):
            worker(Post(), name="worker-2").deliver_next(later)
            return super().send(message)

    done = worker(Slow()).deliver_next(now)

    assert isinstance(done.outcome, Sent)
    assert len(sent_events(databases, step_id)) == 1


def test_a_worker_that_lost_its_lease_cannot_put_off_what_another_one_sends(databases, approve, worker, now):
    packet = approve()
    later = now + LEASE_MINUTES * MINUTE

    class Slow(Post):
        def send(self, message):
            outbox.take(databases.cases, [Kind.PACKET], worker(Post()).keys, "worker-2", later)
            return Stop(reason="no_such_address")

    worker(Slow()).deliver_next(now)

    row = row_of(databases, packet.id)
    assert (row["state"], row["lease_owner"]) == (State.PENDING, "worker-2")


def test_without_a_way_out_a_letter_waits_for_all_to_see_and_uses_up_no_attempt(databases, approve, worker, now):
    packet = approve(channel="webhook")
    delivery = worker(Post())

    assert delivery.deliver_next(now).outcome is None
    assert delivery.deliver_next(now) is None

    row, found = row_of(databases, packet.id), outbox.waiting(databases.cases, now)
    assert (row["attempts"], row["reason"], row["state"]) == (0, NO_SENDER, State.PENDING)
    assert (found.packets, found.later, found.oldest) == (1, 1, now.date())
    assert outbox.try_again_now(databases.cases) == 1
    assert isinstance(worker(Post(), channel="webhook").deliver_next(now).outcome, Sent)


def test_a_worker_without_any_way_out_opens_nothing(databases, approve, worker, now):
    packet = approve()

    assert worker(None).deliver_next(now) is None
    assert row_of(databases, packet.id)["lease_owner"] is None


def test_a_letter_of_an_old_epoch_opens_with_the_old_key_and_waits_without_it(
    databases, approve, worker, dispatch, now
):
    newer = new_private_key()
    old = approve()
    post = Post()

    assert worker(post, keys=(newer,)).deliver_next(now) is None
    assert outbox.waiting(databases.cases, now).by_key == {dispatch.public.id.hex(): 1}

    approve(to=newer, body="Canary letter, corrected")
    delivery = worker(post, keys=(dispatch, newer))
    while delivery.deliver_next(now):
        pass

    assert row_of(databases, old.id)["reason"] == outbox.REPLACED
    assert [message.body for message in post.seen] == ["Canary letter, corrected"]


def test_both_epochs_are_sent_after_a_rotation(approve_more, worker, dispatch, now):
    newer = new_private_key()
    approve_more(dispatch, newer, dispatch, newer)
    post = Post()

    delivery = worker(post, keys=(newer, dispatch))
    while delivery.deliver_next(now):
        pass

    assert len({message.idempotency_key for message in post.seen}) == 4


def test_a_letter_whose_row_was_put_under_another_step_is_not_sent(databases, approve, queued, worker, now):
    packet = approve()
    (elsewhere,) = queued((("doc-art17@x", "platform/x"), {"consented": "aa" * 32})).values()
    with writing(databases.cases) as connection:
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == packet.id).values(step_id=elsewhere))
    post = Post()

    worker(post).deliver_next(now)

    assert post.seen == []
    assert row_of(databases, packet.id)["reason"] == "damaged"


def test_an_erased_case_takes_its_letters_with_it(databases, case, approve, worker, now):
    opened, _ = case
    approve()

    erase(databases, opened.case_id)

    post = Post()
    assert worker(post).deliver_next(now) is None
    assert outbox.kept_by_key(databases.cases) == {}


def test_a_case_that_is_erased_while_its_letter_is_on_its_way_leaves_nothing(databases, case, approve, worker, now):
    opened, _ = case
    approve()

    class Slow(Post):
        def send(self, message):
            erase(databases, opened.case_id)
            return super().send(message)

    assert isinstance(worker(Slow()).deliver_next(now).outcome, Sent)
    assert outbox.packets_of(databases.cases, opened.case_id) == []


def test_the_page_of_a_case_can_say_where_its_letter_stands(databases, case, approve, worker, now):
    opened, step_id = case
    approve()
    worker(Post(Retry())).deliver_next(now)

    (found,) = outbox.packets_of(databases.cases, opened.case_id)

    assert (found.step_id, found.state, found.attempts, found.day) == (
        step_id,
        State.PENDING,
        1,
        now.date().isoformat(),
    )
