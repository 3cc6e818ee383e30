"""Who did it, whether it goes on, what it did at work and at home; and what is no cue beside what else was said."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.reader import FACT, Reader

MONDAY = dt.date(2026, 11, 23)


def sure(reader: Reader, text: str, field: str) -> list[str]:
    found = reader.read(text, MONDAY)
    return sorted({f.value for f in found if f.field == field and f.confidence >= FACT})


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("my former flatmate made it with an app", "perpetrator", "known"),
        ("two lads from my college posted a fake of me", "perpetrator", "known"),
        ("I know exactly who did it", "perpetrator", "known"),
        ("no idea who is behind it", "perpetrator", "unknown"),
        ("I suspect nobody", "perpetrator", "unknown"),
        ("the video is still online", "ongoing", "yes"),
        ("there is already another copy", "ongoing", "yes"),
        ("every week new pictures", "ongoing", "yes"),
        ("nothing new has appeared since then", "ongoing", "no"),
        ("it has stopped", "ongoing", "no"),
        ("I lost two clients over it", "harm", "work"),
        ("my bookings dropped by half", "harm", "work"),
        ("my father does not speak to me", "harm", "home"),
        ("she called off the wedding", "harm", "home"),
    ],
)
def test_what_is_told_beside_the_image_is_a_fact(reader: Reader, text: str, field: str, value: str) -> None:
    assert sure(reader, text, field) == [value]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("my sister told me to write here", "perpetrator"),
        ("a patient showed me a video on facebook", "perpetrator"),
        ("my friend sent me the link", "perpetrator"),
        ("he posted a video for his choir", "ongoing"),
        ("the link dont work now", "harm"),
    ],
)
def test_who_helps_and_what_happens_otherwise_is_none_of_it(reader: Reader, text: str, field: str) -> None:
    assert sure(reader, text, field) == []


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("I am 44 and I teach at a school", False),
        ("my daughter, 22, lives in Leeds", False),
        ("it happened at my school", True),
        ("I am 44, it is about my daughter", True),
        ("I am 24, it is a photo from when I was 16", True),
    ],
)
def test_a_school_beside_an_adults_age_is_no_child(reader: Reader, text: str, hinted: bool) -> None:
    found = reader.read(text, MONDAY)

    assert any((f.field, f.value) == ("safety", "minor") for f in found) is hinted


def test_who_says_they_are_not_suicidal_is_not_asked_for_that_word(reader: Reader) -> None:
    found = reader.read("I am not suicidal and not in danger", MONDAY)

    assert not [f for f in found if f.field.startswith("safety")]


@pytest.mark.parametrize("text", ["I don't know who did it", "we do not know who runs it"])
def test_who_does_not_know_who_it_was_has_not_asked_for_it(reader: Reader, text: str) -> None:
    assert sure(reader, text, "wants") == []


def test_figures_count_in_patterns(reader: Reader) -> None:
    found = reader.read("im in year 10", MONDAY)

    assert any((f.field, f.value) == ("safety", "minor") and f.confidence >= FACT for f in found)


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("it is on pinterest, no wait, on tumblr", "pinterest"),
        ("pay or it goes on instagram", "meta"),
    ],
)
def test_a_place_that_was_corrected_or_is_to_come_is_none(reader: Reader, text: str, platform: str) -> None:
    assert platform not in sure(reader, text, "places.platform")
