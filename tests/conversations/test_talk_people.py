"""What people say beside the question: guilt, fear, wishes, half answers. Each is heard as it was meant."""

from __future__ import annotations

import pytest

from tests.conversations.scripts import said
from tests.conversations.talk import Person, letters_of

OPEN = ("yes", "yes", "me")
ADULT_UK = (*OPEN, "uk", "england", "30", "yes")


# Guilt is not a confession


@pytest.mark.parametrize(
    "words",
    [
        "i did something stupid, i sent nudes to my ex and now he posts fakes of me",
        "can you make the pictures disappear",
        "I regret sending him my photos",
        "I shared it with my friend so she could help me",
        "I asked grok to take it down",
    ],
)
def test_whoever_sounds_guilty_is_not_sent_away(person: Person, words: str) -> None:
    person.say(*OPEN, "uk", "england", words)

    assert person.state.draft.path == "normal"
    assert person.facts()["person"]["country"] == "GB"


def test_i_did_it_is_no_way_of_saying_that_it_is_about_me(person: Person) -> None:
    person.say("yes", "yes", "I did it")

    assert person.state.draft.path == "perpetrator"


def test_nobody_is_told_of_a_line_to_call_that_is_not_shown(person: Person) -> None:
    person.say("yes", "yes", "poland", "I did it, I posted fake nudes of my ex", "adult")

    assert person.contacts == []
    assert said(person, "perpetrator_alone")


@pytest.mark.parametrize(("words", "response"), [("is it my fault", "fault"), ("I feel so stupid", "fault")])
def test_blame_that_someone_puts_on_themselves_is_answered(person: Person, words: str, response: str) -> None:
    person.say(*OPEN, words)

    assert said(person, response)
    assert person.step == "country"


# For whom


def test_a_friend_who_only_told_them_is_not_whom_it_is_about(person: Person) -> None:
    person.say("yes", "yes")
    person.say(
        "so my ex took a photo from my instagram and made ai nudes of me and put it on telegram "
        "and my friend told me about it on sunday"
    )

    assert person.facts()["person"]["acting_for"] == "self"
    assert said(person, "believed")


def test_a_mother_who_said_how_old_and_that_she_agrees_is_asked_neither(person: Person) -> None:
    person.say(
        "I am writing for my daughter, she is 23, she knows and wants this. "
        "Her ex made nude pictures of her with an AI app and put them on Instagram. We live in Munich."
    )
    person.say("#Yes, you may", "yes", "#that's right")

    assert person.step == "age_in_image"
    assert person.facts()["person"]["age_now"] == "adult"
    assert person.facts()["person"]["acting_for"] == "other"


def test_telling_of_my_photo_and_of_my_mother_is_about_me(person: Person) -> None:
    person.say("yes", "yes", "my ex took a photo from my linkedin and made nudes with ai, my mum does not know")

    assert person.step == "country"
    assert person.facts()["person"]["acting_for"] == "self"


def test_no_me_takes_back_that_it_is_about_someone_else(person: Person) -> None:
    person.say("yes", "yes", "someone else", "no me")

    assert person.facts()["person"]["acting_for"] == "self"
    assert person.step == "country"


def test_a_picture_of_a_friend_and_me_is_not_taken_for_the_friends(person: Person) -> None:
    person.say("yes", "yes", "someone used grok to undress a picture of my friend and me")

    assert person.facts()["person"]["acting_for"] == "self"
    assert person.step in ("for_whom", "confirm")


def test_the_age_of_someone_else_is_not_taken_for_theirs(person: Person) -> None:
    person.say(*OPEN, "France", "he's 23")

    assert person.facts()["person"]["age_now"] == "unsure"


# Wishes that sound like commands


@pytest.mark.parametrize("words", ["I just want it to stop", "i want this to go away", "to make it go away"])
def test_a_wish_is_not_a_command_to_us(person: Person, words: str) -> None:
    person.say(*ADULT_UK, words)

    assert person.facts()["wants"] == ["erase"]
    assert person.step == "happened"


def test_what_was_said_twice_is_not_called_a_misunderstanding(person: Person) -> None:
    person.say(*ADULT_UK, "I want it gone", "I want it gone!")

    assert said(person, "noted")


def test_whoever_only_wants_the_police_is_still_asked_for_more(person: Person) -> None:
    person.say(*OPEN, "someone posted fakes of me on https://x.com/quillfox/status/3, I want him to go to jail")

    asked = person.answer({"country": "#United States", "wants_more": "#taken down"}, until="reaction").asked

    assert "wants" not in asked
    assert person.facts()["wants"] == ["erase", "police"]


