"""Nothing is asserted that the person did not say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from asserting import unbacked, without_story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from letter_kit import EVERY, FOLLOW_UPS, TODAY, facts, step_for

from casework.documents import draft

# What only a person who gave the fact may be made to say.
SAID_BY = {
    "shared": r"\bshared without\b|\bmade and shared\b|s\.66B|Directive \(EU\) 2024/1385",
    "created": r"\bmade without my consent\b|\bmade and shared\b",
    "threatened": r"\bthreatened\b",
    "extorted": r"demanded money",
    "searchable": r"found through (a search engine|your search results)",
    "trained_on": r"was used to train an AI model",
}
IMAGE_WORDS = {"synthetic": r"synthetic", "altered": r"altering a photograph", "real": r"imagery of me\b"}
ACTS = st.frozensets(st.sampled_from(sorted(SAID_BY)))
KINDS = st.sampled_from(["synthetic", "altered", "real", "unsure"])


@pytest.mark.parametrize("document", sorted(EVERY))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, image=KINDS)
def test_an_act_that_was_not_said_is_in_no_document(write, document, acts, image):
    text = write(document, acts=sorted(acts), image=image).text

    assert [act for act, words in SAID_BY.items() if act not in acts and re.search(words, text)] == []


@pytest.mark.parametrize("document", sorted(EVERY))
@pytest.mark.parametrize("image", ["synthetic", "altered", "real", "unsure"])
def test_the_kind_of_image_is_only_what_the_person_said(write, document, image):
    text = write(document, image=image).text

    assert [kind for kind, words in IMAGE_WORDS.items() if kind != image and re.search(words, text)] == []
    if image in ("real", "unsure"):
        assert not re.search(r"digital forgery|\bfake\b|deepfake|AI-", text)


@pytest.mark.parametrize("document", sorted(EVERY))
def test_no_document_speaks_of_what_was_never_asked(write, document):
    text = write(document).text

    assert not re.search(r"public figure|distress|anxiety|ashamed|my employer|the perpetrator|ex-partner", text)
    assert not re.search(r"still there|no longer there|first seen|Account:", text, re.IGNORECASE)
    assert not re.search(r"On \\d+ \\w+ 20\\d\\d I \\w+ed|I have told", text)
    assert not re.search(r"Grok", text.replace("Grok app and grok.com (xAI)", ""))


@pytest.mark.parametrize("document", sorted(EVERY))
@pytest.mark.parametrize("image", ["real", "unsure"])
@pytest.mark.parametrize("acts", [[], ["threatened"], ["extorted"], ["searchable"]])
def test_nobody_is_made_to_say_that_a_real_image_was_never_agreed_to(write, document, image, acts):
    assert not re.search(r"did not (consent|agree)", write(document, acts=acts, image=image).text) or (
        document == "doc-tida" and "I did not agree to this use of it" in write(document, acts=acts, image=image).text
    )


@pytest.mark.parametrize(
    ("acts", "image", "said"),
    [
        (["threatened"], "real", "I do not consent to its being shared."),
        (["searchable"], "unsure", "I do not consent to this use of it."),
        (["threatened"], "synthetic", "I did not consent to it."),
        (["shared"], "real", "It was shared without my consent."),
    ],
)
def test_consent_is_told_as_far_as_the_facts_go(write, acts, image, said):
    assert said in write("doc-police", acts=acts, image=image).text


def test_what_was_said_about_a_place_is_said_again_and_no_more(write):
    link = "https://x.com/a/status/1"
    seen = write(
        "doc-art17", places=[{"platform": "x", "url": link, "first_seen": "2026-03-03", "still_up": False}]
    ).text

    assert "(first seen on 3 March 2026, no longer there when I last looked)" in seen


def test_the_tool_is_named_only_to_its_operator_and_to_regulators(write):
    assert "which you operate" in write("doc-art17", "x", generator="x_grok").text
    assert "Grok" not in write("doc-art17", "reddit", generator="x_grok", places=[{"platform": "reddit"}]).text
    assert "@Grok on X." in write("doc-ico", generator="x_grok").text


def test_threats_are_not_told_to_a_company_that_is_asked_for_data(write):
    assert "threatened" not in write("doc-art15", acts=["shared", "threatened"]).text
    assert "threatened" in write("doc-osa20A", acts=["shared", "threatened"]).text


def test_a_threat_alone_is_what_the_letter_is_about(write):
    assert "Someone has threatened to make it public." in write("doc-art18", acts=["threatened"]).text


def test_compensation_is_asked_for_only_when_wanted(write):
    assert "damage" not in write("doc-s164A").text
    assert "Article 82" in write("doc-s164A", wants=["compensation"]).text


def test_the_offence_is_cited_only_in_england_and_wales(write):
    cited = {
        n: "66B" in write("doc-osa20A", person={"uk_nation": n}).text for n in ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR")
    }

    assert cited == {"GB-ENG": True, "GB-WLS": True, "GB-SCT": False, "GB-NIR": False}


def test_silence_is_not_called_a_refusal(write):
    earlier = {"kind": "platform", "to": "x", "document": "doc-art17", "sent_on": "2026-11-20"}

    assert "not met" not in write("doc-ico", prior=[earlier]).text
    assert "My request under Article 17 was not met" in write("doc-ico", prior=[earlier | {"answer": "refused"}]).text


LETTERS = sorted(set(EVERY) - {"doc-authority"})
DATES = st.sampled_from([None, "2026-03-03", "2026-10-08"])
PLACE = st.fixed_dictionaries(
    {"platform": st.sampled_from(["x", "reddit", "google_search", "forum.example"])},
    optional={
        "url": st.sampled_from(["https://x.com/a/status/1", "https://forum.example/t/1"]),
        "handle": st.sampled_from(["@one", "@two"]),
        "first_seen": DATES,
        "still_up": st.sampled_from([True, False, None]),
    },
)
PRIOR = st.fixed_dictionaries(
    {
        "kind": st.just("platform"),
        "to": st.sampled_from(["x", "reddit", "google_search", "forum.example"]),
        "document": st.sampled_from([None, *LETTERS]),
        "sent_on": DATES,
        "answer": st.sampled_from(["none", "refused", "partial", "removed", "extended", "unknown"]),
    },
    optional={
        "answered_on": DATES,
        "refusal": st.sampled_from(["identity", "public_interest", "not_us", "use_form", "fee", "other"]),
        "automated": st.booleans(),
        "reference": st.sampled_from(["AB-1", "{{name}}"]),
    },
)
WANTS = st.frozensets(
    st.sampled_from(["erase", "stop_processing", "know_who", "preserve", "regulator", "police", "compensation"])
)
PERSON = st.fixed_dictionaries(
    {"acting_for": st.sampled_from(["self", "other"])},
    optional={"country": st.sampled_from(["GB", "FR", "US", "AU", "IN", "DE", "IT"]), "uk_nation": st.just("GB-ENG")},
)
IDENTITY = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["anonymous", "pseudonym", "named"]),
        "contact": st.sampled_from(["none", "email", "phone", "post"]),
    }
)
TOLD = st.fixed_dictionaries(
    {
        "acts": ACTS.map(sorted),
        "image": KINDS,
        "generator": st.sampled_from(["x_grok", "xai_app", "other", "unknown", "none"]),
        "places": st.lists(PLACE, max_size=3),
        "prior": st.lists(PRIOR, max_size=3),
        "wants": WANTS.map(sorted),
        "person": PERSON,
        "identity": IDENTITY,
    }
)


@pytest.mark.parametrize("document", LETTERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=TOLD, mode=st.sampled_from(["self", "host"]))
def test_every_sentence_about_what_happened_is_backed_by_a_fact(law, document, told, mode):
    known = facts(document, **told)
    concerns = known.prior if document in FOLLOW_UPS else ()
    step = step_for(law, document, EVERY[document][0], known, mode=mode, concerns=concerns)
    bare = without_story(known)
    frame = draft(step_for(law, document, EVERY[document][0], bare, mode=mode, concerns=()), bare, law, TODAY)

    assert unbacked(draft(step, known, law, TODAY), frame, step, known, law) == set()


def test_a_sentence_that_was_made_up_is_found(law, write):
    known = facts("doc-art17")
    step = step_for(law, "doc-art17", "x", known)
    made, frame = write("doc-art17"), write("doc-art17", acts=[], image="unsure", places=[], wants=[])
    worse = replace(made, text=made.text.replace("The grounds", "He has done this before.\n\nThe grounds"))

    assert unbacked(made, frame, step, known, law) == set()
    assert unbacked(worse, frame, step, known, law) == {"He has done this before."}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("doc-art17", {"acts": ["created"]}),
        ("doc-art17", {"image": "real"}),
        ("doc-dsa16", {"acts": ["created"]}),
        ("doc-reply", {"prior": []}),
        ("doc-police", {"acts": []}),
    ],
)
def test_a_letter_for_someone_who_said_more_is_found_out(law, write, document, told):
    """The letter of a person who said it was made, shared and refused does not pass for one who did not."""
    prior = {"kind": "platform", "to": "x", "document": "doc-art17", "sent_on": "2026-10-08", "answer": "refused"}
    more = write(document, prior=[prior | {"refusal": "identity"}])
    less = facts(document, **{"prior": [prior | {"refusal": "identity"}], **told})
    step = step_for(law, document, EVERY[document][0], less)
    frame = draft(replace(step, concerns=()), without_story(less), law, TODAY)

    assert unbacked(more, frame, step, less, law)
