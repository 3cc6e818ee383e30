"""A key officer lets a colleague in, signs the next key, and lets the colleague go, in a real browser."""

from __future__ import annotations

import pyotp
import pytest

from encryption.token import Token
from tests.e2e.desk.test_desk_day import Day, join, log_in
from tests.integration.desk.homes import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def day(page, address):
    return Day(page, address)


def confirm(day, home, seed):
    home.clock.forward(seconds=30)
    day.page.fill("#password", PASSWORD)
    day.page.fill("#code", pyotp.TOTP(seed).at(home.clock.now))
    day.page.click("main form button")


def test_an_officers_day(day, home):
    home.a_case()
    page, seed = day.page, join(day, home)
    log_in(day, home, seed)
    page.click("text=People and keys")
    page.wait_for_selector("h1:has-text('People and keys')")
    day.stop("p1-people")

    page.click("text=Let somebody in")
    page.check("text=All cases")
    day.stop("p2-invite")
    confirm(day, home, seed)
    page.wait_for_selector("h1:has-text('The link')")
    day.stop("p3-link")
    link = page.inner_text(".recovery").strip()
    home.enrol("bob", link=Token.parse(link.rpartition("#")[2]))

    page.click("text=Done")
    page.wait_for_selector("th:has-text('bob')")
    page.click("a:has-text('Next key for Triage')")
    page.wait_for_selector("h1:has-text('The next key')")
    day.stop("p4-next-key")
    confirm(day, home, seed)
    page.wait_for_selector("[role=status]:has-text('signed and in use')")
    day.stop("p5-people-after")

    page.click("a:has-text('Remove bob')")
    page.wait_for_selector("h1:has-text('Remove bob')")
    day.stop("p6-remove")
    confirm(day, home, seed)
    page.wait_for_selector("h1:has-text('bob is removed')")
    day.stop("p7-removed")
