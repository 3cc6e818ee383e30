"""The pages before a session: logging in, the one-time link, and the way back with the printed code."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from casework.errors import AskAgain, TryLater
from desk import codes, sessions
from desk.accounts import Choices, NotLoggedIn, Unlocked
from desk.names import check_login
from desk.web.guard import Visit, drop_cookie, session_cookie, set_cookie
from encryption.errors import BadKey
from encryption.token import Token

SEE_OTHER = 303
UNAUTHORISED, UNUSABLE = 401, 422
LINK, RECOVERY = "link", "recovery"
_TROUBLE = (AskAgain, BadKey, TryLater)


class PasswordsDiffer(AskAgain):
    """The two passwords are not the same."""


def login_form(visit: Visit) -> Response:
    cookie = visit.request.cookies.get(session_cookie(visit.services), "")
    if cookie and sessions.resume(visit.services, cookie):
        return RedirectResponse("/", SEE_OTHER)
    return visit.render("login.html", login="")


def log_in(visit: Visit) -> Response:
    try:
        typed = (visit.field("login"), visit.field("password"), visit.field("code"))
        unlocked = visit.desk.accounts.log_in(*typed)
    except (NotLoggedIn, TryLater) as error:
        return visit.render(
            "login.html", UNAUTHORISED, login=visit.field("login"), problem=visit.desk.words.error(error)
        )
    response = RedirectResponse("/", SEE_OTHER)
    _start(visit, response, unlocked)
    return response


def log_out(visit: Visit) -> Response:
    sessions.end(visit.services, visit.member.session_id)
    visit.desk.open_cases.forget(visit.member)
    response = RedirectResponse("/login?done=out", SEE_OTHER)
    drop_cookie(visit.services, response, session_cookie(visit.services))
    # Whatever the browser kept of the pages goes with the session.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def enrolment_form(visit: Visit) -> Response:
    return visit.render("enrol.html", secret="", login="")


def enrolment_keys(visit: Visit) -> Response:
    """The link is good: show what to set up. Nothing is stored before all of it is there."""
    secret, login = visit.field("secret").strip(), visit.field("login")
    try:
        visit.desk.accounts.link(Token.parse(secret))
        name = check_login(login)
    except _TROUBLE as error:
        problem = visit.desk.words.error(error)
        return visit.render("enrol.html", UNUSABLE, secret=secret, login=login, problem=problem)
    return _set_up(visit, LINK, secret, name, codes.new_seed())


def enrol(visit: Visit) -> Response:
    secret = visit.field("secret").strip()
    try:
        recovery = visit.desk.accounts.enrol(Token.parse(secret), _choices(visit))
    except _TROUBLE as error:
        return _set_up_again(visit, LINK, secret, error)
    return visit.render("enrolled.html", recovery=recovery)


def recovery_form(visit: Visit) -> Response:
    return visit.render("recovery.html", login="")


def recovery_keys(visit: Visit) -> Response:
    secret, login = visit.field("secret"), visit.field("login")
    try:
        visit.desk.accounts.recover(login, secret)
        name = check_login(login)
    except _TROUBLE as error:
        problem = visit.desk.words.error(error)
        return visit.render("recovery.html", UNAUTHORISED, login=login, problem=problem)
    return _set_up(visit, RECOVERY, secret, name, codes.new_seed())


def recover(visit: Visit) -> Response:
    secret = visit.field("secret")
    try:
        choices = _choices(visit)
        unlocked = visit.desk.accounts.recover(choices.login, secret)
        recovery = visit.desk.accounts.renew(unlocked, choices)
    except _TROUBLE as error:
        return _set_up_again(visit, RECOVERY, secret, error)
    return visit.render("enrolled.html", recovery=recovery)


def _choices(visit: Visit) -> Choices:
    if visit.field("password") != visit.field("again"):
        raise PasswordsDiffer
    return Choices(
        login=visit.field("login"),
        password=visit.field("password"),
        totp_seed=visit.field("seed"),
        code=visit.field("code"),
    )


def _set_up(visit: Visit, way: str, secret: str, login: str, seed: str, problem: str = "") -> Response:
    # The seed travels in the form of the page that shows it anyway: the server keeps nothing half-made.
    shown = {"way": way, "secret": secret, "login": login, "seed": seed, "picture": codes.picture(seed, login)}
    return visit.render("set_up.html", UNUSABLE if problem else 200, **shown, problem=problem)


def _set_up_again(visit: Visit, way: str, secret: str, error: Exception) -> Response:
    given = visit.field("seed")
    seed = given if codes.is_seed(given) else codes.new_seed()
    login = visit.field("login").strip().casefold()[:40]
    return _set_up(visit, way, secret, login, seed, visit.desk.words.error(error))


def _start(visit: Visit, response: Response, unlocked: Unlocked) -> None:
    # Always a fresh token (ASVS 7.2.4): one that was planted before the login never becomes a session, and one that
    # this browser had before ends, so that no copy of it lives on unseen.
    former = sessions.resume(visit.services, visit.request.cookies.get(session_cookie(visit.services), ""))
    if former is not None:
        sessions.end(visit.services, former.session_id)
        visit.desk.open_cases.forget(former)
    token = sessions.start(visit.services, unlocked.member_id, unlocked.key)
    set_cookie(visit.services, response, session_cookie(visit.services), token.text)