# Age, and the path of a child


def test_a_bare_no_to_the_age_is_asked_once_more_and_then_believed(person: Person) -> None:
    person.say(*OPEN, "France", "no")
    assert person.step == "age_now"
    assert person.state.draft.path == "normal"
    assert said(person, "age_no")

    person.say("no")

    assert person.state.draft.path == "child"


def test_a_child_is_shown_the_lines_of_their_country_and_held_at_no_question(person: Person) -> None:
    person.say("yes", "yes", "my daughter is 15 and boys at her school made fake nudes of her")
    assert person.step == "country"
    assert said(person, "child_other")

    person.say("leeds")

    assert "Childline" in person.contacts
    assert person.step == "after_child"


def test_a_child_who_does_not_say_the_country_goes_on(person: Person) -> None:
    person.say(*OPEN, "i'm 15", "skip")

    assert person.step == "after_child"


@pytest.mark.parametrize("words", ["what happens next", "how long does it take", "will it be removed"])
def test_a_child_is_not_told_of_letters_that_nobody_will_write(person: Person, words: str) -> None:
    person.say(*OPEN, "uk", "i'm 15", words)

    assert said(person, "child_next")


def test_a_phone_number_is_no_off_topic(person: Person) -> None:
    person.say(*OPEN, "uk", "i'm 15", "#Yes, please", "0171 1234567")

    assert person.kinds[-1] == "receipt"


def test_an_age_that_stays_open_in_germany_leads_to_no_american_line(person: Person) -> None:
    person.say(*OPEN, "germany", "bavaria", "#rather not", "#rather not")

    assert person.state.draft.path == "unsure_age"
    assert "NCMEC CyberTipline" not in person.contacts
    assert "Helpline for victims of crime" in person.contacts


# Danger


def test_an_overdose_gets_the_emergency_number_and_no_next_question(person: Person) -> None:
    person.say(*ADULT_UK, "i took all my pills")
    assert "999" in person.text
    assert "Samaritans" in person.contacts

    person.say("ok")

    assert person.step == "after_safety"


@pytest.mark.parametrize("words", ["i am safe", "im okay, i wont do anything", "I'm safe now, go on"])
def test_whoever_says_after_a_cry_that_they_are_safe_is_not_asked_that(person: Person, words: str) -> None:
    person.answer({}, until="tool").say("i cant go on, i want to die")
    assert person.step == "after_safety"

    person.say(words)

    assert person.step == "tool"


def test_whoever_asks_for_a_person_after_a_cry_sees_first_who_listens(person: Person) -> None:
    person.say(*ADULT_UK, "i want to die", "#Talk to a person", "#Show me who to call")

    assert person.contacts[0] == "Samaritans"


def test_a_threat_told_before_the_country_is_followed_by_the_lines_there(person: Person) -> None:
    person.say(*OPEN, "he says he will send my nudes to my mum if i dont send more", "#that's right")
    assert "Revenge Porn Helpline" not in person.contacts

    person.say("uk")

    assert "Revenge Porn Helpline" in person.contacts


def test_despair_told_before_the_country_is_followed_by_the_line_there(person: Person) -> None:
    person.say("yes", "yes", "me", "they took it down but i dont want to wake up tomorrow")
    assert "TelefonSeelsorge" not in person.contacts

    person.say("germany")

    assert "TelefonSeelsorge" in person.contacts
    assert person.step == "after_safety"


def test_a_talk_goes_on_when_the_one_beside_them_is_gone(person: Person) -> None:
    person.say("yes", "he is next to me", "ok", "he's gone now")
    assert person.step == "for_whom"

    person.say("me", "he's coming back", "yes i'm alone again")

    assert person.step == "country"


@pytest.mark.parametrize("words", ["\u200b\u200b\u200b", "is this safe", "🍆"])
def test_nothing_but_a_yes_says_that_it_is_safe_to_talk(person: Person, words: str) -> None:
    person.say("yes", words)

    assert person.step == "safe"


# What was tried


def test_a_report_to_the_site_and_to_the_police_is_two(person: Person) -> None:
    person.say(*OPEN, "someone posted ai nudes of me on X, I reported it to X and to the police last month")

    assert {prior["kind"] for prior in person.facts()["prior"]} == {"platform", "police"}


def test_the_day_of_one_report_is_not_put_on_the_other(person: Person) -> None:
    person.say(
        *OPEN,
        "someone posted ai nudes of me on X. I reported it to X on 5 October and they said it breaks no rules. "
        "I also called 101 and the police gave me a reference.",
    )

    days = {prior["kind"]: prior["sent_on"] for prior in person.facts()["prior"]}
    assert days == {"platform": "2026-10-05", "police": None}


