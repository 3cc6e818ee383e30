"""Scripted people of all kinds, from the calm to the frightened: each file of `people/` names what must not go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.conversations.scripts import (
    GENDER,
    Script,
    Scripted,
    as_list,
    came_back,
    differing,
    facts_of,
    is_wording_of,
    play,
    scripts,
    stored_words,
)
from tests.conversations.talk import House

SHORT = 40  # characters; a brief nod may come again


@pytest.fixture
def quiet_clock(house: House) -> Iterator[House]:
    began = house.clock.now
    yield house
    house.clock.now = began


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.name)
def test_a_person(script: Script, quiet_clock: House) -> None:
    person = Scripted(house=quiet_clock)
    person.begin()

    play(script, person)

    _was_asked(script, person)
    _was_understood(script, person)
    _was_kept(script, person)
    _was_told(script, person)
    assert person.typed >= person.tapped, "a person types at least as much as they tap"


def _was_asked(script: Script, person: Scripted) -> None:
    must = script.must
    steps = set(person.steps)
    assert set(as_list(must.get("asked"))) <= steps
    assert not set(as_list(must.get("not_asked"))) & steps
    assert set(came_back(person.steps)) <= set(as_list(must.get("again"))), "asked twice"


def _was_understood(script: Script, person: Scripted) -> None:
    if "understood" in script.must:
        assert differing(facts_of(person), script.must["understood"]) == {}
    if "path" in script.must:
        assert person.state.draft.path == script.must["path"]
    assert (person.kinds[-1] == "receipt") == (script.must.get("case") == "sealed")


def _was_kept(script: Script, person: Scripted) -> None:
    kept = stored_words(person)
    for words in as_list(script.must.get("stored")):
        assert words in kept
        assert person.house.files_with(words) == [], "in clear"
    for words in as_list(script.must.get("not_stored")):
        assert words not in kept
        assert person.house.files_with(words) == [], "in clear"


def _was_told(script: Script, person: Scripted) -> None:
    bubbles = person.bubbles()
    talk = "\n".join(bubbles).casefold()
    assert [words for words in as_list(script.must.get("never_said")) if words.casefold() in talk] == []
    never = as_list(script.must.get("never_says"))
    assert [r for r in never if any(is_wording_of(r, bubble) for bubble in bubbles)] == []
    assert [found.group() for bubble in bubbles if (found := GENDER.search(bubble))] == [], "a gender was assumed"
    assert _repeated(person) == [], "the same words twice in a row"


def _repeated(person: Scripted) -> list[str]:
    turns = [{m["text"] for m in messages if len(m["text"] or "") > SHORT} for messages in person.heard]
    return [text for before, then in pairwise(turns) for text in before & then]
