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
from casework.routes import coordinator, home_authority, leads_to, person, priors_to, recipients, service_id, site_name

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


def _claim(made: Plan, right: str) -> Any:
    return next(claim for claim in made.claims if claim.right == right)


def test_a_claim_carries_its_article_and_the_facts_it_rests_on(law: Law) -> None:
    facts = _facts(acts=["created", "shared"], generator="x_grok", person={"country": "GB"})

    claim = _claim(plan(facts, law, TODAY), "gdpr-17")
    row = law.rights["gdpr-17"]

    assert (claim.law, claim.article, claim.title) == ("UK GDPR", row.article, row.title)
    assert claim.checked_on == row.evidence.checked_on
    assert claim.because == ("person.country: GB", "acts: created", "acts: shared", "places: x", "generator: x_grok")


def test_what_must_come_down_rests_on_where_it_is_and_not_on_what_made_it(law: Law) -> None:
    facts = _facts(acts=["created", "shared"], generator="x_grok")

    assert _claim(plan(facts, law, TODAY), "dsa-16").because == ("person.country: FR", "acts: shared", "places: x")


def test_who_only_made_it_is_named_as_the_reason(law: Law) -> None:
    facts = _facts(acts=["created"], generator="xai_app", places=[])

    assert _claim(plan(facts, law, TODAY), "gdpr-17").because[-1] == "generator: xai_app"


def test_the_reason_of_the_way_that_got_furthest_is_given(law: Law) -> None:
    """For a person in the UK the second way of Art. 77 gets further than the first."""
    facts = _facts(person={"country": "GB"}, places=[{"platform": "reddit", "url": "https://www.reddit.com/r/a/b"}])

    assert "inside the EEA" in (_claim(plan(facts, law, TODAY), "eugdpr-77").why_not or "")


@pytest.mark.parametrize(("typed", "country"), [("uk", "GB"), ("UK", "GB"), ("el", "GR"), ("fr", "FR"), (None, None)])
def test_a_country_is_known_however_it_is_written(law: Law, typed: str | None, country: str | None) -> None:
    assert person(_facts(person={"country": typed}), law).country == country


@pytest.mark.parametrize(
    ("country", "area", "areas"),
    [("BR", "", {"BR"}), (None, "", set()), ("FR", "EEA", {"FR", "EU", "EEA"}), ("NO", "EEA", {"NO", "EEA"})],
)
def test_areas_hold_the_country_and_what_it_belongs_to(
    law: Law, country: str | None, area: str, areas: set[str]
) -> None:
    who = person(_facts(person={"country": country}), law)

    assert (who.area, who.areas) == (area, areas)


@pytest.mark.parametrize(("region", "code"), [("be", "DE-BE"), ("DE-BE", "DE-BE"), ("de-be", "DE-BE"), (None, None)])
def test_a_region_is_known_by_its_second_half(law: Law, region: str | None, code: str | None) -> None:
    assert person(_facts(person={"country": "DE", "region": region}), law).region == code


def test_a_link_alone_tells_whose_site_it_is(law: Law) -> None:
    place = _facts(places=[{"platform": "somewhere", "url": "https://old.reddit.com/r/a/comments/b"}]).places[0]

    assert service_id(place, law) == "reddit"


def test_a_link_without_a_word_on_what_happened_counts_as_shown_there(law: Law) -> None:
    with_link = plan(_facts(acts=[]), law, TODAY)
    without = plan(_facts(acts=[], places=[{"platform": "x", "handle": "someone"}]), law, TODAY)

    assert "dsa-16" in _rights(with_link)
    assert "dsa-16" not in _rights(without)


def test_found_in_search_makes_the_engine_a_recipient_and_nobody_else(law: Law) -> None:
    facts = _facts(acts=["searchable", "threatened"], places=[{"platform": "discord", "handle": "someone"}])
    roles = {one.id: one.roles for one in recipients(facts, law, person(facts, law))}
    threat = _facts(acts=["threatened"], places=[{"platform": "discord", "handle": "someone"}])

    assert "hosts" in roles["google_search"]
    assert [one.roles for one in recipients(threat, law, person(threat, law))] == [frozenset({"records"})]


@pytest.mark.parametrize("actionable", [True, None])
def test_a_link_that_was_judged_good_still_leads_there(law: Law, actionable: bool | None) -> None:
    place = _facts(places=[{**X_POST, "actionable": actionable}]).places[0]

    assert leads_to(place, law.platforms["x"], law)
    assert not leads_to(replace(place, actionable=False), law.platforms["x"], law)


