"""Words that blame, that another country's law uses, or that give the person away in a mail folder."""

from __future__ import annotations

import re

import pytest
from letter_kit import EVERY

BANNED = r"revenge porn|child porn|victim|leaked|sexting|\bnudes?\b|\balleged|\bclaim|pornograph|unfortunately|\bsimply\b|\bjust\b|\bincident"
UK_LETTERS = sorted(document for document, (_, country) in EVERY.items() if country == "GB")


@pytest.mark.parametrize("document", sorted(EVERY))
def test_no_banned_word_is_in_a_document(write, document):
    for act in (["created", "shared", "threatened", "extorted", "searchable", "trained_on"], []):
        made = write(document, acts=act)

        assert not re.search(BANNED, " ".join([made.title, made.text, *made.seen_by]), re.IGNORECASE)


@pytest.mark.parametrize("document", UK_LETTERS)
def test_a_uk_document_cites_no_article_that_the_uk_repealed(write, document):
    text = write(document, generator="x_grok").text

    assert not re.search(r"Art(icle|\.)?s? ?(77|22)\b|Article 12\(3\)", text)
    assert not re.search(r"(?<!UK )GDPR", text)


@pytest.mark.parametrize("document", ["doc-art15", "doc-art17", "doc-art18", "doc-art21"])
def test_an_eu_letter_cites_no_uk_law(write, document):
    text = write(document, person={"country": "FR"}).text

    assert not re.search(r"UK GDPR|Data Protection Act|164A|proportionate search", text)
    assert "Article 12(3) GDPR" in text


@pytest.mark.parametrize("document", sorted(EVERY))
def test_a_title_is_neutral_in_a_mail_folder(write, document):
    made = write(document)

    assert not re.search(r"intimate|image|sex|nude|abuse", made.title, re.IGNORECASE)
    assert made.title in made.text.split("\n")


@pytest.mark.parametrize("document", sorted(EVERY))
def test_the_person_is_told_who_may_come_to_see_it(law, write, document):
    seen_by = write(document).seen_by

    assert seen_by
    assert all(line.endswith(".") for line in seen_by)
    if "uploader" in law.documents[document].seen_by:
        assert any("account that posted it" in line or "runs the site" in line for line in seen_by)


@pytest.mark.parametrize("document", sorted(EVERY))
def test_no_dash_and_no_doubled_stop_is_in_a_letter(write, document):
    made = write(document)

    assert not re.search("[\u2013\u2014]|\\.\\.|  ", " ".join([made.title, made.text, *made.seen_by, *made.notices]))


@pytest.mark.parametrize("document", sorted(EVERY))
def test_dates_are_written_out_and_paragraphs_are_not_run_together(write, document):
    text = write(document).text

    assert "22 November 2026" in text
    assert not re.search(r"\d{4}-\d\d-\d\d", text)
    assert "\n\n\n" not in text
    assert text.endswith("\n") and not text.endswith("\n\n")


def test_no_due_date_is_named_where_the_law_counts_hours(write):
    assert "24 November" not in write("doc-osa20A", step={"due": "2026-11-24T09:00:00+00:00"}).text


def test_ordinary_documents_number_their_paragraphs_without_a_gap(write):
    for document in ("doc-art15", "doc-art17", "doc-art18", "doc-art21", "doc-s164A", "doc-osa20A", "doc-dsa16"):
        numbers = [int(n) for n in re.findall(r"^(\d+)\. ", write(document).text, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1)), document


def test_the_erasure_letter_points_to_its_own_paragraph_on_evidence(write):
    earlier = {"kind": "platform", "to": "x", "sent_on": "2026-10-08"}
    for prior in ([], [earlier], [earlier, earlier | {"sent_on": "2026-10-09"}]):
        text = write("doc-art17", prior=prior).text
        number = re.search(r"keep in paragraph (\d+)", text).group(1)
        assert f"\n{number}. Evidence is another matter." in text
