"""`recourse staff …`: who works here, and the key officer's acts for whoever has a terminal and no browser."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table

from casework.errors import AskAgain
from desk import colleagues, officers, sessions
from desk.accounts import Accounts
from desk.officers import Officer
from desk.services import DeskServices
from desk.sessions import Staff
from encryption.keys import TEAM_FAMILIES
from recourse import compose
from recourse.settings import Settings


class NoSuchTeam(AskAgain):
    """The teams are triage, platform, regulator and safeguarding."""


class NobodyOfThatName(AskAgain):
    """Nobody of that name works here."""


def show(settings: Settings) -> None:
    """Everybody whom the root let in, and their teams. Needs no password."""
    services = compose.desk(settings, lapsed_too=True)
    table = Table("name", "teams", "signs keys", "since")
    for one in colleagues.colleagues(services):
        teams = ", ".join(family for family in TEAM_FAMILIES if family in one.families)
        table.add_row(one.member.login, teams, "yes" if one.is_officer else "", one.member.created_on)
    for one in colleagues.half_removed(services):
        table.add_row(one.member.login, "removed, keys not signed: run `recourse staff remove` again", "", "")
    Console().print(table, highlight=False)


def invite(settings: Settings, teams: list[str], *, as_officer: bool) -> None:
    """Print a one-time link for somebody new."""
    if not set(teams) <= set(TEAM_FAMILIES):
        raise NoSuchTeam
    token = officers.let_in(officer(settings), teams or list(TEAM_FAMILIES), as_officer=as_officer)
    # Raw and unwrapped: a broken line would break the secret in it.
    Console().out(f"http://{settings.bind}:{settings.desk_port}/enrol#{token.text}", highlight=False)


def remove(settings: Settings, login: str) -> None:
    """
    Take everything from a member and sign new keys; says what they could have kept.

    Raises
    ------
    NobodyOfThatName
    """
    signing = officer(settings)
    everybody = (*colleagues.colleagues(signing.services), *colleagues.half_removed(signing.services))
    gone = next((one for one in everybody if one.member.login == login), None)
    if gone is None:
        raise NobodyOfThatName
    kept = officers.let_go(signing, gone.member.id)
    say = Console().print
    say(f"{login} is removed; new keys are signed. What they could have kept:", highlight=False)
    for family, number in kept.cases.items():
        say(f"  {family}: {number} cases that their keys opened, if they copied the databases", highlight=False)
    say(f"  sending: letters and safe contacts of {kept.notices} cases that wait under its key", highlight=False)
    say(f"  by the record they opened {kept.opened} cases", highlight=False)
    if kept.root:
        say("  the root key: if you fear that they copied it, start a new home", highlight=False)


def logged_in(settings: Settings) -> tuple[DeskServices, Staff]:
    """A member at this terminal, for this one command; asks name, password and code."""
    services = compose.desk(settings, lapsed_too=True)
    login = typer.prompt("Name", err=True)
    password = typer.prompt("Password", hide_input=True, err=True)
    code = typer.prompt("Code from your app", err=True)
    unlocked = Accounts(services).log_in(login, password, code)
    return services, sessions.of_unlocked(services, unlocked.member_id, unlocked.key)


def officer(settings: Settings) -> Officer:
    """A key officer at this terminal, for one act."""
    return officers.confirmed(*logged_in(settings))
