"""A home is created once, opened when it is whole, and refused with a way out when something is missing."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from contextlib import closing

import pytest

from casework.errors import Tampered
from casework.store.database import writing
from casework.store.ledger import BEGINNING, Kind, Ledger
from casework.store.tables.keys import MEMBER
from encryption.keys import VALIDITY, new_installation, new_private_key, sign_manifest
from recourse.compose import utc_now
from recourse.home import (
    AnotherRoot,
    BeforeEpochs,
    DatabaseMissing,
    HomeEmpty,
    KeysMissing,
    KeyWithoutHolder,
    ManifestTakenBack,
    create_if_empty,
    fingerprint,
    look_through,
    open_home,
    require_secrets,
)
from recourse.key_providers import Files
from recourse.manifest_file import ManifestRefused
from recourse.settings import read_settings


@pytest.fixture
def settings(tmp_path):
    return read_settings(environment={}, home=tmp_path / "var")


@pytest.fixture
def made(settings):
    return create_if_empty(settings, utc_now())


@pytest.fixture
def used(settings, made):
    open_home(settings, utc_now()).databases.close()
    return settings


def test_an_empty_home_says_how_to_fill_it(settings):
    with pytest.raises(HomeEmpty):
        open_home(settings, utc_now())


def test_a_first_start_can_be_repeated_while_nothing_was_sealed(used, made):
    again = create_if_empty(used, utc_now())

    assert again.root_public != made.root_public
    open_home(used, utc_now()).databases.close()


def test_only_private_files_are_made(used):
    loose = [path for path in used.home.rglob("*") if path.stat().st_mode & 0o077]

    assert loose == []


@pytest.mark.parametrize("name", ["manifest.json", "root.pub"])
def test_a_home_with_data_and_without_its_public_keys_is_refused(used, name):
    (used.keys / name).unlink()

    with pytest.raises(KeysMissing):
        open_home(used, utc_now())
    with pytest.raises(KeysMissing):
        create_if_empty(used, utc_now())


@pytest.mark.parametrize("kind", ["pepper", "audit-desk", "audit-worker"])
def test_a_home_with_data_and_without_a_secret_is_refused(used, kind):
    (used.keys / f"{kind}-1.key").unlink()

    with pytest.raises(KeysMissing):
        require_secrets(used, [kind])
    with pytest.raises(KeysMissing):
        create_if_empty(used, utc_now())


@pytest.mark.parametrize("name", ["cases.db", "keys.db"])
def test_one_database_without_the_other_is_not_made_anew(used, name):
    for path in used.db.glob(f"{name}*"):
        path.unlink()

    with pytest.raises(DatabaseMissing):
        open_home(used, utc_now())
    with pytest.raises(DatabaseMissing):
        create_if_empty(used, utc_now())


def test_a_home_that_lost_its_databases_keeps_the_keys_that_its_backups_need(used):
    Ledger(home=used.home).append(Kind.CASE, "0" * 32, dt.date(2026, 11, 22), known=BEGINNING)
    shutil.rmtree(used.db)
    before = Files(used.keys).read("pepper-1")

    with pytest.raises(DatabaseMissing):
        create_if_empty(used, utc_now())
    assert Files(used.keys).read("pepper-1") == before


def test_lapsed_keys_stop_the_start_and_not_the_officer_who_renews_them(used):
    later = utc_now() + VALIDITY

    with pytest.raises(ManifestRefused):
        open_home(used, later)
    open_home(used, later, lapsed_too=True).databases.close()


def test_a_manifest_of_another_root_stops_the_start(used):
    (used.keys / "manifest.json").chmod(0o600)
    (used.keys / "manifest.json").write_bytes(new_installation(utc_now()).manifest.to_bytes())

    with pytest.raises(ManifestRefused):
        open_home(used, utc_now())


def test_an_older_manifest_in_its_place_is_seen_by_the_cases_that_came_since(used, made, law_case):
    older = (used.keys / "manifest.json").read_bytes()
    rotate(used, made)
    law_case(used)
    (used.keys / "manifest.json").write_bytes(older)

    with pytest.raises(ManifestTakenBack):
        open_home(used, utc_now())


def test_a_running_process_follows_the_manifest_forwards_and_never_back(used, made):
    home = open_home(used, utc_now())
    older = (used.keys / "manifest.json").read_bytes()
    first = home.teams(utc_now())["triage"]

    rotate(used, made)
    second = home.teams(utc_now())["triage"]
    (used.keys / "manifest.json").write_bytes(older)

    assert first != second
    with pytest.raises(Exception, match="not what was sealed"):
        home.teams(utc_now())
    home.databases.close()


def rotate(settings, made, family="triage") -> None:
    from encryption.keys import new_entry
    from recourse.manifest_file import ManifestFile

    file = ManifestFile(settings.keys / "manifest.json", settings.keys / "root.pub")
    entry = new_entry(family, 2, new_private_key().public, utc_now())
    with file.changing() as publish:
        publish(sign_manifest((*file.current().entries, entry), root_seed=made.root_seed, previous=file.current()))


@pytest.fixture
def law_case():
    """Seals one case to the keys that are signed now."""
    from casework.submission import Submission, submit
    from encryption.token import Token, conversation_keys

    def seal(settings) -> None:
        home = open_home(settings, utc_now())
        keys, teams = conversation_keys(Token.new()), home.teams(utc_now())
        submission = Submission(
            case_id=keys.case_id, receipt=keys.receipt, records=(), teams=teams, dispatch=teams["dispatch"]
        )
        submit(home.databases, submission, utc_now())
        home.databases.close()

    return seal


def test_root_and_manifest_exchanged_together_are_seen_by_who_pinned_the_root(used, made, tmp_path):
    pinned = read_settings(environment={"RECOURSE_ROOT_FINGERPRINT": fingerprint(used)}, home=used.home)
    open_home(pinned, utc_now()).databases.close()
    thief = new_installation(utc_now())
    for name, data in (("root.pub", thief.root_public), ("manifest.json", thief.manifest.to_bytes())):
        (used.keys / name).chmod(0o600)
        (used.keys / name).write_bytes(data)

    with pytest.raises(AnotherRoot):
        open_home(pinned, utc_now())


def test_a_manifest_from_before_the_dispatch_key_that_letters_wait_under_is_refused(used, made, law_case):
    older = (used.keys / "manifest.json").read_bytes()
    rotate(used, made, "dispatch")
    law_case(used)
    (used.keys / "manifest.json").write_bytes(older)

    with pytest.raises(ManifestTakenBack):
        open_home(used, utc_now())


def test_a_key_that_nobody_holds_stops_the_start(used, made):
    home = open_home(used, utc_now())
    key = new_private_key()
    row = {"id": "m", "login": "ada", "role": "caseworker", "public_key": key.public.raw, "created_on": "2026-11-22"}
    with writing(home.databases.keys) as connection:
        connection.execute(MEMBER.insert().values(**row))
    home.databases.close()

    with pytest.raises(KeyWithoutHolder, match="recourse keys next triage platform"):
        open_home(used, utc_now())
    open_home(used, utc_now(), lapsed_too=True).databases.close()


@pytest.mark.parametrize(
    "statement",
    ["CREATE TRIGGER t AFTER INSERT ON record BEGIN SELECT 1; END", "CREATE VIEW v AS SELECT 1"],
)
def test_a_database_that_does_something_by_itself_stops_the_start(used, statement):
    with closing(sqlite3.connect(used.db / "cases.db")) as connection:
        connection.execute(statement)
        connection.commit()

    with pytest.raises(Tampered):
        open_home(used, utc_now())


def test_a_home_from_before_keys_had_epochs_is_told_apart(used):
    (used.keys / "pepper-1.key").rename(used.keys / "pepper.key")

    for start in (open_home, look_through, create_if_empty):
        with pytest.raises(BeforeEpochs):
            start(used, utc_now())


def test_who_only_looks_asks_what_a_start_asks_and_touches_nothing(used):
    before = {path: path.stat().st_mtime_ns for path in (*used.db.glob("*.db"), *used.keys.iterdir())}

    look_through(used, utc_now())

    assert {path: path.stat().st_mtime_ns for path in before} == before
    with pytest.raises(ManifestRefused):
        look_through(used, utc_now() + 2 * VALIDITY)
    with closing(sqlite3.connect(used.db / "cases.db")) as connection:
        connection.execute("CREATE VIEW v AS SELECT 1")
    for asked in (open_home, look_through):
        with pytest.raises(Tampered):
            asked(used, utc_now())