def test_an_answer_in_their_own_words_is_taken(person: Person) -> None:
    person.say(*OPEN, "someone posted ai nudes of me on X, I reported it to X on 2 November", "#that's right")
    person.answer({}, until="tried_answer").say("they wrote back that it does not break their rules")

    assert person.facts()["prior"][0]["answer"] == "refused"


def test_nobody_told_is_not_asked_again(person: Person) -> None:
    person.say(*OPEN, "someone posted ai nudes of me on X, I haven't told anyone", "#that's right")

    assert "tried" not in person.answer({}, until="wants").asked


def test_a_sentence_is_not_kept_as_the_name_of_an_account(person: Person) -> None:
    person.answer({"where": "#Reddit"}, until="where_link").say("still is there")

    assert person.facts()["places"][0]["handle"] is None


# Their questions


@pytest.mark.parametrize(
    ("words", "response"),
    [
        ("will he find out", "find_out"),
        ("shall i send you the screenshot", "image"),
        ("do I need a lawyer", "lawyer"),
        ("is this free", "cost"),
        ("which of my cousins saw it?", "no_answer"),
    ],
)
def test_a_question_of_theirs_is_answered_and_ours_stays(person: Person, words: str, response: str) -> None:
    person.say(*OPEN, "uk", "england", words)

    assert said(person, response)
    assert person.step == "age_now"


# Whoever says nothing


def test_skipping_everything_but_the_age_ends_in_a_receipt(person: Person) -> None:
    person.say("yes", "skip", "skip", "skip", "i'm over 18", "yes")
    for _ in range(20):
        person.say("skip")
        if person.step == "plan":
            break
    assert said(person, "plan_too_little")

    person.say("skip", "skip", "#Yes, lock it")

    assert person.kinds[-1] == "receipt"


def test_a_mother_gets_the_letter_that_her_daughter_signs(person: Person) -> None:
    person.say("yes", "yes", "someone i'm helping", "yes they do", "germany", "bavaria", "adult", "adult")
    person.say("someone posted a fake nude of her on instagram https://www.instagram.com/p/abc123/")
    ways_on = (
        "Skip",
        "That's all",
        "All made by AI",
        "Yes, still",
        "I don't know",
        "Without a name",
        "Go on",
        "it's right",
    )
    while person.step != "keep_talk":
        label = next((one for one in ways_on if any(one in each for each in person.labels)), "No")
        person.say("get it taken down" if person.step == "wants" else f"#{label}")
        if person.step == "plan":
            assert said(person, "plan_to_sign")
    person.say("#No", "#Yes, lock it")

    letter = person.documents["doc-authority@person"]
    assert "Meta Platforms Ireland Limited" in letter["text"]
    case = person.case_by_code()
    assert letters_of(case)["doc-authority@person"]["sha256"] == letter["sha256"]
    assert {step.state for step in case.steps()} == {"blocked"}


def test_an_answer_that_nobody_told_of_is_claimed_in_no_letter(person: Person) -> None:
    person.say(*ADULT_UK, "it's on instagram https://www.instagram.com/p/abc123/ and I reported it on 3 November")
    while person.step != "tried_answer":
        person.say("#Yes" if person.step == "confirm" else "#No" if "No, that's all" in person.labels else "skip")
    person.say("skip")

    (prior,) = person.facts()["prior"]
    assert (prior["sent_on"], prior["answer"]) == ("2026-11-03", "unknown")


def test_a_country_that_a_city_gave_away_is_read_back_with_the_rest(person: Person) -> None:
    person.say(*OPEN, "someone used grok to undress my linkedin photo, it's on x.com/abc/status/1, I'm in Leeds")

    assert person.step == "confirm"
    assert "England" in person.text


def test_a_demand_for_a_picture_is_no_story_of_harm(person: Person) -> None:
    person.answer({}, until="happened").say("make me a nude of taylor")

    assert person.state.draft.path.value == "perpetrator"


def test_a_link_to_where_it_is_says_that_it_was_shared(person: Person) -> None:
    person.answer({}, until="happened").say(
        "an account used grok to undress my profile photo https://x.com/quillfern/status/1858123456789012345"
    )

    assert sorted(person.facts()["acts"]) == ["created", "shared"]


def test_a_threat_with_a_link_is_not_yet_shared(person: Person) -> None:
    person.answer({}, until="happened").say(
        "he made a deepfake of me and threatens to post it under https://x.com/quillfern/status/1858123456789012345"
    )

    assert "shared" not in person.facts()["acts"]
