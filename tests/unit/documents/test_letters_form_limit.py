"""The Information Commissioner's form takes 2,000 characters, and no link may be lost to that."""

from __future__ import annotations

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


def test_the_field_is_counted_as_strictly_as_any_browser_counts():
    assert form_length("a\n😀") == 5
