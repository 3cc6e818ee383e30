"""A document that lacks an element may be treated as if it had never been sent: the red list says so before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from casework import validity
from casework.facts import Facts, facts_from_dict
from casework.law import DocumentRow, Element, Evidence, Law, Requirement
from casework.lawbook import load_law
from casework.routes import situation

TODAY = dt.date(2026, 11, 24)
LINK = "https://x.com/someone/status/1234567890123456789"


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


def _facts(**over: Any) -> Facts:
    base = {
        "person": {"age_now": "adult", "age_in_image": "adult", "country": "GB", "uk_nation": "GB-ENG"},
        "acts": ["shared"],
        "places": [{"platform": "x", "url": LINK}],
        "wants": ["erase"],
        "identity": {"mode": "named", "contact": "email"},
        "consents": ["x"],
    }
    return facts_from_dict(base | over)


def _row(*elements: Element, **over: Any) -> DocumentRow:
    evidence = Evidence(source=("gdpr-text",), checked_on=TODAY, verified=True)
    base: dict[str, Any] = {
        "id": "doc-made-up",
        "route": "controller",
        "title": "A letter",
        "law": "Art. 0",
        "right": None,
        "clock": None,
        "requires": Requirement(name="chosen", contact="reply"),
        "channel": "privacy",
        "elements": elements,
        "seen_by": ("recipient",),
        "evidence": evidence,
    }
    return DocumentRow(**base | over)


def _element(**over: Any) -> Element:
    return Element(**{"id": "asks", "say": "what is asked", "law": "Art. 0(1)", **over})


def _missing(review: validity.Review) -> list[tuple[str, str | None]]:
    return [(finding.element, finding.lacks) for finding in review.missing]


def test_a_letter_that_says_everything_is_valid() -> None:
    row = _row(_element(marks=("please erase",)))

    found = validity.review(row, _facts(), to="x", text="I ask you:\n  Please\n  ERASE it.")

    assert found.valid
    assert _missing(found) == []


def test_words_that_are_gone_are_on_the_red_list() -> None:
    row = _row(_element(marks=("please erase", "every copy")))

    found = validity.review(row, _facts(), to="x", text="Please erase it.")

    assert not found.valid
    assert _missing(found) == [("asks", "text")]


@pytest.mark.parametrize(("text", "met"), [("within a month", True), ("within 30 days", True), ("soon", False)])
def test_one_of_several_ways_to_say_it_is_enough(text: str, *, met: bool) -> None:
    row = _row(_element(any_mark=("within a month", "within 30 days")))

    assert validity.review(row, _facts(), to="x", text=text).valid is met


def test_without_a_text_only_the_facts_are_judged() -> None:
    row = _row(_element(marks=("please erase",)))

    assert validity.review(row, _facts(), to="x").valid


@pytest.mark.parametrize(
    ("given_by", "over", "lacks"),
    [
        ("name", {"identity": {"mode": "anonymous", "contact": "email"}}, "name"),
        ("contact", {"identity": {"mode": "named", "contact": "none"}}, "email"),
        ("authority", {"person": {"acting_for": "other", "age_now": "adult", "age_in_image": "adult"}}, "authority"),
        ("earlier", {}, "earlier"),
    ],
)
def test_what_only_the_person_can_give_is_asked_of_them(given_by: str, over: dict[str, Any], lacks: str) -> None:
    found = validity.review(_row(_element(given_by=given_by)), _facts(**over), to="x")

    assert _missing(found) == [("asks", lacks)]


def test_what_they_gave_is_not_missing() -> None:
    given = [_element(id=by, given_by=by) for by in ("name", "contact", "location", "signature", "authority")]
    earlier = _element(id="earlier", given_by="earlier")

    found = validity.review(_row(*given, earlier), _facts(prior=[{"to": "x", "document": "doc-art17"}]), to="x")

    assert found.missing == ()


def test_a_lost_link_is_missing_whatever_else_is_said(law: Law) -> None:
    row = _row(_element(marks=("please erase",)))
    links = [LINK, "https://x.com/someone/status/2"]

    found = validity.review(row, _facts(), to="x", text=f"Please erase {LINK}", links=links)

    assert _missing(found) == [("links", "text")]


def test_a_location_is_judged_for_the_company_that_it_is_about(law: Law) -> None:
    row = _row(_element(given_by="location"), requires=Requirement(location="link"))
    facts = _facts(places=[{"platform": "x", "handle": "someone"}])
    company = situation(facts, law, TODAY).recipients[0]

    assert _missing(validity.review(row, facts, to="x", about=company)) == [("asks", "location")]


def test_a_consent_that_is_still_to_come_does_not_make_a_letter_invalid() -> None:
    found = validity.review(_row(_element()), _facts(consents=[]), to="x")

    assert found.needs == ("consent",)
    assert found.valid


def test_a_need_that_no_element_names_keeps_it_from_being_valid() -> None:
    found = validity.review(_row(), _facts(identity={"mode": "anonymous", "contact": "none"}), to="x")

    assert found.needs == ("name", "email")
    assert not found.valid


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({}, {"recipient": ("name", "contact", "signature", "country"), "uploader": ("contact",)}),
        ({"identity": {"mode": "anonymous", "contact": "none"}}, {"recipient": ("country",)}),
        (
            {"identity": {"mode": "pseudonym", "contact": "email"}},
            {"recipient": ("name", "contact", "country"), "uploader": ("contact",)},
        ),
        (
            {"person": {"acting_for": "other"}},
            {"recipient": ("name", "contact", "signature", "authority"), "uploader": ("contact",)},
        ),
    ],
)
def test_whoever_reads_it_learns_what_the_person_gave_and_no_more(
    over: dict[str, Any], told: dict[str, tuple[str, ...]]
) -> None:
    gives = {"recipient": ("name", "contact", "signature", "authority", "country"), "uploader": ("contact",)}

    found = validity.review(_row(gives=gives), _facts(**over), to="x")

    assert {one.audience: one.facts for one in found.discloses} == told


def test_the_ways_to_stay_unknown_are_told() -> None:
    row = _row(anonymous="The address may be a new one.", pseudonym=None)

    assert dict(validity.review(row, _facts(), to="x").ways) == {"anonymous": "The address may be a new one."}
