"""The record of openings, as an operator checks it with the command line."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from casework.errors import AskAgain, Tampered
from casework.store.audit import Entry
from casework.store.database import writing
from casework.store.ledger import BEGINNING, Kind, Ledger
from desk.heads import LedgerShorter, export_daily, exports, require_whole
from recourse import audit_cli, compose
from recourse.compose import utc_now
from recourse.home import create_if_empty
from recourse.settings import read_settings


@pytest.fixture
def settings(tmp_path):
    settings = read_settings(environment={}, home=tmp_path)
    create_if_empty(settings, utc_now())
    return settings


@pytest.fixture
def services(settings):
    services = compose.desk(settings)
    for number in range(3):
        services.record(Entry(actor="ada", action="opened", case_id=f"case-{number}", on=dt.date(2026, 11, 22)))
    yield services
    services.databases.close()


@pytest.fixture
def worker(settings, services):
    worker = compose.worker(settings)
    worker.record(Entry(actor="worker", action="sent", on=dt.date(2026, 11, 22)))
    yield worker
    worker.databases.close()


@pytest.fixture
def exported(settings, worker, tmp_path, capsys):
    audit_cli.heads(settings)
    file = tmp_path / "heads.json"
    file.write_text(capsys.readouterr().out)
    return file


def change(services, statement):
    with writing(services.databases.cases) as connection:
        connection.exec_driver_sql(statement)


def test_a_whole_record_is_called_whole(settings, exported, capsys):
    audit_cli.check(settings, exported)

    assert capsys.readouterr().out.splitlines()[:2] == ["desk: whole, entries: 3", "worker: whole, entries: 1"]


def test_entries_cut_off_show_against_the_exported_head_alone(settings, services, exported):
    change(services, "DELETE FROM audit WHERE process = 'desk' AND seq = 2")

    audit_cli.check(settings, None)
    with pytest.raises(Tampered):
        audit_cli.check(settings, exported)


def test_the_daily_export_is_found_without_being_named(settings, services, worker, capsys):
    assert export_daily(worker, settings.audit_export) == 1
    assert export_daily(worker, settings.audit_export) == 0
    change(services, "DELETE FROM audit WHERE process = 'desk' AND seq = 2")

    with pytest.raises(Tampered):
        audit_cli.check(settings, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET body = replace(CAST(body AS TEXT), 'ada', 'bob') WHERE seq = 1",
        "UPDATE audit SET body = CAST(replace(CAST(body AS TEXT), 'ada', 'bob') AS BLOB) WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 0 AND process = 'desk'",
        "UPDATE audit SET process = 'worker', seq = seq + 1 WHERE process = 'desk' AND seq = 2",
        "UPDATE audit SET signature = zeroblob(64) WHERE seq = 2",
        "UPDATE audit SET prev = zeroblob(32) WHERE seq = 2",
    ],
)
def test_an_edit_a_gap_and_a_move_are_found_without_any_export(settings, services, worker, statement):
    change(services, statement)

    with pytest.raises(Tampered):
        audit_cli.check(settings, None)


def test_entries_that_changed_places_are_found(settings, services):
    for statement in (
        "UPDATE audit SET seq = 99 WHERE process = 'desk' AND seq = 0",
        "UPDATE audit SET seq = 0 WHERE process = 'desk' AND seq = 1",
        "UPDATE audit SET seq = 1 WHERE process = 'desk' AND seq = 99",
    ):
        change(services, statement)

    with pytest.raises(Tampered):
        audit_cli.check(settings, None)


def test_a_record_that_is_gone_altogether_is_missed(settings, services, exported):
    change(services, "DELETE FROM audit")

    with pytest.raises(Tampered):
        audit_cli.check(settings, exported)


def test_an_edited_record_gives_no_heads_to_keep(settings, services):
    change(services, "UPDATE audit SET body = replace(CAST(body AS TEXT), 'ada', 'bob') WHERE seq = 1")

    with pytest.raises(Tampered):
        audit_cli.heads(settings)


def test_a_ledger_that_was_shortened_since_is_found(settings, services, worker, tmp_path, capsys):
    services.ledger.append(Kind.CASE, "case-1", dt.date(2026, 11, 22), known=BEGINNING)
    export_daily(worker, settings.audit_export)
    services.ledger.path.write_bytes(b"")

    with pytest.raises(Tampered):
        audit_cli.check(settings, None)


class CountedLedger(Ledger):
    """The ledger, and how often it was read."""

    readings = 0

    def read(self):
        CountedLedger.readings += 1
        return super().read()


def test_a_year_of_exports_reads_the_ledger_once_and_finds_the_one_that_it_lacks(
    settings, services, worker, monkeypatch
):
    monkeypatch.setattr(CountedLedger, "readings", 0)
    for number in range(20):
        services.ledger.append(Kind.CASE, f"case-{number}", dt.date(2026, 11, 22), known=BEGINNING)
        day = dt.timedelta(days=number)
        export_daily(replace(worker, clock=lambda day=day: utc_now() + day), settings.audit_export)
    counted = replace(worker, ledger=CountedLedger(home=settings.home))
    known = exports(counted, settings.audit_export)

    require_whole(counted, known)

    assert (len(known), CountedLedger.readings) == (20, 1)
    lines = services.ledger.path.read_bytes().splitlines(keepends=True)
    services.ledger.path.write_bytes(b"".join(lines[:-1]))
    with pytest.raises(LedgerShorter):
        require_whole(counted, known)
    require_whole(counted, known[:-1])


def test_heads_that_somebody_edited_are_no_heads(settings, exported):
    found = json.loads(exported.read_text())
    found["heads"][0]["seq"] = 0
    exported.write_text(json.dumps(found))

    with pytest.raises(AskAgain):
        audit_cli.check(settings, exported)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", json.dumps({"heads": [{"process": "desk"}]})])
def test_another_file_is_told_apart_from_a_broken_record(settings, services, tmp_path, text):
    file = tmp_path / "other.json"
    file.write_text(text)

    with pytest.raises(AskAgain):
        audit_cli.check(settings, file)


def test_a_cut_is_not_signed_over_by_the_next_export(settings, services, worker):
    export_daily(worker, settings.audit_export)
    change(services, "DELETE FROM audit WHERE process = 'desk' AND seq = 2")
    tomorrow = replace(worker, clock=lambda: utc_now() + dt.timedelta(days=1))

    with pytest.raises(Tampered):
        export_daily(tomorrow, settings.audit_export)
    assert len(list(settings.audit_export.iterdir())) == 1


def test_an_older_export_under_a_later_name_hides_nothing(settings, services, worker):
    export_daily(worker, settings.audit_export)
    (file,) = settings.audit_export.iterdir()
    services.record(Entry(actor="ada", action="opened", case_id="case-9", on=dt.date(2026, 11, 23)))
    export_daily(replace(worker, clock=lambda: utc_now() + dt.timedelta(days=1)), settings.audit_export)
    (settings.audit_export / "heads-2099-01-01.json").write_bytes(file.read_bytes())
    change(services, "DELETE FROM audit WHERE process = 'desk' AND seq = 3")

    with pytest.raises(Tampered):
        audit_cli.check(settings, None)
