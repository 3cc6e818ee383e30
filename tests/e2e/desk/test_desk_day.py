"""A caseworker's first day: joining, finding the case, reading it, recording that a letter went out."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe

from casework import queues
from casework.states import StepState
from tests.integration.desk.homes import LINK, NAME, PASSWORD, TALK

pytestmark = pytest.mark.browser

AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
RECORD_REFUSALS = """
window.refusals = [];
document.addEventListener('securitypolicyviolation', (e) => window.refusals.push(e.violatedDirective));
"""


class Day:
    """A browser window, what it asked for, and what was wrong on each page that it stopped at."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.requests, self.errors = [], []
        page.context.add_init_script(RECORD_REFUSALS)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def stop(self, name: str) -> None:
        """Look at the page: no barrier, nothing refused, nothing asked of another site."""
        pictures = os.environ.get("DESK_PICTURES")
        if pictures:
            scheme = "dark" if self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
            self.page.screenshot(path=str(Path(pictures) / f"{name}-{scheme}.png"), full_page=True)
        found = Axe().run(self.page, options=AXE).response["violations"]
        assert [f"{v['id']}: {n['target']}" for v in found for n in v["nodes"]] == [], name
        assert self.page.evaluate("window.refusals") == [], name
        assert self.errors == [], name
        home = urlsplit(self.url).netloc
        assert [url for url in self.requests if urlsplit(url).netloc != home and not url.startswith("data:")] == []


@pytest.fixture
def day(page, address):
    return Day(page, address)


def join(day, home) -> str:
    """From the one-time link to the printed code; returns the seed of the app."""
    page, link = day.page, home.link()
    page.goto(f"{day.url}/enrol#{link.text}")
    assert link.text not in page.url
    assert page.input_value("#secret") == link.text
    day.stop("1-enrol")
    page.fill("#login", "ada")
    page.click("text=Next")
    seed = page.get_attribute("input[name=seed]", "value")
    day.stop("2-set-up")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.fill("#code", pyotp.TOTP(seed).at(home.clock.now))
    page.click("text=Finish")
    assert re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]", page.inner_text(".recovery"))
    day.stop("3-printed-code")
    page.click("text=Log in")
    return seed


def log_in(day, home, seed) -> None:
    page = day.page
    page.wait_for_selector("h1:has-text('Log in')")
    day.stop("4-login")
    page.fill("#login", "ada")
    page.fill("#password", "wrong " + PASSWORD)
    page.fill("#code", "000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    day.errors.clear()  # the console tells of the 401, which is the point
    day.stop("5-login-refused")
    home.clock.forward(seconds=30)
    page.fill("#password", PASSWORD)
    page.fill("#code", pyotp.TOTP(seed).at(home.clock.now))
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('All queues')")


@pytest.mark.parametrize("page", ["dark", "light"], indirect=True)
def test_a_first_day(day, home):
    case_id = home.a_case()
    page = day.page
    log_in(day, home, join(day, home))
    day.stop("6-queues")

    page.click("nav.queues a:has-text('X')")
    page.focus("tbody th a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    page.click("tr:has-text('Request to erase') >> text=Take")
    page.wait_for_selector("legend")
    day.stop("7-purpose")
    page.check("text=First look at a new case")
    page.click("main button")
    page.wait_for_selector("h1:has-text('Case')")
    assert NAME not in page.inner_text("main")
    day.stop("8-case")

    page.click("article:has-text('Request to erase') >> text=Read the letter")
    page.wait_for_selector("details[open] .letter:visible")
    assert f"Name: {NAME}" in page.inner_text("details[open] .letter")
    page.click("details[open] .letter button.copy")
    page.wait_for_selector("#said:text-is('Copied.')", state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == LINK
    page.click("text=The talk, as they left it in")
    assert page.is_visible(f"text={TALK}")
    page.click("text=In their own words")
    day.stop("9-reading")

    step = page.locator("article", has_text="Request to erase")
    step.locator("summary", has_text="Mark as sent").click()
    step.get_by_label("Reference").fill("AB 12")
    day.stop("10-sending")
    step.get_by_role("button", name="Record").click()
    page.wait_for_selector("text=Recorded as sent.")
    day.stop("11-sent")
    row = next(s for s in queues.page(home.databases, "platform/x", home.clock.now).steps if s.document == "doc-art17")
    assert (row.state, row.case_id) == (StepState.SENT, case_id)

    page.fill("#text", "We wrote to X today.")
    page.click("text=Send >> nth=-1")
    page.wait_for_selector("text=Your message is in the thread.")
    page.goto(f"{day.url}/queues/platform/x")
    day.stop("12-queue")
    page.click("text=Log out")
    page.wait_for_selector("text=You are logged out.")
    page.go_back()
    page.wait_for_selector("h1:has-text('Log in')")


@pytest.mark.parametrize("width", [320, 700])
def test_a_small_window_needs_no_sideways_scrolling(day, home, width):
    case_id = home.a_case()
    page = day.page
    page.set_viewport_size({"width": width, "height": 700})
    log_in(day, home, join(day, home))
    day.stop(f"narrow-{width}-queues")
    page.goto(f"{day.url}/cases/{case_id}")
    page.check("text=Work on a step")
    page.click("main button")
    page.wait_for_selector("h1:has-text('Case')")
    day.stop(f"narrow-{width}-case")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