def test_records_of_a_threat_are_found_by_the_account(law: Law) -> None:
    """Whoever only holds messages still needs to be told whose."""
    row = replace(law.documents["doc-art18"], requires=replace(law.documents["doc-art18"].requires, location="account"))
    bare = _facts(acts=["threatened"], places=[{"platform": "discord"}])
    named = _facts(acts=["threatened"], places=[{"platform": "discord", "handle": "someone"}])
    made = _facts(acts=["created"], generator="xai_app", places=[])

    lacking = [
        validity.needs(row, facts, to="x", about=recipients(facts, law, person(facts, law))[0])
        for facts in (bare, named, made)
    ]

    assert ["location" in each for each in lacking] == [True, False, False]


def test_a_document_that_needs_no_place_is_not_blocked_by_one(law: Law) -> None:
    facts = _facts(places=[{"platform": "x"}])
    company = recipients(facts, law, person(facts, law))[0]

    assert "location" not in validity.needs(law.documents["doc-art15"], facts, to="x", about=company)


def test_a_land_that_is_known_leaves_nothing_missing(law: Law) -> None:
    authority, missing = home_authority(person(_facts(person={"country": "DE", "region": "DE-BE"}), law), law)

    assert authority is not None
    assert (authority.id, missing) == ("dpa-de-deberlbdi", False)


@pytest.mark.parametrize(("country", "found"), [("FR", "dsc-fr"), ("BR", None), (None, None)])
def test_only_a_coordinator_that_was_checked_is_named(law: Law, country: str | None, found: str | None) -> None:
    row = coordinator(person(_facts(person={"country": country}), law), law)
    unsure = {key: one for key, one in law.authorities.items() if key.startswith("dsc-") and not one.evidence.verified}

    assert (row.id if row else None) == found
    for key in unsure:
        assert coordinator(person(_facts(person={"country": key[-2:].upper()}), law), law) is None


@pytest.mark.parametrize(("country", "document"), [("IT", "doc-garante"), ("AU", "doc-esafety")])
def test_an_urgent_report_goes_by_the_authoritys_own_page_and_to_no_mailbox(
    law: Law, country: str, document: str
) -> None:
    made = plan(_facts(person={"country": country}, acts=["threatened"]), law, TODAY)

    assert [step.channel.partition(":")[0] for step in made.steps if step.document == document] == ["https"]


def test_a_site_goes_by_the_address_of_its_link_and_not_by_what_it_was_called(law: Law) -> None:
    facts = _facts(places=[{"platform": "that forum", "url": "https://forum.example/t/1"}])
    site = recipients(facts, law, person(facts, law))[0]

    assert (site.id, site.name) == ("forum.example", "The people who run forum.example")


def test_a_recipient_carries_the_company_and_the_representative_of_where_the_person_lives(law: Law) -> None:
    facts = _facts(acts=["created"], generator="xai_app", places=[])
    company = recipients(facts, law, person(facts, law))[0]

    assert company.controller is law.platforms["xai"].controllers["EEA"]
    assert company.representative is law.platforms["xai"].representatives["EEA"]


def test_found_in_search_says_nothing_about_another_service(law: Law) -> None:
    facts = _facts(acts=["searchable"], places=[], generator="xai_app")
    roles = {one.id: one.roles for one in recipients(facts, law, person(facts, law))}

    assert "hosts" not in roles["xai"]
    assert "hosts" in roles["bing"]


def test_what_was_sent_is_told_in_the_order_of_its_days(law: Law) -> None:
    days = ["2026-11-03", None, "2026-11-01", "2026-11-02"]
    facts = _facts(prior=[{"to": "twitter.com", "document": "doc-art17", "sent_on": day} for day in days])
    company = recipients(facts, law, person(facts, law))[0]

    told = [prior.sent_on.day if prior.sent_on else None for prior in priors_to(company, facts, law)]

    assert told == [None, 1, 2, 3]


def test_a_link_that_is_there_is_not_missed(law: Law) -> None:
    row = law.documents["doc-ncii-report"]
    bare = replace(row, elements=())
    link = "https://x.com/someone/status/1"

    assert validity.review(bare, _facts(), to="x", text=f"It is at {link}.", links=[link]).missing == ()
    lost = validity.review(bare, _facts(), to="x", text="It is there.", links=[link]).missing
    assert [(one.say, one.met) for one in lost] == [("every link, byte for byte", False)]


def test_line_breaks_do_not_hide_what_is_said(law: Law) -> None:
    mark = replace(law.documents["doc-ncii-report"].elements[0], marks=("two words",), any_mark=(), given_by=None)
    row = replace(law.documents["doc-ncii-report"], elements=(mark,))

    assert validity.review(row, _facts(), to="x", text="Two\n   WORDS").missing == ()
    assert validity.review(row, _facts(), to="x", text="Twowords").missing != ()
