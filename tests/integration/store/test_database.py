"""The files on the disk, and what happens when the machine is in trouble."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, insert, text, update

from casework.errors import RefuseToStart, Tampered, TryLater
from casework.store import contract
from casework.store.conversations import ConversationRepository
from casework.store.database import migrate, open_databases, reading, writing
from casework.store.tables import cases, conversations, keys
from encryption.errors import NotAnEnvelope

METADATA = {"conversations": conversations.METADATA, "cases": cases.METADATA, "keys": keys.METADATA}


def test_files_that_others_on_the_machine_could_read(databases, home):
    with writing(databases.cases) as connection:
        connection.execute(text("CREATE TABLE probe (id)"))

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (home / "db").iterdir()}

    assert "cases.db-wal" in modes
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    ("name", "synchronous"),
    [("conversations", 1), ("cases", 2), ("keys", 2)],
)
def test_a_connection_without_our_settings(databases, name, synchronous):
    expected = {
        "journal_mode": "wal",
        "synchronous": synchronous,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "busy_timeout": 5000,
    }

    with reading(getattr(databases, name)) as connection:
        found = {pragma: connection.execute(text(f"PRAGMA {pragma}")).scalar_one() for pragma in expected}

    assert found == expected


@pytest.mark.parametrize("name", METADATA)
def test_tables_in_code_that_no_migration_made(databases, name):
    with getattr(databases, name).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, METADATA[name]) == []


def open_and_migrate(home, start):
    start.wait(10)
    for _ in range(2):
        opened = open_databases(home)
        migrate(opened)
        opened.close()


def test_four_processes_that_start_at_once_on_an_empty_home(tmp_path):
    fork = multiprocessing.get_context("fork")
    start = fork.Event()
    processes = [fork.Process(target=open_and_migrate, args=(tmp_path, start)) for _ in range(4)]
    for process in processes:
        process.start()

    start.set()
    for process in processes:
        process.join(30)

    assert [process.exitcode for process in processes] == [0, 0, 0, 0]


def test_a_database_of_a_newer_version_is_refused(databases):
    with writing(databases.cases) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'cases_9999'"))

    with pytest.raises(RefuseToStart):
        migrate(databases)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "cases.db").write_bytes(b"not a database at all" * 100)

    with pytest.raises(RefuseToStart):
        migrate(open_databases(tmp_path))


def test_a_locked_database_says_try_later_and_keeps_its_cause(databases, home, now):
    event.listen(databases.conversations, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=30"))
    other = sqlite3.connect(home / "db" / "conversations.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(TryLater) as caught:
        ConversationRepository(databases.conversations).create("canary-conversation", now)

    other.close()
    assert caught.value.__cause__ is not None
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"


def test_a_full_disk_says_try_later_and_loses_nothing(databases, now):
    def fill(raw, _record):
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count={pages}")

    event.listen(databases.conversations, "connect", fill)
    repository = ConversationRepository(databases.conversations)
    stored = []

    with pytest.raises(TryLater):
        for number in range(10_000):
            repository.create(f"{number:032x}", now)
            stored.append(f"{number:032x}")

    assert stored
    assert all(repository.load(each, now) for each in stored)


def test_a_folder_that_cannot_be_written_says_try_later(tmp_path):
    (tmp_path / "db").write_text("a file where the folder should be")

    with pytest.raises(TryLater):
        open_databases(tmp_path)


def test_half_a_transaction(databases, now):
    with pytest.raises(ZeroDivisionError), writing(databases.conversations) as connection:
        row = {"id": "half", "turns": 0, "touched_at": 0}
        connection.execute(insert(conversations.CONVERSATION).values(**row))
        _ = 1 / 0

    assert ConversationRepository(databases.conversations).load("half", now) is None


def test_a_reader_that_waits_for_a_writer(databases, now):
    repository = ConversationRepository(databases.conversations)

    with writing(databases.conversations):
        assert repository.load("nobody", now) is None


@pytest.mark.parametrize("field", contract.CONTRACT, ids=lambda field: field.id)
def test_plain_text_is_refused_by_every_sealed_column(databases, field):
    engine = getattr(databases, field.database)
    table = METADATA[field.database].tables[field.table]

    with pytest.raises(NotAnEnvelope) as caught, writing(engine) as connection:
        connection.execute(update(table).values({field.column: b"canary words of a person"}))

    assert caught.value.__cause__ is None
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("planted", ["'text'", "x'00'"])
def test_what_a_thief_planted_in_a_sealed_column_is_not_handed_on(databases, now, planted):
    repository = ConversationRepository(databases.conversations)
    repository.create("planted", now)
    with writing(databases.conversations) as connection:
        connection.execute(text(f"UPDATE conversation SET tracker = {planted}"))  # noqa: S608 - fixed values

    with pytest.raises(Tampered):
        repository.load("planted", now)
