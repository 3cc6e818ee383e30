"""A letter after another names that letter, answers the reason that was given, and no other."""

from __future__ import annotations

import re

import pytest
from letter_kit import LINK

ASKED = {"kind": "platform", "to": "x", "document": "doc-art17", "sent_on": "2026-10-05", "reference": "AB-1"}
REFUSED = ASKED | {"answer": "refused", "answered_on": "2026-10-20"}
REPORT = {"kind": "platform", "to": "x", "document": "doc-osa20A", "sent_on": "2026-10-05"}
ARGUMENTS = {
    "identity": "Proof of who I am",
    "public_interest": "The public interest",
    "not_us": "Who is responsible",
    "use_form": "Your form",
    "fee": "The fee",
    "other": "Your reasons",
}


def test_a_reminder_names_each_letter_its_day_and_its_number(write):
    complaint = ASKED | {"document": "doc-s164A", "reference": None}
    made = write("doc-reminder", prior=[ASKED, complaint])

    assert made.title == "Reminder of my letters"
    assert "On 5 October 2026 I asked you to erase my data (Article 17). I have recorded no answer." in made.text
    assert "The reference is: AB-1" in made.text
    assert "one month from receipt" in made.text and "30 days from receipt" in made.text
    assert "the Information Commissioner under section 165" in made.text


def test_a_reminder_under_eu_law_speaks_of_the_extension_and_of_article_77(write):
    made = write("doc-reminder", person={"country": "FR"}, prior=[ASKED | {"answer": "extended"}])

    assert "The answer was that more time was needed." in made.text
    assert "two further months" in made.text
    assert "a supervisory authority under Article 77 GDPR" in made.text
    assert "164A" not in made.text and "Commissioner" not in made.text


@pytest.mark.parametrize("reason", ARGUMENTS)
@pytest.mark.parametrize("country", ["GB", "FR"])
def test_each_reason_gets_its_own_argument_and_no_other(write, reason, country):
    text = write("doc-reply", person={"country": country}, prior=[REFUSED | {"refusal": reason}]).text
    headings = set(text.split("\n")) & set(ARGUMENTS.values())

    assert headings == {ARGUMENTS[reason]}
    assert "The answer of 20 October 2026 was a refusal." in text
    assert not re.search(r"(?<!UK )GDPR" if country == "GB" else "UK GDPR|164A", text)


def test_several_reasons_get_several_arguments(write):
    text = write("doc-reply", prior=[REFUSED | {"refusal": "fee"}, REFUSED | {"refusal": "identity"}]).text

    assert text.index("Proof of who I am") < text.index("The fee")


def test_who_is_asked_for_proof_offers_other_ways_and_no_document(write):
    prior = [REFUSED | {"refusal": "identity"}]
    text = write("doc-reply", prior=prior).text
    other = write("doc-reply", prior=prior, person={"acting_for": "other"}).text

    assert "I do not send one, and I do not send the imagery." in text
    for article in ("12(6)", "12(2)", "11(2)", "11(1)", "5(1)(c)"):
        assert article in text
    assert "my signed statement, in this letter" in text
    assert "the signed letter of authority that comes with this letter" in other


def test_proof_is_argued_differently_where_data_would_be_handed_out(write):
    access = REFUSED | {"document": "doc-art15", "refusal": "identity"}

    assert "hands no data about me to anyone" in write("doc-reply", prior=[REFUSED | {"refusal": "identity"}]).text
    assert "hands no data about me to anyone" not in write("doc-reply", prior=[access]).text


def test_what_a_host_must_do_is_the_law_of_where_the_person_lives(write):
    prior = [REFUSED | {"refusal": "not_us"}]
    uk, eu, made_only = (
        write("doc-reply", prior=prior, **form).text
        for form in ({}, {"person": {"country": "FR"}}, {"acts": ["created"], "places": []})
    )

    assert "section 20A" in uk and "2022/2065" not in uk
    assert "2022/2065" in eu and "section 20A" not in eu
    assert "section 20A" not in made_only


def test_an_internal_complaint_names_notice_decision_and_machine(write):
    notice = ASKED | {"document": "doc-dsa16", "answer": "refused", "answered_on": "2026-10-06", "automated": True}
    text = write("doc-dsa20", prior=[notice]).text

    assert "On 5 October 2026 I gave you a notice under Article 16" in text
    assert "The answer of 6 October 2026 was a refusal." in text
    assert "As far as I can tell, a machine alone took the first decision." in text
    assert "a machine alone" not in write("doc-dsa20", prior=[notice | {"automated": False}]).text


def test_after_silence_the_hours_are_over_and_after_a_refusal_it_is_contested(write):
    for document, article in (("doc-osa21", "section 10(3A)"), ("doc-ftc", "section 3(a)(3)")):
        to = "reddit" if document == "doc-ftc" else "x"
        silent, refused = (
            write(document, prior=[REPORT | {"to": to, "answer": answer}]).text for answer in ("none", "refused")
        )
        assert f"the 48 hours that {article} allows" in silent and "I do not accept that answer." not in silent
        assert "I do not accept that answer." in refused and "48 hours that" not in refused


def test_a_search_engine_is_told_who_was_asked_and_not_what_they_answered(write):
    text = write("doc-art17-2", step={"about": ("x",), "concerns": ()}, prior=[REFUSED | {"refusal": "fee"}]).text

    assert "On 5 October 2026 I asked X Internet Unlimited Company to erase my data (Article 17)." in text
    assert "refusal" not in text and "fee" not in text
    assert LINK in text.split("\n")


