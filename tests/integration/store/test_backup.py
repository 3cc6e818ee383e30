"""Copies of databases that are in use: whole, private, and no older than promised."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import resource
import signal
import sqlite3
import stat
import threading
from functools import partial

import pytest

from casework.store import backups, shreds
from casework.store.backups import CopyFailed, Damaged
from casework.store.database import open_databases
from casework.submission import submit
from encryption.token import Token


def quiet(*_):
    pass


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def rows_in(path, table):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608


def fill(home, name, megabytes):
    with contextlib.closing(sqlite3.connect(home / "db" / f"{name}.db")) as connection:
        connection.execute("CREATE TABLE filling (bytes)")
        connection.executemany("INSERT INTO filling VALUES (?)", [(os.urandom(1 << 20),) for _ in range(megabytes)])
        connection.commit()


@pytest.mark.parametrize("name", ["cases", "keys"])
def test_a_copy_is_one_private_file_that_needs_no_log(databases, home, folder, new_submission, now, name):
    submit(databases, new_submission(), now)

    backups.copy_database(home / "db" / f"{name}.db", folder / "copy.db", now, quiet)

    assert [path.name for path in folder.iterdir()] == ["copy.db"]
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600
    assert (folder / "copy.db").read_bytes()[18:20] == b"\x01\x01"  # not in WAL: readable from a read-only place
    assert rows_in(folder / "copy.db", {"cases": "case_file", "keys": "shred"}[name]) == 1


def test_every_case_in_the_copy_has_its_key_while_people_go_on_submitting(databases, home, folder, new_submission, now):
    submissions = [new_submission(Token.new()) for _ in range(40)]
    going = threading.Thread(target=lambda: [submit(databases, each, now) for each in submissions])
    going.start()
    copied = 0
    while going.is_alive():
        copied += 1
        copy = folder / str(copied)
        (copy / "db").mkdir(parents=True)
        for name in ("cases", "keys"):
            backups.copy_database(home / "db" / f"{name}.db", copy / "db" / f"{name}.db", now, quiet)
        taken = open_databases(copy)
        assert shreds.keyless(taken) == []
        taken.close()
    going.join()

    assert copied > 1
    assert rows_in(copy / "db" / "cases.db", "case_file") <= rows_in(copy / "db" / "keys.db", "shred")


def test_whoever_writes_meanwhile_does_not_make_it_begin_again(databases, home, folder, new_submission, now):
    fill(home, "cases", 16)
    seen = []

    def write_meanwhile(done, pages):
        seen.append(done)
        submit(databases, new_submission(Token.new()), now)

    backups.copy_database(home / "db" / "cases.db", folder / "copy.db", now, write_meanwhile)

    assert len(seen) > 3
    assert seen == sorted(seen)
    assert rows_in(folder / "copy.db", "case_file") == 0
    assert rows_in(home / "db" / "cases.db", "case_file") == len(seen)


def test_killed_in_the_middle_nothing_has_the_name_of_a_copy(home, folder, now):
    fill(home, "cases", 16)
    child = os.fork()
    if child == 0:
        backups.copy_database(
            home / "db" / "cases.db",
            folder / "copy.db",
            now,
            lambda done, _: os.kill(os.getpid(), signal.SIGKILL) if done > 2000 else None,
        )
        os._exit(1)
    _, status = os.waitpid(child, 0)

    assert os.WIFSIGNALED(status)
    assert {path.name for path in folder.iterdir()} == {"copy.db.part"}


def no_room(home, folder, now):
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        backups.copy_database(home / "db" / "cases.db", folder / "copy.db", now, quiet)
    except CopyFailed:
        return 0
    return 1


def test_no_room_leaves_nothing_and_is_said(home, folder, now):
    fill(home, "cases", 16)
    child = os.fork()
    if child == 0:
        os._exit(no_room(home, folder, now))
    _, status = os.waitpid(child, 0)

    assert os.WEXITSTATUS(status) == 0
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(home, folder, now):
    with pytest.raises(CopyFailed):
        backups.copy_database(home / "db" / "cases.db", folder / "no" / "copy.db", now, quiet)


def test_a_damaged_database_is_not_copied_as_if_it_were_whole(databases, home, folder, new_submission, now):
    for _ in range(20):
        submit(databases, new_submission(Token.new()), now)
    databases.close()
    path = home / "db" / "cases.db"
    data = bytearray(path.read_bytes())
    for page in range(20, len(data) // 4096, 7):
        data[page * 4096 : page * 4096 + 512] = b"\x00" * 512
    path.write_bytes(data)

    with pytest.raises(Damaged):
        backups.copy_database(path, folder / "copy.db", now, quiet)
    assert list(folder.iterdir()) == []


def test_copies_of_keys_are_gone_after_seven_days_with_all_that_belongs_to_them(folder, now):
    old, young = (now - dt.timedelta(days=7, seconds=1), now - dt.timedelta(days=7))
    named = {
        f"{kind}-{at:{backups.TIME}}.{ending}": at is old
        for at in (old, young)
        for kind, ending in (("keys", "db"), ("keys", "db.part"), ("keys", "db-journal"), ("ledger", "jsonl"))
    }
    others = dict.fromkeys((f"cases-{old:{backups.TIME}}.db", "keys-notes.txt", "keys.db", "mine"), False)
    for name in (*named, *others):
        (folder / name).write_bytes(b"something")

    gone = backups.expire(folder, now)

    assert set(gone) == {name for name, is_old in named.items() if is_old}
    assert {path.name for path in folder.iterdir()} == {n for n, is_old in {**named, **others}.items() if not is_old}


def test_a_file_under_two_names_is_not_overwritten_for_losing_one(tmp_path):
    """A restore that died between naming the old database and placing the new must not cost the old one."""
    (tmp_path / "one").write_bytes(b"all the keys")
    os.link(tmp_path / "one", tmp_path / "two")

    backups.wipe(tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == b"all the keys"
    assert not (tmp_path / "two").exists()


def test_what_is_wiped_was_overwritten_before_it_was_deleted(tmp_path):
    path = tmp_path / "keys.db"
    path.write_bytes(b"a key" * 1000)
    with path.open("rb") as held:
        backups.wipe(path)
        assert b"a key" not in held.read()

    assert not path.exists()


def test_progress_ends_at_the_whole(home, folder, now):
    seen = []

    backups.copy_database(home / "db" / "cases.db", folder / "copy.db", now, partial(lambda *at: seen.append(at)))

    done, pages = seen[-1]
    assert done == pages == (folder / "copy.db").stat().st_size // 4096
