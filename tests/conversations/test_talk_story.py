"""A story as long as a letter, pasted wherever the talk stands: it fills the form, and no word of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest

from casework.records import Kind
from tests.conversations.scripts import said
from tests.conversations.talk import Person, agree_and_seal

MARK = "quilldesk"  # a word that stands in every story here and nowhere else
OPENING = (
    f"Dear Sir or Madam, I write about a matter of my own; my file is called {MARK}. I live in Leeds and I am 41. In October "
    "somebody used an AI tool to make sexual pictures of me from the portrait on my firm's website. They were posted on "
    "Reddit and on X.\n\n"
)
ENDING = "\nI reported it to Reddit and have had no answer at all.\n\nI want all of it taken down.\n\nYours faithfully"
BETWEEN = (
    "The clerk who keeps the post book works on the second floor. ",
    "On that day the court sat late, and the train home was slow.\n",
    "I keep a folder with dated notes, each one signed at the foot of the page. ",
    "My office has four rooms, a small library and a kitchen. ",
    "The partners met the next morning and left the decision to me.\n\n",
    "I have read the terms of the sites with care and marked the parts that matter. ",
    "I drafted this letter three times before I was content with its order. ",
)
USE_IT = "Use what I wrote before"


def story(length: int, opening: str = OPENING, ending: str = ENDING) -> str:
    """A story of just this length, with what matters at its two ends."""
    return opening + _between(length - len(opening) - len(ending)) + ending


def _between(length: int) -> str:
    text = ""
    sentences: Iterator[str] = cycle(BETWEEN)
    while len(text) < length:
        text += next(sentences)
    return text[:length]


@pytest.mark.parametrize("length", [6_000, 19_500])
@pytest.mark.parametrize("step", ["happened", "where"])
def test_a_long_story_fills_the_form(person: Person, step: str, length: int) -> None:
    person.answer({}, until=step).say(story(length))

    facts = person.facts()
    assert {"created", "shared"} <= set(facts["acts"])
    assert [place["platform"] for place in facts["places"]] == ["reddit", "x"]
    assert [(prior["kind"], prior["to"], prior["answer"]) for prior in facts["prior"]] == [
        ("platform", "reddit", "none")
    ]
    assert person.step == "confirm"


@pytest.mark.parametrize(
    "step",
    ["hear", "safe", "for_whom", "country", "happened_more", "where_link", "still_up", "tool", "tried", "tried_when"],
)
def test_a_long_story_is_heard_at_any_question(person: Person, step: str) -> None:
    person.answer({"where": "#Reddit", "tried": "#Yes, the site"}, until=step).say(story(4_000))
    person.say(*(["#Yes, you may"] if step == "hear" else []))

    person.answer({}, until="statement")
    facts = person.facts()
    assert {"created", "shared"} <= set(facts["acts"])
    assert {"reddit", "x"} <= {place["platform"] for place in facts["places"]}
    assert [prior["to"] for prior in facts["prior"]] == ["reddit"]
    assert USE_IT in person.labels


def test_a_story_in_the_middle_is_the_statement_once_they_say_so(person: Person) -> None:
    told = story(19_500)
    person.answer({}, until="happened").say(told)
    agree_and_seal(person.answer({"statement": f"#{USE_IT}"}, until="plan"))

    assert person.case().latest(Kind.STATEMENT)["text"] == told
    assert person.house.files_with(MARK) == []


@pytest.mark.parametrize("words", ["see above", "I already told you everything", "use what I wrote before"])
def test_words_that_point_back_to_a_story_are_not_the_statement_themselves(person: Person, words: str) -> None:
    told = story(3_000)
    person.answer({}, until="happened").say(told)
    agree_and_seal(person.answer({"statement": words}, until="plan"))

    assert person.case().latest(Kind.STATEMENT)["text"] == told


def test_words_that_point_back_to_nothing_are_kept_as_they_are(person: Person) -> None:
    agree_and_seal(person.answer({"statement": "see above"}, until="plan"))

    assert person.case().latest(Kind.STATEMENT)["text"] == "see above"


@pytest.mark.parametrize("statement", ["#Skip", "It was a quillsunday, and that is all."])
def test_a_story_goes_to_nobody_unless_they_say_so(person: Person, statement: str) -> None:
    person.answer({}, until="happened").say(story(6_000))
    agree_and_seal(person.answer({"statement": statement}, until="plan"))

    case = person.case()
    kept = case.latest(Kind.STATEMENT)
    assert kept == (None if statement == "#Skip" else {"text": statement})
    assert not [record for kind in Kind for record in case.read(kind) if MARK in repr(record.value)]


def test_whoever_tells_a_story_hears_once_that_it_is_kept(person: Person) -> None:
    person.answer({}, until="happened").say(story(2_500))
    assert said(person, "story_kept")

    person.say("yes", story(2_100))

    assert not said(person, "story_kept")


def test_two_long_messages_are_one_story(person: Person) -> None:
    first, second = story(2_500), story(2_100, opening="And one thing more. ", ending="That is the end of it.")
    person.answer({}, until="happened").say(first)
    person.answer({}, until="reaction").say(second)
    agree_and_seal(person.answer({"statement": f"#{USE_IT}"}, until="plan"))

    assert person.case().latest(Kind.STATEMENT)["text"] == f"{first}\n\n{second}"


def test_a_story_told_after_the_statement_was_skipped_is_offered_after_all(person: Person) -> None:
    person.answer({}, until="read_back").say(story(2_500))

    person.answer({}, until="statement")
    assert USE_IT in person.labels


def test_whoever_told_nothing_long_is_offered_nothing_to_use(person: Person) -> None:
    person.answer({}, until="statement")

    assert USE_IT not in person.labels


def test_a_story_outlives_a_pause(person: Person) -> None:
    told = story(6_000)
    person.answer({}, until="happened").say(told, "#right", "can we pause, I have to go to work")

    again = Person(house=person.house).resume(person.code)
    agree_and_seal(again.answer({"statement": f"#{USE_IT}"}, until="plan"))

    assert again.case().latest(Kind.STATEMENT)["text"] == told


def test_a_cry_in_the_middle_of_a_long_story_is_answered_first_and_the_story_stays(person: Person) -> None:
    half = story(5_000, ending="")
    told = f"{half}I want to kill myself tonight. {story(5_000, opening='')}"
    person.answer({}, until="happened").say(told)

    assert person.step == "after_safety"
    assert "contact" in person.kinds
    assert "reddit" in {place["platform"] for place in person.facts()["places"]}
    person.say("#go on")
    agree_and_seal(person.answer({"statement": f"#{USE_IT}"}, until="plan"))
    assert person.case().latest(Kind.STATEMENT)["text"] == told


def test_a_child_in_a_long_story_leaves_no_word_of_it(person: Person) -> None:
    person.answer({}, until="happened")

    person.say(story(6_000, opening=f"My file is called {MARK}. I am 15 years old. "))

    assert person.state.draft.path == "child"
    assert MARK not in person.kept


@pytest.mark.parametrize("step", ["happened", "where", "statement"])
def test_a_text_beyond_the_limit_is_refused_and_changes_nothing(person: Person, step: str) -> None:
    person.answer({}, until=step)
    before = person.state

    assert person.send(text=story(20_001)).status_code == 413
    assert person.state == before
    assert person.send(text=story(20_000)).status_code == 200


@pytest.mark.parametrize("step", ["name", "email"])
def test_a_letter_is_no_name_and_no_address(person: Person, step: str) -> None:
    person.answer({}, until=step)

    assert person.send(text=story(2_001)).status_code == 413
    assert person.step == step
    assert "long" not in person.last[-1]


def test_a_client_is_told_where_a_long_text_is_taken_and_where_their_words_are_asked_for(person: Person) -> None:
    marks = {}
    for step in ("hear", "happened", "name", "statement"):
        person.answer({}, until=step)
        marks[step] = {name for name in ("long", "own_words") if person.last[-1].get(name)}

    assert marks == {"hear": {"long"}, "happened": {"long"}, "name": set(), "statement": {"long", "own_words"}}
