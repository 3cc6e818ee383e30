"""Who can open a case, for how long, and what is left when it is erased."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select, text

from casework import casefile
from casework.errors import TryLater
from casework.records import CaseGone, Kind, NewRecord, add_record
from casework.store.database import open_databases, reading, writing
from casework.store.shreds import shred
from casework.store.tables.cases import WRAP
from casework.store.tables.conversations import CASE_SESSION
from casework.submission import submit
from encryption.errors import CannotOpen
from encryption.keys import new_private_key
from encryption.token import Token, conversation_keys, new_receipt
from tests.integration.erasing import erase


@pytest.fixture
def submission(databases, new_submission, now):
    submission = new_submission()
    submit(databases, submission, now)
    return submission


def test_the_person_reads_all_they_sent(databases, submission):
    opened = casefile.open_with_receipt(databases, submission.receipt)

    assert opened.latest(Kind.FACTS) == {"acts": ["shared"]}
    assert opened.latest(Kind.IDENTITY) == {"name": "Canary Name"}
    assert [record.value for record in opened.read(Kind.DOCUMENT)] == [{"text": "canary-erasure-request"}]


@pytest.mark.parametrize("family", ["triage", "platform", "regulator"])
def test_each_team_that_must_act_reads_both_compartments(databases, submission, teams, family):
    opened = casefile.open_with_team(databases, submission.case_id, family, teams[family])

    assert opened.latest(Kind.TRANSCRIPT) == ["canary-he-said"]
    assert opened.latest(Kind.IDENTITY) == {"name": "Canary Name"}


def test_steps_carry_the_plans_own_id_and_say_in_clear_only_what_a_queue_needs(databases, submission):
    steps = casefile.open_with_receipt(databases, submission.receipt).steps()

    assert {step.detail["id"]: (step.queue, step.state) for step in steps} == {
        "doc-art17@x": ("platform/x", "ready"),
        "doc-ico@ico": ("regulator/ico", "waiting"),
    }
    assert steps[0].detail["recipient"] == "Canary Recipient Ltd"


def test_a_wrong_team_key_an_unknown_code_and_an_erased_case_fail_alike(databases, submission, new_submission, now):
    erased = new_submission()
    submit(databases, erased, now)
    erase(databases, erased.case_id)
    attempts = (
        lambda: casefile.open_with_receipt(databases, conversation_keys(Token.new()).receipt),
        lambda: casefile.open_with_receipt(databases, erased.receipt),
        lambda: casefile.open_with_team(databases, submission.case_id, "triage", new_private_key()),
        lambda: casefile.open_with_team(databases, "0" * 32, "triage", new_private_key()),
    )

    messages = set()
    for attempt in attempts:
        with pytest.raises(CannotOpen) as caught:
            attempt()
        messages.add(str(caught.value))

    assert len(messages) == 1


def test_a_reader_of_one_compartment_cannot_open_the_other(databases, submission, teams):
    with writing(databases.cases) as connection:
        connection.execute(delete(WRAP).where(WRAP.c.compartment == "identity", WRAP.c.reader == "team:platform"))
    opened = casefile.open_with_team(databases, submission.case_id, "platform", teams["platform"])

    assert opened.latest(Kind.FACTS)
    with pytest.raises(CannotOpen):
        opened.read(Kind.IDENTITY)


def test_anyone_can_add_and_order_is_kept(databases, submission, now):
    for message in ("one", "two", "three"):
        add_record(databases, submission.case_id, NewRecord(kind=Kind.THREAD, value=message), now)

    opened = casefile.open_with_receipt(databases, submission.receipt)
    thread = opened.read(Kind.THREAD)

    assert [record.value for record in thread] == ["one", "two", "three"]
    assert [record.value for record in opened.read(Kind.THREAD, after=thread[0].seq)] == ["two", "three"]
    assert thread[0].on == now.date()


def test_the_person_sees_who_opened_their_case(databases, submission, now):
    casefile.record_opening(databases, submission.case_id, role="caseworker", purpose="answer", now=now)

    openings = casefile.open_with_receipt(databases, submission.receipt).read(Kind.OPENING)

    assert [(each.value, each.on) for each in openings] == [({"role": "caseworker", "purpose": "answer"}, now.date())]


def test_an_opened_case_says_no_key_when_printed(databases, submission):
    opened = casefile.open_with_receipt(databases, submission.receipt)

    assert repr(opened) == f"OpenedCase({submission.case_id})"


def test_a_session_serves_another_process_and_lives_fifteen_idle_minutes(databases, home, submission, now):
    token = casefile.create_session(databases, casefile.open_with_receipt(databases, submission.receipt), now)
    other = open_databases(home)

    at = now
    for _ in range(3):
        at += dt.timedelta(minutes=14)
        assert casefile.resume_session(other, token, at).latest(Kind.FACTS) == {"acts": ["shared"]}

    with pytest.raises(CannotOpen):
        casefile.resume_session(other, token, at + dt.timedelta(minutes=16))


def test_a_session_that_was_ended_is_over(databases, submission, now):
    token = casefile.create_session(databases, casefile.open_with_receipt(databases, submission.receipt), now)

    casefile.end_session(databases, token)

    with pytest.raises(CannotOpen):
        casefile.resume_session(databases, token, now)


def test_another_token_does_not_resume_a_session(databases, submission, now):
    casefile.create_session(databases, casefile.open_with_receipt(databases, submission.receipt), now)

    with pytest.raises(CannotOpen):
        casefile.resume_session(databases, Token.new(), now)


def test_a_replaced_code_stops_and_the_new_one_opens(databases, submission, now):
    opened = casefile.open_with_receipt(databases, submission.receipt)
    new = conversation_keys(Token.new()).receipt

    casefile.replace_receipt(databases, opened, new, now)

    assert casefile.open_with_receipt(databases, new).latest(Kind.IDENTITY) == {"name": "Canary Name"}
    with pytest.raises(CannotOpen):
        casefile.open_with_receipt(databases, submission.receipt)


def test_a_code_can_be_given_up(databases, submission, teams, now):
    casefile.replace_receipt(databases, casefile.open_with_receipt(databases, submission.receipt), None, now)

    with pytest.raises(CannotOpen):
        casefile.open_with_receipt(databases, submission.receipt)
    assert casefile.open_with_team(databases, submission.case_id, "triage", teams["triage"]).read(Kind.FACTS)


def test_a_change_of_the_code_is_never_without_its_trace(databases, submission, now, monkeypatch):
    opened = casefile.open_with_receipt(databases, submission.receipt)
    with monkeypatch.context() as broken:
        broken.setattr(casefile, "append", full_disk)
        with pytest.raises(TryLater):
            casefile.replace_receipt(databases, opened, new_receipt(), now)

    assert casefile.open_with_receipt(databases, submission.receipt).read(Kind.OPENING) == []


def full_disk(*_args):
    raise TryLater


def test_a_code_changed_while_someone_comes_in_with_it_lets_nobody_in(databases, submission, now, monkeypatch):
    """As if the change had come between the opening and the session."""
    owner = casefile.open_with_receipt(databases, submission.receipt)
    real = casefile.create_session

    def changed_just_before(*args):
        casefile.replace_receipt(databases, owner, new_receipt(), now)
        casefile.end_sessions(databases, owner)
        return real(*args)

    monkeypatch.setattr(casefile, "create_session", changed_just_before)

    with pytest.raises(CannotOpen):
        casefile.log_in(databases, submission.receipt.code, now)
    with reading(databases.conversations) as connection:
        assert connection.execute(select(CASE_SESSION)).first() is None


@dataclass
class Work:
    """Every statement on any database, and every call of a function of `encryption`."""

    statements: list[str] = field(default_factory=list)
    key_operations: Counter[str] = field(default_factory=Counter)

    def note_statement(self, _connection, _cursor, statement, *_rest):
        self.statements.append(statement)

    def note_call(self, frame, event, _argument):
        code = frame.f_code
        if event == "call" and f"{os.sep}encryption{os.sep}" in code.co_filename:
            self.key_operations[f"{Path(code.co_filename).name}:{code.co_name}"] += 1


def work_of(databases, typed, now) -> Work:
    """What it takes to be turned away with this code."""
    work = Work()
    for _, engine in databases.each():
        event.listen(engine, "before_cursor_execute", work.note_statement)
    sys.setprofile(work.note_call)
    try:
        with pytest.raises(CannotOpen):
            casefile.log_in(databases, typed, now)
    finally:
        sys.setprofile(None)
        for _, engine in databases.each():
            event.remove(engine, "before_cursor_execute", work.note_statement)
    return work


def test_every_code_that_opens_nothing_takes_the_same_work(databases, new_submission, now):
    codes = {}
    for reason in ("replaced", "given up", "erased", "half erased", "right"):
        submission = new_submission()
        submit(databases, submission, now)
        codes[reason] = submission.receipt.code
        opened = casefile.open_with_receipt(databases, submission.receipt)
        if reason in ("replaced", "given up"):
            casefile.replace_receipt(databases, opened, new_receipt() if reason == "replaced" else None, now)
        if reason == "erased":
            erase(databases, submission.case_id)
        if reason == "half erased":
            shred(databases.keys, submission.case_id)
    right = codes.pop("right")
    codes["mistyped"] = right[:-1] + ("0" if right[-1] != "0" else "1")
    codes["unknown"] = new_receipt().code

    work = {reason: work_of(databases, typed, now) for reason, typed in codes.items()}

    unknown = work.pop("unknown")
    assert len([s for s in unknown.statements if s.startswith("SELECT")]) == 4
    assert unknown.key_operations["record.py:open_derived"] == 4
    for reason, other in work.items():
        assert other.statements == unknown.statements, reason
        assert key_work(other) == key_work(unknown), reason


def key_work(work: Work) -> dict[str, int]:
    """Without how a code is read: a slip of the pen is found while reading."""
    reading_a_code = ("receipt.py", "token.py", "errors.py")
    return {name: count for name, count in work.key_operations.items() if not name.startswith(reading_a_code)}


def test_a_new_epoch_of_a_team_opens_old_cases_once_they_are_shared_with_it(databases, submission, teams):
    new_epoch = new_private_key()
    opened = casefile.open_with_team(databases, submission.case_id, "triage", teams["triage"])

    casefile.share_with(databases, opened, "triage", new_epoch.public)
    casefile.share_with(databases, opened, "triage", new_epoch.public)

    assert casefile.open_with_team(databases, submission.case_id, "triage", new_epoch).read(Kind.FACTS)
    assert casefile.open_with_team(databases, submission.case_id, "triage", teams["triage"]).read(Kind.FACTS)


def test_the_epoch_of_each_wrap_can_be_counted_without_opening_it(databases, submission, teams):
    with reading(databases.cases) as connection:
        found = connection.execute(select(WRAP.c.reader, WRAP.c.key_id).where(WRAP.c.reader == "team:triage")).all()

    assert {tuple(row) for row in found} == {("team:triage", teams["triage"].public.id.hex())}


def test_erasure_leaves_no_row_and_ends_every_session(databases, submission, now):
    token = casefile.create_session(databases, casefile.open_with_receipt(databases, submission.receipt), now)

    erase(databases, submission.case_id)
    erase(databases, submission.case_id)

    with pytest.raises(CannotOpen):
        casefile.resume_session(databases, token, now)
    with pytest.raises(CaseGone):
        add_record(databases, submission.case_id, NewRecord(kind=Kind.NOTE, value="late"), now)
    with reading(databases.cases) as connection:
        for table in ("case_file", "wrap", "receipt", "record", "step", "step_after", "step_event", "outbox"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0  # noqa: S608


def test_an_old_copy_of_the_cases_does_not_bring_an_erased_case_back(databases, home, submission, teams):
    databases.cases.dispose()
    shutil.copy(home / "db" / "cases.db", home / "stolen.db")
    erase(databases, submission.case_id)
    databases.close()
    shutil.copy(home / "stolen.db", home / "db" / "cases.db")
    restored = open_databases(home)

    with reading(restored.cases) as connection:
        assert connection.execute(select(WRAP.c.seed)).first() is not None
    with pytest.raises(CannotOpen):
        casefile.open_with_receipt(restored, submission.receipt)
    with pytest.raises(CannotOpen):
        casefile.open_with_team(restored, submission.case_id, "triage", teams["triage"])
