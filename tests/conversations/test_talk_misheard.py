"""Answers in plain words that were once taken for something else: a command, a question, an account."""

from __future__ import annotations

import pytest

from casework.records import Kind
from tests.conversations.scripts import said
from tests.conversations.talk import Person, agree_and_seal


@pytest.mark.parametrize("step", ["country", "happened", "wants", "seal"])
@pytest.mark.parametrize("words", ["what happens to what I write", "and what happens with what i write here?"])
def test_what_happens_to_their_words_is_not_what_happens_next(person: Person, step: str, words: str) -> None:
    if step == "seal":
        person.answer({}, until="plan").say("#Go on")
    person.answer({"who_sends": "#I'll send", "keep_talk": "#leave"}, until=step).say(words)

    assert said(person, "retention")
    assert not said(person, "next")
    assert person.step == step


@pytest.mark.parametrize("words", ["my age is 31 years", "My age 31", "age is 31 year"])
def test_an_age_in_broken_english_is_an_age(person: Person, words: str) -> None:
    person.answer({}, until="age_now").say(words)

    assert person.facts()["person"]["age_now"] == "adult"
    assert person.step == "age_in_image"


@pytest.mark.parametrize("words", ["i click button report", "yes i clicked on report", "i used the report button"])
def test_pressing_the_report_button_is_a_report(person: Person, words: str) -> None:
    person.answer({"where": "#Reddit"}, until="tried").say(words)

    assert [(prior["kind"], prior["to"]) for prior in person.facts()["prior"]] == [("platform", "reddit")]
    assert person.step == "tried_when"


@pytest.mark.parametrize(
    "words", ["i didn't press the button", "there is no report button", "where do I click report?"]
)
def test_a_button_that_was_not_pressed_is_no_report(person: Person, words: str) -> None:
    person.answer({"where": "#Reddit"}, until="tried").say(words)

    assert person.facts()["prior"] == []


def test_how_it_was_reported_goes_forward_not_back(person: Person) -> None:
    person.answer({"where": "#Reddit", "tried": "#Yes, the site"}, until="tried_what").say("i click button report")

    assert person.facts()["prior"][0]["document"] == "doc-ncii-report"
    assert person.step == "wants"


@pytest.mark.parametrize("words", ["JUST GET IT DOWN", "just get it down!!", "GET IT OFF THERE NOW"])
@pytest.mark.parametrize("step", ["country", "happened", "tried", "wants"])
def test_a_shouted_wish_stops_nothing(person: Person, step: str, words: str) -> None:
    person.answer({}, until=step).say(words)

    assert "erase" in person.facts()["wants"]
    assert person.state.draft.pending is None


@pytest.mark.parametrize("step", ["happened_more", "tool", "tried", "reaction"])
@pytest.mark.parametrize("words", ["i trusted him", "I trusted her so much"])
def test_trust_in_whoever_did_it_is_no_question_about_us(person: Person, step: str, words: str) -> None:
    person.answer({}, until=step).say(words)

    assert said(person, "fault")
    assert not said(person, "legit")
    assert person.step == step


def test_a_report_remembered_in_the_same_breath_counts(person: Person) -> None:
    person.answer({}, until="tried").say("nobody. oh wait I did report it to instagram on 9 November")

    assert [(prior["kind"], prior["to"]) for prior in person.facts()["prior"]] == [("platform", "meta")]
    person.answer({}, until="read_back")
    assert "tried" not in person.asked


# A search engine


def found_by_search(person: Person) -> Person:
    person.answer({"happened": "#search"}, until="where").say("google")
    assert person.step == "where_link"
    return person


def test_a_search_engine_is_not_asked_about_an_account(person: Person) -> None:
    found_by_search(person)
    first = person.text
    person.say("Why do you ask?", "what do you mean")

    assert "account" not in first
    assert "Google" in first
    assert {"I don't have one", "Skip this"} <= set(person.labels)


def test_a_question_about_a_search_is_not_asked_twice_in_the_same_words(person: Person) -> None:
    first = set(found_by_search(person).text.splitlines())

    person.say("it comes up when you look for my name")

    assert person.step == "where_link"
    assert not first & {line for line in person.text.splitlines() if len(line) > 40}


@pytest.mark.parametrize("words", ["jane quillfeather", "@quillfeather"])
def test_what_was_searched_for_is_no_account(person: Person, words: str) -> None:
    found_by_search(person).say(words)

    assert person.facts()["places"][0]["handle"] is None


def test_the_link_of_a_search_is_kept(person: Person) -> None:
    found_by_search(person).say("https://www.google.com/search?q=jane+quillfeather")

    assert person.facts()["places"][0]["url"] == "https://www.google.com/search?q=jane+quillfeather"
    assert person.step == "where_more"


# Whether it is safe


@pytest.mark.parametrize("words", ["It is safe to talk.", "yes it is ok", "I can speak"])
def test_a_full_sentence_that_it_is_safe_silences_nobody(person: Person, words: str) -> None:
    person.answer({}, until="safe").say(words)

    assert person.step == "for_whom"


