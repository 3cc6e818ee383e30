"""Whole conversations for three legal areas, typed and tapped: what was said, what was sealed, what was not kept."""

from __future__ import annotations

import hashlib

import pytest

from actions.context import Services
from casework.records import Kind
from casework.takeaway import letter
from tests.conversations.talk import Person, agree_and_seal, letters_of, wordings

STORY = (
    "someone used grok to undress my linkedin photo and it's on x.com/quillfeather/status/81, I'm in Leeds, "
    "I reported it last week and heard nothing"
)
UK = {
    "maybe": "#Yes", "age_now": "i'm 25", "age_in_image": "yes i was over 18", "where_more": "no", "still_up": "yes",
    "which_grok": "in a post on x", "wants": "I want it gone", "reaction": "no", "known_as": "with my real name",
    "name": "Robin Quillfeather", "contact": "#safe e-mail", "email": "it's robin@quillfeather.example thanks",
    "statement": "They took it from the page of my pottery class.",
}  # fmt: skip
BAVARIA = {
    "region": "#Bavaria", "age_now": "31", "age_in_image": "#18 or over in all", "image_kind": "dont know", "tool": "an undress app",
    "tried": "no nobody", "wants": "I want it gone and I want to complain to the data protection office",
    "known_as": "#made-up name", "name": "Quillfeather", "contact": "yes", "email": "q@quillfeather.example", "statement": "skip",
}  # fmt: skip
US = {
    "age_now": "i'm 20, in college", "age_in_image": "all of them after 18", "where_link": "#I don't have one",
    "offer_clean_link": "#take it out", "tool": "not grok, some undress app", "wants": "take it down",
    "known_as": "real name", "name": "Jane Quillfeather", "email": "jane@quillfeather.example",
}  # fmt: skip


def uk(person: Person) -> Person:
    person.say("#Yes, you may", "yes I'm ok", "me", STORY, "#that's right")
    return person.answer(UK, until="plan")


def test_a_message_with_six_answers_is_asked_again_for_none_of_them(person: Person) -> None:
    person.say("#Yes, you may", "yes I'm ok", "me", STORY, "#that's right")

    asked = person.answer(UK, until="wants").asked

    assert asked == ["maybe", "age_now", "age_in_image", "where_more", "still_up", "which_grok", "tried_what"]
    assert person.facts()["person"]["uk_nation"] == "GB-ENG"
    assert person.facts()["prior"][0]["sent_on"] == "2026-11-16"
    assert person.facts()["image"]["kind"] == "altered"


def test_the_requests_to_one_uk_company_are_one_letter_that_goes_once(person: Person) -> None:
    shown = uk(person).documents
    letter = shown["doc-art17@x"]

    assert "doc-s164A@x" not in shown
    assert {each["step"] for each in letter["carries"]} >= {"doc-art17@x", "doc-s164A@x"}
    assert all(each["due"] for each in letter["carries"])
    assert "section 164A" in letter["text"]

    agree_and_seal(person)
    kept = letters_of(person.case("platform"))
    together = kept["doc-art17@x"]["carries"]
    assert {kept[step]["sha256"] for step in together} == {letter["sha256"]}

    client = person.house.client
    token = client.request("POST", "/api/v1/cases/open", json={"receipt": person.code}).json()["token"]
    bearer, current = {"Authorization": f"Bearer {token}"}, "/api/v1/cases/current"
    rows = {row["step"]: row for row in client.request("GET", current, headers=bearer).json()["steps"]}
    sent = {"kind": "sent", "on": person.house.clock().date().isoformat()}
    client.request("POST", f"{current}/steps/{rows['doc-s164A@x']['id']}/events", headers=bearer, json=sent)

    after = {row["step"]: row["state"] for row in client.request("GET", current, headers=bearer).json()["steps"]}
    assert {after[step] for step in together} == {"sent"}
    assert after["doc-osa20A@x"] == "ready"


