"""`recourse keys` and `recourse staff`, as a key officer types them at a terminal."""

from __future__ import annotations

import json
import re

import pyotp
import pytest
from typer.testing import CliRunner

from casework.submission import Submission, submit
from desk.accounts import Accounts, Choices
from desk.links import first_link
from encryption.keys import AUDIT_FAMILIES, FAMILIES, VALIDITY
from encryption.token import Token, conversation_keys
from recourse import compose
from recourse.cli import app
from recourse.home import create_if_empty, open_home
from recourse.manifest_file import ManifestRefused
from recourse.settings import read_settings
from tests.integration.desk.homes import NOW, PASSWORD, Clock

SEED = pyotp.random_base32()


class Terminal:
    """A home with one officer, and a terminal before it; half a minute passes between two codes."""

    def __init__(self, folder, clock):
        self.settings, self.clock = read_settings(environment={}, home=folder), clock
        made = create_if_empty(self.settings, clock())
        home = open_home(self.settings, clock())
        self.link = first_link(home.databases, made, clock())
        home.databases.close()

    def code(self) -> str:
        self.clock.forward(seconds=30)
        return pyotp.TOTP(SEED).at(self.clock())

    def enrol(self, login: str, link: Token) -> None:
        services = compose.desk(self.settings)
        choices = Choices(login=login, password=PASSWORD, totp_seed=SEED, code=self.code())
        Accounts(services).enrol(link, choices)
        services.databases.close()

    def submit(self) -> str:
        home = open_home(self.settings, self.clock())
        keys, teams = conversation_keys(Token.new()), home.teams(self.clock())
        parts = {"case_id": keys.case_id, "receipt": keys.receipt, "records": (), "teams": teams}
        submit(home.databases, Submission(**parts, dispatch=teams["dispatch"]), self.clock())
        home.databases.close()
        return keys.case_id

    def run(self, *words: str, login: str | None = None, password: str = PASSWORD, fails: bool = False) -> str:
        typed = f"{login}\n{password}\n{self.code()}\n" if login else ""
        done = CliRunner().invoke(app, [*words, "--home", str(self.settings.home)], input=typed)
        assert bool(done.exception) is fails, (done.output, done.exception)
        return done.output + str(done.exception or "")

    def epochs(self) -> dict:
        found = json.loads(self.run("keys", "status", "--json"))["epochs"]
        return {(one["family"], one["epoch"]): one["left"] for one in found if one["left"] or one["epoch"] > 1}


@pytest.fixture
def terminal(tmp_path, monkeypatch):
    clock = Clock(NOW)
    monkeypatch.setattr(compose, "utc_now", clock)
    terminal = Terminal(tmp_path / "var", clock)
    terminal.enrol("ada", terminal.link)
    return terminal


def test_a_key_is_renewed_and_the_cases_follow(terminal):
    terminal.submit()
    terminal.run("keys", "next", "triage", login="ada")
    terminal.submit()
    assert terminal.epochs() == {("triage", 1): 1, ("triage", 2): 1, ("dispatch", 1): 2}

    said = terminal.run("keys", "rewrap", login="ada")

    assert "older epoch: 0" in said
    assert terminal.epochs() == {("triage", 2): 2, ("dispatch", 1): 2}


def test_a_wrong_password_signs_nothing(terminal):
    said = terminal.run("keys", "next", "triage", login="ada", password="not the one at all", fails=True)

    assert "not right" in said
    assert terminal.epochs() == {}


@pytest.mark.parametrize(("words", "told"), [(["next", "press"], "triage, platform"), (["new", "salt"], "pepper")])
def test_a_key_that_does_not_exist_is_told_apart(terminal, words, told):
    assert told in terminal.run("keys", *words, fails=True)


def test_somebody_is_let_in_listed_and_removed(terminal):
    link = terminal.run("staff", "invite", "--team", "triage", login="ada")
    terminal.enrol("bob", Token.parse(re.search(r"/enrol#([\w-]{43})", link)[1]))
    assert re.search(r"bob .*triage", terminal.run("staff", "list"))
    terminal.submit()

    said = terminal.run("staff", "remove", "bob", login="ada")

    assert "triage: 1 cases" in said
    assert "bob" not in terminal.run("staff", "list")
    assert "Nobody of that name" in terminal.run("staff", "remove", "bob", login="ada", fails=True)


def test_a_caseworker_signs_nothing_at_the_terminal_either(terminal):
    link = terminal.run("staff", "invite", "--team", "triage", login="ada")
    terminal.enrol("bob", Token.parse(re.search(r"/enrol#([\w-]{43})", link)[1]))

    assert "Only a key officer" in terminal.run("keys", "next", "triage", login="bob", fails=True)


def test_a_new_pepper_and_a_new_signing_key(terminal):
    assert "Made pepper-2" in terminal.run("keys", "new", "pepper")
    terminal.run("keys", "new", "audit-desk")
    assert json.loads(terminal.run("keys", "status", "--json"))["peppers"] == [
        {"pepper": 1, "passwords": 1},
        {"pepper": 2, "passwords": 0},
    ]

    terminal.run("keys", "next", "audit-desk", login="ada")

    assert json.loads(terminal.run("keys", "status", "--json"))["peppers"][1] == {"pepper": 2, "passwords": 1}
    assert ("audit-desk", 2) in terminal.epochs()
    assert "desk: whole" in terminal.run("audit", "verify")


def test_when_all_keys_have_lapsed_an_officer_still_renews_them(terminal):
    terminal.clock.forward(days=VALIDITY.days + 1)
    with pytest.raises(ManifestRefused):
        open_home(terminal.settings, terminal.clock())
    for kind in AUDIT_FAMILIES:
        terminal.run("keys", "new", kind)

    terminal.run("keys", "next", *FAMILIES, login="ada")

    open_home(terminal.settings, terminal.clock()).databases.close()
    terminal.submit()


def test_nothing_that_is_typed_is_shown_again(terminal):
    said = terminal.run("keys", "next", "triage", login="ada") + terminal.run("keys", "rewrap", login="ada")

    assert PASSWORD not in said
