"""A document without one of its legal elements may be treated as if it had never been sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from letter_kit import CONTROLLER, EVERY, facts, platform_of

from casework.validity import review

SEARCH = {"platform": "google_search", "url": "https://www.google.com/search?q=name"}
# The same letter for different people. Whatever the form, each element of the law is in it.
FORMS = {
    "as it comes": {},
    "for someone else": {"person": {"acting_for": "other"}},
    "sent by the team": {"step": {"mode": "host"}},
    "by post, under another name": {"identity": {"mode": "pseudonym", "contact": "post"}},
    "by telephone": {"identity": {"mode": "named", "contact": "phone"}},
    "no place": {"places": []},
    "account only": {"places": [{"platform": "x", "handle": "@someone"}]},
    "a real image, threatened only": {"acts": ["threatened"], "image": "real", "wants": ["preserve"]},
    "nothing said of what happened": {"acts": [], "image": "unsure", "wants": []},
}


def missing(law, write, document: str, text: str | None = None, **form) -> list[str]:
    """The elements whose words the text lacks."""
    made = text if text is not None else write(document, **form).text
    given = facts(document, **{key: value for key, value in form.items() if key != "step"})
    given = replace(given, consents=frozenset({EVERY[document][0]}))
    found = review(law.documents[document], given, to=EVERY[document][0], text=made)
    return [finding.element for finding in found.missing if finding.lacks == "text"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("document", sorted(EVERY))
def test_each_element_of_the_law_is_there_in_every_form(law, write, document, form):
    assert missing(law, write, document, **FORMS[form]) == []


@pytest.mark.parametrize("document", sorted({*CONTROLLER, "doc-reminder", "doc-reply", "doc-art22", "doc-withdrawal"}))
def test_each_element_is_there_under_eu_law_as_well(law, write, document):
    assert missing(law, write, document, person={"country": "FR"}) == []


@pytest.mark.parametrize("document", sorted({*CONTROLLER, "doc-s164A", "doc-ncii-report", "doc-osa20A"}))
def test_each_element_is_there_for_a_search_engine(law, write, document):
    made = write(document, "google_search", acts=["searchable"], places=[SEARCH])

    assert missing(law, write, document, made.text) == []


@pytest.mark.parametrize("reason", ["identity", "public_interest", "not_us", "use_form", "fee", "other", None])
def test_a_reply_has_its_argument_whatever_the_reason(law, write, reason):
    prior = {"kind": "platform", "to": "x", "document": "doc-art17", "sent_on": "2026-10-08", "answer": "refused"}

    assert missing(law, write, "doc-reply", prior=[prior | {"refusal": reason}]) == []


@pytest.mark.parametrize("document", sorted(EVERY))
def test_a_letter_that_lost_an_element_is_seen(law, write, document):
    """An edit that takes the words of an element out of the letter makes its row red."""
    before = {"prior": [{"kind": "platform", "to": platform_of(document), "sent_on": "2026-10-08"}]}
    whole = write(document, **before).text
    for element in law.documents[document].elements:
        for mark in (*element.marks, *element.any_mark):
            shorter = " ".join(whole.split()).replace(" ".join(mark.split()), "")
            if element.marks and mark in element.marks and mark.casefold() not in shorter.casefold():
                assert element.id in missing(law, write, document, shorter, **before), (element.id, mark)


@pytest.mark.parametrize("document", sorted(EVERY))
def test_every_element_is_shown_by_words_or_given_by_a_fact(law, document):
    bare = [e.id for e in law.documents[document].elements if not (e.marks or e.any_mark or e.given_by)]

    assert bare == (["site"] if document == "doc-host" else [])  # said only when the site was asked


@pytest.mark.parametrize(
    ("document", "article", "number"),
    [("doc-osa20A", "s.20A(2)", 5), ("doc-dsa16", "Art. 16(2)", 5), ("doc-tida", "s.3(a)(1)(B)", 5)],
)
def test_what_a_statute_lists_is_listed(law, document, article, number):
    """Section 20A(2) has five elements; Article 16(2) four, one of them a name and an address; TAKE IT DOWN four."""
    listed = [element for element in law.documents[document].elements if (element.law or "").startswith(article)]

    assert len(listed) == number


def test_places_are_told_with_the_words_of_the_law(law, write):
    for document in ("doc-osa20A", "doc-dsa16", "doc-tida", "doc-host", "doc-in-grievance"):
        link = f"https://{platform_of(document)}.com/someone/status/9"
        text = write(document, places=[{"platform": platform_of(document), "url": link}]).text
        assert link in text.split("\n"), document


def test_a_uk_letter_names_both_of_its_clocks_where_it_has_them(write):
    assert "22 December 2026" in write("doc-s164A").text
    assert "within 30 days" in write("doc-s164A").text
    assert "within one month" in write("doc-art17").text


def test_a_letter_for_someone_else_says_who_signs(write):
    for document in ("doc-art17", "doc-osa20A", "doc-tida", "doc-ico", "doc-ncii-report"):
        made = write(document, person={"acting_for": "other"})

        assert "authority" in made.needs_identity, document

    assert "made on behalf of the subject" in write("doc-osa20A", person={"acting_for": "other"}).text


def test_a_letter_that_the_host_sends_says_so(write):
    text = write("doc-art17", step={"mode": "host"}).text

    assert "At my request, {{authority}} sends this letter for me." in text


def test_xai_is_held_to_the_basis_that_it_names_itself(write):
    named = "You name legitimate interests"

    assert named in write("doc-art21", "xai", generator="xai_app").text
    assert named not in write("doc-art21", "x", generator="x_grok").text


def test_the_representative_is_the_one_where_the_person_lives(write):
    uk, de = (write("doc-art17", "xai", person={"country": c}, generator="xai_app").text for c in ("GB", "DE"))

    assert "Hampshire" in uk and "Article 27 UK GDPR" in uk
    assert "Dublin" in de and "Hampshire" not in de


def test_a_uk_person_may_complain_to_the_irish_authority_about_a_company_in_dublin(write):
    text = write("doc-art77", "dpa-ie", person={"country": "GB"}).text

    assert "the controller is established in your country" in text
    assert "I live in the United Kingdom" in text
    assert "UK GDPR" not in text


def test_earlier_reports_are_told_with_date_and_reference(write):
    earlier = {
        "kind": "platform",
        "to": "x",
        "document": "doc-s164A",
        "sent_on": "2026-10-08",
        "reference": "AB {{name}} 1",
    }

    text = write("doc-ico", prior=[earlier | {"answer": "refused"}]).text

    assert "On 8 October 2026 I complained to X Internet Unlimited Company under section 164A" in text
    assert "The answer was a refusal." in text
    assert "AB {{name}} 1" in text


def test_a_report_to_someone_else_is_not_told(write):
    text = write("doc-art17", prior=[{"kind": "platform", "to": "reddit", "sent_on": "2026-10-08"}]).text

    assert "October" not in text
