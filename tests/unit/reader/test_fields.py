"""Who speaks for whom, how old, whom they told, and what only looks like an account: the ways of saying that were missed."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.reader import FACT, Reader

MONDAY = dt.date(2026, 11, 23)


def told(reader: Reader, text: str, field: str) -> set[str]:
    return {f.value for f in reader.read(text, MONDAY) if f.field == field and f.confidence >= FACT}


@pytest.mark.parametrize(
    "text",
    [
        "I'm her GP and I write with her consent.",
        "We have been instructed by our client, who wishes to stay anonymous.",
        "My flatmate is too embarrassed to write, so I do it.",
        "My father has authorised me to act.",
        "As the partner of the affected person I ask you for help.",
        "My cousin asked me to fill this in with her.",
    ],
)
def test_whoever_speaks_for_another_is_heard(reader: Reader, text: str) -> None:
    assert told(reader, text, "person.acting_for") == {"other"}


@pytest.mark.parametrize(
    "text",
    [
        "I am the one in the photos, I'm not asking for a friend.",
        "X asked me to fill in a form with my passport.",
        "My therapist told me to write to you.",
        "My boyfriend is too ashamed to be seen with me.",
        "My girlfriend's father made those pictures of me.",
        "My boyfriend is the one who did this to me.",
    ],
)
def test_whoever_is_only_named_is_not_acted_for(reader: Reader, text: str) -> None:
    assert told(reader, text, "person.acting_for") == set()


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("The portrait of me at the age of 35 was used.", "adult"),
        ("My picture is from when I had 30.", "adult"),
        ("I am 39 and, in the picture, 34.", "adult"),
        ("I'm writing for my niece. In the photo they used she was still 16.", "child"),
        ("They took a photo of me when I was like 15/16.", "child"),
    ],
)
def test_an_age_of_the_time_of_the_picture_is_read(reader: Reader, text: str, age: str) -> None:
    assert told(reader, text, "person.age_in_image") == {age}


@pytest.mark.parametrize(
    "text",
    [
        "My age is 31 years.",
        "It is all over the town. 47, Perth.",
        "Somebody made it. Sixty-eight I am!",
        "I ask for my neighbour, mrs. d, who is 71.",
        "I write on behalf of Ms K. Ms K. is thirty-four years of age.",
        "I'm 19 in Kathmandu and in the picture 18.",
    ],
)
def test_an_age_of_today_is_read(reader: Reader, text: str) -> None:
    assert told(reader, text, "person.age_now") == {"adult"}


@pytest.mark.parametrize("text", ["My neighbour, 44, made it.", "My boss, aged 50, saw the photo of me."])
def test_the_age_of_somebody_else_is_not_the_writers(reader: Reader, text: str) -> None:
    assert told(reader, text, "person.age_now") == set()


@pytest.mark.parametrize(
    "text",
    [
        "I was @home at @7pm and then @work.",
        "The style sheet says @media and @keyframes, my code @property.",
        "I saved it as my_face_v2.mp4.",
        "It was called offer_4.pdf.exe.",
        "My reference is ABC_2024_17, the file is called face_swap_9.",
        "I asked @TikTokSupport and @instagram.",
        "The address had session_id=abc_123 in it.",
        "On the server they wrote @everyone and @here.",
    ],
)
def test_what_only_looks_like_an_account_is_none(reader: Reader, text: str) -> None:
    assert told(reader, text, "places.handle") == set()


def test_a_name_in_quotes_after_a_comma_is_an_account(reader: Reader) -> None:
    assert told(reader, "The uploader, 'scotfun88', put it there.", "places.handle") == {"scotfun88"}


@pytest.mark.parametrize(
    "text",
    [
        "I've reported it to no one, they would only want to see it.",
        "I have contacted nobody so far.",
        "No reports, no police, no lawyer.",
        "Haven't involved anyone.",
        "i didnt report nothing to nobody",
    ],
)
def test_having_told_nobody_is_heard_and_is_no_report(reader: Reader, text: str) -> None:
    assert told(reader, text, "prior.nobody") == {"yes"}
    assert told(reader, text, "prior") == set()


def test_a_report_remembered_later_outweighs_nobody(reader: Reader) -> None:
    text = "nobody. oh wait I did report it to instagram on 9 November"

    assert told(reader, text, "prior") == {"platform"}
    assert told(reader, text, "prior.sent_on") == {"2026-11-09"}
    assert told(reader, text, "prior.nobody") == set()


@pytest.mark.parametrize(
    ("text", "prior"),
    [
        ("It's been reported on the site itself.", {"platform"}),
        ("X was notified on 14 October and dismissed the notice.", {"platform:refused"}),
        ("The police in Utrecht let me know that they cannot do anything abroad.", {"police:refused"}),
        ("Vimeo has yet to decide. The ICO: they're looking into it.", {"platform:none", "regulator:none"}),
        ("We told insta (where it is) and they banned her account straight away.", {"platform:removed"}),
        ("I asked the operator of the website to erase the image and he has not reacted.", {"platform:none"}),
        ("I told Reddit and they removed it. I wrote to the forum and heard nothing.", {"platform:removed", "platform:none"}),
        ("We've approached TikTok, which led to nothing at all.", {"platform:none"}),
        ("Snapchat (no answer), Instagram (removed), Twitter (refused)",
         {"platform:none", "platform:removed", "platform:refused"}),
    ],
)  # fmt: skip
def test_who_was_told_and_what_came_back(reader: Reader, text: str, prior: set[str]) -> None:
    assert told(reader, text, "prior") == prior


@pytest.mark.parametrize(
    "text", ["They used a real photo of me that they changed.", "In their version the dress is gone."]
)
def test_a_changed_photo_is_heard(reader: Reader, text: str) -> None:
    assert told(reader, text, "image") == {"altered"}
