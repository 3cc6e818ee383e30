"""The Information Commissioner's form takes 2,000 characters, and no link may be lost to that."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from letter_kit import TODAY, facts, platform_of, step_for

from casework.documents import draft
from casework.documents.fitting import form_length


def story(text: str) -> str:
    return text.split("What happened\n\n", 1)[1].split("\n\nDates of the key events", 1)[0].split("\n\nAnnex", 1)[0]


def places(number: int, length: int = 60) -> list[dict]:
    return [
        {"platform": "x", "url": f"https://x.com/{n:04d}".ljust(length, "z"), "still_up": True} for n in range(number)
    ]


def test_a_short_story_keeps_its_full_prose(write):
    made = write("doc-ico", places=places(2))

    assert "still there when I last looked" in story(made.text)
    assert made.notices == ()


def test_prose_gives_way_before_links_do(write):
    for number in range(5, 30):
        given = places(number)
        made = write("doc-ico", places=given)
        told = story(made.text)

        assert form_length(told) <= 2000
        assert all(place["url"] in told.split("\n") for place in given)
        assert made.notices == ()


def test_links_that_cannot_fit_go_into_an_annex_and_the_person_is_told(write):
    given = places(60)
    made = write("doc-ico", places=given)

    assert form_length(story(made.text)) <= 2000
    assert "Annex: the places" in made.text
    assert all(place["url"] in made.text.split("\n") for place in given)
    assert "2,000 characters" in made.notices[0]


LIMITED = {
    "doc-art77": "dpa-fr",
    "doc-dsc": "dsc-ie",
    "doc-ofcom": "ofcom",
    "doc-ftc": "ftc",
    "doc-esafety": "esafety-au",
}


@pytest.mark.parametrize("document", LIMITED)
@pytest.mark.parametrize("number", [1, 12, 60])
def test_any_authority_whose_form_has_a_limit_gets_a_story_that_fits(law, document, number):
    authority = law.authorities[LIMITED[document]]
    table = {**law.authorities, authority.id: replace(authority, summary_chars=1000)}
    limited = replace(law, authorities=table)
    given = [place | {"platform": platform_of(document)} for place in places(number)]
    known = facts(document, places=given)
    step = step_for(limited, document, authority.id, known)
    made = draft(step, known, limited, TODAY)

    first = re.search(
        r"(?:^|\n)\d+\. ((?:This concerns|Intimate imagery)(?:.|\n)*?)\n\n(?:[A-Z][^\n.]*\n\n)?(?:\d+\. |[A-Z])",
        made.text,
    )
    assert first
    assert form_length(first.group(1)) <= 1000
    assert all(place["url"] in made.text.split("\n") for place in given)
    assert bool(made.notices) == ("Annex, the places" in made.text) == (number == 60)
    if made.notices:
        assert "1,000 characters" in made.notices[-1]


def test_thousands_of_links_are_all_there(write):
    given = places(3000)

    for document in ("doc-art17", "doc-ico", "doc-police"):
        lines = set(write(document, places=given).text.split("\n"))
        assert {place["url"] for place in given} <= lines


def test_the_field_is_counted_as_strictly_as_any_browser_counts():
    assert form_length("a\n😀") == 5
