"""The worker: clocks run out, what is over goes, and one failing task stops neither."""

from __future__ import annotations

import datetime as dt
import threading
import time

from structlog.testing import capture_logs

from casework import queues
from casework.queues import Happening
from casework.states import EventKind, StepState
from casework.store import shreds
from casework.store.conversations import ConversationRepository
from casework.store.ledger import Kind
from casework.store.moments import minute
from casework.store.shreds import Erasure, keep_shred_key, shred_key
from desk import worker
from tests.integration.desk.homes import bytes_on_disk
from tests.integration.erasing import erase


def test_a_clock_that_nobody_watched_still_runs_out(home):
    home.a_case()
    step = next(s for s in queues.page(home.databases, "platform/x", home.clock.now).steps if s.document == "doc-art17")
    sent = Happening(kind=EventKind.SENT, on=home.clock.now.date(), due=dt.date(2026, 12, 24))
    queues.record_event(home.databases, step.id, sent, home.clock.now)
    home.clock.forward(days=31)

    worker.run_once(home.services())

    assert queues.step(home.databases, step.id, home.clock.now).state is StepState.LAPSED


def test_what_is_over_is_swept(home, ada, desk):
    ConversationRepository(home.databases.conversations).create("0" * 32, home.clock.now)
    home.a_case()
    keep_shred_key(home.databases.keys, "never submitted", bytes(32), home.clock.now)
    home.link()
    home.clock.forward(days=3)

    done = worker.run_once(home.services())

    assert done == {
        "clocks_moved": 0,
        "conversations_swept": 1,
        "case_sessions_swept": 0,
        "orphaned_keys_swept": 1,
        "staff_sessions_swept": 2,
        "erasures_finished": 0,
        "heads_exported": 0,
        "delivered": 0,
    }
    assert shred_key(home.databases.keys, "never submitted") is None


def test_an_erasure_that_died_is_finished(home):
    case_id = home.a_case()
    begun = Erasure(kind=Kind.CASE, id=case_id, asked_by="person", began_at=minute(home.clock.now))
    shreds.begin(home.databases.keys, begun)
    home.clock.forward(minutes=5)

    assert worker.run_once(home.services())["erasures_finished"] == 1
    assert shred_key(home.databases.keys, case_id) is None


def test_where_the_records_end_is_written_once_a_day(home, tmp_path):
    services = home.services(process="worker", heads_folder=tmp_path / "elsewhere")

    written = [worker.run_once(services)["heads_exported"] for _ in range(2)]
    home.clock.forward(days=1)
    written.append(worker.run_once(services)["heads_exported"])

    assert written == [1, 0, 1]
    assert len(list((tmp_path / "elsewhere").iterdir())) == 2


def test_a_case_keeps_its_key(home):
    case_id = home.a_case()
    home.clock.forward(days=30)

    worker.run_once(home.services())

    assert shred_key(home.databases.keys, case_id) is not None


def test_a_task_that_fails_is_told_by_its_class_and_stops_no_other(home, ada, desk):
    with home.databases.cases.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE step RENAME TO elsewhere")
    home.clock.forward(days=3)

    with capture_logs() as logs:
        done = worker.run_once(home.services())

    assert done["clocks_moved"] is None
    assert done["staff_sessions_swept"] == 1
    assert {"event": "task_failed", "action": "clocks_moved", "error": "OperationalError", "log_level": "error"} in logs
    assert "elsewhere" not in str(logs)


def test_an_erased_case_leaves_its_key_nowhere_on_the_disk(home, folder):
    case_id = home.a_case()
    key = shred_key(home.databases.keys, case_id)
    assert key in bytes_on_disk(folder)

    erase(home.databases, case_id)
    assert key not in bytes_on_disk(folder)

    worker.run_once(home.services())
    assert case_id.encode() not in bytes_on_disk(folder / "db"), "only the ledger remembers the id"


def test_a_log_that_somebody_reads_is_emptied_the_next_round_and_keeps_nobody_waiting(home, folder):
    case_id = home.a_case()
    key = shred_key(home.databases.keys, case_id)
    this = worker.Round(services=home.services(), now=home.clock.now)
    with home.databases.keys.connect() as reader:
        reader.exec_driver_sql("SELECT key FROM shred").all()
        erase(home.databases, case_id)
        began = time.monotonic()
        assert worker.forget_deleted(this) == 1
        assert time.monotonic() - began < 2

    assert worker.forget_deleted(this) == 0
    assert key not in bytes_on_disk(folder)


def test_the_worker_stops_when_told(home):
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(home.services(), stop, 3_600))
    thread.start()

    stop.set()
    thread.join(10)

    assert not thread.is_alive()
