"""What stands before every page: cookies, form tokens, the origin of a request, size limits, headers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from casework.errors import AskAgain
from desk.officers import is_officer
from desk.services import DeskServices
from desk.sessions import Staff
from desk.web.desk import Desk
from encryption.errors import BadKey
from encryption.token import Token

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
# Only where cookies are Secure too: on plain http a browser ignores it.
_STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
_LARGEST_BODY = 64 * 1024
BODY_SECONDS = 30.0
_MOST_FIELDS = 20


class Refused(AskAgain):
    """This form did not come from the desk, or is too old. Go back and try again."""


class BodyTooLarge(AskAgain):
    """That is longer than the desk takes at once."""


class BodyTooSlow(AskAgain):
    """That took too long to arrive. Try again."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request as a page sees it: checked, its form read, its sender known."""

    desk: Desk
    request: Request
    form: Mapping[str, str] = field(default_factory=dict)
    staff: Staff | None = None
    form_token: str = ""

    @property
    def services(self) -> DeskServices:
        return self.desk.services

    @property
    def member(self) -> Staff:
        """The member of staff; a page that asks for one is never reached without."""
        if self.staff is None:
            raise Refused
        return self.staff

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def field(self, name: str) -> str:
        return self.form.get(name, "")

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page, with what every page shows: who is logged in, what was just done, what went wrong."""
        known = self.desk.words.data["done"]
        shown = {
            "staff": self.staff,
            "may_sign": self.staff is not None and is_officer(self.staff),
            "form_token": self.form_token,
            "done": known.get(self.query("done"), ""),
            "problem": self.desk.words.error(self.query("problem")) if self.query("problem") else "",
        }
        return self.desk.render(template, status, **{**shown, **values})


def session_cookie(services: DeskServices) -> str:
    return "__Host-desk" if services.secure_cookies else "desk"


def visitor_cookie(services: DeskServices) -> str:
    """Of someone who is not logged in yet: only there so that their forms carry a token too."""
    return f"{session_cookie(services)}-visit"


def set_cookie(services: DeskServices, response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/", secure=services.secure_cookies, httponly=True, samesite="strict")


def drop_cookie(services: DeskServices, response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=services.secure_cookies, httponly=True, samesite="strict")


def visitor_token(services: DeskServices, request: Request) -> Token | None:
    try:
        return Token.parse(request.cookies.get(visitor_cookie(services), ""))
    except BadKey:
        return None


async def read_form(request: Request) -> dict[str, str]:
    """
    The fields of a posted form, the last of each name.

    Raises
    ------
    BodyTooLarge, BodyTooSlow, Refused
        It is too long, comes too slowly, or is no plain form.
    """
    body = await _body(request)
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused from None
    return {name: value.replace("\r\n", "\n") for name, value in fields}


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > _LARGEST_BODY:
                    raise BodyTooLarge
    except TimeoutError:
        raise BodyTooSlow from None
    return bytes(body)


def check_origin(request: Request) -> None:
    """
    Return when a browser says that one of our own pages sent this.

    Raises
    ------
    Refused
        Another site did, or nothing says who.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise Refused
        return
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc != request.headers.get("host"):
        raise Refused


def check_token(form: Mapping[str, str], expected: str) -> None:
    """
    Return when the form carries the token of its own session.

    Raises
    ------
    Refused
        It carries none, or that of another.
    """
    if not expected or not compare_digest(form.get("form", "").encode(), expected.encode()):
        raise Refused


class Headers:
    """ASGI middleware: the security headers on every answer, errors included."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, **({"Strict-Transport-Security": _STRICT_TRANSPORT} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
