"""The record of openings, as an operator checks it with the command line."""

import datetime as dt
import json
from functools import partial

import pytest

from casework.errors import AskAgain, Tampered
from casework.store import audit
from casework.store.audit import Entry
from casework.store.database import writing
from encryption.primitives import sign
from recourse import audit_cli
from recourse.compose import utc_now
from recourse.home import AUDIT, create_if_empty, open_home
from recourse.settings import read_settings


@pytest.fixture
def settings(tmp_path):
    settings = read_settings(environment={}, home=tmp_path)
    create_if_empty(settings, utc_now())
    return settings


@pytest.fixture
def cases(settings):
    home = open_home(settings, utc_now())
    signing = partial(sign, (settings.keys / AUDIT).read_bytes())
    for number in range(3):
        entry = Entry(actor="ada", action="opened", case_id=f"case-{number}", on=dt.date(2026, 11, 22))
        audit.append(home.databases.cases, "desk", entry, signing)
    yield home.databases.cases
    home.databases.close()


@pytest.fixture
def exported(settings, cases, tmp_path, capsys):
    audit_cli.heads(settings)
    file = tmp_path / "heads.json"
    file.write_text(capsys.readouterr().out)
    return file


def change(cases, statement):
    with writing(cases) as connection:
        connection.exec_driver_sql(statement)


def test_a_whole_record_is_called_whole(settings, exported, capsys):
    audit_cli.check(settings, exported)

    assert capsys.readouterr().out == "desk: whole, entries: 3\n"


def test_entries_cut_off_show_against_the_exported_head_alone(settings, cases, exported):
    change(cases, "DELETE FROM audit WHERE seq = 2")

    audit_cli.check(settings, None)
    with pytest.raises(Tampered):
        audit_cli.check(settings, exported)


def test_a_record_that_is_gone_altogether_is_missed(settings, cases, exported):
    change(cases, "DELETE FROM audit")

    with pytest.raises(Tampered):
        audit_cli.check(settings, exported)


def test_an_edited_record_gives_no_heads_to_keep(settings, cases):
    change(cases, "UPDATE audit SET body = replace(CAST(body AS TEXT), 'ada', 'bob') WHERE seq = 1")

    with pytest.raises(Tampered):
        audit_cli.heads(settings)


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"heads": [{"process": "desk"}]})])
def test_another_file_is_told_apart_from_a_broken_record(settings, cases, tmp_path, text):
    file = tmp_path / "other.json"
    file.write_text(text)

    with pytest.raises(AskAgain):
        audit_cli.check(settings, file)