def test_a_complaint_from_the_uk_reaches_the_team_whole_and_only_sealed(person: Person) -> None:
    agree_and_seal(uk(person), talk="#Yes, put it in")

    case = person.case("platform")
    letters = letters_of(case)
    assert {"doc-osa20A@x", "doc-art17@x", "doc-s164A@x"} <= set(letters)
    assert all(
        "x.com/quillfeather/status/81" in letter["text"] for step, letter in letters.items() if step.endswith("@x")
    )
    assert case.latest(Kind.IDENTITY)["name"] == "Robin Quillfeather"
    assert case.latest(Kind.IDENTITY)["email"] == "robin@quillfeather.example"
    assert case.latest(Kind.STATEMENT)["text"] == UK["statement"]
    assert any("linkedin" in str(turn["me"]) for turn in case.latest(Kind.TRANSCRIPT)["turns"])
    for word in ("quillfeather", "Quillfeather", "pottery", "linkedin photo", "Leeds"):
        assert person.house.files_with(word) == []


def test_what_was_agreed_to_is_what_was_shown_to_the_last_byte(person: Person) -> None:
    agree_and_seal(uk(person))

    letters, shown = letters_of(person.case("platform")), person.letter_of
    assert letters
    assert {step: hashlib.sha256(letter["text"].encode()).hexdigest() for step, letter in letters.items()} == {
        step: shown[step]["sha256"] for step in letters
    }


def test_letters_read_before_midnight_are_sealed_after_it_word_for_word(person: Person) -> None:
    clock, began = person.house.clock, person.house.clock.now
    clock.now = began.replace(hour=23, minute=50)
    try:
        person.begin()
        uk(person)
        clock.now = clock.now.replace(day=began.day + 1, hour=0, minute=20)
        agree_and_seal(person)
    finally:
        clock.now = began

    letters = letters_of(person.case("platform"))
    assert {step: letter["sha256"] for step, letter in letters.items()} == {
        s: person.letter_of[s]["sha256"] for s in letters
    }
    assert "doc-art17@x" in letters


def test_nothing_of_the_talk_goes_into_the_case_unless_left_in(person: Person) -> None:
    agree_and_seal(uk(person), talk="#No, leave it out")

    assert person.case().latest(Kind.TRANSCRIPT) is None


def test_the_conversation_holds_nothing_once_the_case_is_sealed(person: Person) -> None:
    agree_and_seal(uk(person))

    assert "uillfeather" not in person.kept


def test_the_code_opens_the_case_and_is_in_no_file(person: Person) -> None:
    agree_and_seal(uk(person))

    assert person.case_by_code().latest(Kind.IDENTITY)["email"] == "robin@quillfeather.example"
    assert person.house.files_with(person.code) == []
    assert person.code not in person.kept


def test_the_first_date_is_named_when_the_case_is_sealed(person: Person) -> None:
    agree_and_seal(uk(person))

    assert "25 November 2026" in person.text


def test_a_letter_sent_by_the_team_is_read_and_signed_as_the_team_sends_it(person: Person, shared: Services) -> None:
    uk(person).say("#Go on", "#may go", "#Please send them")
    assert "authorise A helpline to act for me" in person.documents["doc-authority@team"]["text"]
    assert person.step == "signature"
    shown = {step: document["sha256"] for step, document in person.letter_of.items()}

    person.say("Robin Quill", "go back", "Robin Quillfeather", "#leave it out", "#Yes, lock it")

    authority = letter(person.case_by_code(), shared.law, "doc-authority", person.house.clock())
    assert authority is not None
    assert "authorise A helpline to act for me" in authority.text
    assert "Signed: Robin Quillfeather" in authority.text
    case = person.case("platform")
    letters = letters_of(case)
    assert letters["doc-authority"]["sha256"] == shown["doc-authority@team"]
    assert letters["doc-art17@x"]["sha256"] == shown["doc-art17@x"]
    assert {step.mode for step in case.steps() if step.detail["id"] in letters} == {"host"}


def test_without_a_signature_the_letters_are_those_that_were_read_first(person: Person) -> None:
    uk(person).say("#Go on")
    first = {step: document["sha256"] for step, document in person.letter_of.items()}

    person.say("#may go", "#Please send them", "#Skip", "#leave it out", "#Yes, lock it")

    case = person.case("platform")
    letters = letters_of(case)
    assert letters
    assert {step: letter["sha256"] for step, letter in letters.items()} == {step: first[step] for step in letters}
    assert {step.mode for step in case.steps()} == {"self"}


