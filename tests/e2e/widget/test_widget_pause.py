"""Pausing: the code on its own screen, the talk gone from the device, and the way back to the same question."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Frame, Route

from tests.e2e.widget.visits import CODE, NOTHING, Visit, reply, say

pytestmark = pytest.mark.browser

LINK = "https://x.com/quillpause/status/9"


def exchange(place: Frame, words: str) -> None:
    """Says something and waits until one can write again."""
    said = place.locator("#log .mine").count()
    say(place, words)
    place.locator("#log .mine").nth(said).wait_for()
    place.wait_for_selector("#send[aria-disabled=false]")


def pause(place: Frame) -> str:
    """Pauses and writes the code down."""
    say(place, "pause")
    place.wait_for_selector("#screen-receipt:visible")
    place.click(".code-slot button")
    return place.inner_text(".code").replace("\n", "")


def come_back(place: Frame, code: str) -> None:
    place.click("#come-back summary")
    place.fill("#come-back-code", code)
    place.press("#come-back-code", "Enter")


def test_what_was_told_before_the_pause_is_there_after_it(visiting: Callable[..., Visit]) -> None:
    first, second = visiting(), visiting()
    place = first.talk()
    for words in ("yes", "yes", "me", "uk", "england", f"someone posted a fake of me on {LINK}"):
        exchange(place, words)
    assert LINK in place.inner_text("#log")
    code = pause(place)
    assert LINK not in first.page.content()

    place.click("#receipt-body .end .action")
    assert re.sub(r"\s", "", place.inner_text("#log")) == ""
    assert not place.is_visible("#composer")
    assert code[:4] not in first.page.content()

    place = second.talk()
    come_back(place, code.lower())
    place.wait_for_selector("#come-back", state="hidden")
    assert "X" in place.inner_text("#log")
    assert place.locator("#answers button").count() > 0
    exchange(place, "yes that's right")

    assert second.stored() == first.stored() == NOTHING
    assert all(code[:4].lower() not in request.url.lower() for visit in (first, second) for request in visit.requests)
    assert first.refused() + second.refused() == []


def test_a_code_that_opens_nothing_leaves_the_opening_as_it_was(visit: Visit) -> None:
    place = visit.talk()
    offered = place.locator("#answers button").count()

    come_back(place, CODE)
    place.wait_for_selector("#trouble p")

    assert visit.barriers() == []
    assert place.input_value("#come-back-code") == CODE
    assert place.locator("#answers button").count() == offered
    exchange(place, "yes")
    assert not place.is_visible("#come-back")


def test_the_code_is_not_in_the_page_until_it_is_asked_for_and_having_none_is_not_offered(
    visit: Visit, answering: Callable[..., Any], kinds: dict[str, Any]
) -> None:
    answering(
        visit, [kinds["text"]], [{"kind": "text", "text": "Put away."}, {"kind": "pause", "text": "", "code": CODE}]
    )
    place = visit.talk()
    say(place, "pause")
    place.wait_for_selector("#screen-receipt:visible")

    assert CODE[:4] not in visit.page.content()
    assert "Put away." in place.inner_text("#screen-receipt")
    assert place.locator(".no-code").count() == 0
    assert visit.barriers() == []


def test_a_lost_answer_is_asked_for_again_with_the_same_attempt(visit: Visit, kinds: dict[str, Any]) -> None:
    tried: list[dict[str, Any]] = []

    def serve(route: Route) -> None:
        body = dict(route.request.post_data_json or {})
        if route.request.method != "POST" or "resume" not in body:
            messages = [kinds["choices"]]
            return reply(route, 201, {"token": "t" * 43, "messages": messages})
        tried.append(body)
        if len(tried) < 2:
            return route.abort()
        return reply(route, 201, {"token": "u" * 43, "messages": [{"kind": "text", "text": "Welcome back."}]})

    visit.context.route("**/api/v1/conversations**", serve)
    place = visit.talk()
    come_back(place, CODE)
    place.wait_for_selector("text=Welcome back.")

    assert len(tried) == 2
    assert tried[0] == tried[1]
    assert len(tried[0]["id"]) == 32
