"""Writing and tapping: nothing lost, nothing doubled, nothing turned into markup."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.e2e.widget.visits import Visit, say

pytestmark = pytest.mark.browser

Answering = Callable[..., list[dict[str, Any]]]
Kinds = dict[str, dict[str, Any]]


def test_an_answer_lost_on_the_way_is_asked_for_again_not_given_twice(visit: Visit) -> None:
    place = visit.talk()
    dropped: list[str] = []

    def drop_first(route: Route) -> None:
        if dropped:
            return route.continue_()
        dropped.append(route.fetch().text())  # the server has done its part; the reply gets lost
        return route.abort()

    visit.context.route("**/api/v1/conversations/turn", drop_first)
    say(place, "hello")
    place.wait_for_selector("#log .mine ~ .ours")

    turns = [json.loads(request.post_data or "")["id"] for request in visit.asked("POST", "/turn")]
    assert len(turns) == 2
    assert len(set(turns)) == 1
    assert place.locator("#log .mine").count() == 1


def test_the_words_stay_while_there_is_no_connection(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    got = answering(visit, [kinds["text"]])
    place = visit.talk()
    visit.context.route("**/turn", lambda route: route.abort())

    say(place, "I was cut off")
    place.wait_for_selector("#trouble button")
    visit.context.unroute("**/turn")
    place.click("#trouble button")
    place.wait_for_selector("#log .mine ~ .ours")

    assert [turn["text"] for turn in got] == ["I was cut off"]
    assert place.locator("#log .mine").count() == 1
    assert place.inner_text("#trouble") == ""


def test_a_refused_answer_gives_words_and_choices_back(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    answering(visit, [kinds["choices"]], 422)
    place = visit.talk()

    say(place, "do not lose this")
    place.wait_for_selector("#trouble p")

    assert place.input_value("#words") == "do not lose this"
    assert place.locator("#answers button").count() == len(kinds["choices"]["choices"])
    assert place.locator("#log .mine").count() == 0


def test_an_answer_cannot_be_taken_twice(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    got = answering(visit, [kinds["choices"]])
    place = visit.talk()

    place.locator("#answers button").first.dblclick()
    place.wait_for_selector("#log .mine ~ .ours")

    assert [turn["choice"] for turn in got] == ["opaque-0"]
    assert place.locator("#answers button").count() == 0


def test_a_letter_is_shown_word_for_word(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    answering(visit, [kinds["plan"]])
    place = visit.talk()

    place.locator(".letter summary").first.click()

    assert place.inner_text(".letter[open] .paper") == kinds["plan"]["documents"][0]["text"]
    assert "23 December 2026" in place.inner_text(".clocks")


def test_markup_is_only_text(visit: Visit, answering: Answering) -> None:
    hostile = '<img src=x onerror="window.hit=1"><b>bold</b> {{7*7}} /restart'
    got = answering(visit, [{"kind": "text", "text": hostile}])
    place = visit.talk()

    say(place, hostile)
    place.wait_for_selector("#log .mine ~ .ours")

    assert place.locator("#log img, #log b").count() == 0
    assert hostile in place.inner_text("#log .mine")
    assert got[0]["text"] == hostile


def test_words_over_the_limit_are_kept_and_not_sent(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    got = answering(visit, [kinds["text"]])
    place = visit.talk()

    say(place, "x" * 2_001)

    assert place.inner_text("#counter")
    assert len(place.input_value("#words")) == 2_001
    assert got == []


def test_a_statement_may_be_long_and_enter_starts_a_line(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    got = answering(visit, [kinds["statement"]])
    place = visit.talk()

    say(place, "y" * 19_000)
    visit.page.keyboard.type("last line")
    place.click("#send")
    place.wait_for_selector("#log .mine ~ .ours")

    assert got[0]["text"].endswith("\nlast line")


def test_a_story_may_be_pasted_at_a_question_and_enter_sends_it(
    visit: Visit, answering: Answering, kinds: Kinds
) -> None:
    got = answering(visit, [kinds["choices"] | {"long": True}])
    place = visit.talk()

    say(place, "z" * 20_000)
    place.wait_for_selector("#log .mine ~ .ours")

    assert [turn["text"] for turn in got] == ["z" * 20_000]


def test_an_ended_conversation_says_so_and_can_begin_anew(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    answering(visit, [kinds["text"]], 401)
    place = visit.talk()

    say(place, "still there?")
    place.wait_for_selector("#trouble button")
    assert not place.is_visible("#composer")
    place.click("#trouble button")
    place.wait_for_selector("#composer:visible")

    assert place.locator("#log .mine").count() == 0


def test_everything_can_be_done_from_the_keyboard(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    got = answering(visit, [kinds["choices"]], [kinds["plan"], kinds["choices"]], [kinds["receipt"]])
    place = visit.talk()

    place.focus("#words")
    for _ in kinds["choices"]["choices"]:
        visit.page.keyboard.press("Shift+Tab")
    visit.page.keyboard.press("Enter")
    place.wait_for_selector("#log .letter")
    assert place.evaluate("document.activeElement.id") == "words"
    visit.page.keyboard.type("send it")
    visit.page.keyboard.press("Enter")
    place.wait_for_selector("#screen-receipt:visible")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")

    assert [set(turn) - {"id"} for turn in got] == [{"choice"}, {"text"}]
    assert place.is_visible(".code")


def test_new_words_are_read_out_once_with_their_speaker(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    answering(visit, [kinds["text"]], [kinds["notice"]])
    place = visit.talk()
    place.evaluate("""() => {
      window.added = [];
      new MutationObserver((all) => all.forEach((m) => m.addedNodes.forEach((n) => window.added.push(n.innerText))))
        .observe(document.getElementById('log'), {childList: true, subtree: true});
    }""")

    say(place, "hello")
    place.wait_for_selector("#log .notice")

    added = place.evaluate("window.added")
    assert place.get_attribute("#log", "role") == "log"
    assert [text.split("\n")[-1] for text in added] == ["hello", kinds["notice"]["text"]]
    assert all("\n" in text for text in added)  # a label in words stands before each


def test_a_dropped_picture_neither_opens_nor_leaves(visit: Visit) -> None:
    place = visit.talk()
    refused = place.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(['x'], 'x.png', {type: 'image/png'}));
      const event = new DragEvent('drop', {dataTransfer: data, cancelable: true, bubbles: true});
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    }""")

    assert refused
    assert place.inner_text("#status")


def test_opening_a_helpline_does_not_end_the_conversation(visit: Visit, answering: Answering, kinds: Kinds) -> None:
    answering(visit, [kinds["contact"]], [kinds["text"]])
    visit.context.route("https://line.example/**", lambda route: route.fulfill(body="A line", content_type="text/html"))
    place = visit.talk("/")
    say(place, "who can I call?")

    with visit.context.expect_page() as opened:
        place.click(".contacts a[href^=https]")
    assert opened.value.evaluate("[window.opener, document.referrer]") == [None, ""]
    opened.value.close()

    say(place, "I am back")
    place.wait_for_selector("#log .mine:nth-last-child(2)")
    assert place.locator("#log .mine").count() == 2
