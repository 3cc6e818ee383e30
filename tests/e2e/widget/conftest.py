"""Visitors for the widget's tests: every visit records what the page asked the network for and what it was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route

from tests.e2e.widget.visits import AWAY, CODE, LOOKS, RECORD_REFUSALS, Visit, choices, document, later, reply


@pytest.fixture
def visiting(browser: Browser, service_url: str) -> Iterator[Callable[..., Visit]]:
    """Makes visitors; `visiting(color_scheme="dark")` and the like."""
    contexts = []

    def make(**options: Any) -> Visit:
        context = browser.new_context(**{"viewport": {"width": 1000, "height": 800}, **options})
        context.add_init_script(RECORD_REFUSALS)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        visit = Visit(context=context, page=page, url=service_url.rstrip("/"))
        context.on("request", visit.note_request)
        page.on("pageerror", visit.note_error)
        return visit

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visit(visiting: Callable[..., Visit]) -> Visit:
    return visiting()


@pytest.fixture(params=["light", "dark", "phone"])
def looking(request: pytest.FixtureRequest, visiting: Callable[..., Visit]) -> Visit:
    """The same visit under each look, or under those of `LOOKS` that a test names."""
    return visiting(**LOOKS[request.param])


@pytest.fixture
def answering() -> Callable[..., list[dict[str, Any]]]:
    """The turn API as the contract describes it, answering with what a screen is to be shown; returns the turns it got."""

    def answer(visit: Visit, opening: list[dict[str, Any]], *turns: list[dict[str, Any]] | int) -> list[dict[str, Any]]:
        got: list[dict[str, Any]] = []
        left = list(turns)

        def serve(route: Route) -> None:
            if route.request.method == "DELETE":
                return reply(route, 204, None)
            if not route.request.url.endswith("/turn"):
                return reply(route, 201, {"token": "t" * 43, "messages": opening})
            got.append(dict(route.request.post_data_json or {}))
            now = left.pop(0) if left else [{"kind": "text", "text": "Go on."}]
            if isinstance(now, int):
                return reply(route, now, {"type": "about:blank", "title": "no", "status": now})
            return reply(route, 200, {"messages": now})

        visit.context.route("**/api/v1/conversations**", serve)
        return got

    return answer


@pytest.fixture
def elsewhere() -> Callable[[Visit], str]:
    """Where the exit leads, kept off the real network; returns its address."""

    def keep(visit: Visit) -> str:
        home = urlsplit(visit.url).netloc
        html = "<!doctype html><html lang=en><title>Weather</title><h1>Weather</h1>"
        visit.context.route(
            lambda url: urlsplit(url).netloc != home, lambda route: route.fulfill(content_type="text/html", body=html)
        )
        return AWAY

    return keep


@pytest.fixture
def kinds() -> dict[str, dict[str, Any]]:
    """One message of each kind."""
    return {
        "text": {"kind": "text", "text": "First.\n\nSecond."},
        "notice": {"kind": "notice", "text": "Please keep the messages."},
        "choices": choices(
            "England", "Scotland", "Somewhere else with a long name that wraps", "Skip", "Why do you ask?"
        ),
        "statement": {"kind": "text", "text": "In your own words.", "long": True, "own_words": True},
        "contact": {
            "kind": "contact",
            "text": "Call:",
            "contacts": [
                {
                    "name": "A line",
                    "phone": "+44 116 123",
                    "email": "a@line.example",
                    "web": "https://line.example",
                    "hours": "Day and night",
                }
            ],
        },
        "plan": {
            "kind": "plan",
            "text": "Please read.",
            "documents": [
                document("doc-a@x", "X"),
                document("doc-b@ico", "Commissioner", due="2026-12-24T09:00:00+00:00"),
            ],
            "clocks": [later("waiting", available_from="2026-12-23"), later("blocked", needs=["signature"])],
        },
        "receipt": {"kind": "receipt", "text": "This code is the only way back.", "code": CODE},
    }
