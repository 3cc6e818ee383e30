"""Leaving: at once, for good, and whatever is broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.widget.visits import Visit, say

pytestmark = pytest.mark.browser

GONE = {401, 403, 404, 410}


def press_shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def token_of(visit: Visit) -> str:
    return visit.asked("POST", "/turn")[0].headers["authorization"]


def answer_to(visit: Visit, token: str) -> int:
    """What someone gets who has found the token after all."""
    url = f"{visit.url}/api/v1/conversations/turn"
    return visit.context.request.post(
        url, headers={"Authorization": token}, data={"id": "f" * 32, "text": "hello"}
    ).status


def came_away(visit: Visit) -> bool:
    visit.page.wait_for_selector("h1:text-is('Weather')")
    return not visit.page.url.startswith(visit.url)


def test_exit_must_not_leave_a_conversation_that_still_opens(visit: Visit, elsewhere: Callable[[Visit], str]) -> None:
    elsewhere(visit)
    place = visit.talk()
    say(place, "hello")
    place.wait_for_selector("#log .mine ~ .ours")

    place.click("#exit")

    assert came_away(visit)
    assert len(visit.asked("DELETE", "/api/v1/conversations")) == 1
    assert answer_to(visit, token_of(visit)) in GONE


@pytest.mark.parametrize("path", ["/widget/frame", "/", "/case"])
def test_back_must_not_return_to_the_page_that_was_left(
    visit: Visit, elsewhere: Callable[[Visit], str], path: str
) -> None:
    away = elsewhere(visit)
    visit.page.goto(away)
    place = visit.open(path) if path == "/case" else visit.talk(path)

    place.click("#exit")
    assert came_away(visit)
    visit.page.go_back()

    assert visit.page.url == away


@pytest.mark.parametrize("path", ["/widget/frame", "/"])
def test_three_shifts_leave_without_a_pointer(visit: Visit, elsewhere: Callable[[Visit], str], path: str) -> None:
    elsewhere(visit)
    place = visit.talk(path)
    place.focus("#words")

    press_shift(visit.page, 3)

    assert came_away(visit)


def test_three_shifts_leave_also_while_the_host_page_has_the_focus(
    visit: Visit, elsewhere: Callable[[Visit], str]
) -> None:
    elsewhere(visit)
    visit.talk("/")
    visit.page.focus("nav a")

    press_shift(visit.page, 3)

    assert came_away(visit)


def test_the_exit_says_how_many_shifts_are_missing(visit: Visit) -> None:
    place = visit.talk()

    press_shift(visit.page, 1)
    first = place.inner_text("#exit-status")
    press_shift(visit.page, 1)

    assert first
    assert place.inner_text("#exit-status") not in ("", first)


def test_capital_letters_and_slow_shifts_are_no_exit(visit: Visit) -> None:
    visit.page.clock.install()
    place = visit.talk()
    place.focus("#words")

    for letter in ("Shift+A", "Shift+B", "Shift+C", "Shift+Enter"):
        visit.page.keyboard.press(letter)
    for _ in range(3):
        press_shift(visit.page, 1)
        visit.page.clock.fast_forward(6_000)

    assert place.input_value("#words").startswith("ABC")
    assert visit.page.url.startswith(visit.url)


def test_a_dead_server_must_not_keep_anyone_here(visit: Visit, elsewhere: Callable[[Visit], str]) -> None:
    elsewhere(visit)
    place = visit.talk()
    visit.context.route("**/api/**", lambda route: route.abort())

    place.click("#exit")

    assert came_away(visit)


def test_the_words_are_gone_before_the_next_page_comes(visit: Visit, elsewhere: Callable[[Visit], str]) -> None:
    elsewhere(visit)
    place = visit.talk()

    left = place.evaluate("""() => {
      document.getElementById('exit').click();
      return [document.body.innerText.trim(), document.title];
    }""")

    assert left == ["", ""]


def test_a_reload_must_not_bring_the_conversation_back(visit: Visit) -> None:
    place = visit.talk()
    say(place, "only once")
    place.wait_for_selector("#log .mine ~ .ours")

    visit.page.reload()
    place.wait_for_selector("#log .message")

    assert place.locator("#log .mine").count() == 0
    assert answer_to(visit, token_of(visit)) in GONE


def test_whoever_walks_past_a_quiet_screen_reads_nothing(visit: Visit) -> None:
    visit.page.clock.install()
    place = visit.talk()

    visit.page.clock.run_for(11 * 60_000)

    assert not place.is_visible("#log")
    assert place.is_visible("#exit")
    place.click("#cover-show")
    assert place.is_visible("#log .message")
