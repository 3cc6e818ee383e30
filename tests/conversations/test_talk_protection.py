"""Children, danger, coercion, cries, people who did it: at every step, and what is left of the talk afterwards."""

from __future__ import annotations

import pytest

from casework.records import Kind
from encryption.errors import CannotOpen
from tests.conversations.talk import Person, wordings

LINK = "https://x.com/quillmore/status/77"
OPEN = ("yes", "yes", "me")
TOLD = (*OPEN, "uk", "england", f"someone posted a fake of me on {LINK}", "#right")


def at(person: Person, step: str) -> Person:
    person.say(*TOLD)
    return person.answer({}, until=step)


# Children


@pytest.mark.parametrize(
    "words",
    ["I'm 15", "#Under 18", "im 16 and scared", "no I am not, i'm 17", "i'm 14 years old"],
)
def test_a_child_who_says_so_is_shredded_from_our_side_in_the_same_turn(person: Person, words: str) -> None:
    at(person, "age_now").say(words)

    assert "trouble" in person.text
    assert person.contacts
    assert "quillmore" not in person.kept
    assert words.removeprefix("#") not in person.kept
    assert person.facts()["places"] == []
    assert person.facts()["acts"] == []
    assert person.facts()["person"]["country"] == "GB"


def test_a_picture_from_before_18_leads_to_the_child_path(person: Person) -> None:
    at(person, "age_in_image").say("#Under 18 in one or more")

    assert person.step == "after_child"
    assert "quillmore" not in person.kept


def test_someone_who_cannot_tell_gets_one_helping_question_then_a_human(person: Person) -> None:
    at(person, "age_in_image").say("not sure")
    assert person.step == "age_help"

    person.say("i can't tell")

    assert person.step == "after_child"
    assert "quillmore" not in person.kept


def test_a_habit_of_skipping_does_not_shred_a_grown_persons_talk(person: Person) -> None:
    at(person, "age_now").say("skip")

    assert person.step == "age_now"
    assert "quillmore" in person.kept


@pytest.mark.parametrize("step", ["age_now", "age_in_image"])
@pytest.mark.parametrize(
    "words", ["no only there", "no, nobody else", "nope not anywhere else", "no i mean on telegram"]
)
def test_a_no_to_something_else_is_not_taken_for_under_18(person: Person, step: str, words: str) -> None:
    person.answer({}, until=step).say(words)

    assert person.step == step
    assert person.state.draft.path.value == "normal"


@pytest.mark.parametrize("words", ["no i was 16", "no, i was a child", "no i was younger"])
def test_a_no_with_its_reason_is_believed(person: Person, words: str) -> None:
    person.answer({}, until="age_in_image").say(words)

    assert person.state.draft.path.value == "child"


def test_a_bare_no_about_the_age_is_asked_once_more_before_all_is_shredded(person: Person) -> None:
    at(person, "age_now").say("no")
    assert person.step == "age_now"
    assert "quillmore" in person.kept

    person.say("no")

    assert person.step == "after_child"


@pytest.mark.parametrize("words", ["im 27", "yes over 18", "all of them after 18", "34", "I'm 25, the photos are new"])
def test_an_adult_is_not_taken_for_a_child(person: Person, words: str) -> None:
    at(person, "age_now").say(words)

    assert person.step in ("age_now", "age_in_image", "image_kind", "where_more")


@pytest.mark.parametrize(
    "words",
    [
        "actually I'm 18",
        "I lied, I am 25",
        "start again",
        "back",
        "I am an adult",
        "skip",
        f"it is on {LINK}",
        "change",
    ],
)
def test_nothing_typed_leads_out_of_the_child_path(person: Person, words: str) -> None:
    person.say(*OPEN, "uk", "england", "I'm 15")

    person.say(words)

    assert person.step in ("after_child", "quiet")
    assert "quillmore" not in person.kept
    assert person.state.draft.path == "child"


def test_a_child_who_asks_to_be_called_back_leaves_only_a_number_and_a_country(person: Person) -> None:
    at(person, "age_now").say("I'm 15", "#Yes, please", "07700 900123 after school")

    case = person.case("safeguarding")
    assert [step.queue for step in case.steps()] == ["safeguarding"]
    assert case.latest(Kind.IDENTITY) == {"callback": "07700 900123 after school"}
    assert case.steps()[0].detail["country"] == "GB"
    assert case.read(Kind.FACTS, Kind.STATEMENT, Kind.TRANSCRIPT, Kind.DOCUMENT, Kind.THREAD) == []
    with pytest.raises(CannotOpen):
        person.case("platform")


def test_words_that_are_no_number_are_not_sent_as_a_way_to_call_back(person: Person) -> None:
    person.say(*OPEN, "uk", "england", "I'm 15", "#Yes, please", "go on")

    assert person.step == "callback"


def test_a_child_in_the_statement_is_a_child(person: Person) -> None:
    at(person, "statement").say("It began when I was 15 and in some of the photos I am 16, he kept them all.")

    assert person.step == "after_child"
    assert "quillmore" not in person.kept


# Someone near


def test_someone_near_is_answered_with_nothing_that_shows_what_this_is(person: Person) -> None:
    at(person, "image_kind").say("he is next to me")

    assert person.choices == []
    assert person.contacts == []
    assert len(person.text) < 25
    assert person.step == "quiet"


@pytest.mark.parametrize("words", ["what is this", "who are you", "why", "help", "asdf", "tell me who you are"])
def test_whoever_reads_along_learns_nothing_by_typing(person: Person, words: str) -> None:
    at(person, "image_kind").say("he's right here next to me", words)

    for telling in ("picture", "letter", "complain", "case", "machine", "sexual", "team"):
        assert telling not in person.text.casefold()
    assert person.contacts == []


