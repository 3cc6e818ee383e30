"""A link that leads nowhere gets an honest word, and nobody is written to because of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from actions.hearing import _found
from casework.facts import Facts, Place
from casework.interview.draft import Draft
from casework.interview.merge import merge
from casework.interview.outcome import Outcome, Reply
from casework.interview.places import LINK_SAYS, POINTS_NOWHERE
from casework.interview.telling import about_links

SHORT = "https://bit.ly/3abcDEF"


def _told(url: str, *places: Place) -> tuple[Draft, tuple[str, ...]]:
    found = _found("places.url", url, 0.95)
    draft = merge(Draft(facts=Facts(places=places)), (found,)).draft
    return draft, tuple(say.response for say in about_links(Outcome(draft=draft), Reply(text=url, found=(found,))).says)


def test_a_short_link_makes_nobody_a_recipient() -> None:
    draft, says = _told(SHORT)

    assert draft.facts.places == ()
    assert says == ("link_hidden",)


def test_a_short_link_belongs_to_the_one_place_that_has_none() -> None:
    draft, _ = _told(SHORT, Place(platform="x"))

    assert [(p.platform, p.url, p.actionable) for p in draft.facts.places] == [("x", SHORT, False)]


def test_between_two_places_nobody_guesses() -> None:
    draft, _ = _told(SHORT, Place(platform="x"), Place(platform="reddit"))

    assert [place.url for place in draft.facts.places] == [None, None]


def test_a_story_is_one_thing_as_long_as_it_is_there() -> None:
    draft, says = _told("https://www.instagram.com/stories/someone/3000000000000000000/")

    assert [place.actionable for place in draft.facts.places] == [None]
    assert says == ("link_story",)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://www.google.com/search?q=a+name", ()),
        ("https://x.com/search?q=a+name", ("link_results_page",)),
        ("https://x.com/", ("link_home_page",)),
        ("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv", ("link_private",)),
        ("file:///C:/Users/me/Downloads/a.png", ("link_local",)),
    ],
)
def test_each_kind_of_link_gets_its_own_word(url: str, says: tuple[str, ...]) -> None:
    assert _told(url)[1] == says


def test_every_word_for_a_link_is_written() -> None:
    folder = Path(__file__).parents[3] / "data" / "responses"
    files = [yaml.safe_load(path.read_text("utf-8")) for path in folder.glob("*.yml")]
    said = {key for file in files for key in file.get("responses", {})}

    assert {f"utter_{name}" for name in LINK_SAYS.values()} <= said
    assert set(LINK_SAYS) > POINTS_NOWHERE
