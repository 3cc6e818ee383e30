"""The examples that the assistant learns from, and the ones that it is measured on."""

from __future__ import annotations

from pathlib import Path

import pytest
from words_kit import DATA, HELD_OUT, held_out, training

# Heard by the safety net, and measured with it.
CUES = ("self_harm", "danger", "someone_near", "child_said", "perpetrator")
TAPPED = "answer"  # its payloads are never typed
ENOUGH = {"tell": 200, "off_topic": 120, "self_harm": 60}
FILES = [*sorted((DATA / "nlu").glob("*.yml")), HELD_OUT]


@pytest.mark.parametrize("intent", sorted(training()))
def test_an_intent_with_too_little_to_learn_from(intent: str) -> None:
    assert len(training()[intent]) >= (2 if intent == TAPPED else ENOUGH.get(intent, 25))


def test_one_sentence_taught_as_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for intent, rows in training().items():
        for text in rows:
            owners.setdefault(" ".join(text.casefold().split()), set()).add(intent)
    assert not [text for text, intents in owners.items() if len(intents) > 1]


def test_a_held_out_set_that_is_too_small_or_misses_an_intent() -> None:
    assert sum(map(len, held_out().values())) >= 250
    assert set(held_out()) == set(training()) - {TAPPED, *CUES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_example_that_rasa_would_read_as_markup_or_a_command(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    rows = [
        line.strip().removeprefix("- ") for line in lines if line.lstrip().startswith("- ") and "intent:" not in line
    ]
    assert rows
    assert not [row for row in rows if row.startswith("/") or "](" in row or "]{" in row]
