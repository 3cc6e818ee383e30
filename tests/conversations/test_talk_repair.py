"""Talking beside the question: digressions, not knowing, going back, putting right, and what happens when we miss it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from casework.records import Kind
from tests.conversations.scripts import said
from tests.conversations.talk import Person, agree_and_seal

NONSENSE = ("flurbish gribbit wug", "zzkt plomf drin", "vexu molk tarrin")
# A way on which nearly every question is asked.
LONG_WAY = {
    "country": "#United Kingdom", "nation": "#England", "where": "#Reddit", "tool": "#Grok", "tried": "#the site",
    "still_up": "#Yes", "plan": "#Go on", "who_sends": "#I'll send", "keep_talk": "#leave it out",
}  # fmt: skip
IN_ORDER = (
    "for_whom", "country", "nation", "age_now", "age_in_image", "happened", "happened_more", "image_kind", "where",
    "where_link", "where_more", "still_up", "tool", "which_grok", "tried", "tried_when", "tried_answer", "tried_what",
    "wants", "wants_more", "reaction", "known_as", "name", "contact", "email", "statement", "read_back",
)  # fmt: skip
MAY_STAY_OPEN = (
    "country", "nation", "happened", "image_kind", "where", "where_link", "still_up", "tool", "which_grok", "tried",
    "tried_when", "tried_answer", "tried_what", "wants", "reaction", "known_as", "name",
)  # fmt: skip


# Not understood


@pytest.mark.parametrize("step", ["country", "happened", "image_kind", "still_up", "tool", "wants", "reaction"])
def test_the_second_miss_offers_choices_and_the_third_a_person(person: Person, step: str) -> None:
    person.answer(LONG_WAY, until=step).say(NONSENSE[0])
    assert person.step == step

    person.say(NONSENSE[1])
    assert "Talk to a person" in person.labels
    assert person.step == step

    person.say(NONSENSE[2])
    assert person.step == "human"
    assert "Show me who to call" in person.labels

    person.say("#Back to the questions")
    assert person.step not in (step, "human")


def test_an_understood_answer_ends_the_count_of_misses(person: Person) -> None:
    person.answer(LONG_WAY, until="country").say(*NONSENSE[:2], "uk", "england", *NONSENSE[:2])

    assert person.step == "age_now"


def test_whoever_tells_in_pieces_is_not_told_that_we_do_not_get_it(person: Person) -> None:
    person.answer(LONG_WAY, until="country")
    for words in ("he was my friend", "my stomach hurts", "he was so nice before"):
        person.say(words)
        assert not any(said(person, f"repair_{count}") for count in (1, 2, 3))

    assert person.step == "human"


def test_someone_who_said_it_before_is_asked_for_pardon_and_may_skip(person: Person) -> None:
    person.answer(LONG_WAY, until="tool").say("i already told you")

    assert said(person, "told_already")
    assert person.step == "tool"
    assert person.state.draft.misses == 0


def test_what_do_you_mean_is_answered_with_what_the_question_is_for(person: Person) -> None:
    person.answer(LONG_WAY, until="still_up").say("what do you mean")

    assert said(person, "why_still_up")
    assert person.step == "still_up"


@pytest.mark.parametrize("words", ["pls", "hello??", "i need help"])
def test_the_first_words_of_all_are_not_met_with_a_misunderstanding(person: Person, words: str) -> None:
    person.say(words)

    assert not any(said(person, f"repair_{count}") for count in (1, 2, 3))
    assert person.step in ("hear", "human")


# Digressions, skipping, going back


@pytest.mark.parametrize("step", IN_ORDER)
def test_a_question_of_theirs_comes_back_to_ours(person: Person, step: str) -> None:
    person.answer(LONG_WAY, until=step).say("is this free?")

    assert said(person, "cost")
    assert person.step == step


@pytest.mark.parametrize("step", MAY_STAY_OPEN)
@pytest.mark.parametrize("words", ["I don't know", "can I skip that"])
def test_not_knowing_leads_on_and_is_not_asked_again(person: Person, step: str, words: str) -> None:
    person.answer(LONG_WAY, until=step).say(words)
    assert person.step != step

    assert step not in person.answer(LONG_WAY, until="read_back").asked


@pytest.mark.parametrize("step", IN_ORDER)
def test_going_back_asks_what_was_asked_before(person: Person, step: str) -> None:
    before = person.answer(LONG_WAY, until=step).asked[-1]

    person.say("go back please")

    assert person.step == before


def test_a_question_at_the_statement_is_not_kept_as_the_statement(person: Person) -> None:
    person.answer(LONG_WAY, until="statement").say("is this free?")
    assert not person.state.draft.has_statement

    person.answer({"statement": "It was the week of the quillmarket."}, until="plan")
    agree_and_seal(person)

    assert person.case().latest(Kind.STATEMENT)["text"] == "It was the week of the quillmarket."


# Putting right


def test_the_answer_before_this_question_can_be_put_right(person: Person) -> None:
    person.answer(LONG_WAY, until="which_grok").say("no wait it wasn't Grok, some other tool")

    assert person.facts()["generator"] == "other"
    assert "which_grok" not in person.answer(LONG_WAY, until="read_back").asked


def test_not_knowing_the_tool_does_not_say_that_the_age_is_not_known(person: Person) -> None:
    person.answer(LONG_WAY, until="age_in_image").say("I don't know which app it was")

    assert person.step == "age_in_image"
    assert "tool" not in person.answer(LONG_WAY, until="read_back").asked


@pytest.mark.parametrize(
    ("words", "known"), [("yes its still on it i checked", True), ("no i think hes taken it off", False)]
)
def test_a_first_yes_or_no_answers_whatever_follows(person: Person, words: str, known: bool) -> None:
    person.answer(LONG_WAY, until="still_up").say(words)

    assert person.facts()["places"][0]["still_up"] is known


def test_what_is_to_be_changed_is_not_asked_when_it_was_named(person: Person) -> None:
    person.answer(LONG_WAY, until="reaction").say("I want to change the country")

    assert person.step == "country"
    assert person.facts()["person"]["country"] is None


def test_a_command_is_not_kept_as_the_name_of_an_account(person: Person) -> None:
    person.answer(LONG_WAY, until="where_link").say("go on")

    assert person.facts()["places"][0]["handle"] is None


def test_a_country_half_heard_and_then_named_is_not_asked_about(person: Person) -> None:
    person.say("yes", "yes", "me", "FUCKING IRELAND")

    assert person.facts()["person"]["country"] == "IE"
    assert person.step == "age_now"


def test_whoever_wants_to_know_who_is_still_asked_whether_it_should_come_down(person: Person) -> None:
    person.answer({}, until="country").say(
        "someone posted fakes of me on X, I want to know who it was", "#that's right"
    )

    assert "wants_more" in person.answer({"wants_more": "#taken down"}, until="reaction").asked
    assert person.facts()["wants"] == ["erase", "know_who"]


def test_nobody_told_is_read_back_as_that_and_not_as_unsaid(person: Person) -> None:
    person.answer({"tried": "nobody knows yet"}, until="read_back")

    assert "nobody told yet" in person.text


# The name in the letters


@pytest.mark.parametrize("words", ["im scared", "i already told you", "what for"])
def test_a_sentence_does_not_become_the_name_in_the_letters(person: Person, words: str) -> None:
    person.answer(LONG_WAY, until="name").say(words)

    assert person.step == "name"
    assert person.state.draft.details.name is None


def test_a_name_that_looks_like_a_sentence_is_taken_the_second_time(person: Person) -> None:
    person.answer(LONG_WAY, until="name").say("My He", "My He")

    assert person.state.draft.details.name == "My He"
    assert person.step == "contact"


def test_the_words_around_a_name_are_not_part_of_it(person: Person) -> None:
    person.answer(LONG_WAY, until="name").say("my name is Ro Quillfern")

    assert person.state.draft.details.name == "Ro Quillfern"


def test_not_wanting_to_say_a_name_is_no_name(person: Person) -> None:
    person.answer(LONG_WAY, until="name").say("I don't know")

    assert person.state.draft.details.name is None
    assert person.facts()["identity"]["mode"] == "anonymous"


# Whoever goes on telling


def test_whoever_said_that_it_is_about_them_is_not_asked_for_whom(person: Person) -> None:
    person.say("yes", "It is about me. They say they have a film of me.", "yes")

    assert person.step == "country"


def test_whoever_tells_on_instead_of_answering_is_not_asked_for_ever(person: Person) -> None:
    person.answer(LONG_WAY, until="where_link")
    person.say("I reported it on 2 November", "I want it gone", "they made it with ChatGPT")

    assert person.step != "where_link"
    assert person.facts()["generator"] == "other"


def test_a_helper_does_not_become_the_one_it_is_about_by_a_word_in_passing(person: Person) -> None:
    person.say("yes", "yes", "someone I'm helping", "we don't know who sent it")

    assert person.facts()["person"]["acting_for"] == "other"


# A bad moment, and leaving


def test_a_guess_at_a_bad_moment_is_asked_about_and_nothing_is_lost(person: Person) -> None:
    person.answer(LONG_WAY, until="tool").say("he is somewhere in the flat")
    assert person.step == "safe"

    person.say("yes its ok")

    assert person.step == "tool"


def test_someone_beside_them_is_never_asked_about(person: Person) -> None:
    person.answer(LONG_WAY, until="tool").say("he is next to me")

    assert person.step == "quiet"
    assert person.choices == []


def test_whoever_says_goodbye_is_not_asked_the_next_question(person: Person) -> None:
    person.answer(LONG_WAY, until="tool").say("thanks, bye")

    assert person.step == "after_stop"
    assert person.say("#Go on")
    assert person.step == "tool"


def test_someone_who_was_threatened_and_asks_what_to_do_is_not_told_of_letters(person: Person) -> None:
    person.answer({"country": "#United Kingdom", "nation": "#Wales"}, until="happened")
    person.say("he wants 500 pounds or he sends them to my work", "what do i do now")
    assert said(person, "next_threat")

    person.say("do i have to pay")
    assert said(person, "next_threat")
    assert not said(person, "cost")


# Long silence


def test_whoever_comes_back_too_late_is_told_what_happened_and_how_to_go_on() -> None:
    texts = Path(__file__).resolve().parents[2] / "bot" / "web" / "templates" / "texts" / "talk.en.json"

    gone = json.loads(texts.read_text("utf-8"))["gone"]

    assert "an hour" in gone
    assert "new talk" in gone
    assert "pause" in gone
    assert re.findall(r"(?i)expired|timed out|session|inactiv|you (?:did|took|were)", gone) == []
