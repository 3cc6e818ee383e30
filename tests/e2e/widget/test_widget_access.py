"""Every screen, in light and dark and on the narrowest phone, is open to everyone (WCAG 2.2 AA, contrast 7:1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Frame, Page

from tests.e2e.widget.visits import CODE, CaseApi, Visit, enter_code, fits, say

pytestmark = pytest.mark.browser

MAIN = ["opening", "choices", "contact", "plan", "receipt shown", "trouble"]
MORE = ["receipt", "privacy", "covered", "too long"]
SEEN = [
    *(("light", screen) for screen in MAIN + MORE),
    *(("phone", screen) for screen in MAIN + MORE),
    *(("dark", screen) for screen in MAIN),
    ("forced", "choices"),
]
SMALLEST_TARGET = 44


def reach(screen: str, visit: Visit, answering: Callable[..., Any], kinds: dict[str, Any]) -> Frame:
    """Brings a talk to the screen in question."""
    name = screen.split(maxsplit=1)[0]
    answering(
        visit,
        [kinds["text"], kinds["choices"]],
        500 if name == "trouble" else [kinds["notice"], kinds.get(name, kinds["text"])],
        500,
    )
    visit.page.clock.install()
    page = visit.talk()
    if screen == "opening":
        return page
    say(page, "hello")
    if name == "trouble":
        visit.page.clock.run_for(3_000)
        page.wait_for_selector("#trouble button")
        return page
    page.wait_for_selector("#screen-receipt:visible" if name == "receipt" else "#log .notice")
    acts: dict[str, Callable[[], Any]] = {
        "plan": page.locator(".letter summary").first.click,
        "receipt shown": lambda: page.click(".code-slot button"),
        "privacy": lambda: page.click("#privacy-open"),
        "covered": lambda: visit.page.clock.run_for(11 * 60_000),
        "too long": lambda: page.fill("#words", "x" * 2_001),
    }
    acts.get(screen, lambda: None)()
    return page


@pytest.mark.parametrize(("looking", "screen"), SEEN, indirect=["looking"])
def test_no_screen_shuts_anyone_out(
    looking: Visit, screen: str, answering: Callable[..., Any], kinds: dict[str, Any]
) -> None:
    page = reach(screen, looking, answering, kinds)

    assert looking.barriers() == []
    assert fits(page)
    assert small_targets(page) == []
    assert looking.refused() == []


def small_targets(page: Frame | Page) -> list[str]:
    """Controls that a shaking thumb would miss; links inside a sentence are exempt (WCAG 2.5.8)."""
    found: list[str] = page.evaluate(
        """(least) => [...document.querySelectorAll('button, input:not([type=checkbox]), textarea, summary, .exit, .tick, .contacts a')]
          .filter((n) => n.offsetParent && n.getBoundingClientRect().height < least).map((n) => n.outerHTML.slice(0, 80))""",
        SMALLEST_TARGET,
    )
    return found


def test_the_receipt_page_shuts_no_one_out(looking: Visit) -> None:
    looking.context.route("**/api/v1/cases/**", CaseApi().serve)
    page = looking.open("/case")
    assert looking.barriers() == []
    enter_code(page, CODE)
    page.click(".letter summary")
    page.click(".record summary")
    page.click("#erase button")
    page.wait_for_selector("#erase .big")
    page.click("#own-code button")
    page.locator("#own-code .choices button").last.click()
    page.click("#own-code .code-slot button")

    assert looking.barriers() == []
    assert fits(page)
    assert small_targets(page) == []


@pytest.mark.parametrize("path", ["/", "/privacy"])
def test_the_plain_pages_shut_no_one_out(looking: Visit, path: str) -> None:
    page = looking.open(path)

    assert looking.barriers() == []
    assert fits(page)


def test_the_focus_never_hides_under_the_bar_or_the_box(
    visiting: Callable[..., Visit], answering: Callable[..., Any], kinds: dict[str, Any]
) -> None:
    visit = visiting(viewport={"width": 400, "height": 600})
    page = reach("contact", visit, answering, kinds)

    hidden = []
    for _ in range(12):
        visit.page.keyboard.press("Shift+Tab")
        hidden.append(
            page.evaluate("""() => {
          const node = document.activeElement;
          const box = node.getBoundingClientRect();
          const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 30) / 2);
          return node === document.body || node.contains(top) || (top?.contains(node) ?? false) ? null : node.outerHTML.slice(0, 80);
        }""")
        )

    assert [line for line in hidden if line] == []
