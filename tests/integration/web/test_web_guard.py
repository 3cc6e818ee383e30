"""What surrounds every public route: headers, the last door, limits on time and size, and a log without words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request
from structlog.testing import capture_logs

from bot.web import bodies
from bot.web.guard import CutOff, ErrorBoundary, Slow
from bot.web.problems import on_error
from casework.store.database import Databases, writing
from encryption.receipt import receipt_from_bytes
from tests.integration.web.conftest import Visitor

CODE = receipt_from_bytes(bytes(15)).code
WORDS = "words of a person"
# One of each kind of answer: a page, a file, an API answer, an error of each sort, a failure.
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/case", 200),
    ("GET", "/widget/frame", 200),
    ("GET", "/widget/recourse.js", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/nowhere", 404),
    ("GET", "/widget/..%2fguard.py", 404),
    ("GET", "/api/v1/nowhere", 404),
    ("DELETE", "/", 405),
    ("DELETE", "/api/v1/conversations", 401),
    ("GET", "/api/v1/cases/current", 401),
    ("POST", "/api/v1/conversations", 500),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_also_a_failure_carries_the_headers(visitor: Visitor, method: str, path: str, status: int) -> None:
    answer = visitor.ask(method, path)

    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "trusted-types 'none'" in policy
    assert ("frame-ancestors 'self'" in policy) == (path == "/widget/frame")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["strict-transport-security"] == "max-age=63072000"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_no_answer_leaves_anything_in_the_browser(visitor: Visitor, method: str, path: str, status: int) -> None:
    answer = visitor.ask(method, path)

    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
    assert "set-cookie" not in answer.headers


def test_leaving_asks_the_browser_to_forget_the_page_and_nothing_of_the_hosts_own_site(visitor: Visitor) -> None:
    for path in ("/api/v1/conversations", "/api/v1/cases/session"):
        answer = visitor.ask("DELETE", path, headers=visitor.bearer)

        # Cookies and storage of the whole domain may be those of the host's own site.
        assert (answer.status_code, answer.headers["clear-site-data"]) == (204, '"cache"')


def test_a_bug_ends_inside_the_application_and_leaves_its_class_in_the_log(visitor: Visitor) -> None:
    with capture_logs() as logs:
        answer = visitor.ask("POST", "/api/v1/conversations", json={})

    assert answer.json() == {
        "type": "about:blank",
        "title": "Something broke on our side. Nothing that was sent before is lost.",
        "status": 500,
    }
    assert logs == [
        {
            "event": "request_failed",
            "log_level": "error",
            "route": "/api/v1/conversations",
            "error": "AttributeError",
            "kind": "unknown",
        }
    ]


def test_a_broken_database_is_told_by_its_class_and_never_by_what_was_asked(
    visitor: Visitor, databases: Databases
) -> None:
    with writing(databases.cases) as connection:
        connection.exec_driver_sql("ALTER TABLE receipt RENAME TO elsewhere")

    with capture_logs() as logs:
        answer = visitor.ask("POST", "/api/v1/cases/open", json={"receipt": CODE})

    assert answer.status_code == 500
    assert [(line["route"], line["error"]) for line in logs] == [("/api/v1/cases/open", "OperationalError")]
    assert "elsewhere" not in answer.text + str(logs)
    assert CODE not in answer.text + str(logs)


@pytest.mark.parametrize("code", [CODE, CODE[:-1], "", WORDS, "x" * 500])
def test_every_code_that_opens_nothing_gets_one_answer(visitor: Visitor, code: str) -> None:
    answer = visitor.ask("POST", "/api/v1/cases/open", json={"receipt": code})

    assert (answer.status_code, answer.json()["title"]) == (404, "There is nothing here.")


def run_against(app: Any) -> None:
    """One request, as a server passes it in."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Any) -> None: ...

    scope = {"type": "http", "method": "GET", "path": "/api/v1/x", "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))


def test_half_an_answer_is_cut_off_and_what_was_raised_goes_no_further() -> None:
    async def breaks_off(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(WORDS)

    with capture_logs() as logs, pytest.raises(CutOff) as caught:
        run_against(ErrorBoundary(breaks_off, answer=on_error))

    assert WORDS not in str(caught.value) + str(logs)
    assert caught.value.__suppress_context__
    assert logs[0]["error"] == "RuntimeError"


def request_with(chunks: list[bytes], pause: float) -> Request:
    async def coming() -> AsyncIterator[dict[str, Any]]:
        for chunk in chunks:
            await asyncio.sleep(pause)
            yield {"type": "http.request", "body": chunk, "more_body": True}
        yield {"type": "http.request", "body": b"", "more_body": False}

    messages = coming()

    async def receive() -> dict[str, Any]:
        return await anext(messages)

    headers = [(b"content-type", b"application/json")]
    return Request({"type": "http", "method": "POST", "path": "/api/v1/x", "headers": headers}, receive)


def refused_with(request: Request) -> int:
    with pytest.raises(bodies.Refused) as refused:
        asyncio.run(bodies.json_body(request, {"text": str}))
    return refused.value.status


def test_a_body_that_trickles_in_does_not_hold_its_place_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)

    assert refused_with(request_with([b'{"text": ', b'"slow"}'], pause=0.04)) == 408


def test_a_body_beyond_the_limit_is_refused_before_it_is_whole() -> None:
    chunk = b"x" * 1024
    request = request_with([chunk] * 1000, pause=0)

    assert refused_with(request) == 413


def test_a_body_at_the_usual_speed_is_read_whole() -> None:
    request = request_with([b'{"text": ', b'"fine"}'], pause=0)

    assert asyncio.run(bodies.json_body(request, {"text": str})) == {"text": "fine"}


class Minutes:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> Minutes:
    clock = Minutes()
    monkeypatch.setattr(asyncio, "sleep", clock.sleep)
    return clock


def passed(pace: Slow, times: int) -> None:
    async def all_of_them() -> None:
        for _ in range(times):
            await pace.pass_()

    asyncio.run(all_of_them())


def test_calls_at_once_wait_their_turn_and_nobody_longer_than_the_longest(minutes: Minutes) -> None:
    pace = Slow(10.0, longest=5.0, clock=lambda: minutes.now)

    passed(pace, 100)

    assert minutes.slept[:3] == pytest.approx([0.1, 0.2, 0.3])
    assert max(minutes.slept) <= 5.0


def test_who_comes_after_a_flood_does_not_pay_for_it(minutes: Minutes) -> None:
    pace = Slow(10.0, longest=5.0, clock=lambda: minutes.now)
    passed(pace, 100_000)
    minutes.now += 6.0
    minutes.slept.clear()

    passed(pace, 1)

    assert minutes.slept == []