def test_a_search_engine_is_not_told_that_anyone_was_asked_who_was_not(write):
    assert "I asked X" not in write("doc-art17-2", prior=[REPORT]).text
    assert "I ask that it be erased wherever it is published." in write("doc-art17-2").text


def test_a_withdrawal_takes_back_what_it_names_and_gives_nothing_up(write):
    made = write("doc-withdrawal", prior=[REFUSED | {"refusal": "fee"}])

    assert made.title == "Withdrawal of my letter"
    assert "On 5 October 2026 I asked you to erase my data (Article 17). The reference is: AB-1" in made.text
    assert "I give up no right by this." in made.text
    assert "refusal" not in made.text and "imagery" not in made.text


def test_a_host_is_told_of_the_site_and_never_who_complains(write):
    place = {"platform": "forum.example", "url": "https://forum.example/t/1"}
    notice = ASKED | {"to": "forum.example", "document": "doc-dsa16"}
    made = write("doc-host", places=[place], step={"about": ("forum.example",)}, prior=[notice])

    assert made.text.startswith("To: HostCo\n")
    assert "On 5 October 2026 I gave forum.example a notice under Article 16" in made.text
    assert place["url"] in made.text.split("\n")
    assert not {"name", "signature"} & set(made.needs_identity)


def test_the_police_are_told_of_every_page_message_and_company_asked(write):
    places = [{"platform": "x", "url": LINK}, {"platform": "forum.example", "url": "https://forum.example/t/1"}]
    text = write(
        "doc-police",
        step={"about": ()},
        places=places,
        acts=["shared", "threatened"],
        person={"uk_nation": "GB-ENG"},
        prior=[ASKED | {"document": "doc-art18"}],
    ).text

    assert all(place["url"] in text.split("\n") for place in places)
    assert "the messages in which someone threatened to make it public" in text
    assert "locked for you: X Internet Unlimited Company." in text
    assert "s.66B" in text and "I enclose no image." in text
    assert text.startswith("To: The police where I live\n")
    assert "I write in English" not in text


def test_the_police_elsewhere_are_told_that_it_is_in_english(write):
    assert "If you need this in French" in write("doc-police", person={"country": "FR"}).text


@pytest.mark.parametrize(
    ("country", "cited", "not_cited"),
    [
        ("FR", "226-8-1", "KunstUrhG"),
        ("DE", "KunstUrhG", "226-8-1"),
        ("IT", "612-quater", "226-8-1"),
        ("SE", "", "crime"),
    ],
)
def test_a_notice_cites_the_criminal_law_of_where_the_person_lives(write, country, cited, not_cited):
    text = write("doc-dsa16", person={"country": country}).text

    assert cited in text
    assert not_cited not in text


def test_criminal_law_that_is_not_verified_is_not_cited(law, write):
    unverified = [row.article for row in law.rights.values() if row.crime and not row.evidence.verified]

    assert unverified
    for country in ("NL", "GB"):
        text = write("doc-police", person={"country": country, "uk_nation": "GB-ENG"}).text
        assert not [article for article in unverified if f", {article})" in text]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("doc-esafety", ["image-based abuse scheme", "I send no images"]),
        ("doc-in-grievance", ["within two hours", "Grievance Officer"]),
        ("doc-garante", ["Article 144-bis", "within 48 hours", "If you need this in Italian"]),
    ],
)
def test_reports_of_other_countries_say_what_their_law_asks(write, document, words):
    made = write(document)

    assert [word for word in words if word not in made.text] == []
    assert LINK in made.text.split("\n")


def test_the_garantes_own_form_is_pointed_out(write):
    assert any("by its own form only" in notice for notice in write("doc-garante").notices)


@pytest.mark.parametrize("country", ["GB", "FR"])
@pytest.mark.parametrize(("day", "late"), [("2026-10-20", False), ("2026-11-20", True)])
def test_more_time_that_was_taken_too_late_is_called_late(write, country, day, late):
    prior = ASKED | {"answer": "extended", "answered_on": day}
    text = write("doc-reminder", person={"country": country}, prior=[prior]).text

    assert ("so the time was not extended" in text) == late


def test_a_complaint_that_asked_for_access_is_not_said_to_hand_out_nothing(write):
    prior = [REFUSED | {"document": "doc-s164A", "refusal": "identity"}]

    assert "hands no data" in write("doc-reply", prior=prior, wants=["erase"]).text
    assert "hands no data" not in write("doc-reply", prior=prior, wants=["know_who"]).text


def test_a_reply_without_a_known_reason_points_below_and_argues_article_6_only_for_what_is_processed(write):
    erasure, access = (
        write("doc-reply", prior=[REFUSED | {"document": document, "refusal": "other"}]).text
        for document in ("doc-art17", "doc-art15")
    )

    assert "above" not in erasure + access
    assert "No lawful basis in Article 6" in erasure and "No lawful basis in Article 6" not in access


def test_a_company_whose_name_ends_in_a_stop_gets_one(write):
    prior = ASKED | {"to": "reddit", "document": "doc-osa20A", "answer": "refused"}
    for document in ("doc-ftc", "doc-police"):
        for row in (prior, prior | {"document": "doc-art18"}, prior | {"document": "doc-ftc"}):
            text = write(document, step={"about": ("reddit",)}, person={"country": "US"}, prior=[row]).text
            assert ".." not in text and "Reddit, Inc" in text
