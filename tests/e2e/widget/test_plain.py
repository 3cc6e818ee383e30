"""The conversation without scripts, in a browser that runs none."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.widget.test_widget_access import small_targets
from tests.e2e.widget.visits import LOOKS, Visit, fits

pytestmark = pytest.mark.browser

TOLD = "Someone made fakes of me with an app and put them on X. I live in Germany."


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("WIDGET_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"plain-{name}.png"), full_page=True)


@pytest.fixture
def unscripted(visiting: Callable[..., Visit]) -> Visit:
    return visiting(java_script_enabled=False)


def begin(visit: Visit) -> Page:
    page = visit.open("/plain")
    page.click("button.action")
    page.locator("button.choice", has_text="Yes").first.click()
    page.wait_for_selector(".mine")
    return page


def send(page: Page, words: str) -> None:
    page.fill("#words", words)
    page.click("button.action")
    page.wait_for_selector(f".mine:has-text('{words[:20]}')")


def test_whoever_has_no_scripts_is_led_to_a_talk_that_works(
    unscripted: Visit, elsewhere: Callable[[Visit], str]
) -> None:
    elsewhere(unscripted)
    page = unscripted.open("/")
    page.click("noscript a")
    page.click("button.action")
    page.locator("button.choice", has_text="Yes").first.click()
    page.wait_for_selector(".mine")
    send(page, TOLD)

    assert page.locator(".mine", has_text=TOLD).count() == 1
    assert page.locator("button.choice").count() >= 2
    assert unscripted.foreign() == []


def test_exit_leads_away_and_back_shows_nothing_of_the_talk(
    unscripted: Visit, elsewhere: Callable[[Visit], str]
) -> None:
    elsewhere(unscripted)
    page = begin(unscripted)
    send(page, TOLD)

    page.click("button.exit")
    page.wait_for_selector("h1:text-is('Weather')")

    assert unscripted.context.cookies() == []
    page.go_back()
    assert TOLD not in page.content()


def test_a_reload_sends_nothing_twice(unscripted: Visit) -> None:
    page = begin(unscripted)
    send(page, TOLD)

    sent = len(unscripted.asked("POST", "/plain/say"))

    page.reload()

    assert page.locator(".mine", has_text=TOLD).count() == 1
    assert len(unscripted.asked("POST", "/plain/say")) == sent


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_no_plain_screen_shuts_anyone_out(visiting: Callable[..., Visit], look: str) -> None:
    """With scripts, since what looks for barriers is one; the page itself has none."""
    visit = visiting(**LOOKS[look])
    page = visit.open("/plain")
    keep_picture(page, f"begin-{look}")
    found = visit.barriers()
    page.click("button.action")
    page.locator("button.choice", has_text="Yes").first.click()
    page.wait_for_selector(".mine")
    send(page, TOLD)
    keep_picture(page, f"talk-{look}")

    assert found + visit.barriers() == []
    assert fits(page)
    assert small_targets(page) == []
    assert visit.asked("GET", ".js") == []
    assert visit.refused() == []
