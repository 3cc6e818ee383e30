"""A letter says nothing that is wrong for this person: who signs, who shows it, what is wanted, who reads it."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.documents import IdentityDetails, authority_letter, drafts, fill
from casework.facts import facts_from_dict
from casework.plan import plan

TODAY = dt.date(2026, 11, 22)
OTHER = {"acting_for": "other"}
MADE_ONLY = {"acts": ["created"], "generator": "xai_app", "places": []}
BLANK = "____"


def letters(law, **given):
    base = {"acts": ["shared"], "image": "synthetic", "wants": ["erase", "regulator"]}
    person = {"age_now": "adult", "age_in_image": "adult", **given.pop("person")}
    who = {"identity": {"mode": "named", "contact": "email"}, "consents": given.pop("consents", [])}
    known = facts_from_dict({"person": person, **base, **who, **given})
    made = plan(known, law, TODAY)
    return made, drafts(made, known, law, TODAY)


def test_an_authority_that_reads_english_is_not_offered_english(write):
    assert "I write in English" not in write("doc-art77", "dpa-ie", person={"country": "GB"}).text
    assert "in French" in write("doc-art77").text


@pytest.mark.parametrize("country", ["FR", "IE", "DE"])
def test_a_letter_that_is_ready_has_no_blank(law, country):
    person = {"country": country, "region": "DE-BE" if country == "DE" else None}
    place = {"platform": "x", "url": "https://x.com/a/status/1"}
    consents = ["x", "dpa-fr", "dpa-ie", "dpa-de-deberlbdi"]
    made, documents = letters(law, person=person, places=[place], consents=consents)
    known = IdentityDetails(name="Zoë Example", email="zoe@example.org", signature="Zoë Example")

    ready = {step.id for step in made.steps if step.state == "ready"}

    assert any(step.startswith("doc-art77") for step in ready)
    assert [d.step_id for d in documents if d.step_id in ready and BLANK in fill(d, known)] == []


def test_a_letter_for_someone_else_is_signed_by_the_one_who_acts(write):
    for document in ("doc-art17", "doc-tida", "doc-ico", "doc-art77"):
        text = write(document, person=OTHER | {"country": "US"} if document == "doc-tida" else OTHER).text

        assert "Signed: {{authority}}, on behalf of {{name}}" in text, document
        assert "{{signature}}" not in text, document


def test_a_letter_that_the_host_sends_is_signed_by_the_person(write):
    assert "Signed: {{signature}}\nName: {{name}}" in write("doc-art17", step={"mode": "host"}).text


@pytest.mark.parametrize("document", ["doc-osa20A", "doc-ncii-report"])
def test_a_report_that_carries_the_letter_of_authority_does_not_say_that_no_name_is_in_it(write, document):
    assert any("Your name is not in this report" in line for line in write(document).seen_by)
    for made in (write(document, person=OTHER), write(document, step={"mode": "host"})):
        assert not any("Your name is not in this report" in line for line in made.seen_by)
        assert any("letter of authority" in line for line in made.seen_by)


def test_the_letter_of_authority_of_a_plan_names_everyone_that_is_written_to(law):
    place = {"platform": "x", "url": "https://x.com/a/status/1"}
    _, documents = letters(law, person=OTHER | {"country": "GB"}, places=[place])

    text = next(d.text for d in documents if d.document == "doc-authority")

    assert "(a) X Internet Unlimited Company;" in text
    assert "Information Commissioner's Office" in text


def test_a_letter_of_authority_names_an_authority_that_hangs_on_the_region(law):
    place = {"platform": "x", "url": "https://x.com/a/status/1"}
    _, documents = letters(law, person=OTHER | {"country": "DE"}, places=[place])

    text = next(d.text for d in documents if d.document == "doc-authority")

    assert "The data protection authority for the place where I live." in text
    assert "dpa-" not in text


@pytest.mark.parametrize("document", ["doc-art17", "doc-ncii-report"])
def test_who_only_made_it_is_not_told_of_an_account_that_posted_it(write, document):
    made = write(document, "xai", **MADE_ONLY)

    assert "posted it" not in " ".join([made.text.replace("from being posted", ""), *made.seen_by])
    assert any("account that made it" in line for line in made.seen_by)


def test_a_search_engine_is_asked_for_its_results_and_not_for_uploads(write):
    place = {"platform": "google_search", "url": "https://www.google.com/search?q=name"}
    text = write("doc-art17", "google_search", acts=["searchable"], places=[place]).text

    assert "take it out of your search results" in text
    assert "a search for my name" in text
    assert "account identifiers" not in text


def test_who_wants_the_evidence_kept_only_does_not_ask_to_take_anything_down(write):
    kept = write("doc-art18", wants=["preserve", "police"]).text
    both = write("doc-art18", wants=["preserve", "erase"]).text

    assert "offline" not in kept
    assert "do not tell the accounts concerned" in kept
    assert "What to take offline now" in both


def test_the_messages_of_a_threat_are_asked_for_when_the_threat_is_all_there_is(write):
    threat, demand = (write("doc-art18", acts=[act], wants=["preserve"]).text for act in ("threatened", "extorted"))

    assert "the messages in which someone threatened to make it public" in threat
    assert "the messages in which someone demanded money" in demand
    assert "the messages in which" not in write("doc-art18", acts=["shared", "threatened"]).text


def test_a_representative_under_the_gdpr_is_named_in_letters_about_data_only(write):
    place = {"platform": "reddit", "url": "https://www.reddit.com/r/a/comments/b/c/"}

    assert "Representative under Article 27" in write("doc-art17", "reddit", places=[place]).text
    assert "Representative" not in write("doc-osa20A", "reddit", places=[place]).text


def test_nobody_is_called_the_people_at_the_people(law):
    place = {"platform": "forum.example", "url": "https://forum.example/t/1"}
    _, documents = letters(law, person={"country": "GB"}, places=[place])

    assert documents
    assert not any("people at The people" in line for made in documents for line in made.seen_by)


def test_a_person_abroad_says_why_the_gdpr_binds_the_company(write):
    text = write("doc-art77", "dpa-ie", person={"country": "GB"}).text

    assert "because it is established in the Union (Article 3(1))" in text
    assert "Article 3(1)" not in write("doc-art77").text


def test_only_an_account_is_not_called_an_exact_place(law):
    made, documents = letters(law, person={"country": "IT"}, places=[{"platform": "tiktok", "handle": "someone"}])
    notice = next(d for d in documents if d.document == "doc-dsa16")

    assert "exact electronic location is" not in notice.text
    assert "I do not have an exact address." in notice.text
    assert next(s.state for s in made.steps if s.document == "doc-ncii-report") == "blocked"


def test_in_the_us_nobody_is_given_a_company_of_another_area(law):
    facts = facts_from_dict({"person": {"country": "US"}})
    text = authority_letter(facts, law, TODAY, recipients=("tiktok", "reddit")).text

    assert "(a) TikTok;\n(b) Reddit, Inc." in text and ".." not in text


@pytest.mark.parametrize("country", ["US", "GB", "AU"])
def test_the_letter_of_authority_of_a_plan_names_whom_the_plan_names(law, country):
    place = {"platform": "tiktok", "url": "https://www.tiktok.com/@a/video/1"}
    made, documents = letters(law, person=OTHER | {"country": country}, places=[place])
    text = next(d.text for d in documents if d.document == "doc-authority")
    names = {step.recipient for step in made.steps if step.recipient_id == "tiktok"}

    assert names and all(f") {name}" in text for name in names)


def test_a_report_to_esafety_fits_a_threat_and_says_where_the_person_lives(write):
    threat, posted = (write("doc-esafety", acts=[act], image="real").text for act in ("threatened", "shared"))

    assert "again" not in threat and "keep it from being posted" in threat
    assert "from being shared again" in posted and "I did not consent to its being posted." in posted
    assert "I live in Australia." in threat
    assert "I live in Australia." not in write("doc-esafety", person={"country": "NZ"}).text


def test_the_garante_is_told_what_the_person_ticks_and_what_is_not_settled(write):
    made, real = (write("doc-garante", image=image).text for image in ("altered", "real"))
    nowhere = write("doc-garante", places=[], step={"about": ()}).text

    assert "[ ] the material is sexually explicit" in real and "not settled" not in real
    assert "not settled" in made
    assert "tell me which platforms you can order" in nowhere and "these platforms" not in nowhere


@pytest.mark.parametrize(("region", "named"), [("DE-NW", "North Rhine-Westphalia, Germany"), (None, "in Germany")])
def test_an_authority_of_a_land_is_told_the_land(write, region, named):
    assert named in write("doc-art77", "dpa-de-region", person={"country": "DE", "region": region}).text


@pytest.mark.parametrize("image", ["synthetic", "real", "unsure"])
def test_a_grievance_names_the_kind_of_material_as_far_as_it_is_known(write, image):
    text = write("doc-in-grievance", image=image).text

    assert "Prima facie" in text
    assert ("morphed" in text) == (image != "real") and ("nudity" in text) == (image != "synthetic")


def test_harm_is_left_open_and_what_is_still_there_is_told(write):
    up = {"platform": "x", "url": "https://x.com/a/status/1", "still_up": True}
    text = fill(write("doc-ico", places=[up]), IdentityDetails())

    assert "I add nothing" not in text
    assert "The imagery was still there when I last looked." in text
    assert "The imagery was still there" not in write("doc-ico", places=[up | {"still_up": None}]).text


def test_a_threat_alone_rests_on_the_evidence_and_unlawfulness_is_conditional(write):
    threat, shared = (write("doc-art18", acts=[act]).text for act in ("threatened", "shared"))

    assert "the processing is unlawful, and" not in threat and "So far as the processing is unlawful" in threat
    assert "Article 18(1)(b) applies: the processing is unlawful" in shared


def test_a_made_image_is_inaccurate_data_as_well(write):
    assert "Articles 5(1)(d) and 16" in write("doc-art17", image="altered").text
    assert "5(1)(d)" not in write("doc-art17", image="real").text


def test_a_moment_is_taken_for_its_day(law):
    known = facts_from_dict({"person": {"country": "GB"}, "places": [{"platform": "x", "handle": "@a"}]})
    moment = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    made = plan(known, law, TODAY)

    assert drafts(made, known, law, moment) == drafts(made, known, law, TODAY)
    assert authority_letter(known, law, moment) == authority_letter(known, law, TODAY)
