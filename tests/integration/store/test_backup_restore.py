"""Backups come back; what was erased does not."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from casework import casefile, erasure
from casework.erasure import KeysOlderThanCases, KeysOlderThanLedger
from casework.errors import RecourseError, RefuseToStart
from casework.records import Kind
from casework.restore import Given, LedgerStands, NothingToRestore, restore
from casework.store import backups, contract, placing, shreds
from casework.store.backups import CopyExpired, Damaged, NotThatDatabase
from casework.store.database import migrate, open_databases, reading, writing
from casework.store.ledger import Ledger, LedgerCut
from casework.store.placing import StillRunning
from casework.store.shreds import shred_key
from casework.store.tables import keys
from casework.submission import submit
from encryption.errors import CannotOpen
from encryption.keys import new_private_key
from encryption.seal import seal
from encryption.token import Token

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("restore_and_die.py")


def quiet(*_):
    pass


def on_disk(home):
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


class Story:
    """One home and its copies: a case that stays, one that is erased after the copy, one that comes after it."""

    def __init__(self, home, copies, new_submission):
        self.home, self.copies, self.ledger = home, copies, Ledger(home=home)
        copies.mkdir(exist_ok=True)
        self.stays, self.erased, self.later = (new_submission(Token.new()) for _ in range(3))
        with self.opened() as databases:
            submit(databases, self.stays, NOW)
            submit(databases, self.erased, NOW)
            self.key = shred_key(databases.keys, self.erased.case_id)
        for name in ("cases", "keys"):
            backups.copy_database(home / "db" / f"{name}.db", copies / f"{name}.db", NOW, quiet)
        (copies / "ledger.jsonl").write_bytes(self.ledger.copy())
        with self.opened() as databases:
            erasure.erase(databases, self.ledger, self.erased.case_id, NOW, "person")
            submit(databases, self.later, NOW)

    @contextlib.contextmanager
    def opened(self):
        databases = open_databases(self.home)
        try:
            migrate(databases)
            yield databases
        finally:
            databases.close()

    def restore(self, *names, now=NOW, **more):
        files = {name: self.copies / f"{name}.{'jsonl' if name == 'ledger' else 'db'}" for name in names}
        return restore(self.home, Given(**files, **more), now, quiet)

    def lose_keys(self):
        (self.home / "db" / "keys.db").write_bytes(b"scratched" * 1000)

    def opens(self, submission, teams):
        with self.opened() as databases:
            erasure.check_ledger(databases, self.ledger)
            ways = [lambda: casefile.open_with_receipt(databases, submission.receipt)]
            ways += [
                lambda f=family: casefile.open_with_team(databases, submission.case_id, f, teams[f])
                for family in ("triage", "platform", "regulator")
            ]
            return {self._opened(way) for way in ways}

    @staticmethod
    def _opened(way):
        try:
            return way().latest(Kind.FACTS) == {"acts": ["shared"]}
        except CannotOpen:
            return False


@pytest.fixture
def story(home, tmp_path, new_submission):
    return Story(home, tmp_path / "copies", new_submission)


def test_old_cases_come_back_without_the_one_that_was_erased(story, teams):
    done = story.restore("cases")

    assert done.erased_again == 1
    assert story.opens(story.erased, teams) == {False}
    assert story.opens(story.stays, teams) == {True}
    assert story.key not in on_disk(story.home)


def test_old_cases_and_old_keys_come_back_without_it_too(story, teams):
    story.lose_keys()

    done = story.restore("cases", "keys", accept_older_keys=True)

    assert (done.erased_again, done.without_key) == (1, 0)
    assert story.opens(story.erased, teams) == {False}
    assert story.opens(story.stays, teams) == {True}
    assert story.key in on_disk(story.copies)
    assert story.key not in on_disk(story.home)


def test_no_row_of_it_comes_back(story):
    story.lose_keys()
    story.restore("cases", "keys", accept_older_keys=True)

    assert story.erased.case_id.encode() in (story.copies / "cases.db").read_bytes()
    with story.opened() as databases, reading(databases.cases) as connection:
        for table in ("case_file", "wrap", "receipt", "record", "step"):
            column = "id" if table == "case_file" else "case_id"
            found = connection.exec_driver_sql(f"SELECT DISTINCT {column} FROM {table}").scalars().all()  # noqa: S608
            assert found == [story.stays.case_id]


def test_what_another_program_left_in_the_pages_of_a_copy_does_not_come_along(story):
    with contextlib.closing(sqlite3.connect(story.copies / "keys.db")) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("DELETE FROM shred WHERE key = ?", (story.key,))
        connection.commit()
    assert story.key in on_disk(story.copies)
    story.lose_keys()

    story.restore("keys", accept_older_keys=True)

    assert story.key not in on_disk(story.home)


def test_old_keys_alone_leave_later_cases_closed_and_say_how_many(story, teams):
    story.lose_keys()
    with pytest.raises(KeysOlderThanLedger):
        story.restore("keys")

    done = story.restore("keys", accept_older_keys=True)

    assert done.without_key == 1
    assert story.opens(story.later, teams) == {False}
    assert story.opens(story.erased, teams) == {False}
    assert story.opens(story.stays, teams) == {True}
    assert story.key not in on_disk(story.home)


@pytest.mark.parametrize("accept", [False, True])
def test_older_keys_never_replace_newer_ones_that_are_whole(story, teams, accept):
    with pytest.raises(KeysOlderThanLedger, match="newer"):
        story.restore("cases", "keys", accept_older_keys=accept)

    assert story.opens(story.later, teams) == {True}


def test_keys_from_before_a_case_never_replace_those_that_open_it(home, tmp_path, new_submission, now):
    backups.copy_database(home / "db" / "keys.db", tmp_path / "keys.db", now, quiet)
    databases = open_databases(home)
    submit(databases, new_submission(), now)
    databases.close()

    with pytest.raises(KeysOlderThanCases, match="newer"):
        restore(home, Given(keys=tmp_path / "keys.db", accept_older_keys=True), now, quiet)


def test_keys_that_were_copied_back_by_hand_are_put_right(story, teams):
    shutil.copy(story.copies / "keys.db", story.home / "db" / "keys.db")
    with story.opened() as databases, pytest.raises(KeysOlderThanLedger):
        erasure.check_ledger(databases, story.ledger)
    with pytest.raises(KeysOlderThanLedger):
        story.restore("cases")

    done = story.restore(accept_older_keys=True)

    assert done.without_key == 1
    assert story.opens(story.erased, teams) == {False}
    assert story.key not in on_disk(story.home)


def test_a_new_machine_gets_all_from_the_copies(story, tmp_path, teams):
    (story.copies / "ledger.jsonl").write_bytes(story.ledger.copy())
    shutil.rmtree(story.home)

    done = story.restore("cases", "keys", "ledger", accept_older_keys=True)

    assert done.placed == ("cases", "keys")
    assert story.opens(story.stays, teams) == {True}
    assert story.opens(story.erased, teams) == {False}
    assert story.key not in on_disk(story.home)
    assert {path.stat().st_mode & 0o077 for path in story.home.rglob("*")} == {0}


def test_a_ledger_shorter_than_the_keys_know_is_refused(story):
    backups.copy_database(story.home / "db" / "keys.db", story.copies / "newer.db", NOW, quiet)
    (story.copies / "newer.db").replace(story.copies / "keys.db")
    shutil.rmtree(story.home)

    for names in (("cases", "keys"), ("cases", "keys", "ledger")):
        with pytest.raises(LedgerCut):
            story.restore(*names, accept_older_keys=True)
    assert not (story.home / "db" / "keys.db").exists()


def test_a_ledger_cut_beside_keys_that_know_better_is_refused(story):
    story.ledger.path.write_bytes(b"")

    with pytest.raises(LedgerCut):
        story.restore("cases", "keys")


def test_a_lost_ledger_stops_every_start_until_somebody_accepts_it(story):
    story.ledger.path.unlink()
    with story.opened() as databases, pytest.raises(LedgerCut):
        erasure.check_ledger(databases, story.ledger)

    story.restore(accept_shorter_ledger=True)

    with story.opened() as databases:
        erasure.check_ledger(databases, story.ledger)
        erasure.erase(databases, story.ledger, story.stays.case_id, NOW, "person")
        erasure.check_ledger(databases, story.ledger)
        with pytest.raises(CannotOpen):
            casefile.open_with_receipt(databases, story.erased.receipt)


def test_a_home_keeps_its_own_ledger(story):
    before = story.ledger.copy()

    with pytest.raises(LedgerStands):
        story.restore("cases", "ledger")
    story.restore("cases")

    assert story.ledger.copy() == before


def test_the_cases_that_were_there_are_kept_and_the_keys_are_not(story):
    before = rows(story.home / "db" / "cases.db")
    with story.opened() as databases:
        only_here = shred_key(databases.keys, story.later.case_id)
    story.lose_keys()

    done = story.restore("cases", "keys", accept_older_keys=True)

    (kept,) = done.kept
    assert rows(kept) == before
    assert kept.name.startswith("cases.db.replaced-20261122")
    assert only_here not in on_disk(story.home)
    assert {path.name for path in (story.home / "db").iterdir()} == {
        "conversations.db", "cases.db", "keys.db", kept.name,
    }  # fmt: skip


def rows(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return set(connection.execute("SELECT id FROM case_file"))


def test_keys_of_cases_that_the_copy_does_not_hold_outlive_the_sweep(story, teams):
    """The operator may have taken the wrong copy, and find the right one next week."""
    kept = story.restore("cases").kept[0]
    with story.opened() as databases:
        shreds.sweep_orphans(databases.keys, databases.cases, NOW + dt.timedelta(days=6))
    shutil.copy(kept, story.copies / "cases.db")

    story.restore("cases")

    assert story.opens(story.later, teams) == {True}


def test_a_removed_member_is_removed_again(story):
    pair = new_private_key()
    wrapped = seal(b"seed", to=pair.public, context=contract.TEAM_WRAP.context(member_id="m", family="f", epoch=1))
    member = {"id": "eve", "login": "eve", "role": "caseworker", "public_key": pair.public.raw}
    with story.opened() as databases:
        with writing(databases.keys) as connection:
            connection.execute(insert(keys.MEMBER).values(**member, created_on="2026-11-01"))
            connection.execute(insert(keys.TEAM_WRAP).values(member_id="eve", family="triage", epoch=1, seed=wrapped))
        backups.copy_database(story.home / "db" / "keys.db", story.copies / "keys.db", NOW, quiet)
        erasure.remove_member(databases, story.ledger, "eve", NOW)
    story.lose_keys()

    done = story.restore("keys", accept_older_keys=True)

    assert done.removed_again == 1
    with story.opened() as databases, reading(databases.keys) as connection:
        assert connection.execute(select(keys.MEMBER.c.removed_on)).scalar_one() == "2026-11-22"
        assert connection.execute(select(func.count()).select_from(keys.TEAM_WRAP)).scalar_one() == 0
    assert wrapped not in on_disk(story.home)


def test_sessions_and_links_of_an_old_copy_do_not_live_again(home, tmp_path, now):
    pair = new_private_key()
    sealed = seal(b"seed", to=pair.public, context=contract.TEAM_WRAP.context(member_id="m", family="f", epoch=1))
    databases = open_databases(home)
    member = {"id": "ada", "login": "ada", "role": "caseworker", "public_key": pair.public.raw}
    with writing(databases.keys) as connection:
        connection.execute(insert(keys.MEMBER).values(**member, created_on="2026-11-01"))
        connection.execute(
            insert(keys.STAFF_SESSION).values(id="s", member_id="ada", private_key=sealed, expires_at=2**31)
        )
        connection.execute(insert(keys.ENROLMENT).values(id="e", role="caseworker", seeds=sealed, expires_at=2**31))
    databases.close()
    backups.copy_database(home / "db" / "keys.db", tmp_path / "keys.db", now, quiet)

    restore(home, Given(keys=tmp_path / "keys.db"), now, quiet)

    with reading(open_databases(home).keys) as connection:
        for table in (keys.STAFF_SESSION, keys.ENROLMENT):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_a_copy_of_an_older_version_is_brought_up(story, teams):
    with contextlib.closing(sqlite3.connect(story.copies / "keys.db")) as connection:
        connection.executescript(
            "DROP TABLE erasure; DROP TABLE ledger_mark; ALTER TABLE enrolment DROP COLUMN invitation; UPDATE alembic_version SET version_num = 'keys_0002'"
        )
    story.lose_keys()

    story.restore("cases", "keys", accept_older_keys=True)

    assert story.opens(story.erased, teams) == {False}
    assert story.opens(story.stays, teams) == {True}


def corrupt(path):
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 : page * 4096 + 512] = b"\x00" * 512
    path.write_bytes(data)


def newer(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = substr(version_num, 1, 6) || '9999'")
        connection.commit()


def no_version(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE alembic_version")


def other_database(path):
    path.write_bytes((path.parent / ("keys.db" if path.name == "cases.db" else "cases.db")).read_bytes())


WRONG = {
    "corrupt": (corrupt, Damaged),
    "no database": (lambda path: path.write_bytes(b"no database at all" * 500), Damaged),
    "cut short": (lambda path: os.truncate(path, path.stat().st_size // 2), Damaged),
    "empty": (lambda path: path.write_bytes(b""), NotThatDatabase),
    "the other one": (other_database, NotThatDatabase),
    "of another program": (no_version, NotThatDatabase),
    "gone": (lambda path: path.unlink(), NotThatDatabase),
    "of a newer version": (newer, RefuseToStart),
}


def bytes_of(home):
    paths = [path for name in ("cases", "keys") for path in (home / "db").glob(f"{name}.db*")]
    return {path.name: path.read_bytes() for path in paths}


@pytest.mark.parametrize("name", ["cases", "keys"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_must_not_be_used_changes_nothing(story, teams, name, wrong):
    change, refusal = WRONG[wrong]
    change(story.copies / f"{name}.db")
    before = bytes_of(story.home)

    with pytest.raises(refusal):
        story.restore("cases", "keys", accept_older_keys=True)

    assert bytes_of(story.home) == before
    assert not (story.home / "db" / placing.STAGING).exists()
    assert story.opens(story.later, teams) == {True}


def test_keys_older_than_seven_days_are_refused_for_good(story):
    story.lose_keys()

    with pytest.raises(CopyExpired):
        story.restore("keys", now=NOW + dt.timedelta(days=7, minutes=2), accept_older_keys=True)
    story.restore("keys", now=NOW + dt.timedelta(days=7), accept_older_keys=True)


def test_cases_may_be_old(story, teams):
    story.restore("cases", now=NOW + dt.timedelta(days=700))

    assert story.opens(story.stays, teams) == {True}


def test_nothing_is_restored_under_a_process_that_runs(story, teams):
    with story.opened(), pytest.raises(StillRunning):
        story.restore("cases")

    assert story.opens(story.later, teams) == {True}


STARTING = """
import sys
from pathlib import Path
from sqlalchemy import event
from casework.store.database import migrate, open_databases
databases = open_databases(Path(sys.argv[1]))
for _, engine in databases.each():
    event.listen(engine, "do_connect", lambda _d, _r, _a, more: more.update(timeout=0.1))
