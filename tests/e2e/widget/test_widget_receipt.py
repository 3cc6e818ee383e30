"""The code: on its own screen, never in view unasked, never left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.widget.visits import CODE, Visit, say

pytestmark = pytest.mark.browser

Answering = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def receipt_page(visit: Visit, answering: Answering, kinds: dict[str, dict[str, Any]]) -> Page:
    answering(visit, [kinds["text"]], [kinds["text"], kinds["receipt"], kinds["choices"]])
    place = visit.talk()
    say(place, "yes")
    place.wait_for_selector("#screen-receipt:visible")
    return visit.page


def test_the_code_is_not_in_the_page_until_it_is_asked_for(receipt_page: Page) -> None:
    assert CODE[:4] not in receipt_page.content()
    assert not receipt_page.is_visible("#log")

    receipt_page.click(".code-slot button")

    assert receipt_page.inner_text(".code").replace("\n", "") == CODE


def test_a_code_hidden_again_is_gone_from_the_page(receipt_page: Page) -> None:
    receipt_page.click(".code-slot button")
    receipt_page.locator(".code-slot .choices button").last.click()

    assert CODE[:4] not in receipt_page.content()


def test_going_on_leaves_no_code_in_the_conversation(receipt_page: Page) -> None:
    receipt_page.click(".code-slot button")
    receipt_page.click("#receipt-body .end > .action")

    assert CODE[:4] not in receipt_page.content()
    assert receipt_page.is_visible("#log")
    assert receipt_page.locator("#answers button").count() > 0


@pytest.mark.parametrize(("typed", "same"), [("7k3m", True), (" 7K-3M ", True), ("7k3n", False), ("", False)])
def test_a_slip_of_the_pen_is_found_before_it_locks_someone_out(receipt_page: Page, typed: str, same: bool) -> None:
    receipt_page.fill("#check-code", "7k3m")
    receipt_page.click(".check button")
    right = receipt_page.inner_text("#check-result")

    receipt_page.fill("#check-code", typed)
    receipt_page.click(".check button")

    assert (receipt_page.inner_text("#check-result") == right) is same


def test_no_code_is_a_choice_asked_twice(receipt_page: Page) -> None:
    receipt_page.click(".no-code button")
    assert receipt_page.is_visible("#screen-receipt")

    receipt_page.locator(".no-code button").first.click()

    assert receipt_page.is_visible("#log")
    assert CODE[:4] not in receipt_page.content()
