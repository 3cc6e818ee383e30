"""Corners of routes, clocks and rules where a small slip would send a letter to the wrong place, or late."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from casework import validity
from casework.clocks import plus_hours
from casework.facts import facts_from_dict
from casework.law import Law
from casework.lawbook import load_law
from casework.plan import Plan, plan
from casework.routes import home_authority, leads_to, person, recipients, service_id, site_name

TODAY = dt.date(2026, 11, 24)
X_POST = {"platform": "x", "url": "https://x.com/someone/status/1", "still_up": True}


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


def _facts(**over: Any) -> Any:
    who = {"age_now": "adult", "age_in_image": "adult", "country": "FR", **over.pop("person", {})}
    base = {
        "acts": ["shared"],
        "places": [X_POST],
        "wants": ["erase"],
        "identity": {"mode": "named", "contact": "email"},
        "consents": ["x"],
    }
    return facts_from_dict({**base, **over, "person": who})


def _rights(made: Plan) -> set[str]:
    return {claim.right for claim in made.claims if claim.applies}


@pytest.mark.parametrize(
    "prior",
    [
        {"to": "x", "document": "doc-dsa16", "answer": "refused"},
        {"to": "x", "document": "doc-dsa16", "answer": "none", "automated": True},
        {"to": "dpa-fr", "kind": "regulator", "document": "doc-art77", "answer": "refused", "automated": True},
        {"to": "x", "document": "doc-dsa16", "answer": "refused", "automated": False},
    ],
)
def test_only_a_platforms_refusal_by_a_machine_opens_article_22(law: Law, prior: dict[str, Any]) -> None:
    assert "eugdpr-22" not in _rights(plan(_facts(prior=[{**prior, "sent_on": "2026-11-20"}]), law, TODAY))


@pytest.mark.parametrize(
    ("prior", "open_"),
    [
        ({"to": "ico", "kind": "regulator"}, True),
        ({"to": "ico", "kind": "platform"}, False),
        ({"to": "ofcom", "kind": "regulator"}, False),
    ],
)
def test_only_the_commissioners_own_silence_opens_the_tribunal(law: Law, prior: dict[str, Any], *, open_: bool) -> None:
    facts = _facts(person={"country": "GB"}, prior=[{**prior, "sent_on": "2026-06-01", "answer": "none"}])

    assert ("dpa-166" in _rights(plan(facts, law, TODAY))) is open_


def test_a_company_that_is_only_inferred_does_not_open_a_foreign_authority(law: Law) -> None:
    """Art. 3(1): a UK person may go to Dublin only where the company is known to sit there."""
    row = law.platforms["x"]
    guessed = replace(row, controllers={area: replace(c, inferred=True) for area, c in row.controllers.items()})
    unsure = replace(law, platforms={**law.platforms, "x": guessed})
    facts = _facts(person={"country": "GB"}, wants=["regulator"])

    assert "eugdpr-77" in _rights(plan(facts, law, TODAY))
    assert "eugdpr-77" not in _rights(plan(facts, unsure, TODAY))


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://forum.example/?p=12", True),
        ("https://forum.example/?q=a+name", False),
        ("https://forum.example/", False),
        ("https://forum.example/search/a-name", False),
        ("https://forum.example/members/search", False),
        ("https://forum.example/searching-for-it/12", True),
        ("https://forum.example/thread?q=a+name", False),
        ("https://forum.example/thread/12?q=a", True),
        ("https://www.google.com/imgres?imgurl=a", False),
        ("https://www.bing.com/images/a/b", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_link_leads_to_one_thing_on_the_site_it_is_given_for(law: Law, url: str, *, leads: bool) -> None:
    place = _facts(places=[{"platform": "forum.example", "url": url or None}]).places[0]

    assert leads_to(place, None, law) is leads


@pytest.mark.parametrize("name", ["forum.example", "www.forum.example", " Forum.Example ", "WWW.forum.example"])
def test_a_site_is_one_site_however_it_is_typed(law: Law, name: str) -> None:
    facts = _facts(
        places=[{"platform": name, "url": "https://www.forum.example/t/1"}],
        prior=[{"to": name, "document": "doc-ncii-report", "sent_on": "2026-11-01", "answer": "refused"}],
    )

    assert service_id(facts.places[0], law) == "forum.example"
    assert [one.id for one in recipients(facts, law, person(facts, law))] == ["forum.example"]


@pytest.mark.parametrize(("name", "plain"), [("www.", "www."), ("www.a", "a"), (" A ", "a"), ("wwwa", "wwwa")])
def test_a_name_never_becomes_nothing(name: str, plain: str) -> None:
    assert site_name(name) == plain


def test_nobody_who_did_not_say_where_they_live_gets_an_authority(law: Law) -> None:
    nowhere = person(_facts(person={"country": None}), law)
    no_land = person(_facts(person={"country": "DE"}), law)

    assert home_authority(nowhere, law) == (None, False)
    assert home_authority(no_land, law) == (None, True)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own clock is in another zone."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_hours_do_not_depend_on_where_the_machine_stands() -> None:
    summer = dt.timezone(dt.timedelta(hours=1))

    assert plus_hours(dt.datetime(2026, 10, 24, 12, tzinfo=summer), 48) == dt.datetime(2026, 10, 26, 12, tzinfo=summer)
    assert plus_hours(dt.datetime(2026, 10, 31, 12), 48) == dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)  # noqa: DTZ001 - a moment without a zone is the point


def test_a_review_tells_each_element_in_words_and_by_its_article(law: Law) -> None:
    row = law.documents["doc-dsa16"]

    found = validity.review(row, _facts(), to="x")

    assert found.document == "doc-dsa16"
    assert [(one.element, one.say, one.law) for one in found.findings] == [(e.id, e.say, e.law) for e in row.elements]


def test_links_are_looked_for_only_where_there_is_a_text(law: Law) -> None:
    row = law.documents["doc-ncii-report"]

    assert validity.review(row, _facts(), to="x", links=["https://x.com/someone/status/1"]).missing == ()


def test_both_ways_to_stay_unknown_are_told_apart(law: Law) -> None:
    row = replace(law.documents["doc-art17"], anonymous="a", pseudonym="b")

    assert dict(validity.review(row, _facts(), to="x").ways) == {"anonymous": "a", "pseudonym": "b"}
