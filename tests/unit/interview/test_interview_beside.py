"""What only the classifier guesses must not cost anybody their conversation."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from casework.interview.asides import interrupt
from casework.interview.beside import is_beside
from casework.interview.draft import Draft, Path
from casework.interview.merge import merge
from casework.interview.options import Wordbook, is_question
from casework.interview.outcome import Effect, Found, Reply
from casework.interview.steps import next_step
from casework.wordbook import load_wordbook


@cache
def book() -> Wordbook:
    return load_wordbook()


def told(*done: str) -> Draft:
    return Draft(done=frozenset({"hear", "safe", "for_whom", *done})).with_person(country="FR")


def guessed(confidence: float) -> Reply:
    return Reply(intent="perpetrator", found=(Found(field="safety", value="perpetrator", confidence=confidence),))


def test_a_guessed_confession_only_asks_whom_this_is_about() -> None:
    outcome = interrupt(told(), "perpetrator", guessed(0.6), book())

    assert next_step(outcome.draft) == "for_whom"
    assert Effect.SHRED not in outcome.effects
    assert outcome.draft.facts.person.country == "FR"


def test_a_guessed_confession_asks_only_once() -> None:
    asked = interrupt(told(), "perpetrator", guessed(0.6), book()).draft

    assert not is_beside("perpetrator", guessed(0.6), asked.finish("for_whom"), book())


def test_sure_words_of_a_confession_shred_what_was_told() -> None:
    outcome = interrupt(told(), "perpetrator", guessed(0.9), book())

    assert outcome.draft.path is Path.PERPETRATOR
    assert Effect.SHRED in outcome.effects


@pytest.mark.parametrize("step", ["name", "email", "statement"])
@pytest.mark.parametrize("intent", ["off_topic", "abuse_of_bot"])
def test_what_looks_like_nonsense_is_an_answer_where_their_own_words_are_asked(step: str, intent: str) -> None:
    assert not is_beside(intent, Reply(text="0171 1234567", intent=intent), replace(told(), pending=step), book())


def test_a_wish_with_the_word_stop_stops_nothing() -> None:
    wish = (Found(field="wants", value="erase", confidence=0.9),)

    assert not is_beside("stop", Reply(text="I want it to stop", intent="stop", found=wish), told(), book())
    assert is_beside("stop", Reply(text="stop", intent="stop"), told(), book())


@pytest.mark.parametrize("text", ["will it come down?", "is this safe", "how do i do that", "what is that"])
def test_a_question_is_seen_as_one(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["it is on X", "is on x", "when he posted it I was asleep", "yes"])
def test_what_is_no_question_is_not_taken_for_one(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_a_day_goes_to_the_report_that_it_was_said_of(order: tuple[int, ...]) -> None:
    found = [
        Found(field="prior", value="platform:none", confidence=0.9),
        Found(field="prior.sent_on", value="2026-10-05", confidence=0.9),
        Found(field="prior", value="police", confidence=0.9),
    ]
    merged = merge(told(), tuple(found[at] for at in order))

    days = {prior.kind.value: str(prior.sent_on) for prior in merged.draft.facts.prior}
    assert days == {"platform": "2026-10-05", "police": "None"}
