"""Articles that a text cites are found in every form that lawyers write, and those that do not exist are named."""

from __future__ import annotations

import pytest

from casework.lawcitations import DSA, GDPR, Citation, cited, is_missing, law_named
from casework.lawoutside import load_outside

KNOWN = load_outside().provisions


def found(text: str, **default: str) -> list[str]:
    return [str(each) for each in cited(text, KNOWN, **default)]


def missing(text: str, **default: str) -> list[str]:
    return [str(each) for each in cited(text, KNOWN, **default) if is_missing(each, KNOWN)]


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("Articles 5(1)(a), 6 and, in my view, 9 UK GDPR", ["UK GDPR 5(1)(a)", "UK GDPR 6"]),
        ("Article 17(1)(d) applies", ["GDPR 17(1)(d)"]),
        ("Art. 17 (with 19 and 12) UK or EU GDPR", ["GDPR 17", "GDPR 19", "GDPR 12"]),
        ("Articles 56 and 60 of Regulation (EU) 2016/679", ["EU GDPR 56", "EU GDPR 60"]),
        ("Art. 22 EU GDPR, Arts. 22A-22D UK GDPR", ["EU GDPR 22", "UK GDPR 22A", "UK GDPR 22D"]),
        ("Article 16(2)(a) to (d) of the Digital Services Act", ["DSA 16(2)(a)", "DSA 16(2)(d)"]),
        ("s.164A Data Protection Act 2018", ["Data Protection Act 2018 164A"]),
        ("section 66B of the Sexual Offences Act 2003", ["Sexual Offences Act 2003 66B"]),
        ("Article 5 of Directive (EU) 2024/1385", [" 5"]),
        ("30 days, 48 hours, paragraph 3 and 2,000 characters", []),
    ],
)
def test_citations_are_read_in_the_forms_that_the_letters_use(text: str, citations: list[str]) -> None:
    assert found(text) == citations


def test_what_names_no_law_is_of_the_law_that_the_letter_is_about() -> None:
    assert found("Article 16(6)", article_of=DSA) == ["DSA 16(6)"]
    assert found("s.20A, s.10(3A)-(3B)", section_of="Online Safety Act 2023") == [
        "Online Safety Act 2023 20A",
        "Online Safety Act 2023 10(3A)",
        "Online Safety Act 2023 10(3B)",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Article 17(9) GDPR", "Article 17(1)(z) GDPR", "Article 100 GDPR", "Article 77 UK GDPR", "Article 22 UK GDPR",
        "Article 12A EU GDPR", "Article 16(7) DSA", "Article 16(2)(e) DSA", "Article 94 DSA", "Article 53(2) DSA",
        "section 164B of the Data Protection Act 2018", "section 67 of the Sexual Offences Act 2003",
    ],
)  # fmt: skip
def test_an_article_that_does_not_exist_is_named(text: str) -> None:
    assert missing(text) == found(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "Article 17(1)(d) GDPR", "Article 77 EU GDPR", "Article 12A UK GDPR", "Article 22C UK GDPR", "Article 77 GDPR",
        "Article 16(2)(d) DSA", "Article 20(6) DSA", "Article 53 DSA", "section 166 of the Data Protection Act 2018",
        "Article 144-bis Codice", "Article 83(4)(c) GDPR",
    ],
)  # fmt: skip
def test_an_article_that_exists_is_let_pass(text: str) -> None:
    assert found(text)
    assert missing(text) == []


def test_the_law_that_a_row_is_about_is_the_first_that_it_names() -> None:
    assert law_named("Art. 16(2) Regulation (EU) 2022/2065 in the EU; elsewhere the terms", KNOWN) == DSA
    assert law_named("Art. 22 EU GDPR, Arts. 22A-22D UK GDPR", KNOWN) == GDPR
    assert law_named("National criminal law", KNOWN) is None


def test_the_whole_regulation_was_taken_over() -> None:
    assert len(KNOWN.gdpr) == 99
    assert list(KNOWN.gdpr["17"]) == ["1", "2", "3"]
    assert not is_missing(Citation(law=GDPR, article="9", parts=("2", "j")), KNOWN)