def test_a_complaint_from_bavaria_names_the_authority_of_the_land(person: Person) -> None:
    person.say("yes", "#Yes, it's okay", "#Me", "Germany", "#Bavaria")
    person.say("it was posted on instagram, https://www.instagram.com/p/Cxquill81/ with my face on it")
    agree_and_seal(person.answer(BAVARIA, until="plan"))

    case = person.case("regulator")
    assert [s.queue for s in case.steps() if s.queue == "regulator/dpa-de-debaylda"] != []
    assert "https://www.instagram.com/p/Cxquill81/" in letters_of(case)["doc-art17@meta"]["text"]
    assert person.house.files_with("Cxquill81") == []


def test_a_student_in_the_us_gets_the_48_hour_request_without_the_share_code(person: Person) -> None:
    person.say(
        "y", "safe", "me", "I'm in Ohio. someone posted deepfakes of me on reddit", "it shows up on google too", "right"
    )
    person.answer(US, until="where_link")
    person.say("https://www.reddit.com/r/quill/comments/abc81/title/?utm_source=share&utm_name=x")
    agree_and_seal(person.answer(US, until="plan"))

    letters = letters_of(person.case("platform"))
    assert "comments/abc81/title/" in letters["doc-tida@reddit"]["text"]
    assert "utm_source" not in letters["doc-tida@reddit"]["text"]


def test_a_letter_to_someone_who_was_left_out_is_not_in_the_case(person: Person) -> None:
    person.say("yes", "yes", "me", "US", "30", "yes")
    person.say("someone posted it on https://www.reddit.com/r/a/comments/b81/c/ and https://x.com/quill/status/82")
    person.answer({}, until="plan").say("#Go on")
    left = "reddit" if "Reddit" in person.text else "x"
    person.say("#Leave")
    person.answer({"consent": "#may go"}, until="who_sends").say("#I'll send", "#leave it out", "#Yes, lock it")

    case = person.case("platform")
    assert letters_of(case)
    assert [step for step in letters_of(case) if step.endswith(f"@{left}")] == []
    assert {s.state for s in case.steps() if s.detail["recipient_id"] == left} <= {"unconsented", "blocked"}


@pytest.mark.parametrize(
    ("words", "code"), [("Portugal", "PT"), ("I live in Norway", "NO"), ("Canada", "CA"), ("Irland", "IE")]
)
def test_a_country_beyond_the_buttons_is_taken_as_typed(person: Person, words: str, code: str) -> None:
    person.say("yes", "yes", "me", words)

    assert person.step == "age_now"
    assert person.facts()["person"]["country"] == code


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
    person.say("yes", "yes", "me", "France", "30", "yes", "it was posted on X and on Reddit")
    person.answer({}, until="where_link")
    assert "X" in person.text

    person.say("#I don't have one")

    assert person.step == "where_link"
    assert "Reddit" in person.text


def test_a_country_put_right_later_replaces_the_first_one_with_its_parts(person: Person) -> None:
    person.say("yes", "yes", "me", "UK", "no I meant Ireland")

    assert person.facts()["person"]["country"] == "IE"
    assert person.step == "age_now"


def test_a_site_put_right_replaces_the_one_named_before(person: Person) -> None:
    person.say("yes", "yes", "me", "Ireland", "30", "yes", "#posted", "#That's all", "#I'm not sure")
    person.say("twitter", "no, it was Instagram")

    assert [place["platform"] for place in person.facts()["places"]] == ["meta"]


def test_someone_who_asked_for_help_is_written_for_in_their_name(person: Person) -> None:
    person.say("yes", "it's okay", "my daughter, she's 23. Her ex made a fake video of her and put it on Instagram")
    assert "them" in person.text

    asked = person.answer(
        {"other_agrees": "she asked me to", "country": "germany", "region": "munich"}, until="age_in_image"
    ).asked

    assert "for_whom" not in asked
    assert "age_now" not in asked
    assert "other_agrees" in asked
    assert "18 or over" in person.text
    assert "you 18" not in person.text


def test_every_link_of_one_message_is_kept_and_read_back(person: Person) -> None:
    person.say("yes", "yes", "me")
    person.say(
        "the account is called @quill_leaks and the post is https://x.com/quill_leaks/status/1850000000000000000 and there is "
        "another one at https://x.com/quill_leaks/status/1850000000000000001, they are fakes of me"
    )

    links = [place["url"] for place in person.facts()["places"] if place["url"]]
    assert links == [f"https://x.com/quill_leaks/status/185000000000000000{n}" for n in (0, 1)]
    assert "2 links" in person.text


