"""What a clock says, and what a stranger's text can do on a page: nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.states import StepState
from desk.cases import Purpose
from desk.web.inert import inert
from desk.web.words import Clocked, load_words
from desk.work import Outcome
from tests.integration.desk.homes import NOW


@pytest.fixture(scope="module")
def words(law):
    return load_words(law)


def clocked(state, **changes):
    parts = {"document": "doc-art17", "mode": "host", "due": None, "available_from": None, "closes": None}
    return Clocked(state=StepState(state), **{**parts, **changes})


@pytest.mark.parametrize(
    ("step", "loud", "tone"),
    [
        (clocked("sent", due="2026-12-24"), "30 days", "calm"),
        (clocked("sent", due="2026-11-27"), "3 days", "soon"),
        (clocked("acknowledged", due="2026-11-25"), "Tomorrow", "soon"),
        (clocked("sent", due="2026-11-24"), "Today", "soon"),
        (clocked("sent", due="2026-11-23"), "1 day late", "late"),
        (clocked("sent", due="2026-11-01"), "23 days late", "late"),
        (clocked("sent", due="2026-11-26T09:30:00+00:00"), "48 h", "soon"),
        (clocked("sent", due="2026-11-24T10:00:00+00:00"), "30 min", "late"),
        (clocked("sent", due="2026-11-24T09:00:00+00:00"), "1 h late", "late"),
        (clocked("sent"), "No clock", "quiet"),
        (clocked("lapsed", due="2026-11-01"), "No answer", "late"),
        (clocked("ready", due="2026-12-24"), "Send", "soon"),
        (clocked("ready", mode="self"), "Not sent", "quiet"),
        (clocked("ready", mode="self", closes="2026-11-25"), "1 day to send", "soon"),
        (clocked("ready", closes="2026-12-24"), "30 days to send", "calm"),
        (clocked("ready", closes="2026-11-24"), "Send today", "soon"),
        (clocked("waiting", available_from="2026-12-23"), "From 23 Dec", "quiet"),
        (clocked("waiting"), "Later", "quiet"),
        (clocked("unconsented"), "On hold", "quiet"),
        (clocked("answered"), "–", "quiet"),
        (clocked("unconsented", document=None), "Open", "calm"),
    ],
)
def test_the_clock_says_what_is_left(words, step, loud, tone):
    left = words.left(step, NOW)

    assert (left.loud, left.tone) == (loud, tone)


@pytest.mark.parametrize("state", list(StepState))
def test_every_state_has_a_clock_line_and_a_label(words, state):
    for document in ("doc-art17", None):
        assert words.left(clocked(state.value, document=document), NOW).loud
        assert words.state(state, document) != ""


def test_every_code_has_a_label(words):
    for group, kind in (("purposes", Purpose), ("outcomes", Outcome), ("states", StepState)):
        assert [one for one in kind if words.say(group, one.value) == one.value] == []


def test_an_unknown_error_is_said_without_its_name(words):
    assert "KeyError" not in words.error(KeyError("canary"))
    assert "canary" not in words.error(KeyError("canary"))


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad", "\x00", "\x1b", "\u2028", "\u3164", "\U000e0041"]
)
def test_a_hidden_character_is_shown_by_its_number(hidden):
    page = inert(f"a{hidden}b")

    assert hidden not in page
    assert f"U+{ord(hidden):04X}" in page


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("see https://x.com/a/status/1.", "https://x.com/a/status/1"),
        ("https://x.com/a?b=c&d=1.", "https://x.com/a?b=c&amp;d=1."),  # alone on its line: exactly as it was given
        ("it is on x.com/abc/status/1 now", "x.com/abc/status/1"),
        ("www.pictures.example", "www.pictures.example"),
        ("javascript://alert", "javascript://alert"),
    ],
)
def test_a_link_can_be_copied_byte_for_byte_and_not_followed(text, copied):
    page = inert(text)

    assert f'data-copy="{copied}"' in page
    assert "<a" not in page


@pytest.mark.parametrize("text", ["no link here", "at 10:30", "Mr. Smith/Jones", "3.5/10", "e.g. this"])
def test_what_is_no_link_gets_no_button(text):
    assert inert(text) == text


def test_markup_in_a_link_is_escaped():
    assert "<b>" not in inert('https://x.com/"onmouseover="a<b>')


def test_a_long_hostile_text_takes_no_time():
    before = dt.datetime.now(dt.UTC)
    inert("a." * 10_000)
    inert("a" * 20_000 + ".")
    inert("https://" * 2_500)

    assert (dt.datetime.now(dt.UTC) - before).total_seconds() < 2
