"""Every platform, country, act and way of being known: what must hold whatever the facts are."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.facts import Facts, facts_from_dict
from casework.law import Law
from casework.lawbook import load_law
from casework.plan import Plan, Step, plan, plan_to_dict

LAW = load_law()
TODAY = dt.date(2026, 11, 22)
COUNTRIES = ["GB", "IE", "FR", "DE", "IT", "NO", "US", "AU", "IN", "BR", None]
ACTS = ["created", "shared", "threatened", "extorted", "searchable", "trained_on"]
GENERATORS = ["x_grok", "xai_app", "other", "unknown", "none"]
PLATFORMS = [*sorted(LAW.platforms), "forum.example"]
WANTS = ["erase", "stop_processing", "know_who", "preserve", "regulator", "police", "compensation"]
NEEDS = {"name", "email", "location", "region", "authority", "signature", "consent"}
CHILD_LINES = {"report-remove", "childline", "ncmec-tid", "ncmec-cybertip", "nspcc", "iwf", "ceop"}
ADULT_LINES = {"stopncii", "rph", "ccri"}
TAKEDOWN = {"doc-osa20A", "doc-dsa16", "doc-tida", "doc-ncii-report"}


def _facts(**over: Any) -> Facts:
    person = {"age_now": "adult", "age_in_image": "adult", "country": "GB", "uk_nation": "GB-ENG"}
    base = {"acts": ["shared"], "wants": WANTS, "identity": {"mode": "named", "contact": "email"}}
    return facts_from_dict({**base, **over, "person": {**person, **over.get("person", {})}})


def _applied(made: Plan) -> set[str]:
    return {claim.right for claim in made.claims if claim.applies}


def _documents(made: Plan) -> set[str]:
    return {step.document for step in made.steps if step.document}


def _in(country: str | None, area: str, law: Law = LAW) -> bool:
    return country in law.areas[area]


def _check(made: Plan, facts: Facts) -> None:
    ids = [step.id for step in made.steps]
    assert len(ids) == len(set(ids))
    assert "ukgdpr-77-REPEALED" not in _applied(made)
    for step in made.steps:
        _check_step(step, ids)
    for claim in made.claims:
        assert claim.source in LAW.sources
        assert bool(claim.because) == claim.applies
        assert bool(claim.why_not) != claim.applies
        assert LAW.rights[claim.right].evidence.verified or not claim.applies
    for referral in made.referrals:
        row = LAW.helplines.get(referral)
        assert row.showable if row else LAW.authorities[referral].evidence.verified
    _check_country(made, facts)


def _check_step(step: Step, ids: list[str]) -> None:
    assert step.recipient
    assert step.recipient_id
    assert step.queue.partition("/")[0] in {"platform", "regulator", "triage", "safeguarding"}
    assert set(step.needs) <= NEEDS
    assert set(step.after) <= set(ids)
    assert step.state in {"ready", "waiting", "blocked"}
    assert step.state != "ready" or (not step.needs and not step.after)
    assert step.state != "blocked" or step.needs
    assert step.state != "waiting" or step.after or (step.available_from and step.available_from > TODAY)
    assert step.document is None or step.document in LAW.documents


def _check_country(made: Plan, facts: Facts) -> None:
    country, rights, documents = facts.person.country, _applied(made), _documents(made)
    queues = {step.queue for step in made.steps if step.document != "doc-withdrawal"}  # that goes where the letter went
    if country != "US":
        assert not rights & {"tida-3"}
        assert "doc-tida" not in documents
    if country != "GB":
        assert not rights & {"osa-20A", "dpa-164A", "dpa-165", "soa-66B", "soa-66E", "soa-66F"}
        assert not documents & {"doc-osa20A", "doc-s164A", "doc-ico"}
        assert "regulator/ico" not in queues
    if not _in(country, "EU"):
        assert "dsa-16" not in rights
        assert "doc-dsa16" not in documents
        assert not documents & {"doc-dsa20", "doc-dsc"}
    if not _in(country, "EEA"):
        assert "eugdpr-22" not in rights
        assert not [s for s in made.steps if s.document == "doc-art77" and country != "GB"]
    if country not in {"GB", *LAW.areas["EEA"]}:
        assert not [right for right in rights if right.startswith("gdpr")]
    assert country == "GB" or "ukgdpr-22A-D" not in rights
    assert "cpa-99" not in rights
    assert "regulator/dpa-de" not in queues
    assert not [s for s in made.steps if s.document == "doc-art77" and s.recipient_id == "ico"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_platform_breaks_the_law_of_any_country(platform: str) -> None:
    for country, act, generator in itertools.product(COUNTRIES, ACTS, ["unknown", "xai_app"]):
        place = {"platform": platform, "url": f"https://{_domain(platform)}/post/1", "still_up": True}
        facts = _facts(person={"country": country}, acts=[act], generator=generator, places=[place])

        _check(plan(facts, LAW, TODAY), facts)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_shared_image_always_gets_a_way_to_the_platform(platform: str) -> None:
    for country in COUNTRIES:
        place = {"platform": platform, "url": f"https://{_domain(platform)}/post/1", "still_up": True}
        facts = _facts(person={"country": country}, places=[place], consents=[platform])

        made = plan(facts, LAW, TODAY)

        assert any(step.document in TAKEDOWN and step.state == "ready" for step in made.steps), (platform, country)


@pytest.mark.parametrize("act", ["threatened", "extorted"])
@pytest.mark.parametrize("country", COUNTRIES)
def test_a_threat_alone_takes_nothing_down(act: str, country: str | None) -> None:
    for platform in PLATFORMS:
        facts = _facts(person={"country": country}, acts=[act], places=[{"platform": platform, "handle": "someone"}])

        documents = _documents(plan(facts, LAW, TODAY))

        assert not documents & {*TAKEDOWN, "doc-art17", "doc-art21", "doc-s164A", "doc-ico", "doc-art77"}


@pytest.mark.parametrize(
    ("now", "then"),
    [("child", "child"), ("child", "adult"), ("adult", "child"), ("unsure", "adult"), ("adult", "unsure")],
)
@pytest.mark.parametrize("country", COUNTRIES)
def test_a_child_never_enters_the_way_for_adults(now: str, then: str, country: str | None) -> None:
    person = {"age_now": now, "age_in_image": then, "country": country}
    facts = _facts(person=person, acts=ACTS, places=[{"platform": "x", "url": "https://x.com/a/status/1"}])

    made = plan(facts, LAW, TODAY)

    assert [(step.queue, step.document) for step in made.steps] == [("safeguarding", None)]
    assert made.claims == ()
    assert not ADULT_LINES & set(made.referrals)
    assert "ncmec-cybertip" in made.referrals
    assert ("report-remove" in made.referrals) == (now == "child" and country == "GB")


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_adult_is_never_sent_to_a_service_for_children(country: str | None) -> None:
    facts = _facts(person={"country": country}, acts=ACTS, places=[{"platform": "x"}])

    assert not CHILD_LINES & set(plan(facts, LAW, TODAY).referrals)


_urls = st.sampled_from(["https://x.com/search?q=a", "https://[", "//", "https://x.com/a/status/1"])
_places = st.fixed_dictionaries(
    {
        "platform": st.one_of(st.sampled_from(PLATFORMS), st.text(min_size=1, max_size=12).filter(str.strip)),
        "url": st.one_of(st.none(), _urls, st.text(max_size=30)),
        "handle": st.one_of(st.none(), st.just("someone")),
        "still_up": st.sampled_from([None, True, False]),
        "actionable": st.sampled_from([None, True, False]),
    }
)
_priors = st.fixed_dictionaries(
    {
        "to": st.sampled_from([*PLATFORMS, "ico", "dpa-fr"]),
        "kind": st.sampled_from(["platform", "regulator", "police"]),
        "document": st.sampled_from([None, *sorted(LAW.documents)]),
        "sent_on": st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))),
        "answer": st.sampled_from(["none", "refused", "partial", "removed", "extended", "unknown"]),
        "answered_on": st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))),
        "refusal": st.sampled_from([None, "identity", "fee", "other"]),
        "automated": st.sampled_from([None, True, False]),
        "take_back": st.booleans(),
    }
)
_any_facts = st.fixed_dictionaries(
    {
        "person": st.fixed_dictionaries(
            {
                "acting_for": st.sampled_from(["self", "other"]),
                "age_now": st.just("adult"),
                "age_in_image": st.just("adult"),
                "country": st.sampled_from([*COUNTRIES, "uk", "EL", "ZZ", "de"]),
                "uk_nation": st.sampled_from([None, "GB-ENG", "GB-SCT", "NIR", "nonsense"]),
                "region": st.sampled_from([None, "DE-BE", "BY", "ES-CT", "nonsense"]),
            }
        ),
        "acts": st.lists(st.sampled_from(ACTS), max_size=4),
        "image": st.sampled_from(["synthetic", "altered", "real", "unsure"]),
        "generator": st.sampled_from(GENERATORS),
        "places": st.lists(_places, max_size=3),
        "prior": st.lists(_priors, max_size=3),
        "wants": st.lists(st.sampled_from(WANTS), max_size=4),
        "identity": st.fixed_dictionaries(
            {
                "mode": st.sampled_from(["anonymous", "pseudonym", "named"]),
                "contact": st.sampled_from(["none", "email", "phone", "post"]),
            }
        ),
        "consents": st.lists(st.sampled_from([*PLATFORMS, "ico", "dpa-ie", "dpa-fr"]), max_size=3),
    }
)


@settings(max_examples=120, deadline=None)
@given(raw=_any_facts)
def test_whatever_people_say_the_plan_is_whole(raw: dict[str, Any]) -> None:
    facts = facts_from_dict(raw)
    made = plan(facts, LAW, TODAY)

    assert plan_to_dict(made) == plan_to_dict(plan(facts, LAW, TODAY))
    country = {"uk": "GB", "EL": "GR", "de": "DE"}.get(facts.person.country or "", facts.person.country)
    _check(made, facts_from_dict({**raw, "person": {**raw["person"], "country": country}}))


def _domain(platform: str) -> str:
    row = LAW.platforms.get(platform)
    return row.domains[0].replace(".*", ".com") if row else platform
