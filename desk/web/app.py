"""The desk as an ASGI application: every page, who may reach it, and what is shown when it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from casework.errors import AskAgain, RecourseError, Tampered, TryLater
from casework.queues import NoSuchStep
from casework.records import CaseGone
from desk import sessions
from desk.cases import NotForYourTeam
from desk.officers import NoSuchMember, NotAnOfficer
from desk.services import DeskServices
from desk.web import case_pages, entry, guard, people_pages, queue_pages, sending_pages
from desk.web.case_pages import NoSuchLetter
from desk.web.desk import FOLDER, Desk, new_desk
from desk.web.guard import BodyTooLarge, BodyTooSlow, Refused, Visit
from desk.web.people_pages import NoSuchFamily
from desk.web.queue_pages import NotYourQueue
from encryption.errors import CannotOpen
from encryption.token import Token

log = structlog.get_logger()

Page = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]

# Reached without a session. Whatever is not in this table is guarded: see `_staff`.
OPEN_PAGES: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/login", entry.login_form),
    ("POST", "/login", entry.log_in),
    ("GET", "/login/recovery", entry.recovery_form),
    ("POST", "/login/recovery", entry.recovery_keys),
    ("POST", "/login/recovery/keys", entry.recover),
    ("GET", "/enrol", entry.enrolment_form),
    ("POST", "/enrol", entry.enrolment_keys),
    ("POST", "/enrol/keys", entry.enrol),
)
STAFF_PAGES: tuple[tuple[str, str, Page], ...] = (
    ("POST", "/logout", entry.log_out),
    ("GET", "/", queue_pages.all_queues),
    ("GET", "/queues/{queue:path}", queue_pages.one_queue),
    ("POST", "/steps/{step}/take", queue_pages.take),
    ("POST", "/steps/{step}/release", queue_pages.release),
    ("GET", "/cases/{case}", case_pages.show_case),
    ("GET", "/cases/{case}/open", case_pages.purpose_form),
    ("POST", "/cases/{case}/open", case_pages.open_case),
    ("POST", "/cases/{case}/away", case_pages.put_away),
    ("GET", "/cases/{case}/erase", case_pages.erase),
    ("POST", "/cases/{case}/erase", case_pages.erase),
    ("POST", "/cases/{case}/thread", case_pages.reply),
    ("POST", "/cases/{case}/steps/{step}/{action}", case_pages.act_on_step),
    ("GET", "/cases/{case}/letters/{letter}.txt", case_pages.letter_text),
    ("GET", "/cases/{case}/letters/{letter}.pdf", case_pages.letter_pdf),
    ("GET", "/sending", sending_pages.sending),
    ("POST", "/sending/unlock", sending_pages.unlock),
    ("POST", "/sending/lock", sending_pages.lock),
    ("GET", "/people", people_pages.people),
    ("GET", "/people/invite", people_pages.invite),
    ("POST", "/people/invite", people_pages.invite),
    ("GET", "/people/{member}/remove", people_pages.remove),
    ("POST", "/people/{member}/remove", people_pages.remove),
    ("GET", "/keys/{family}/next", people_pages.next_epoch),
    ("POST", "/keys/{family}/next", people_pages.next_epoch),
)
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (Refused, 403),
    (BodyTooLarge, 413),
    (BodyTooSlow, 408),
    (NotForYourTeam, 403),
    (NotYourQueue, 403),
    (NotAnOfficer, 403),
    (CaseGone, 404),
    (NoSuchStep, 404),
    (NoSuchLetter, 404),
    (NoSuchMember, 404),
    (NoSuchFamily, 404),
    (CannotOpen, 404),
    (TryLater, 503),
    (AskAgain, 409),
    (Tampered, 500),
)


def build_app(services: DeskServices) -> Starlette:
    """The application for these services; builds everything, starts nothing."""
    desk = new_desk(services)
    routes = [Route(path, _visitor(desk, page), methods=[method]) for method, path, page in OPEN_PAGES]
    routes += [Route(path, _staff(desk, page), methods=[method]) for method, path, page in STAFF_PAGES]
    static = Mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")

    async def lost(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return desk.render("trouble.html", status, problem=desk.words.error("NotFound"), **_nobody())

    return Starlette(
        routes=[*routes, static],
        middleware=[Middleware(guard.Headers, secure=services.secure_cookies)],
        exception_handlers={HTTPException: lost},
    )


def _staff(desk: Desk, page: Page) -> Endpoint:
    """A page for those who are logged in; all others are led to the login, whatever they asked for."""

    async def answer(request: Request) -> Response:
        posted = request.method == "POST"
        if posted:
            guard.check_origin(request)
        cookie = request.cookies.get(guard.session_cookie(desk.services), "")
        staff = await run_in_threadpool(sessions.resume, desk.services, cookie)
        if staff is None:
            return RedirectResponse("/login", entry.SEE_OTHER)
        form = await guard.read_form(request) if posted else {}
        if posted:
            guard.check_token(form, staff.form_token)
        visit = Visit(desk=desk, request=request, form=form, staff=staff, form_token=staff.form_token)
        return await run_in_threadpool(page, visit)

    return _caught(desk, answer)


def _visitor(desk: Desk, page: Page) -> Endpoint:
    """A page before the login: its forms carry a token too, bound to a cookie of its own."""

    async def answer(request: Request) -> Response:
        token = guard.visitor_token(desk.services, request)
        form: dict[str, str] = {}
        if request.method == "POST":
            guard.check_origin(request)
            form = await guard.read_form(request)
            guard.check_token(form, sessions.form_token(token) if token else "")
        fresh = token or Token.new()
        visit = Visit(desk=desk, request=request, form=form, form_token=sessions.form_token(fresh))
        response = await run_in_threadpool(page, visit)
        if token is None:
            guard.set_cookie(desk.services, response, guard.visitor_cookie(desk.services), fresh.text)
        return response

    return _caught(desk, answer)


def _caught(desk: Desk, answer: Endpoint) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except Exception as error:  # noqa: BLE001 - the server would log a traceback, and a traceback can hold words
            return _trouble(desk, request, error)

    return endpoint


def _trouble(desk: Desk, request: Request, error: Exception) -> Response:
    status = next((number for kind, number in STATUS if isinstance(error, kind)), 500)
    if status >= 500:
        # The route's pattern and the class: never the path, the message or the traceback.
        route = request.scope.get("route")
        log.error("page_failed", route=getattr(route, "path", ""), error=type(error).__name__)
    known = isinstance(error, RecourseError | CannotOpen)
    problem = desk.words.error(error if known else "*")
    return desk.render("trouble.html", status, problem=problem, **_nobody())


def _nobody() -> dict[str, object]:
    return {"staff": None, "may_sign": False, "form_token": "", "done": ""}