@pytest.mark.parametrize("words", ["I don't think it is safe", "it is not safe", "not sure if it is safe"])
def test_a_doubt_that_it_is_safe_is_no_yes(person: Person, words: str) -> None:
    person.answer({}, until="safe").say(words)

    assert person.step in ("quiet", "safe", "after_safety")


@pytest.mark.parametrize("words", ["is it safe here?", "is it safe to talk?", "is this private?"])
def test_whoever_asks_if_this_is_safe_is_told_who_can_read_it(person: Person, words: str) -> None:
    person.answer({}, until="safe").say(words)

    assert said(person, "who_sees")
    assert person.step == "safe"


def test_not_understanding_refuses_nothing(person: Person) -> None:
    person.say("no understand")

    assert person.state.draft.path == "normal"
    assert person.step == "hear"


def test_what_was_told_after_a_silence_is_believed_and_read_back(person: Person) -> None:
    person.answer({}, until="safe").say("no, not now", "someone made a fake of me and put it on x. i live in france")
    person.say("yes its ok")

    assert said(person, "believed")
    assert person.step == "confirm"
    assert "France" in person.text


# What comes late, and what costs too much


def test_a_late_answer_overrules_nothing_that_was_given(person: Person) -> None:
    person.answer({"image_kind": "#A real photo"}, until="tool").say("he says it is not real")

    assert person.facts()["image"]["kind"] == "altered"


def test_a_late_answer_keeps_the_question_that_is_open(person: Person) -> None:
    person.answer({}, until="wants").say("oh, the photo was a real one, changed")

    assert person.facts()["image"]["kind"] == "altered"
    assert person.step == "wants"


def test_a_skip_at_the_age_in_the_photos_warns_before_it_costs_everything(person: Person) -> None:
    person.answer({"age_in_image": "#I'm not sure"}, until="age_help").say("skip")

    assert said(person, "age_needed")
    assert person.step == "age_help"
    person.say("skip")
    assert person.state.draft.path == "unsure_age"


def test_a_half_heard_day_is_not_asked_about_again_once_they_go_on(person: Person) -> None:
    person.answer({}, until="tried").say("i told pornhub last week")
    if person.step == "maybe":
        person.say("JUST GET IT DOWN")

    assert person.step == "where_link"
    assert person.facts()["prior"][0]["to"] == "pornhub"


def test_whoever_goes_on_telling_after_a_stop_is_not_asked_three_times_what_to_delete(person: Person) -> None:
    person.answer({}, until="country").say(
        "stop", "foto is fake but face is me", "i not know what to do with my face there"
    )

    assert person.step != "after_stop"


def test_news_that_it_is_still_there_is_read_back_as_such(person: Person) -> None:
    person.answer({}, until="age_in_image").say("someone put an ai porn clip of me on x and pornhub", "#right")

    person.say("it is still up on both, and it was made with grok")

    assert person.step == "confirm"
    assert "still there" in person.text
    assert "Pornhub" not in person.text


@pytest.mark.parametrize(
    ("step", "words", "value"),
    [
        ("age_now", "are you kidding. 44", "adult"),
        ("age_now", "wtf?? 44", "adult"),
        ("age_now", "seriously? 16", "child"),
    ],
)
def test_the_last_sentence_answers(person: Person, step: str, words: str, value: str) -> None:
    person.answer({}, until=step).say(words)

    person_shown = person.facts()["person"]
    assert person.state.draft.path == ("child" if value == "child" else "normal")
    assert value == "child" or person_shown["age_now"] == value


@pytest.mark.parametrize("step", ["consent", "seal"])
def test_a_last_word_agrees_to_nothing(person: Person, step: str) -> None:
    person.answer({"where": "#Reddit", "where_link": "quill.goat"}, until="plan").say("#Go on")
    person.answer({"who_sends": "#I'll send", "keep_talk": "#leave"}, until=step)
    before = dict(person.state.draft.chosen)

    person.say("my sister says this letter is far too short for them. ok")

    assert person.state.draft.chosen == before
    assert "receipt" not in person.kinds


@pytest.mark.parametrize(
    ("words", "handle"),
    [
        ("profile name is quill fox", "quill fox"),
        ("the group is private", None),
        ("his account is called quillgoat", "quillgoat"),
    ],
)
def test_an_account_is_kept_by_its_name_alone(person: Person, words: str, handle: str | None) -> None:
    person.answer({"where": "#Reddit"}, until="where_link").say(words)

    assert person.facts()["places"][0]["handle"] == handle


def test_a_question_to_us_is_no_statement(person: Person) -> None:
    person.answer({}, until="statement").say("What do you have from me so far?")
    assert person.step == "statement"

    agree_and_seal(person.answer({"statement": "#Skip"}, until="plan"))
    assert person.case().latest(Kind.STATEMENT) is None
