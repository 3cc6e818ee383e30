"""`recourse backup` and `recourse restore`, as an operator runs them."""

from __future__ import annotations

import datetime as dt
import os
import shutil

import pytest

from casework import casefile, erasure
from casework.records import Kind
from casework.restore import Given
from casework.store import backups
from casework.store.ledger import Ledger, LedgerCut
from casework.store.shreds import shred_key
from casework.submission import submit
from encryption.errors import CannotOpen
from recourse import backup_cli
from recourse.backup_cli import BadFolder
from recourse.compose import utc_now
from recourse.home import HomeEmpty, KeysMissing, create_if_empty, open_home
from recourse.settings import read_settings


@pytest.fixture
def settings(tmp_path):
    settings = read_settings(environment={}, home=tmp_path / "var")
    create_if_empty(settings, utc_now())
    open_home(settings, utc_now()).databases.close()
    return settings


@pytest.fixture
def case(settings, new_submission):
    home = open_home(settings, utc_now())
    submission = new_submission(teams=home.teams(utc_now()))
    submit(home.databases, submission, utc_now())
    home.databases.close()
    return submission


def back_up(settings, tmp_path):
    folders = [tmp_path / "copies of cases", tmp_path / "copies of keys"]
    backup_cli.backup(settings, *folders)
    return folders


def the(folder, pattern):
    (found,) = folder.glob(pattern)
    return found


def test_each_folder_gets_what_belongs_there_and_nothing_private(settings, case, tmp_path):
    cases, keys = back_up(settings, tmp_path)

    def kinds(folder):
        return {path.name.partition("-")[0] + path.suffix for path in folder.iterdir()}

    assert kinds(cases) == {"cases.db", "ledger.jsonl", "manifest.json", "root.pub"}
    assert kinds(keys) == {"keys.db", "ledger.jsonl"}
    copied = b"".join(path.read_bytes() for folder in (cases, keys) for path in folder.iterdir())
    secrets = [path.read_bytes() for path in settings.keys.glob("*.key")]
    assert len(secrets) >= 2
    assert all(secret not in copied for secret in secrets)
    assert {path.stat().st_mode & 0o077 for folder in (cases, keys) for path in (folder, *folder.iterdir())} == {0}


def test_it_says_what_is_not_in_it(settings, case, tmp_path, capsys):
    back_up(settings, tmp_path)

    said = " ".join(capsys.readouterr().out.split())
    assert "Without the pepper no password opens anything" in said
    assert "cases-" in said and "keys-" in said and " MB in " in said


def test_key_copies_that_are_over_seven_days_old_are_deleted_and_named(settings, case, tmp_path, capsys):
    folder = tmp_path / "copies of keys"
    folder.mkdir()
    old = folder / f"keys-{utc_now() - dt.timedelta(days=8):{backups.TIME}}.db"
    old.write_bytes(b"old keys")

    back_up(settings, tmp_path)

    assert not old.exists()
    assert f"deleted, older than seven days: {old.name}" in capsys.readouterr().out


@pytest.mark.parametrize(("cases", "keys"), [("one", "one"), ("var/one", "two"), ("one", "var"), ("no/such", "two")])
def test_folders_that_would_break_the_promise_are_refused(settings, case, tmp_path, cases, keys):
    with pytest.raises(BadFolder):
        backup_cli.backup(settings, tmp_path / cases, tmp_path / keys)

    assert not list(tmp_path.glob("**/*-2*.*"))


def test_a_home_that_was_never_started_has_nothing_to_copy(tmp_path):
    with pytest.raises(HomeEmpty):
        back_up(read_settings(environment={}, home=tmp_path / "var"), tmp_path)

    assert not (tmp_path / "var").exists()


def test_a_cut_ledger_is_found_before_anything_is_copied(settings, case, tmp_path):
    Ledger(home=settings.home).read()
    Ledger(home=settings.home).path.write_bytes(b"{}\n")

    with pytest.raises(LedgerCut):
        back_up(settings, tmp_path)
    assert not list((tmp_path / "copies of cases").iterdir())


def erase(settings, case):
    home = open_home(settings, utc_now())
    erasure.erase(home.databases, Ledger(home=settings.home), case.case_id, utc_now(), "person")
    home.databases.close()


def test_backed_up_erased_and_restored_it_does_not_open(settings, case, tmp_path, capsys):
    cases, keys = back_up(settings, tmp_path)
    home = open_home(settings, utc_now())
    key = shred_key(home.databases.keys, case.case_id)
    home.databases.close()
    erase(settings, case)
    os.truncate(settings.db / "keys.db", 100)

    given = Given(cases=the(cases, "cases-*.db"), keys=the(keys, "keys-*.db"), accept_older_keys=True)
    backup_cli.restore(settings, given)

    said = " ".join(capsys.readouterr().out.split())
    assert "As the ledger says: 1 cases erased, 0 members of staff removed." in said
    assert "The key database that was there before was destroyed" in said
    home = open_home(settings, utc_now())
    erasure.check_ledger(home.databases, Ledger(home=settings.home))
    with pytest.raises(CannotOpen):
        casefile.open_with_receipt(home.databases, case.receipt)
    home.databases.close()
    assert all(key not in path.read_bytes() for path in settings.home.rglob("*") if path.is_file())


def test_a_lost_machine_comes_back_and_waits_for_the_secrets_that_are_kept_apart(settings, case, tmp_path, capsys):
    cases, keys = back_up(settings, tmp_path)
    shutil.copytree(settings.keys, tmp_path / "safe")
    shutil.rmtree(settings.home)

    given = Given(cases=the(cases, "cases-*.db"), keys=the(keys, "keys-*.db"), ledger=the(cases, "ledger-*.jsonl"))
    backup_cli.restore(settings, given)

    assert "the root's public key came from beside the cases" in " ".join(capsys.readouterr().out.split())
    for name in ("manifest.json", "root.pub"):
        assert (settings.keys / name).read_bytes() == (tmp_path / "safe" / name).read_bytes()
    with pytest.raises(KeysMissing):
        create_if_empty(settings, utc_now())
    for secret in (tmp_path / "safe").glob("*.key"):
        shutil.copy(secret, settings.keys)
    assert create_if_empty(settings, utc_now()) is None
    home = open_home(settings, utc_now())
    assert casefile.open_with_receipt(home.databases, case.receipt).latest(Kind.FACTS) == {"acts": ["shared"]}
    home.databases.close()


def test_the_manifest_of_a_home_is_never_taken_from_a_backup(settings, case, tmp_path):
    cases, _ = back_up(settings, tmp_path)
    the(cases, "root-*.pub").write_bytes(b"x" * 32)
    before = {path.name: path.read_bytes() for path in settings.keys.iterdir()}

    backup_cli.restore(settings, Given(cases=the(cases, "cases-*.db")))

    assert {path.name: path.read_bytes() for path in settings.keys.iterdir()} == before
