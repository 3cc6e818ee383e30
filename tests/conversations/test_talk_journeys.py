"""Whole conversations for three legal areas, typed and tapped: what was said, what was sealed, what was not kept."""

from __future__ import annotations

import hashlib

import pytest

from casework.records import Kind
from tests.conversations.talk import Person, letters_of

UK = (
    "#Yes, you may", "yes I'm ok", "me",
    "someone used grok to undress my linkedin photo and it's on x.com/quillfeather/status/81, I'm in Leeds, "
    "I reported it last week and heard nothing",
    "#that's right",
)  # fmt: skip


def to_the_plan(person: Person, *answers: str) -> Person:
    """Answer question after question until the letters are shown."""
    person.say(*answers)
    assert "plan" in person.kinds, f"{person.step}: {person.text}"
    return person


def agree_and_seal(person: Person, *, who: str = "#I'll send", talk: str = "#leave it out") -> Person:
    person.say("#Go on")
    while person.step == "consent":
        person.say("#may go")
    if person.step == "who_sends":
        person.say(who)
    person.say(talk, "#Yes, lock it")
    assert person.kinds[-1] == "receipt"
    return person


def uk(person: Person) -> Person:
    return to_the_plan(
        person, *UK, "#Yes", "i'm 25", "yes i was over 18", "no", "yes", "#In a post on X", "I want it gone", "no", "no",
        "#real name", "Robin Quillfeather", "#safe e-mail", "robin@quillfeather.example",
        "They took it from the page of my pottery class.", "#it's right",
    )  # fmt: skip


def test_a_message_with_six_answers_is_asked_again_for_none_of_them(person: Person) -> None:
    person.say(*UK)

    asked = []
    for answer in ("#Yes", "i'm 25", "yes i was over 18", "no", "yes", "#In a post on X"):
        asked.append(person.step)
        person.say(answer)

    assert asked == ["maybe", "age_now", "age_in_image", "where_more", "still_up", "which_grok"]
    assert person.step == "wants"
    facts = person.facts()
    assert facts["person"]["uk_nation"] == "GB-ENG"
    assert facts["prior"][0]["sent_on"] == "2026-11-16"
    assert facts["image"]["kind"] == "altered"


def test_a_complaint_from_the_uk_reaches_the_team_whole_and_only_sealed(person: Person) -> None:
    agree_and_seal(uk(person), talk="#Yes, put it in")

    case = person.case("platform")
    letters = letters_of(case)
    assert {"doc-osa20A@x", "doc-art17@x", "doc-s164A@x"} <= set(letters)
    assert all("x.com/quillfeather/status/81" in letter["text"] for step, letter in letters.items() if "@x" in step)
    assert case.latest(Kind.IDENTITY)["name"] == "Robin Quillfeather"
    assert case.latest(Kind.STATEMENT)["text"] == "They took it from the page of my pottery class."
    assert any("linkedin" in str(turn["me"]) for turn in case.latest(Kind.TRANSCRIPT)["turns"])
    for word in ("quillfeather", "Quillfeather", "pottery", "linkedin photo", "Leeds"):
        assert person.house.files_with(word) == []


def test_what_was_agreed_to_is_what_was_shown_to_the_last_byte(person: Person) -> None:
    agree_and_seal(uk(person))

    case, shown = person.case("platform"), person.documents
    for step in case.steps():
        if step.document and step.state != "unconsented":
            letter = letters_of(case)[step.detail["id"]]
            assert hashlib.sha256(letter["text"].encode()).hexdigest() == shown[step.detail["id"]]["sha256"]
    assert [s for s in case.steps() if s.document == "doc-ico" and s.detail["id"] in letters_of(case)] == []


def test_nothing_of_the_talk_goes_into_the_case_unless_left_in(person: Person) -> None:
    agree_and_seal(uk(person), talk="#No, leave it out")

    assert person.case().latest(Kind.TRANSCRIPT) is None


def test_the_conversation_holds_nothing_once_the_case_is_sealed(person: Person) -> None:
    agree_and_seal(uk(person))

    assert "Quillfeather" not in person.kept
    assert "quillfeather" not in person.kept


def test_the_code_opens_the_case_and_is_in_no_file(person: Person) -> None:
    agree_and_seal(uk(person))

    assert person.case_by_code().latest(Kind.IDENTITY)["email"] == "robin@quillfeather.example"
    assert person.house.files_with(person.code) == []
    assert person.code not in person.kept