migrate(databases)
"""


def test_nothing_starts_while_something_is_restored(story):
    starts = []

    def start(*_):
        command = [sys.executable, "-c", STARTING, story.home]
        starts.append(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False))

    start()
    restore(story.home, Given(cases=story.copies / "cases.db"), NOW, start)
    start()

    assert [each.returncode for each in starts] == [0, 1, 0]
    assert "database is locked" in starts[1].stderr


def test_the_lock_lasts_until_the_copies_are_in_place(story, monkeypatch):
    starts = []

    def start_first(self, target):
        if target.parent == story.home / "db":
            command = [sys.executable, "-c", STARTING, story.home]
            starts.append(subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode)
        return self.rename(target)

    story.lose_keys()
    monkeypatch.setattr(Path, "replace", start_first)
    story.restore("cases", "keys", accept_older_keys=True)

    assert len(starts) >= 2
    assert set(starts) == {1}


def test_without_a_word_on_what_to_restore_it_says_so(story):
    with pytest.raises(NothingToRestore):
        story.restore()


def test_one_copy_alone_does_not_make_a_home(story):
    shutil.rmtree(story.home)

    for name in ("cases", "keys"):
        with pytest.raises(NotThatDatabase, match="give a copy"):
            story.restore(name)


def test_what_a_killed_restore_left_of_old_keys_goes_at_the_next_start(story, teams):
    def die(name, done, pages):
        if (name, done) == ("keys", pages):
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        given = Given(cases=story.copies / "cases.db", keys=story.copies / "keys.db", accept_older_keys=True)
        restore(story.home, given, NOW, die)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert story.key in on_disk(story.home)

    assert story.opens(story.later, teams) == {True}
    assert story.key not in on_disk(story.home)


def test_killed_anywhere_the_erased_case_stays_closed_and_a_second_try_ends_it(story, tmp_path, teams):
    story.lose_keys()
    homes = tmp_path / "homes"
    homes.mkdir()
    done = subprocess.run(
        [sys.executable, CHILD, story.home, story.copies, homes],
        text=True, capture_output=True, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    seen = set()
    for at in range(1, int(done.stdout) + 1):
        story.home, story.ledger = homes / str(at), Ledger(home=homes / str(at))
        assert rows(story.home / "db" / "cases.db")
        try:
            seen.add((story.opens(story.stays, teams) == {True}, story.opens(story.later, teams) == {True}))
            assert story.opens(story.erased, teams) == {False}
            assert story.key not in on_disk(story.home)
        except RecourseError as refused:
            seen.add(type(refused))
        try:
            assert story.restore("cases", "keys", accept_older_keys=True).without_key == 0
        except KeysOlderThanLedger:  # it was all in place: what is there now has been through the ledger
            assert (True, False) in seen
        assert story.opens(story.stays, teams) == {True}
        assert story.opens(story.erased, teams) == {False}
        assert story.key not in on_disk(story.home)
        shutil.rmtree(story.home)

    assert int(done.stdout) > 40
    assert seen == {RefuseToStart, (True, False)}  # the keys are scratched still; done
