"""Every step of a real plan gets its document, and the documents of one plan do not contradict each other."""

from __future__ import annotations

import datetime as dt

import pytest
from letter_kit import LINK

from casework.documents import IdentityDetails, authority_letter, drafts, fill, prepare
from casework.documents.wordlist import TEMPLATES
from casework.facts import facts_from_dict
from casework.plan import plan

PEOPLE = {
    "uk": {"country": "GB", "uk_nation": "GB-ENG"},
    "scotland": {"country": "GB", "uk_nation": "GB-SCT"},
    "uk, country by its other name": {"country": "UK"},
    "france": {"country": "FR"},
    "germany without a Land": {"country": "DE"},
    "berlin": {"country": "DE", "region": "DE-BE"},
    "us": {"country": "US"},
    "norway": {"country": "NO"},
    "australia": {"country": "AU"},
    "nowhere yet": {},
}
WANTS = ["erase", "stop_processing", "know_who", "preserve", "regulator", "police", "compensation"]
PLACES = [
    {"platform": "x", "url": LINK, "handle": "@someone", "still_up": True},
    {"platform": "reddit", "url": "https://www.reddit.com/r/a/comments/b/c/"},
    {"platform": "google_search", "url": "https://www.google.com/search?q=name"},
    {"platform": "smallforum.example", "url": "https://smallforum.example/t/1"},
    {"platform": "telegram", "handle": "@channel"},
]


def planned(law, person, **given):
    age = {"age_now": "adult", "age_in_image": "adult"}
    base = {"acts": ["created", "shared", "searchable"], "image": "synthetic", "places": PLACES, "wants": WANTS}
    facts = facts_from_dict({"person": {**age, **person}, "generator": "xai_app", **base, **given})
    today = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
    made = plan(facts, law, today)
    return made, drafts(made, facts, law, today.date())


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("acting_for", ["self", "other"])
@pytest.mark.parametrize("identity", [{"mode": "named", "contact": "email"}, {"mode": "anonymous", "contact": "none"}])
def test_every_step_with_a_document_has_one(law, who, acting_for, identity):
    made, documents = planned(law, {**PEOPLE[who], "acting_for": acting_for}, identity=identity)

    assert [d.step_id for d in documents] == [s.id for s in made.steps if s.document]
    assert all("{{" not in fill(document, IdentityDetails()) for document in documents)


@pytest.mark.parametrize("who", PEOPLE)
def test_each_document_holds_the_links_of_its_recipient_and_no_others(law, who):
    made, documents = planned(law, PEOPLE[who])
    steps = {step.id: step for step in made.steps}

    for document in documents:
        step = steps[document.step_id]
        mine = step.about or (step.recipient_id,)
        for place in PLACES:
            if "url" in place and document.document not in ("doc-authority", "doc-police"):
                assert (place["url"] in document.text.split("\n")) == (place["platform"] in mine), document.step_id


def test_uk_documents_by_any_name_of_the_country_use_uk_law(law):
    _, documents = planned(law, {"country": "UK"})

    text = {d.step_id: d.text for d in documents}

    assert "Article 17 UK GDPR" in text["doc-art17@x"]


def test_the_letters_of_one_day_name_the_day_that_the_plan_names(law):
    made, documents = planned(law, PEOPLE["uk"])
    due = {step.id: step.due for step in made.steps}
    text = {document.step_id: document.text for document in documents}

    assert due["doc-s164A@x"] == dt.date(2026, 12, 22)
    assert "that is by 22 December 2026" in text["doc-s164A@x"]
    assert "that is by 22 December 2026" in text["doc-art17@x"]


def test_an_authority_that_is_not_known_yet_is_addressed_as_that_of_the_residence(law):
    _, documents = planned(law, {"country": "DE"})

    text = next(d.text for d in documents if d.document == "doc-art77")

    assert "To: The data protection authority for the place where I live\n" in text
    assert "habitual residence in Germany" in text


def test_the_letter_of_authority_names_those_whom_the_person_chose(law):
    facts = facts_from_dict({"person": {"country": "GB"}})

    text = authority_letter(facts, law, dt.date(2026, 11, 22), recipients=("x", "ico", "smallforum.example")).text

    assert "(a) X Internet Unlimited Company;\n(b) Information Commissioner's Office;\n(c) smallforum.example." in text


def test_every_document_that_the_law_sends_has_a_template(law):
    prepare()
    written = {path.name.removesuffix(".txt.j2") for path in TEMPLATES.glob("doc-*.txt.j2")}

    assert {rule.document for rule in law.letters} <= written
    assert set(law.documents) == written
