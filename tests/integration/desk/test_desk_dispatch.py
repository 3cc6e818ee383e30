"""The worker that sends: locked it opens nothing, unlocked it sends and shreds, killed it loses nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from casework import queues
from casework.delivery.approving import deadline_of
from casework.delivery.packets import GOOD_FOR_DAYS
from casework.delivery.retries import Sent, Stop
from casework.records import Kind as RecordKind
from casework.sending import due_if_sent
from casework.standing import standing
from casework.states import StepState
from casework.store import audit, outbox
from casework.store.outbox import LEASE_MINUTES, Kind
from desk import worker
from desk.dispatch_client import NotSigned, lock, unlock, worker_state
from encryption.errors import BadKey
from encryption.keys import DISPATCH, new_entry, new_private_key, sign_manifest
from tests.integration.desk.dispatching import (
    BODY,
    a_worker,
    approved,
    dispatch_keys,
    socket_of,
    wait_until,
    worker_process,
)
from tests.integration.desk.homes import bytes_on_disk


class Post:
    def __init__(self, *answers) -> None:
        self.answers, self.seen = list(answers), []

    def send(self, message):
        self.seen.append(message)
        answer = self.answers.pop(0) if self.answers else Sent(reference="canary-ticket")
        if isinstance(answer, Exception):
            raise answer
        return answer


def senders(post):
    return {Kind.PACKET: {"email": post}}


def sent_lines(log):
    return log.read_text().splitlines() if log.exists() else []


def test_a_locked_worker_opens_nothing_and_all_can_see_what_waits(home):
    approved(home)
    post = Post()
    dispatch = a_worker(home, senders(post))

    done = worker.run_once(home.services(), dispatch)

    state = dispatch.state(home.clock.now)
    assert (done["delivered"], post.seen) == (0, [])
    assert (state.locked, state.waiting, state.without_key, state.oldest) == (True, 1, 1, home.clock.now.date())


def test_wait_unlock_open_send_shred(home, folder):
    _, step_id, packet_id = approved(home)
    post = Post()
    dispatch = a_worker(home, senders(post))
    envelope = _envelope(home, packet_id)
    assert envelope[-400:] in bytes_on_disk(folder)

    dispatch.unlock(dispatch_keys(home))
    done = worker.run_once(home.services(), dispatch)

    assert done["delivered"] == 1
    assert [message.body for message in post.seen] == [BODY]
    step = queues.step(home.databases, step_id, home.clock.now)
    assert (step.state, step.due) == (StepState.SENT, "2026-12-24")
    left = bytes_on_disk(folder)
    for part in (
        envelope[:400],
        envelope[-400:],
        b"Canary letter",
        b"canary_handle",
        b"canary-privacy",
        b"canary-ticket",
    ):
        assert part not in left


@pytest.mark.parametrize("document", ["doc-art17", "doc-s164A", "doc-osa20A"])
def test_the_clock_that_the_worker_starts_is_the_one_that_the_open_case_would_give_that_day(home, document):
    opened, _, _ = approved(home)
    step = next(step for step in opened.steps() if step.document == document and step.queue == "platform/x")
    deadline = deadline_of(opened, step, home.law, home.clock.now)
    case = standing(opened, home.law)

    days = [home.clock.now + dt.timedelta(days=later, hours=3) for later in range(GOOD_FOR_DAYS + 1)]

    for moment in days:
        assert deadline.if_sent(moment) == due_if_sent(case, step, home.law, moment.date(), moment)
    assert len({deadline.if_sent(moment) for moment in days}) > 30


def test_each_sending_is_in_the_audit_chain_before_it_happens(home):
    opened, _, _ = approved(home)

    class Looking(Post):
        def send(self, message):
            found = [entry for _, entry in audit.entries(home.databases.cases, "worker")]
            assert [(entry.action, entry.case_id) for entry in found] == [("sent", opened.case_id)]
            return super().send(message)

    post = Looking()
    dispatch = a_worker(home, senders(post))
    dispatch.unlock(dispatch_keys(home))
    worker.run_once(home.services(), dispatch)

    assert len(post.seen) == 1


@pytest.mark.parametrize("wrong", ["another key", "another epoch", "another family", "none"])
def test_a_key_that_the_root_did_not_sign_for_this_is_refused(home, wrong):
    right = home.installation.team_keys
    keys = {
        "another key": {1: new_private_key()},
        "another epoch": {2: right["dispatch"]},
        "another family": {1: right["triage"]},
        "none": {},
    }
    dispatch = a_worker(home, {})

    with pytest.raises(BadKey):
        dispatch.unlock(keys[wrong])

    assert dispatch.state(home.clock.now).locked


def test_one_wrong_key_among_right_ones_and_none_is_taken(home):
    dispatch = a_worker(home, {})

    with pytest.raises(BadKey):
        dispatch.unlock({**dispatch_keys(home), 2: new_private_key()})

    assert dispatch.state(home.clock.now).epochs == ()


def test_after_a_rotation_old_letters_open_with_the_old_key_and_new_ones_wait_for_the_new(home):
    newer = new_private_key()
    signed = home.installation.manifest
    entry = new_entry(DISPATCH, 2, newer.public, home.clock.now)
    later = sign_manifest([*signed.entries, entry], root_seed=home.installation.root_seed, previous=signed)
    approved(home)
    approved(home, to=newer.public)
    post = Post()
    dispatch = replace(a_worker(home, senders(post)), manifest=lambda: later)

    dispatch.unlock(dispatch_keys(home))
    assert worker.run_once(home.services(), dispatch)["delivered"] == 1
    state = dispatch.state(home.clock.now)
    assert (state.locked, state.waiting, state.without_key) == (False, 1, 1)

    dispatch.unlock({2: newer})
    assert worker.run_once(home.services(), dispatch)["delivered"] == 1
    assert dispatch.state(home.clock.now).epochs == (1, 2)


def test_a_locked_again_worker_sends_no_more(home):
    for _ in range(3):
        approved(home)
    dispatch = a_worker(home, {})

    class Once(Post):
        def send(self, message):
            dispatch.lock()
            return super().send(message)

    post = Once()
    dispatch = replace(dispatch, senders=senders(post))
    dispatch.unlock(dispatch_keys(home))

    worker.run_once(home.services(), dispatch)

    assert len(post.seen) == 1
    assert dispatch.state(home.clock.now).waiting == 2


def test_no_key_and_no_word_of_a_letter_is_in_what_is_printed_or_logged(home):
    for _ in range(3):
        approved(home)
    answers = (OSError("canary-address"), Stop(reason="no_such_address"))
    dispatch = a_worker(home, senders(Post(*answers)))

    with capture_logs() as logs:
        dispatch.unlock(dispatch_keys(home))
        worker.run_once(home.services(), dispatch)
        dispatch.lock()

    seed = home.installation.team_keys["dispatch"].seed
    assert {line["event"] for line in logs} == {
        "dispatch_unlocked", "sender_failed", "delivery_failed", "delivered", "dispatch_locked",
    }  # fmt: skip
    shown = f"{logs} {dispatch!r} {dispatch.held!r} {vars(dispatch)!r}"
    assert seed.hex() not in shown
    assert "anary" not in shown


def test_a_long_queue_of_letters_does_not_keep_the_clocks_waiting(home, monkeypatch):
    monkeypatch.setattr("desk.dispatch.LONGEST_SECONDS", 0.0)
    approved(home)
    post = Post()
    dispatch = a_worker(home, senders(post))
    dispatch.unlock(dispatch_keys(home))

    assert worker.run_once(home.services(), dispatch)["delivered"] == 0
    assert dispatch.state(home.clock.now).waiting == 1


def test_a_real_worker_waits_is_unlocked_sends_and_can_be_locked_again(home, tmp_path):
    _, step_id, _ = approved(home)
    log = tmp_path / "sent.txt"
    with worker_process(home, log):
        before = worker_state(socket_of(home))
        assert (before.locked, before.waiting) == (True, 1)

        after = unlock(socket_of(home), dispatch_keys(home))
        assert (after.locked, after.epochs) == (False, (1,))
        wait_until(lambda: worker_state(socket_of(home)).waiting == 0)

        assert lock(socket_of(home)).locked

    assert len(sent_lines(log)) == 1
    assert queues.step(home.databases, step_id, home.clock.now).state is StepState.SENT


def test_a_worker_that_was_started_again_is_locked_and_says_what_waits(home, tmp_path):
    with worker_process(home, tmp_path / "sent.txt") as process:
        unlock(socket_of(home), dispatch_keys(home))
        process.kill()
        process.wait(20)
    approved(home)

    with worker_process(home, tmp_path / "sent.txt"):
        state = worker_state(socket_of(home))

    assert (state.locked, state.waiting, state.oldest) == (True, 1, home.clock.now.date())


@pytest.mark.parametrize(("die_at", "handed_over"), [("opened", 0), ("sent", 1)])
def test_killed_between_opening_and_proof_nothing_is_lost_and_the_key_stays_the_same(
    home, tmp_path, die_at, handed_over
):
    opened, step_id, _ = approved(home)
    log, later = tmp_path / "sent.txt", home.clock.now + dt.timedelta(minutes=LEASE_MINUTES)
    with worker_process(home, log, die_at=die_at) as process:
        unlock(socket_of(home), dispatch_keys(home))
        assert process.wait(20) == -signal.SIGKILL
    assert len(sent_lines(log)) == handed_over
    assert outbox.waiting(home.databases.cases, later).packets == 1
    assert queues.step(home.databases, step_id, later).state is StepState.READY

    with worker_process(home, log, now=later):
        assert worker_state(socket_of(home)).locked
        unlock(socket_of(home), dispatch_keys(home))
        wait_until(lambda: worker_state(socket_of(home)).waiting == 0)

    lines = sent_lines(log)
    assert len(lines) == handed_over + 1
    assert len(set(lines)) == 1  # the same key, the same text
    assert [e["kind"] for e in _events(opened)].count("sent") == 1


def test_what_a_real_worker_wrote_holds_no_key_and_no_word(home, tmp_path):
    approved(home)
    with worker_process(home, tmp_path / "sent.txt", die_at="sent") as process:
        with pytest.raises(NotSigned):
            unlock(socket_of(home), {1: new_private_key()})
        unlock(socket_of(home), dispatch_keys(home))
        process.wait(20)
        written = process.stdout.read()

    events = [json.loads(line)["event"] for line in written.splitlines()]
    assert events == ["hand_over_refused", "dispatch_unlocked"]
    assert home.installation.team_keys["dispatch"].seed.hex() not in written
    assert home.installation.team_keys["dispatch"].seed not in bytes_on_disk(home.folder)
    assert "anary" not in written


def test_a_second_worker_waits_for_the_place_and_takes_it_when_the_first_dies(home, tmp_path):
    log = tmp_path / "sent.txt"
    with worker_process(home, log) as first, worker_process(home, log) as second:
        unlock(socket_of(home), dispatch_keys(home))
        second.send_signal(signal.SIGSTOP)  # whoever answers now is the first
        assert not worker_state(socket_of(home)).locked
        second.send_signal(signal.SIGCONT)

        os.kill(first.pid, signal.SIGKILL)
        first.wait(20)

        wait_until(lambda: getattr(worker_state(socket_of(home)), "locked", False))


def _envelope(home, packet_id):
    with home.databases.cases.connect() as connection:
        return bytes(connection.exec_driver_sql("SELECT packet FROM outbox WHERE id = ?", (packet_id,)).scalar_one())


def _events(opened):
    return [record.value for record in opened.read(RecordKind.EVENT)]