def test_a_complaint_from_bavaria_names_the_authority_of_the_land(person: Person) -> None:
    to_the_plan(
        person, "yes", "#Yes, it's okay", "#Me", "Germany", "#Bavaria", "31", "#18 or over in all",
        "it was posted on instagram, https://www.instagram.com/p/Cxquill81/ and someone made it with an app", "yes",
        "dont know", "no", "still there", "no nobody", "I want it gone and I want to complain to the data protection office",
        "thats all", "no", "#made-up name", "Quillfeather", "#safe e-mail", "q@quillfeather.example", "skip", "yes",
    )  # fmt: skip
    agree_and_seal(person)

    case = person.case("regulator")
    assert "regulator/dpa-de-by" in {s.queue for s in case.steps()} | {s.queue.lower() for s in case.steps()}
    assert "https://www.instagram.com/p/Cxquill81/" in letters_of(case)["doc-dsa16@meta"]["text"]
    assert person.house.files_with("Cxquill81") == []


def test_a_student_in_the_us_gets_the_48_hour_request_for_each_place(person: Person) -> None:
    to_the_plan(
        person, "y", "safe", "me", "I'm in Ohio. someone posted deepfakes of me on reddit", "it shows up on google too",
        "right", "i'm 20, in college", "all of them after 18", "dont know",
        "https://www.reddit.com/r/quillfeather/comments/abc81/title/?utm_source=share&utm_name=x", "#take it out",
        "https://www.google.com/search?q=quillfeather", "no", "yes", "not grok, some undress app", "no", "take it down", "done",
        "no", "real name", "Jane Quillfeather", "email", "jane@quillfeather.example", "skip", "right",
    )  # fmt: skip
    agree_and_seal(person)

    letters = letters_of(person.case("platform"))
    assert "comments/abc81/title/" in letters["doc-tida@reddit"]["text"]
    assert "utm_source" not in letters["doc-tida@reddit"]["text"]


@pytest.mark.parametrize("country", ["Portugal", "I live in Norway", "Canada", "Irland"])
def test_a_country_beyond_the_buttons_is_taken_as_typed(person: Person, country: str) -> None:
    person.say("yes", "yes", "me", country)

    assert person.step == "age_now"
    assert person.facts()["person"]["country"] in ("PT", "NO", "CA", "IE")


def test_another_country_is_asked_for_by_name_and_not_lost(person: Person) -> None:
    person.say("yes", "yes", "me", "#Somewhere else")
    assert person.step == "country_name"

    person.say("Brazil")

    assert person.facts()["person"]["country"] == "BR"


def test_a_site_that_is_not_listed_is_asked_for_by_name_and_not_lost(person: Person) -> None:
    person.say("yes", "yes", "me", "France", "30", "yes", "#posted", "#That's all", "#I'm not sure", "#Somewhere else")
    assert person.step == "where_name"

    person.say("some quillfeather board")

    assert person.facts()["places"][0]["platform"] == "some quillfeather board"


def test_two_sites_are_each_asked_for_their_link(person: Person) -> None:
    person.say("yes", "yes", "me", "France", "30", "yes", "it was posted on X and on Reddit", "#right")
    person.say("#I'm not sure") if person.step == "image_kind" else None
    assert person.step == "where_link"
    first = person.text

    person.say("#I don't have one")

    assert person.step == "where_link"
    assert person.text != first
    assert "Reddit" in person.text


def test_a_letter_to_someone_who_was_left_out_is_not_in_the_case(person: Person) -> None:
    person.say("yes", "yes", "me", "US", "30", "yes")
    person.say("someone posted it on https://www.reddit.com/r/a/comments/b81/c/ and https://x.com/quill/status/82")
    _finish_questions(person)
    person.say("#Go on")
    first = person.text
    person.say("#Leave")
    while person.step == "consent":
        person.say("#may go")
    person.say("#I'll send", "#leave it out", "#Yes, lock it")

    letters, left = letters_of(person.case("platform")), "reddit" if "Reddit" in first else "x"
    assert letters
    assert [step for step in letters if step.endswith(f"@{left}")] == []
    unsent = [s for s in person.case("platform").steps() if s.detail["recipient_id"] == left]
    assert unsent
    assert {s.state for s in unsent} == {"unconsented"}


ANSWERS = {
    "confirm": "#right", "maybe": "#No", "image_kind": "#I'm not sure", "where_more": "#No", "still_up": "#Yes",
    "where_link": "#I don't", "tool": "#I don't know", "tried": "#nobody", "wants": "#taken down", "wants_more": "#That's all",
    "reaction": "#No", "known_as": "#real name", "name": "Jane Quillfeather", "contact": "#safe e-mail",
    "email": "jane@quillfeather.example", "statement": "#Skip", "read_back": "#right", "happened": "#posted",
    "happened_more": "#That's all", "where": "#I don't know", "tried_when": "#Skip", "tried_answer": "#Nothing",
    "offer_clean_link": "#No",
}  # fmt: skip


def _finish_questions(person: Person) -> None:
    for _ in range(40):
        if person.step == "plan":
            return
        person.say(ANSWERS[str(person.step)])
    pytest.fail("the questions did not come to an end")
