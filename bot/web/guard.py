"""What every response carries and every request passes: headers, and a limit that slows but locks nobody out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action {forms}; base-uri 'none'; frame-src 'self'; frame-ancestors {ancestors}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    # On plain http a browser ignores it. Not for subdomains: the domain is the host's, and may hold other sites.
    "Strict-Transport-Security": "max-age=63072000",
}
# With an answer that ends something: of what a browser may have kept in spite of `no-store`, the page that Back shows
# among it. Only the cache: cookies and storage of this origin may be those of the host's own site.
LEFT_BEHIND = {"Clear-Site-Data": '"cache"'}
EMBEDDED = ("/widget/frame",)
# Its exit is a form, and browsers hold each redirect after a form against form-action: where the host's exit leads on
# to is not ours to know. What could put a form of another site into that page is kept out by escaping.
EXIT_BY_FORM = "/plain"
FOR_OTHER_SITES = ("/widget/recourse.js",)  # the one file that a host page loads


class Guard:
    """ASGI middleware: security headers on every response."""

    def __init__(self, app: ASGIApp, *, embedders: tuple[str, ...]) -> None:
        self._app = app
        self._ancestors = " ".join(("'self'", *embedders))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), path)
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _add(self, headers: MutableHeaders, path: str) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if path in FOR_OTHER_SITES:
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Content-Security-Policy"] = CSP.format(
            ancestors=self._ancestors if path in EMBEDDED else "'none'",
            forms="'self' https:" if path.startswith(EXIT_BY_FORM) else "'self'",
        )
        if path not in EMBEDDED:
            headers["Cross-Origin-Opener-Policy"] = "same-origin"


class CutOff(Exception):
    """An answer broke off after it had begun."""


class ErrorBoundary:
    """
    ASGI middleware: whatever a route raises ends here, inside the headers of `Guard`.

    Starlette's own last handler answers outside of all middleware and raises the error on to the server,
    text and all.
    """

    def __init__(self, app: ASGIApp, *, answer: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:  # noqa: BLE001 - the last door: nothing with a text in it may go further
            response = await self._answer(Request(scope, receive), error)
            if begun:
                raise CutOff from None  # half an answer must not pass for a whole one
            await response(scope, receive, send)


class Compressed:
    """
    ASGI middleware: gzip for pages and the widget's files, never for the API.

    An answer that mixes a person's words with what an attacker may inject must not show its length (BREACH).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=512)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["type"] != "http" or scope["path"].startswith("/api/")
        await (self._app if plain else self._compressing)(scope, receive, send)


class Slow:
    """
    One global pace for costly calls: over it, a call waits its turn; nobody is refused or locked out.

    A limit by address would lock out a shelter behind one router, and needs addresses kept.
    """

    def __init__(self, per_second: float, longest: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1.0 / per_second
        self._longest = longest
        self._clock = clock
        self._next = 0.0

    async def pass_(self) -> None:
        now = self._clock()
        turn = max(now, self._next)
        # The queue is never longer than the longest wait: who comes after a flood does not pay for it.
        if turn - now < self._longest:
            self._next = turn + self._gap
        if turn > now:
            await asyncio.sleep(min(turn - now, self._longest))