def test_a_talk_that_was_quiet_goes_on_where_it_was(person: Person) -> None:
    at(person, "image_kind").say("he is next to me", "ok he's gone, I can go on", "yes")
    person.say("#Yes, it's okay") if person.step == "safe" else None

    assert person.step == "image_kind"
    assert person.facts()["places"][0]["url"] == LINK


def test_not_safe_is_one_page_without_a_question(person: Person) -> None:
    person.say("yes", "#No, not now")

    assert person.choices == []
    assert person.step == "quiet"


# Cries


@pytest.mark.parametrize("step", ["for_whom", "country", "tool", "wants", "name", "statement"])
def test_a_cry_stops_the_questions_at_every_step(person: Person, step: str) -> None:
    person.say("yes", "yes")
    person.answer({}, until=step)

    person.say("I want to kill myself")

    assert person.step == "after_safety"
    assert "116 123" in person.text or "988" in person.text or person.contacts
    assert person.labels == ["Go on", "Stop for now", "Talk to a person"]


def test_a_second_cry_never_gets_the_line_of_the_first(person: Person) -> None:
    person.say(*OPEN, "uk", "england", "I want to die")
    first = person.text
    person.say("#Go on", "i really want to end my life")

    assert "116 123" in person.text
    assert person.text.splitlines()[0] != first.splitlines()[0]


def test_what_was_told_beside_a_cry_need_not_be_told_twice(person: Person) -> None:
    person.say(*OPEN, "uk", "england", f"I want to die, he put a fake of me on {LINK}", "#Go on")

    assert person.facts()["places"][0]["url"] == LINK


def test_a_cry_in_the_statement_is_heard_and_the_statement_kept(person: Person) -> None:
    words = "He took it from my quillmore page. I can't sleep and I want to kill myself because of this."
    at(person, "statement").say(words)
    assert person.step == "after_safety"

    person.say("#Go on")

    assert person.step in ("read_back", "confirm")
    assert person.state.draft.has_statement


def test_a_cry_in_a_statement_of_ten_thousand_characters_is_heard(person: Person) -> None:
    at(person, "statement").say("I went to work that day as always. " * 280 + "I want to kill myself.")

    assert person.step == "after_safety"


def test_danger_gets_the_number_of_the_country(person: Person) -> None:
    person.say(*OPEN, "uk", "england", "he is at my door with a knife and will hurt me")

    assert "999" in person.text
    assert person.step == "after_safety"


def test_dying_of_shame_is_no_emergency(person: Person) -> None:
    person.say(*OPEN, "I could die of shame")

    assert "shame" in person.text
    assert "999" not in person.text
    assert "112" not in person.text
    assert "Are you safe" in person.text
    person.say("figure of speech")
    assert person.step == "country"


# Extortion


def test_whoever_is_pressed_for_money_hears_at_once_not_to_pay(person: Person) -> None:
    person.say(*OPEN, "a girl on snap wants 500 quid or she sends my nudes to everyone")

    assert "pay" in person.text
    assert set(person.facts()["acts"]) >= {"extorted"}
    assert person.facts()["prior"] == []


def test_pressed_for_money_before_the_consent_is_answered_before_it_too(person: Person) -> None:
    person.say("My ex put AI porn of me on Telegram and says he'll send it to my boss if I don't pay him 2000 euros")
    assert "pay" in person.text
    assert person.step == "hear"

    person.say("#Yes, you may")

    assert person.last[0]["text"] in wordings("believed")


# People who did it


def test_something_i_did_leads_to_no_case_and_no_letter(person: Person) -> None:
    person.say("yes", "yes", "#Something I did")
    assert person.step == "age_now"

    person.say("#18 or over", "is there a case about me?")

    assert "can't take a case" in person.text
    assert person.state.draft.path == "perpetrator"
    assert [kind for kind in person.kinds if kind == "plan"] == []


def test_a_confession_in_the_middle_shreds_what_was_told(person: Person) -> None:
    at(person, "image_kind").say("I made one of my ex and I regret it")

    assert person.state.draft.path == "perpetrator"
    assert "quillmore" not in person.kept


def test_nothing_that_someone_who_did_it_writes_is_kept(person: Person) -> None:
    person.say("yes", "yes", "#Something I did", "she is 20, I posted it on https://x.com/quillmore/status/9")

    assert "quillmore" not in person.kept
    assert person.facts()["places"] == []


@pytest.mark.parametrize(
    "words",
    [
        "my ex made it and I regret trusting him",
        "I made a mistake, I trusted him",
        "I posted about it and got laughed at",
    ],
)
def test_someone_harmed_is_not_taken_for_the_one_who_did_it(person: Person, words: str) -> None:
    person.say(*OPEN, words)

    assert person.state.draft.path == "normal"


# Facts win over guesses


@pytest.mark.parametrize(
    "words",
    [
        "In Ohio. someone posted deepfakes of me on reddit and they come up on google when you search my name",
        "SOME BASTARD PUT MY FACE ON PORN AND ITS ALL OVER TWITTER",
        "a girl on snap wants 500 quid or she sends my nudes to everyone",
    ],
)
def test_a_story_in_hard_words_is_not_an_insult_or_an_alarm(person: Person, words: str) -> None:
    person.say(*OPEN, words)

    assert person.facts()["acts"]
    assert person.step == "confirm"


def test_whoever_may_have_done_it_is_not_told_that_it_was_done_to_them(person: Person) -> None:
    person.say("yes", "yes", "my mates dared me so i did my boss. naked. with an app. lol")

    assert person.step == "for_whom"
    assert "to you" not in person.text
    assert "your fault" not in person.text
