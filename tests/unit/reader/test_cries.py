"""Cries for help in another language, and at the end of a long sentence."""

import datetime as dt

import pytest

from casework.reader import Reader
from casework.reader.windows import clause, windows

TODAY = dt.date(2026, 11, 23)


def cues(reader: Reader, text: str) -> set[str]:
    return {f.value for f in reader.read(text, TODAY) if f.field == "safety" and f.confidence >= 0.8}


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("ich will nicht mehr leben", "self_harm"),
        ("je veux mourir", "self_harm"),
        ("no quiero vivir", "self_harm"),
        ("voglio morire", "self_harm"),
        ("quero morrer, sorry", "self_harm"),
        ("ik wil dood", "self_harm"),
        ("nie chce zyc", "self_harm"),
        ("vreau sa mor", "self_harm"),
        ("ölmek istiyorum", "self_harm"),
        ("khudkushi", "self_harm"),
        ("er hat mich geschlagen and says tomorrow again", "danger"),
        ("me quiere matar", "danger"),
        ("er liest mit", "coercion"),
        ("tengo dieciséis años", "minor"),
        ("ho 17 anni", "minor"),
    ],
)
def test_a_cry_in_another_language_is_heard(reader: Reader, text: str, cue: str):
    assert cue in cues(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "the group is called quiero vivir",
        "he teaches german in Leben",
        "tengo treinta y dos años",
        "ich bin 30 jahre alt",
    ],
)
def test_words_of_another_language_alone_are_no_cry(reader: Reader, text: str):
    assert cues(reader, text) == set()


@pytest.mark.parametrize(
    ("text", "said", "alone"),
    [
        ("it is on two sites, i want to die", "want to die", "i want to die"),
        ("i want to die and nobody answers me", "want to die", "i want to die"),
        ("they refused it and i want to die because of this", "want to die", "i want to die"),
        ("i want to die", "want to die", "i want to die"),
    ],
)
def test_a_clause_ends_where_another_thing_is_said(text: str, said: str, alone: str):
    (around,) = windows(text)
    start = text.index(said)

    found = clause(text, around, start, start + len(said))

    assert text[found.start : found.end] == alone