def test_a_story_told_before_the_consent_waits_for_it_and_is_not_lost(person: Person) -> None:
    person.say("my ex made deepfakes of me and posted them on reddit")
    assert person.step == "hear"
    assert "yes" in person.text

    person.say("ok yes", "yes")

    assert person.step == "confirm"
    assert "Reddit" in person.text


def test_a_story_told_before_a_refusal_is_gone(person: Person) -> None:
    person.say("my ex made deepfakes of me and posted them on quillreddit.example and reddit", "#No")

    assert "quillreddit" not in person.kept
    assert person.facts()["acts"] == []
    assert person.contacts


def test_a_question_beside_the_facts_is_answered_and_the_facts_are_kept(person: Person) -> None:
    person.say("yes", "yes", "me", "I'm in Leeds and they posted it on X, who can see what I write here?")

    assert person.facts()["person"]["uk_nation"] == "GB-ENG"


@pytest.mark.parametrize(
    ("words", "response"),
    [
        ("why do you ask?", "why_country"), ("who can see this?", "who_sees"), ("how long does this take?", "how_long"),
        ("what happens next?", "next"), ("is this free?", "cost"), ("are you a bot?", "bot"), ("help", "help"),
        ("can you promise that it comes down?", "promise"), ("do you keep my data?", "retention"),
    ],
)  # fmt: skip
def test_a_question_of_theirs_is_answered_and_ours_is_asked_again(person: Person, words: str, response: str) -> None:
    person.say("yes", "yes", "me", words)

    assert person.last[0]["text"] in wordings(response)
    assert person.step == "country"
    assert "United Kingdom" in person.labels


def test_back_asks_the_last_question_again_and_takes_its_answer_back(person: Person) -> None:
    person.say("yes", "yes", "me", "uk", "england", "30", "yes", "#posted")
    asked = [person.step]
    for _ in range(5):
        person.say("back")
        asked.append(person.step)

    assert asked == ["happened_more", "happened", "age_in_image", "age_now", "nation", "country"]
    assert person.facts()["acts"] == []
    assert person.facts()["person"]["country"] is None


def test_stop_asks_whether_to_go_on_to_pause_or_to_delete_and_loses_nothing(person: Person) -> None:
    person.say("yes", "yes", "me", "uk", "stop")
    assert person.labels == ["Go on", "Pause and get a code", "Delete it all", "Talk to a person"]

    person.say("#Go on")

    assert person.step == "nation"


def test_starting_again_is_asked_first_and_forgets_all(person: Person) -> None:
    person.say("yes", "yes", "me", "Spain", "start again")
    assert person.facts()["person"]["country"] == "ES"

    person.say("#Yes, start again")

    assert person.step == "safe"
    assert person.facts()["person"]["country"] is None


def test_writing_to_the_team_makes_a_case_for_triage_with_what_was_told(person: Person) -> None:
    person.say("yes", "yes", "me", "Spain", "can I talk to a human please", "#Write to the team")
    person.say("Please quillcall me about this, I would rather write to someone.")

    case = person.case("triage")
    assert [step.queue for step in case.steps()] == ["triage"]
    assert case.latest(Kind.THREAD)["text"].startswith("Please quillcall me")
    assert case.latest(Kind.FACTS)["person"]["country"] == "ES"
    assert person.kinds[-1] == "receipt"
    assert "quillcall" not in person.kept
    assert person.house.files_with("quillcall") == []


def test_asking_for_a_number_shows_the_lines_of_the_country(person: Person) -> None:
    person.say("yes", "yes", "me", "uk", "human", "#who to call")

    assert "Revenge Porn Helpline" in person.contacts
    assert person.step == "nation"


def test_nothing_follows_a_sealed_case_but_the_way_to_it(person: Person) -> None:
    agree_and_seal(person.answer({}, until="plan"))

    person.say("hello?")
    assert "code" in person.text
    person.say("delete everything")

    assert not person.is_gone
    assert person.case("triage").steps()


def test_a_plan_without_a_letter_says_what_is_missing_and_still_keeps_what_was_told(person: Person) -> None:
    person.say("yes", "yes", "me", "France", "30", "yes", "#posted", "#That's all", "#I'm not sure", "#Telegram")
    person.answer({}, until="plan")
    assert person.documents == {}
    assert "a link or an account name" in person.text
    assert "these letters" not in person.text

    person.say("#Go on", "#leave it out", "#Yes, lock it")

    assert {step.state for step in person.case().steps()} == {"blocked"}
