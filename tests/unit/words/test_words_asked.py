"""The questions: each step has one, with its reason, exactly the choices that the interview knows, and a way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from words_kit import ASK, Variation, questions, responses

from casework.interview.options import VALUES

# The link helper's step, which the interview asks as an aside.
STEPS = {**VALUES, "offer_clean_link": ("yes", "no")}
# Said about the person shown when someone acts for them.
ABOUT_THEM = ("age_now", "age_in_image", "happened")
COMMANDS = {"/ask_why", "/ask_human", "/stop"}
WAYS_OUT = {"skip", "unsure", "unknown", "none", "stop", "not_yet", "done", "back"}


def step_of(asked: Variation) -> str:
    """The step behind a wording of its own: about someone else, one place, a search engine, several letters or none."""
    name = asked.response.removeprefix(ASK)
    shorter = (name.removesuffix(ending) for ending in ("", "_other", "_child", "_of", "_search", "_many", "_none"))
    return next(step for step in shorter if step in STEPS)


def those(wrong: Callable[[Variation], object]) -> list[str]:
    return [one.response for one in questions() if wrong(one)]


def test_a_step_without_a_question() -> None:
    assert [step for step in STEPS if ASK + step not in responses()] == []


def test_a_question_without_a_reason() -> None:
    assert [step for step in STEPS if f"utter_why_{step}" not in responses()] == []


@pytest.mark.parametrize("step", ABOUT_THEM)
def test_a_helper_asked_as_if_it_were_about_them(step: str) -> None:
    texts = [one.text for one in responses()[f"{ASK}{step}_other"]]
    assert not [text for text in texts if "you 18" in text or "to you" in text or "Were you" in text]


def test_choices_that_the_interview_does_not_know_or_misses() -> None:
    assert those(lambda one: sorted(one.values) != sorted(map(str, STEPS[step_of(one)]))) == []


def test_a_button_that_does_something_unforeseen() -> None:
    assert those(lambda one: one.commands - COMMANDS) == []


def test_two_buttons_with_one_label() -> None:
    assert those(lambda one: len({title for title, _ in one.buttons}) != len(one.buttons)) == []


def test_a_question_without_a_way_out() -> None:
    assert those(lambda one: not (WAYS_OUT & set(one.values) or one.commands)) == []


def test_a_reason_for_a_step_that_does_not_exist() -> None:
    known = {f"utter_why_{step}" for step in STEPS} | {"utter_why", "utter_why_quiet"}
    assert {name for name in responses() if name.startswith("utter_why")} <= known
