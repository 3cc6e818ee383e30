"""People and keys: who works here, which keys are in use, and what a key officer signs. For key officers only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from casework import rotation
from casework.errors import AskAgain, NeedsStaff, TryLater
from casework.store import team_keys
from desk import colleagues, officers
from desk.accounts import NotLoggedIn
from desk.colleagues import Colleague, Kept
from desk.officers import NoSuchMember, NotAnOfficer, Officer
from desk.web.entry import SEE_OTHER, UNUSABLE
from desk.web.guard import Visit
from encryption.keys import AUDIT_FAMILIES, SEALING_FAMILIES, TEAM_FAMILIES

_TROUBLE = (AskAgain, NeedsStaff, TryLater)
_FORBIDDEN = 403


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    id: str
    login: str
    teams: str
    officer: bool
    since: str
    you: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A page that asks for password and code before it does one thing."""

    template: str
    values: Mapping[str, Any]
    act: Callable[[Officer], Response]


def people(visit: Visit) -> Response:
    """Everybody with a true certificate, every epoch, and what waits for a signature."""
    _require_officer(visit)
    services, now = visit.services, visit.services.now()
    return visit.render(
        "people.html",
        people=[_person(visit, one) for one in colleagues.colleagues(services)],
        half_removed=colleagues.half_removed(services),
        links=team_keys.waiting_links(services.databases.keys, now),
        epochs=rotation.counts(services.databases, services.manifest, now),
        unsigned=[family for family in AUDIT_FAMILIES if _unsigned(visit, family)],
        sealing=SEALING_FAMILIES,
    )


def invite(visit: Visit) -> Response:
    families = [family for family in TEAM_FAMILIES if family in visit.member.families]
    chosen = [family for family in families if visit.field(f"team-{family}")]
    officer = bool(visit.field("officer"))

    def act(signing: Officer) -> Response:
        if not chosen:
            raise NoTeam
        token = officers.let_in(signing, chosen, as_officer=officer)
        # In the page and nowhere else: not in an address, not in a cookie.
        address = f"{visit.request.url.scheme}://{visit.request.headers.get('host', '')}/enrol#{token.text}"
        return visit.render("invited.html", address=address)

    return _confirmed(
        visit,
        Asked(template="invite.html", values={"families": families, "chosen": chosen, "officer": officer}, act=act),
    )


def remove(visit: Visit) -> Response:
    everybody = (*colleagues.colleagues(visit.services), *colleagues.half_removed(visit.services))
    gone = next((one for one in everybody if one.member.id == visit.path("member")), None)
    if gone is None:
        raise NoSuchMember

    def act(signing: Officer) -> Response:
        return visit.render("removed.html", kept=_told(visit, officers.let_go(signing, gone.member.id)))

    kept = _told(visit, colleagues.what_they_kept(visit.services, gone))
    return _confirmed(
        visit, Asked(template="remove.html", values={"person": _person(visit, gone), "kept": kept}, act=act)
    )


def next_epoch(visit: Visit) -> Response:
    """The next key of a team, of dispatch, or of a process that signs."""
    family = visit.path("family")
    signing_key = family in AUDIT_FAMILIES
    if not signing_key and family not in SEALING_FAMILIES:
        raise NoSuchFamily

    def act(signing: Officer) -> Response:
        if signing_key:
            officers.sign_audit_key(signing, family)
        else:
            officers.next_epochs(signing, [family])
        return RedirectResponse("/people?done=key_signed", SEE_OTHER)

    return _confirmed(
        visit, Asked(template="next_epoch.html", values={"family": family, "signing": signing_key}, act=act)
    )


class NoTeam(AskAgain):
    """Choose at least one team."""


class NoSuchFamily(AskAgain):
    """There is no such key."""


def _confirmed(visit: Visit, asked: Asked) -> Response:
    """Show the page; when it was sent, ask who sits there, then act. What failed is said on the same page."""
    _require_officer(visit)
    if visit.request.method != "POST":
        return visit.render(asked.template, **asked.values)
    try:
        typed = (visit.field("password"), visit.field("code"))
        return asked.act(officers.step_up(visit.services, visit.desk.accounts, visit.member, *typed))
    except _TROUBLE as error:
        problem = visit.desk.words.say("errors", "NotConfirmed") if isinstance(error, NotLoggedIn) else None
        status = _FORBIDDEN if isinstance(error, NotAnOfficer) else UNUSABLE
        return visit.render(
            asked.template, status, **{**asked.values, "problem": problem or visit.desk.words.error(error)}
        )


def _require_officer(visit: Visit) -> None:
    if not officers.is_officer(visit.member):
        raise NotAnOfficer


def _person(visit: Visit, one: Colleague) -> PersonRow:
    teams = [visit.desk.words.say("keys", family) for family in TEAM_FAMILIES if family in one.families]
    return PersonRow(
        id=one.member.id,
        login=one.member.login,
        teams=", ".join(teams),
        officer=one.is_officer,
        since=one.member.created_on,
        you=one.member.id == visit.member.member_id,
    )


def _told(visit: Visit, kept: Kept) -> dict[str, object]:
    cases = [(visit.desk.words.say("keys", family), number) for family, number in kept.cases.items()]
    return {"login": kept.login, "cases": cases, "opened": kept.opened, "notices": kept.notices, "root": kept.root}


def _unsigned(visit: Visit, family: str) -> bool:
    return visit.services.keyring.unsigned(family, visit.services.manifest.verifying_keys(family)) is not None
