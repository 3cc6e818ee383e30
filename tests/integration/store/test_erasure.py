"""What was erased stays erased: whatever dies in the middle, and whichever database comes back."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from casework import casefile, erasure
from casework.erasure import KeysOlderThanCases, KeysOlderThanLedger
from casework.errors import RefuseToStart, TryLater
from casework.records import CaseGone, Kind, NewRecord, add_record
from casework.store import contract, members, shreds
from casework.store.database import open_databases, reading, writing
from casework.store.ledger import Kind as Erased
from casework.store.ledger import Kind as LedgerKind
from casework.store.ledger import Ledger, LedgerCut
from casework.store.shreds import Erasure, TooManyOrphans, keep_shred_key, shred_key, sweep_orphans
from casework.store.tables import cases, keys
from casework.submission import submit
from encryption.errors import CannotOpen
from encryption.keys import new_private_key
from encryption.seal import seal
from encryption.token import Token

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("erase_and_die.py")
OF_A_CASE = (cases.CASE_FILE, cases.WRAP, cases.RECEIPT, cases.RECORD, cases.STEP, cases.STEP_AFTER, cases.STEP_EVENT)


@pytest.fixture
def ledger(home):
    return Ledger(home=home)


@pytest.fixture
def submission(databases, new_submission, now):
    submission = new_submission()
    submit(databases, submission, now)
    return submission


def rows(databases):
    with reading(databases.cases) as connection:
        return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in OF_A_CASE)


def on_disk(home):
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def closed_to_all(databases, submission, teams):
    attempts = [lambda: casefile.open_with_receipt(databases, submission.receipt)]
    attempts += [
        lambda family=family: casefile.open_with_team(databases, submission.case_id, family, teams[family])
        for family in ("triage", "platform", "regulator", "safeguarding")
    ]
    for attempt in attempts:
        with pytest.raises(CannotOpen):
            attempt()
    return True


def test_nobody_opens_it_and_its_key_is_nowhere(databases, home, ledger, submission, teams, now):
    token = casefile.create_session(databases, casefile.open_with_receipt(databases, submission.receipt), now)
    key = shred_key(databases.keys, submission.case_id)
    assert key in on_disk(home)

    erasure.erase(databases, ledger, submission.case_id, now, "person")

    assert closed_to_all(databases, submission, teams)
    assert key not in on_disk(home)
    assert rows(databases) == 0
    assert shreds.begun(databases.keys) == ()
    with pytest.raises(CannotOpen):
        casefile.resume_session(databases, token, now)
    with pytest.raises(CaseGone):
        add_record(databases, submission.case_id, NewRecord(kind=Kind.NOTE, value="late"), now)


def test_erased_twice_it_stands_in_the_ledger_once(databases, ledger, submission, now):
    for by in ("person", "desk"):
        erasure.erase(databases, ledger, submission.case_id, now, by)

    assert [entry.id for entry in ledger.read().entries] == [submission.case_id]


def test_the_ledger_names_the_case_and_the_day_and_nobody(databases, ledger, submission, now):
    erasure.erase(databases, ledger, submission.case_id, now, "person")

    (entry,) = ledger.read().entries
    assert (entry.kind, entry.on) == ("case", "2026-11-22")
    assert b"person" not in ledger.path.read_bytes()


def test_other_cases_stay(databases, ledger, submission, new_submission, now):
    other = new_submission()
    submit(databases, other, now)

    erasure.erase(databases, ledger, submission.case_id, now, "person")
    erasure.check_ledger(databases, ledger)

    assert casefile.open_with_receipt(databases, other.receipt).latest(Kind.FACTS) == {"acts": ["shared"]}


@pytest.fixture(scope="module")
def killed(migrated_home, tmp_path_factory, new_submission):
    """A home for each point at which an erasure can die, as it was left there."""
    full, homes = tmp_path_factory.mktemp("full") / "var", tmp_path_factory.mktemp("homes")
    shutil.copytree(migrated_home, full)
    databases, submission = open_databases(full), new_submission()
    submit(databases, submission, NOW)
    casefile.create_session(databases, casefile.open_with_receipt(databases, submission.receipt), NOW)
    key = shred_key(databases.keys, submission.case_id)
    databases.close()
    done = subprocess.run(
        [sys.executable, CHILD, submission.case_id, full, homes],
        text=True,
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    return submission, key, [homes / str(at) for at in range(1, int(done.stdout) + 1)]


def test_killed_anywhere_the_ledger_came_before_the_key(killed):
    submission, _, homes = killed
    seen = set()
    for home in homes:
        databases = open_databases(home)
        left = {
            "noted": bool(shreds.begun(databases.keys)),
            "in the ledger": bool(Ledger(home=home).read().entries),
            "key": shred_key(databases.keys, submission.case_id) is not None,
            "case": rows(databases) > 0,
        }
        databases.close()
        assert left["key"] or left["in the ledger"]
        assert left["key"] or left["noted"] or not left["case"]
        assert left["case"] or not left["key"]
        seen.add(tuple(left.values()))

    assert len(homes) > 60
    assert seen == {
        (False, False, True, True),  # nothing happened yet
        (True, False, True, True),
        (True, True, True, True),
        (True, True, False, True),
        (True, True, False, False),
        (False, True, False, False),  # all done
    }


@pytest.mark.parametrize("by", ["the next start", "the worker", "asking again"])
def test_killed_anywhere_it_is_finished_by(killed, tmp_path, teams, now, by):
    submission, key, homes = killed
    finished = 0
    for number, left in enumerate(homes):
        home = tmp_path / str(number)
        shutil.copytree(left, home)
        databases, ledger = open_databases(home), Ledger(home=home)
        asked = bool(shreds.begun(databases.keys) or ledger.read().entries)
        if by == "the next start":
            erasure.check_ledger(databases, ledger)
        elif by == "the worker":
            erasure.finish_erasures(databases, ledger, now + dt.timedelta(minutes=2))
        else:
            erasure.erase(databases, ledger, submission.case_id, now, "person")
            asked = True
        if asked:
            finished += 1
            assert closed_to_all(databases, submission, teams)
            assert rows(databases) == 0
            assert shreds.begun(databases.keys) == ()
            assert [entry.id for entry in ledger.read().entries] == [submission.case_id]
            assert key not in on_disk(home)
        else:
            assert casefile.open_with_receipt(databases, submission.receipt).latest(Kind.FACTS)
        erasure.check_ledger(databases, ledger)
        databases.close()
        shutil.rmtree(home)

    assert finished > 50


def test_one_that_runs_just_now_is_left_to_whoever_runs_it(databases, ledger, submission, now):
    shreds.begin(
        databases.keys,
        Erasure(kind=Erased.CASE, id=submission.case_id, asked_by="person", began_at=int(now.timestamp()) // 60),
    )

    assert erasure.finish_erasures(databases, ledger, now) == 0
    assert erasure.finish_erasures(databases, ledger, now + dt.timedelta(minutes=1)) == 1
    assert rows(databases) == 0


def test_while_somebody_reads_the_key_lies_in_the_log_and_the_erasure_is_not_over(
    databases, home, ledger, submission, now
):
    key = shred_key(databases.keys, submission.case_id)
    with databases.keys.connect() as reader:
        reader.exec_driver_sql("SELECT key FROM shred").all()
        erasure.erase(databases, ledger, submission.case_id, now, "person")
        assert key in on_disk(home)
        assert len(shreds.begun(databases.keys)) == 1

    assert erasure.finish_erasures(databases, ledger, now + dt.timedelta(minutes=1)) == 1

    assert key not in on_disk(home)
    assert shreds.begun(databases.keys) == ()


def test_a_ledger_that_cannot_be_written_keeps_the_wish(databases, ledger, submission, teams, now):
    ledger.path.parent.write_text("in the way")

    with pytest.raises(TryLater):
        erasure.erase(databases, ledger, submission.case_id, now, "person")

    ledger.path.parent.unlink()
    erasure.finish_erasures(databases, ledger, now + dt.timedelta(minutes=1))
    assert closed_to_all(databases, submission, teams)


def test_two_erasures_that_reach_the_key_database_in_the_other_order(databases, ledger, new_submission, now):
    """The later one is noted first; the earlier one, killed there, is known by its note alone."""
    both = [new_submission() for _ in range(2)]
    for each in both:
        submit(databases, each, now)
    minute = int(now.timestamp()) // 60
    shreds.begin(databases.keys, Erasure(kind=Erased.CASE, id=both[0].case_id, asked_by="person", began_at=minute))
    ledger.append(Erased.CASE, both[0].case_id, now.date(), known=shreds.mark(databases.keys).position)
    erasure.erase(databases, ledger, both[1].case_id, now, "person")

    erasure.check_ledger(databases, ledger)

    assert rows(databases) == 0
    assert shreds.mark(databases.keys).position == ledger.read().head


def test_an_older_key_database_that_was_copied_back_is_refused(databases, home, ledger, new_submission, now):
    first, second = new_submission(), new_submission()
    for each in (first, second):
        submit(databases, each, now)
    erasure.erase(databases, ledger, first.case_id, now, "person")
    databases.close()
    shutil.copy(home / "db" / "keys.db", home / "older.db")
    databases = open_databases(home)
    erasure.erase(databases, ledger, second.case_id, now, "person")
    databases.close()
    shutil.copy(home / "older.db", home / "db" / "keys.db")

    with pytest.raises(KeysOlderThanLedger):
        erasure.check_ledger(open_databases(home), ledger)


def test_a_key_database_from_before_the_first_erasure_is_refused(databases, home, ledger, submission, now):
    databases.close()
    shutil.copy(home / "db" / "keys.db", home / "older.db")
    databases = open_databases(home)
    erasure.erase(databases, ledger, submission.case_id, now, "person")
    databases.close()
    shutil.copy(home / "older.db", home / "db" / "keys.db")

    with pytest.raises(KeysOlderThanLedger):
        erasure.check_ledger(open_databases(home), ledger)


def test_a_key_database_from_before_a_case_is_refused_though_nothing_was_erased(
    databases, home, ledger, new_submission, now
):
    databases.close()
    shutil.copy(home / "db" / "keys.db", home / "older.db")
    databases = open_databases(home)
    submit(databases, new_submission(), now)
    databases.close()
    shutil.copy(home / "older.db", home / "db" / "keys.db")

    with pytest.raises(KeysOlderThanCases):
        erasure.check_ledger(open_databases(home), ledger)


def cut(data):
    return data[: data[:-1].rfind(b"\n") + 1]


def edited(data):
    return data.replace(b"2026-11-22", b"2026-11-23", 1)


def swapped(data):
    return b"".join(data.splitlines(keepends=True)[::-1])


@pytest.mark.parametrize("change", [cut, edited, swapped, lambda _: b"", lambda data: data + data])
def test_a_changed_ledger_stops_every_start(databases, ledger, new_submission, now, change):
    for _ in range(2):
        each = new_submission()
        submit(databases, each, now)
        erasure.erase(databases, ledger, each.case_id, now, "person")
    ledger.path.write_bytes(change(ledger.path.read_bytes()))

    with pytest.raises(LedgerCut):
        erasure.check_ledger(databases, ledger)


def test_a_ledger_that_is_gone_stops_every_start_and_the_next_erasure(
    databases, ledger, submission, new_submission, now
):
    erasure.erase(databases, ledger, submission.case_id, now, "person")
    ledger.path.unlink()
    other = new_submission()
    submit(databases, other, now)

    with pytest.raises(LedgerCut):
        erasure.check_ledger(databases, ledger)
    with pytest.raises(LedgerCut):
        erasure.erase(databases, ledger, other.case_id, now, "person")
    assert casefile.open_with_receipt(databases, other.receipt)


def test_an_empty_home_and_one_in_which_nothing_was_erased_start(databases, ledger, new_submission, now):
    erasure.check_ledger(databases, ledger)
    submit(databases, new_submission(), now)
    erasure.check_ledger(databases, ledger)

    assert ledger.read().entries == ()


def test_after_older_cases_came_back_keys_of_newer_ones_are_no_orphans(databases, new_submission, now):
    keep_shred_key(databases.keys, "a" * 64, bytes(32), now)
    shreds.note_restore(databases.keys, given_up=0, older_cases=True, now=now)
    keep_shred_key(databases.keys, "b" * 64, bytes(32), now + dt.timedelta(days=1))
    submit(databases, new_submission(Token.new()), now + dt.timedelta(days=1))

    assert sweep_orphans(databases.keys, databases.cases, now + dt.timedelta(days=9)) == 1
    assert shred_key(databases.keys, "a" * 64) == bytes(32)


def test_keys_of_days_that_are_missing_altogether_are_left(databases, new_submission, now):
    """Somebody copied older cases back by hand: what came after them must not be lost for good."""
    submit(databases, new_submission(Token.new()), now)
    for day in range(1, 4):
        keep_shred_key(databases.keys, str(day) * 64, bytes(32), now + dt.timedelta(days=day))

    assert sweep_orphans(databases.keys, databases.cases, now + dt.timedelta(days=30)) == 0


def test_many_keys_without_a_case_are_no_submissions_that_died(databases, new_submission, now):
    submit(databases, new_submission(Token.new()), now)
    for number in range(60):
        keep_shred_key(databases.keys, f"{number:064}", bytes(32), now)

    with pytest.raises(TooManyOrphans):
        sweep_orphans(databases.keys, databases.cases, now + dt.timedelta(days=9))
    assert shred_key(databases.keys, f"{7:064}") == bytes(32)


def add_member(databases, member_id):
    pair = new_private_key()
    wrapped = seal(b"seed", to=pair.public, context=contract.TEAM_WRAP.context(member_id="m", family="f", epoch=1))
    member = {"id": member_id, "login": member_id, "role": "caseworker", "public_key": pair.public.raw}
    with writing(databases.keys) as connection:
        connection.execute(insert(keys.MEMBER).values(**member, created_on="2026-11-01"))
        connection.execute(insert(keys.TEAM_WRAP).values(member_id=member_id, family="triage", epoch=1, seed=wrapped))
        lock = {"member_id": member_id, "method": "password", "derivation": "x", "private_key": wrapped}
        connection.execute(insert(keys.MEMBER_LOCK).values(**lock))
        session = {"id": Token.new().secret.hex(), "member_id": member_id, "private_key": wrapped}
        connection.execute(insert(keys.STAFF_SESSION).values(**session, expires_at=2**31))
    return wrapped


def held_by(databases, member_id):
    tables = (keys.TEAM_WRAP, keys.MEMBER_LOCK, keys.STAFF_SESSION)
    with reading(databases.keys) as connection:
        return [
            connection.execute(select(func.count()).select_from(t).where(t.c.member_id == member_id)).scalar_one()
            for t in tables
        ]


def test_a_removed_member_holds_nothing_and_their_wraps_are_nowhere(databases, home, ledger, now):
    wrapped = add_member(databases, "eve")
    add_member(databases, "ada")

    erasure.remove_member(databases, ledger, "eve", now)

    assert held_by(databases, "eve") == [0, 0, 0]
    assert held_by(databases, "ada") == [1, 1, 1]
    assert members.by_id(databases.keys, "eve") is None
    assert wrapped not in on_disk(home)
    assert [(entry.kind, entry.id) for entry in ledger.read().entries] == [("member", "eve")]


def test_the_ledger_takes_a_member_out_of_an_older_key_database_again(databases, home, ledger, now):
    add_member(databases, "eve")
    databases.close()
    shutil.copy(home / "db" / "keys.db", home / "older.db")
    databases = open_databases(home)
    erasure.remove_member(databases, ledger, "eve", now)
    databases.close()
    shutil.copy(home / "older.db", home / "db" / "keys.db")
    databases = open_databases(home)
    with pytest.raises(KeysOlderThanLedger):
        erasure.check_ledger(databases, ledger)

    erasure.replay(databases, ledger.read())

    erasure.check_ledger(databases, ledger)
    assert held_by(databases, "eve") == [0, 0, 0]
    with reading(databases.keys) as connection:
        assert connection.execute(select(keys.MEMBER.c.removed_on)).scalar_one() == "2026-11-22"


def test_a_line_that_somebody_wrote_into_the_ledger_erases_nobody(databases, ledger, new_submission, now):
    living, leaving = new_submission(Token.new()), new_submission(Token.new())
    for one in (living, leaving):
        submit(databases, one, now)
    ledger.append(LedgerKind.CASE, living.case_id, now.date(), known=ledger.read().head)

    with pytest.raises(RefuseToStart):
        erasure.erase(databases, ledger, leaving.case_id, now, "person")
    with pytest.raises(RefuseToStart):
        erasure.check_ledger(databases, ledger)
    assert shred_key(databases.keys, living.case_id)


class CountedLedger(Ledger):
    """The ledger, and how often it was read whole."""

    readings = 0

    @contextmanager
    def _opened(self):
        CountedLedger.readings += 1
        with super()._opened() as handle:
            yield handle


def test_an_erasure_reads_the_ledger_once(databases, home, submission, now, monkeypatch):
    monkeypatch.setattr(CountedLedger, "readings", 0)

    erasure.erase(databases, CountedLedger(home=home), submission.case_id, now, "person")

    assert CountedLedger.readings == 1
    assert shred_key(databases.keys, submission.case_id) is None


def test_what_is_finished_by_the_worker_is_told_before_it_happens(databases, ledger, new_submission, now):
    one = new_submission(Token.new())
    submit(databases, one, now)
    shreds.begin(databases.keys, Erasure(kind=LedgerKind.CASE, id=one.case_id, asked_by="person", began_at=0))
    told = []

    erasure.finish_erasures(
        databases, ledger, now, record=lambda case_id: told.append((case_id, shred_key(databases.keys, case_id)))
    )

    assert [case_id for case_id, key in told if key] == [one.case_id]
