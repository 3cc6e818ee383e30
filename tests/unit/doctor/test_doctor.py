"""The doctor: says what is broken, exits so that a script can tell, shows no secret, repairs nothing."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from encryption.keys import VALIDITY
from recourse import doctor, examinations
from recourse.compose import utc_now
from recourse.examinations import State
from recourse.home import create_if_empty
from recourse.settings import read_settings

PEPPER = "pepper-1.key"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(tmp_path):
    return read_settings(home=tmp_path / "var")


@pytest.fixture
def filled(settings):
    create_if_empty(settings, utc_now())
    (settings.db / "cases.db").touch(mode=0o600)
    return settings


def states(findings) -> set[State]:
    return {finding.state for finding in findings}


def test_an_empty_home_is_no_fault(settings):
    assert states(examinations.home(settings)) == {State.NOTE}


def test_a_sound_home_is_called_sound(filled):
    assert states(examinations.home(filled)) == {State.OK}


def test_a_missing_key_beside_data_is_broken(filled):
    (filled.keys / PEPPER).unlink()

    assert State.BROKEN in states(examinations.home(filled))


@pytest.mark.parametrize("name", ["keys/pepper-1.key", "keys/audit-desk-1.key", "db/cases.db"])
def test_a_file_that_others_can_read_is_broken(filled, name):
    (filled.home / name).chmod(0o644)

    assert State.BROKEN in states(examinations.home(filled))


def test_keys_that_are_soon_over_are_warned_of(filled):
    soon = utc_now() + VALIDITY - dt.timedelta(days=30)

    assert states(examinations.keys(filled, soon)) == {State.WARNING}
    assert states(examinations.keys(filled, utc_now())) == {State.OK}
    assert states(examinations.keys(filled, utc_now() + VALIDITY)) == {State.BROKEN}


def test_an_address_without_tls_is_warned_of(tmp_path):
    open_to_all = read_settings(home=tmp_path, bind="0.0.0.0")  # noqa: S104  # the very thing to be warned of

    found = {finding.what: finding.state for finding in examinations.machine(open_to_all)}

    assert found["address"] is State.WARNING


def test_another_version_than_the_locked_one_is_broken(tmp_path):
    (tmp_path / "requirements.lock").write_text("rasa==3.6.20 \\\n    --hash=sha256:00\n", encoding="utf-8")

    found = {finding.what: finding.state for finding in examinations.python_and_packages(read_settings(root=tmp_path))}

    assert found["packages"] is State.BROKEN


def test_the_exit_code_says_whether_something_is_broken(filled, capsys):
    assert doctor.run(filled, as_json=True) == 0
    (filled.keys / PEPPER).unlink()
    capsys.readouterr()

    assert doctor.run(filled, as_json=True) == 1
    assert {f["what"] for f in json.loads(capsys.readouterr().out)["findings"]} >= {"Rasa", "telemetry", "key files"}


def test_no_key_is_printed(filled, capsys):
    pepper = (filled.keys / PEPPER).read_bytes()

    doctor.run(filled, as_json=True)

    printed = capsys.readouterr().out
    assert pepper.hex() not in printed
    assert str(pepper) not in printed


def test_every_accepted_risk_is_about_the_version_that_is_locked():
    locked = dict(
        re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    )
    _, risks = doctor.load_risks()

    assert {risk.package: risk.version for risk in risks} == {risk.package: locked.get(risk.package) for risk in risks}


def test_the_register_was_gone_through_within_the_year():
    checked_on, _ = doctor.load_risks()

    assert (utc_now().date() - checked_on).days < 400
