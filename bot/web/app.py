"""Puts the public side together: routes in one table, one guard around all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from bot.conversation import Conversations
from bot.web import openapi, pages, plain, receipt, turns
from bot.web.guard import Compressed, ErrorBoundary, Guard, Slow
from bot.web.problems import on_error, trouble
from casework.errors import RecourseError
from casework.explain import Explanations
from casework.law import Law
from casework.store.database import Databases
from casework.store.ledger import Ledger
from casework.wordbook import load_explanations
from encryption.errors import EncryptionError
from encryption.keys import PublicKey

API = "/api/v1"
CURRENT = f"{API}/cases/current"

ROUTES = (
    Route("/", pages.host),
    Route("/widget/frame", pages.frame),
    Route("/case", pages.case),
    Route("/privacy", pages.privacy),
    Route(plain.HOME, plain.talk),
    Route(f"{plain.HOME}/begin", plain.begin, methods=["POST"]),
    Route(f"{plain.HOME}/resume", plain.resume, methods=["POST"]),
    Route(f"{plain.HOME}/say", plain.say, methods=["POST"]),
    Route(f"{plain.HOME}/exit", plain.leave, methods=["POST"]),
    Route("/healthz", pages.health),
    Route("/api/openapi.json", openapi.document),
    Route(f"{API}/conversations", turns.start, methods=["POST"]),
    Route(f"{API}/conversations", turns.leave, methods=["DELETE"]),
    Route(f"{API}/conversations/turn", turns.turn, methods=["POST"]),
    Route(f"{API}/cases/open", receipt.open_case, methods=["POST"]),
    Route(f"{API}/cases/session", receipt.leave, methods=["DELETE"]),
    Route(CURRENT, receipt.current, methods=["GET"]),
    Route(CURRENT, receipt.erase, methods=["DELETE"]),
    Route(f"{CURRENT}/receipt", receipt.new_code, methods=["PUT"]),
    Route(f"{CURRENT}/receipt", receipt.no_code, methods=["DELETE"]),
    Route(f"{CURRENT}/documents.zip", receipt.documents, methods=["GET"]),
    Route(f"{CURRENT}/calendar.ics", receipt.calendar, methods=["GET"]),
    Route(f"{CURRENT}/documents/{{id}}.{{form}}", receipt.document, methods=["GET"]),
    Route(f"{CURRENT}/thread", receipt.thread, methods=["GET", "POST"]),
    Route(f"{CURRENT}/steps/{{step}}/consent", receipt.consent, methods=["POST"]),
    Route(f"{CURRENT}/steps/{{step}}/events", receipt.step_event, methods=["POST"]),
    Mount("/widget", pages.widget_files()),
)


@dataclass(frozen=True, kw_only=True)
class IntakeServices:
    """What the public side needs; built by the composition root."""

    conversations: Conversations
    databases: Databases
    ledger: Ledger
    law: Law
    clock: Callable[[], dt.datetime]
    teams: Callable[[], Mapping[str, PublicKey]] = dict  # public keys of those who work the queues
    explanations: Explanations = field(default_factory=load_explanations)
    page_settings: Mapping[str, Any] = field(default_factory=dict)
    embedders: tuple[str, ...] = ()  # origins that may embed the widget
    starts_per_second: float = 20.0
    openings_per_second: float = 10.0


def build_app(services: IntakeServices) -> Starlette:
    app = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(Guard, embedders=services.embedders),
            Middleware(ErrorBoundary, answer=on_error),
            Middleware(Compressed),
        ],
        exception_handlers={HTTPException: on_http_error, RecourseError: on_error, EncryptionError: on_error},
    )
    app.state.conversations = services.conversations
    app.state.databases = services.databases
    app.state.ledger = services.ledger
    app.state.law = services.law
    app.state.explanations = services.explanations
    app.state.clock = services.clock
    app.state.teams = services.teams
    app.state.page_settings = dict(services.page_settings)
    app.state.pace_start = Slow(services.starts_per_second)
    app.state.pace_open = Slow(services.openings_per_second)
    return app


async def on_http_error(request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405."""
    return trouble(request, getattr(error, "status_code", 500))
