"""A submission is the whole case or none of it, and the same one however often it is sent."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework import casefile
from casework.errors import RefuseToStart
from casework.records import Kind
from casework.store.database import open_databases, reading, writing
from casework.store.shreds import keep_shred_key, shred_key, sweep_orphans
from casework.store.tables import cases
from casework.submission import families_for, submit
from encryption.errors import CannotOpen
from encryption.token import Token

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("submit_and_die.py")
OF_A_CASE = (cases.CASE_FILE, cases.WRAP, cases.RECEIPT, cases.RECORD, cases.STEP, cases.STEP_AFTER, cases.STEP_EVENT)


def rows(databases):
    with reading(databases.cases) as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in OF_A_CASE
        }


WHOLE = {"case_file": 1, "wrap": 8, "receipt": 1, "record": 7, "step": 2, "step_after": 1, "step_event": 2}
NOTHING = dict.fromkeys(WHOLE, 0)


def test_everything_arrives(databases, new_submission, now):
    submission = new_submission()

    submitted = submit(databases, submission, now)

    assert submitted.created
    assert submitted.case_id == submission.case_id
    assert submitted.receipt_id == submission.receipt.id
    assert set(submitted.steps) == {"doc-art17@x", "doc-ico@ico"}
    assert rows(databases) == WHOLE


def test_a_submission_that_is_repeated_gives_the_same_case_and_receipt(databases, new_submission, now):
    submission = new_submission()
    first = submit(databases, submission, now)

    again = submit(databases, submission, now + dt.timedelta(days=3))

    assert not again.created
    assert (again.case_id, again.receipt_id) == (first.case_id, first.receipt_id)
    assert rows(databases) == WHOLE


def test_the_same_submission_from_many_threads_at_once_is_one_case(databases, new_submission, now):
    submission = new_submission()
    results = []
    threads = [threading.Thread(target=lambda: results.append(submit(databases, submission, now))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 6
    assert sum(result.created for result in results) == 1
    assert rows(databases) == WHOLE
    assert casefile.open_with_receipt(databases, submission.receipt).latest(Kind.FACTS) == {"acts": ["shared"]}


def test_killed_at_any_point_it_leaves_the_whole_case_or_none_and_can_be_repeated(
    migrated_home, tmp_path, new_submission, teams, now
):
    token = Token.new()
    submission = new_submission(token)
    given = {"token": token.text, "teams": {family: pair.public.raw.hex() for family, pair in teams.items()}}

    killed = subprocess.run(
        [sys.executable, CHILD, migrated_home, tmp_path],
        input=json.dumps(given),
        text=True,
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )

    attempts = int(killed.stdout)
    left = set()
    for at in range(1, attempts + 1):
        databases = open_databases(tmp_path / str(at))
        found = rows(databases)
        left.add("whole" if found == WHOLE else "none" if found == NOTHING else f"part, killed at {at}")
        again = submit(databases, submission, now)
        assert again.created == (found == NOTHING)
        assert rows(databases) == WHOLE
        assert len(casefile.open_with_receipt(databases, submission.receipt).read(*Kind)) == WHOLE["record"]
        databases.close()
    assert attempts > 30
    assert left == {"whole", "none"}


def test_a_thief_of_all_three_files_finds_no_word(databases, home, new_submission, now):
    submit(databases, new_submission(), now)
    databases.close()

    stolen = b"".join(path.read_bytes() for path in (home / "db").iterdir())

    assert b"doc-art17" in stolen  # the kind of document is clear, and the threat model says so
    for word in (b"canary", b"Canary", b"shared", b"doc-art17@x"):
        assert word not in stolen


def test_someone_who_stays_anonymous_leaves_the_same_rows(databases, new_submission, now):
    submit(databases, new_submission(identity={}), now)

    assert rows(databases) == WHOLE


def test_no_code_at_all_is_a_choice(databases, new_submission, teams, now):
    submission = new_submission(receipt=None)

    submitted = submit(databases, submission, now)

    assert submitted.receipt_id is None
    assert rows(databases)["receipt"] == 0
    assert casefile.open_with_team(databases, submission.case_id, "triage", teams["triage"]).read(Kind.FACTS)


@pytest.mark.parametrize(
    ("queues", "families"),
    [
        ((), ("triage",)),
        (("platform/x", "platform/reddit"), ("platform", "triage")),
        (("regulator/ico", "safeguarding"), ("regulator", "safeguarding", "triage")),
        (("somewhere/else",), ("triage",)),
    ],
)
def test_only_the_teams_that_must_act_can_read(queues, families):
    assert families_for(queues) == families


def test_a_team_that_need_not_act_cannot_open(databases, new_submission, a_step, teams, now):
    submission = new_submission(steps=(a_step("doc-art17@x", "platform/x"),))
    submit(databases, submission, now)

    with pytest.raises(CannotOpen):
        casefile.open_with_team(databases, submission.case_id, "regulator", teams["regulator"])


def test_a_missing_team_key_stops_before_anything_is_written(databases, new_submission, teams, now):
    submission = new_submission(teams={"triage": teams["triage"].public})

    with pytest.raises(RefuseToStart):
        submit(databases, submission, now)

    assert rows(databases) == NOTHING


def test_shred_keys_without_a_case_are_swept_after_a_day_and_others_never(databases, new_submission, now):
    submission = new_submission()
    submit(databases, submission, now)
    keep_shred_key(databases.keys, "orphan", bytes(32), now)

    early = sweep_orphans(databases.keys, databases.cases, now + dt.timedelta(hours=24))
    late = sweep_orphans(databases.keys, databases.cases, now + dt.timedelta(days=3))

    assert (early, late) == (0, 1)
    assert shred_key(databases.keys, "orphan") is None
    assert shred_key(databases.keys, submission.case_id) is not None


def test_a_late_repeat_is_not_robbed_of_its_key_by_the_sweep(databases, now):
    later = now + dt.timedelta(days=3)
    first = keep_shred_key(databases.keys, "late", b"1" * 32, now)

    again = keep_shred_key(databases.keys, "late", b"2" * 32, later)

    assert again == first
    assert sweep_orphans(databases.keys, databases.cases, later) == 0


def test_a_case_is_committed_with_its_steps_or_not_at_all(databases, new_submission, a_step, now):
    submission = new_submission(steps=(a_step("a@x", "platform/x"), a_step("b@x", "platform/x", mode=None)))

    with pytest.raises(Exception, match="NOT NULL"):
        submit(databases, submission, now)

    assert rows(databases) == NOTHING
    with writing(databases.cases):
        pass  # and no lock is left behind
