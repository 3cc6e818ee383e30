"""Typed words for choices, and the labels of a summary: no phrase may decide something that was not said."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pytest
from words_kit import ASK, DATA, PAYLOAD, load, questions, training

from casework.facts import Act, Age, Generator, ImageKind, PriorKind, Want
from casework.interview.options import FREE_TEXT, VALUES, normalise
from casework.wordbook import load_wordbook

BOOK = load_wordbook()
SYNONYMS = load(DATA / "interview" / "synonyms.yml")
LABELS = load(DATA / "interview" / "labels.yml")
# Left to the intents: "go on" also stands in words that are a cry.
INTENTS_DECIDE = {"Go on"}
RASA_KEYS = ("nlu:", "rules:", "stories:", "responses:")
GROUPS: list[tuple[str, type[StrEnum]]] = [
    ("acts", Act), ("image", ImageKind), ("generator", Generator), ("tried", PriorKind), ("wants", Want),
    ("age_now", Age), ("age_in_image", Age),
]  # fmt: skip


@pytest.mark.parametrize("step", SYNONYMS)
def test_one_phrase_of_a_step_for_two_values(step: str) -> None:
    owners: dict[str, set[str]] = {}
    for value, phrases in SYNONYMS[step].items():
        for phrase in phrases:
            owners.setdefault(normalise(phrase), set()).add(value)
    assert not [phrase for phrase, values in owners.items() if len(values) > 1]


@pytest.mark.parametrize("step", SYNONYMS)
def test_a_phrase_that_can_never_match(step: str) -> None:
    written = [phrase for phrases in SYNONYMS[step].values() for phrase in phrases]
    assert [phrase for phrase in written if normalise(phrase) != phrase] == []


def test_a_step_that_cannot_be_typed() -> None:
    assert set(VALUES) <= set(SYNONYMS)
    assert all(isinstance(value, str) for rows in SYNONYMS.values() for value in rows)


@pytest.mark.parametrize("path", sorted((DATA / "interview").glob("*.yml")), ids=lambda path: path.name)
def test_a_data_file_that_rasa_would_take_for_training_data(path: Path) -> None:
    assert not [line for line in path.read_text("utf-8").splitlines() if line.lstrip().startswith(RASA_KEYS)]


def test_a_choice_that_is_not_understood_when_its_own_label_is_typed() -> None:
    asked = [
        (one.response.removeprefix(ASK).removesuffix("_other"), button) for one in questions() for button in one.buttons
    ]
    labels = [(step, title, PAYLOAD.fullmatch(payload)) for step, (title, payload) in asked if step in SYNONYMS]
    typed = [(step, title, to.group(1)) for step, title, to in labels if to and step not in FREE_TEXT]

    missed = [(step, title) for step, title, value in typed if BOOK.match(step, title) != value]

    assert [one for one in missed if one[1] not in INTENTS_DECIDE] == []


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        # A child or an adult: the way into the child path is one way.
        ("age_now", "16", "child"),
        ("age_now", "Yes, I'm over 18", "adult"),
        ("age_now", "I'm nearly 18", None),
        ("age_now", "18 next month", None),
        ("age_now", "no i am 25", None),
        ("age_now", "I'm not under 18", None),
        ("age_in_image", "not all of them", "child"),
        ("age_in_image", "no i was 20", None),
        # Not safe, in whichever words.
        ("safe", "not sure", "not_safe"),
        ("safe", "I'm not okay", None),
        ("safe", "he is right here", None),
        ("safe", "I'm never alone", "someone_near"),
        # A consent is never read into a refusal.
        ("hear", "I do not want this", None),
        ("hear", "not ok", "no"),
        ("consent", "don't send it", "leave_out"),
        ("consent", "not sure", "leave_out"),
        ("seal", "not sure", "not_yet"),
        ("known_as", "not my real name", "pseudonym"),
        # Telling about someone is neither acting for them nor a confession.
        ("for_whom", "my husband made it", None),
        ("for_whom", "I did nothing wrong", None),
        ("for_whom", "I'm writing for my sister", "someone_else"),
        # "No" turns a word round.
        ("happened", "nothing is posted yet", None),
        ("still_up", "it's not gone", "yes"),
        ("tried", "not the police", "nothing"),
        ("tried_answer", "not removed", "refused"),
        ("tool", "it was not Grok", "other"),
        ("reaction", "probably not", "no"),
        # Deleting is never read into a plain yes.
        ("after_stop", "yes", None),
        ("after_stop", "delete it all", "delete"),
        # Places that hold another place's name.
        ("country", "I live in Northern Ireland", "GB"),
        ("country", "New Jersey", "US"),
    ],
)
def test_words_taken_for_what_they_do_not_say(step: str, text: str, value: str | None) -> None:
    assert BOOK.match(step, text) == value


@pytest.mark.parametrize("step", ["safe", "plan", "after_safety", "after_stop", "seal", "statement", "name"])
def test_a_cry_taken_for_an_answer(step: str) -> None:
    cries = training()["self_harm"]
    taken = [text for text in cries if BOOK.match(step, text) not in (None, "stop", "not_yet", "not_safe")]
    assert not taken


@pytest.mark.parametrize(("group", "kind"), GROUPS, ids=[group for group, _ in GROUPS])
def test_a_value_read_back_as_code(group: str, kind: type[StrEnum]) -> None:
    assert {value.value for value in kind} <= set(LABELS[group])


def test_a_country_or_a_land_without_a_name() -> None:
    assert set(SYNONYMS["country"]) - {"other"} <= set(LABELS["country"])
    assert set(VALUES["nation"]) - {"skip"} <= set(LABELS["uk_nation"])
    assert set(VALUES["region"]) - {"skip"} <= set(LABELS["region"])


def test_a_label_that_is_no_text() -> None:
    texts = [text for rows in LABELS.values() for row in rows.items() for text in row]
    assert [text for text in texts if not isinstance(text, str)] == []
