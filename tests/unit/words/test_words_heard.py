"""The examples that the assistant learns from, and the ones that it is measured on."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from words_kit import DATA, HELD_OUT, grams, held_out, likeness, training

# Heard by the safety net, and measured with it.
CUES = ("self_harm", "danger", "someone_near", "child_said", "perpetrator")
TAPPED = "answer"  # its payloads are never typed
ENOUGH = {"tell": 200, "off_topic": 120, "self_harm": 60}
ALIKE = 0.7
SHORT = 3  # words
FILES = [*sorted((DATA / "nlu").glob("*.yml")), HELD_OUT]


@pytest.mark.parametrize("intent", sorted(training()))
def test_an_intent_with_too_little_to_learn_from(intent: str) -> None:
    assert len(training()[intent]) >= (2 if intent == TAPPED else ENOUGH.get(intent, 25))


@pytest.mark.parametrize("intent", sorted(training()))
def test_examples_that_are_copies_of_each_other(intent: str) -> None:
    rows = [(text, grams(text)) for text in training()[intent]]
    alike = [(a, b) for (a, x), (b, y) in combinations(rows, 2) if likeness(x, y) > ALIKE]
    assert not alike


def test_one_sentence_taught_as_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for intent, rows in training().items():
        for text in rows:
            owners.setdefault(" ".join(text.casefold().split()), set()).add(intent)
    assert not [text for text, intents in owners.items() if len(intents) > 1]


def test_a_measure_taken_on_what_was_learnt() -> None:
    learnt = [grams(text) for rows in training().values() for text in rows]
    # "Yes" is "yes" to everybody: what can be copied has more words.
    asked = [(text, grams(text)) for rows in held_out().values() for text in rows if len(text.split()) > SHORT]
    assert [text for text, one in asked if any(likeness(one, other) > ALIKE for other in learnt)] == []


def test_a_held_out_set_that_is_too_small_or_misses_an_intent() -> None:
    assert sum(map(len, held_out().values())) >= 250
    assert set(held_out()) == set(training()) - {TAPPED, *CUES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_that_does_not_say_how_it_was_made(path: Path) -> None:
    head = path.read_text("utf-8").splitlines()[:6]
    comment = " ".join(line for line in head if line.startswith("#"))
    assert "made up" in comment.casefold()
    assert "data set" in comment


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_example_that_rasa_would_read_as_markup_or_a_command(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    rows = [
        line.strip().removeprefix("- ") for line in lines if line.lstrip().startswith("- ") and "intent:" not in line
    ]
    assert rows
    assert not [row for row in rows if row.startswith("/") or "](" in row or "]{" in row]
