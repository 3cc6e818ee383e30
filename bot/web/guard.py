"""What every response carries and every request passes: headers, and a limit that slows but locks nobody out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors {ancestors}; "
    "require-trusted-types-for 'script'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
EMBEDDED = ("/widget/frame",)
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
        headers["Content-Security-Policy"] = CSP.format(ancestors=self._ancestors if path in EMBEDDED else "'none'")
        if path not in EMBEDDED:
            headers["Cross-Origin-Opener-Policy"] = "same-origin"


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
        self._next = max(now, self._next) + self._gap
        wait = min(self._next - self._gap - now, self._longest)
        if wait > 0:
            await asyncio.sleep(wait)
