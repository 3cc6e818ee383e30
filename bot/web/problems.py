"""Errors as RFC 9457 problem documents: what to do, and nothing that helps an attacker."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.conversation import StaleChoice, TooLong
from bot.web import pages
from casework.errors import AskAgain, RecourseError, TryLater
from casework.store.conversations import ConversationGone
from encryption.errors import EncryptionError

log = structlog.get_logger()

TITLES = {
    400: "The request could not be read.",
    401: "No valid token came with the request.",
    403: "That form did not come from this page.",
    404: "There is nothing here.",
    405: "There is nothing here.",
    408: "That took too long to arrive.",
    409: "That choice belongs to an earlier question.",
    410: "This conversation has ended.",
    413: "That was too much at once.",
    415: "Only JSON is taken here.",
    422: "That could not be used as it was given.",
    429: "Many people are here right now.",
    500: "Something broke on our side. Nothing that was sent before is lost.",
    503: "The service is busy. Nothing was lost; try again in a moment.",
}


class Refused(AskAgain):
    """The request is not one that this service takes."""

    def __init__(self, status: int) -> None:
        super().__init__(TITLES[status])
        self.status = status


def problem(status: int) -> Response:
    body = {"type": "about:blank", "title": TITLES.get(status, TITLES[500]), "status": status}
    headers = {"Retry-After": "2"} if status in (429, 503) else None
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)


def trouble(request: Request, status: int) -> Response:
    """A problem document for the API, a page for people."""
    return problem(status) if request.url.path.startswith("/api/") else pages.error_page(request, status)


def status_of(error: Exception) -> int:
    """The HTTP status for an error of our own tree; 500 for anything else."""
    if isinstance(error, Refused):
        return error.status
    by_kind: tuple[tuple[type[Exception], int], ...] = (
        (ConversationGone, 410),
        (StaleChoice, 409),
        (TooLong, 413),
        (TryLater, 503),
        (AskAgain, 422),
        # An unknown, wrong, replaced or erased code gets one and the same answer.
        (EncryptionError, 404),
    )
    return next((status for kind, status in by_kind if isinstance(error, kind)), 500)


async def on_error(request: Request, error: Exception) -> Response:
    """The only place where an exception meets the outside: class and route are logged, no text."""
    status = status_of(error)
    if status >= 500:  # HTTP's own line between their fault and ours
        kind = "known" if isinstance(error, RecourseError) else "unknown"
        log.error("request_failed", route=_pattern(request), error=type(error).__name__, kind=kind)
    return trouble(request, status)


def _pattern(request: Request) -> str:
    """The route as it is written in the code: a path may hold what somebody typed."""
    return str(getattr(request.scope.get("route"), "path", ""))
