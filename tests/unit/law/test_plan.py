"""Single decisions of the plan that are easy to get wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from casework.errors import FactsError
from casework.facts import facts_from_dict
from casework.law import Law
from casework.lawbook import load_law
from casework.plan import Plan, Step, plan, plan_from_file_dict, plan_to_dict

TODAY = dt.date(2026, 11, 22)
X_POST = {"platform": "x", "url": "https://x.com/someone/status/1", "still_up": True}


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


def _plan(law: Law, *, today: dt.date = TODAY, country: str = "GB", **over: Any) -> Plan:
    person = {"age_now": "adult", "age_in_image": "adult", "country": country, **over.pop("person", {})}
    base = {
        "person": person,
        "acts": ["shared"],
        "places": [X_POST],
        "wants": ["erase"],
        "identity": {"mode": "named", "contact": "email"},
        "consents": ["x"],
    }
    return plan(facts_from_dict({**base, **over}), law, today)


def _step(made: Plan, document: str) -> Step:
    return next(step for step in made.steps if step.document == document)


def _documents(made: Plan) -> list[str | None]:
    return [step.document for step in made.steps]


def test_the_two_groks_are_two_companies(law: Law) -> None:
    on_x = _plan(law, country="FR", acts=["created"], generator="x_grok", places=[])
    app = _plan(law, country="FR", acts=["created"], generator="xai_app", places=[])

    assert [step.recipient for step in on_x.steps] == ["X Internet Unlimited Company"]
    assert [step.recipient for step in app.steps] == ["X.AI LLC"]


def test_what_is_already_down_is_not_reported_again(law: Law) -> None:
    documents = _documents(_plan(law, places=[{**X_POST, "still_up": False}]))

    assert "doc-osa20A" not in documents
    assert "doc-art17" in documents  # copies, logs and derived images may still be there


def test_a_report_that_is_still_running_is_not_repeated(law: Law) -> None:
    sent = {"to": "x", "kind": "platform", "document": "doc-osa20A", "sent_on": "2026-11-21", "answer": "none"}

    assert "doc-osa20A" not in _documents(_plan(law, prior=[sent]))
    assert "doc-osa20A" in _documents(_plan(law, prior=[{**sent, "sent_on": "2026-11-18"}]))


def test_a_post_that_came_back_is_reported_again(law: Law) -> None:
    removed = {"to": "x", "kind": "platform", "document": "doc-osa20A", "sent_on": "2026-11-21", "answer": "removed"}

    assert "doc-osa20A" in _documents(_plan(law, prior=[removed]))


def test_a_takedown_report_is_no_complaint_for_the_ico(law: Law) -> None:
    refused = {"to": "x", "kind": "platform", "document": "doc-osa20A", "sent_on": "2026-10-01", "answer": "refused"}

    made = _plan(law, prior=[refused], wants=["erase", "regulator"])

    assert _step(made, "doc-ico").after == ("doc-s164A@x",)


def test_a_complaint_that_is_with_the_ico_is_not_made_twice(law: Law) -> None:
    there = {"to": "ico", "kind": "regulator", "sent_on": "2026-11-01", "answer": "none"}

    made = _plan(law, prior=[there], wants=["erase", "regulator"])

    assert "doc-ico" not in _documents(made)
    assert "gdpr-78" in {claim.right for claim in made.claims if claim.applies}


def test_a_silent_complaint_opens_the_ico_the_day_after_its_thirty_days(law: Law) -> None:
    sent = {"to": "x", "kind": "platform", "document": "doc-s164A", "sent_on": "2026-10-23", "answer": "none"}

    on_the_last_day = _step(_plan(law, prior=[sent], consents=["x", "ico"], wants=["regulator"]), "doc-ico")
    the_day_after = _step(
        _plan(law, prior=[sent], consents=["x", "ico"], today=dt.date(2026, 11, 24), wants=["regulator"]), "doc-ico"
    )

    # 30 days end on Sunday the 22nd, so on Monday the 23rd.
    assert (on_the_last_day.state, on_the_last_day.available_from) == ("waiting", dt.date(2026, 11, 24))
    assert the_day_after.state == "ready"


def test_two_companies_are_two_complaints(law: Law) -> None:
    places = [X_POST, {"platform": "reddit", "url": "https://www.reddit.com/r/a/comments/b/", "still_up": True}]

    made = _plan(law, places=places, wants=["erase", "regulator"])

    assert [s.about for s in made.steps if s.document == "doc-ico"] == [("x",), ("reddit",)]


def test_an_irish_company_may_be_complained_about_in_dublin_from_the_uk(law: Law) -> None:
    made = _plan(law, wants=["regulator"])

    assert {"regulator/ico", "regulator/dpa-ie"} <= {step.queue for step in made.steps}


@pytest.mark.parametrize(
    "platform", ["meta", "youtube", "reddit", "discord", "linkedin", "whatsapp", "snapchat", "xai"]
)
def test_a_us_company_is_not_taken_to_dublin_from_the_uk(law: Law, platform: str) -> None:
    made = _plan(law, places=[{"platform": platform, "still_up": True}], wants=["regulator"])

    assert [s.queue for s in made.steps if s.queue.startswith("regulator")] == ["regulator/ico"]


@pytest.mark.parametrize(
    ("url", "lacking"),
    [
        ("https://x.com/someone/status/1", False),
        ("https://x.com/search?q=someone", True),
        ("https://x.com/hashtag/someone", True),
        ("https://x.com/", True),
        ("https://www.google.com/search?q=someone", True),
        ("https://www.reddit.com/r/a/comments/b/", True),  # another company's page
        ("https://[", True),
        (None, True),
    ],
)
def test_only_a_link_that_leads_there_is_a_location(law: Law, url: str | None, *, lacking: bool) -> None:
    made = _plan(law, places=[{"platform": "x", "url": url, "still_up": True}])

    assert ("location" in _step(made, "doc-osa20A").needs) is lacking


def test_an_account_is_enough_to_report_but_not_for_an_eu_notice(law: Law) -> None:
    places = [{"platform": "snapchat", "handle": "someone", "still_up": True}]

    assert "location" not in _step(_plan(law, places=places), "doc-osa20A").needs
    assert "location" in _step(_plan(law, places=places, country="FR"), "doc-dsa16").needs


def test_a_search_engine_that_was_not_named_is_asked_about_the_pages_that_were(law: Law) -> None:
    made = _plan(law, acts=["shared", "searchable"], consents=["google_search"])

    google = next(s for s in made.steps if s.id == "doc-osa20A@google_search")
    assert google.state == "ready"


@pytest.mark.parametrize(
    ("contact", "document", "lacking"),
    [
        ("phone", "doc-osa20A", False),
        ("phone", "doc-art17", True),
        ("post", "doc-art17", False),
        ("none", "doc-osa20A", True),
    ],
)
def test_each_document_asks_only_for_the_contact_it_needs(
    law: Law, contact: str, document: str, *, lacking: bool
) -> None:
    made = _plan(law, identity={"mode": "named", "contact": contact})

    assert ("email" in _step(made, document).needs) is lacking


def test_a_pseudonym_does_not_sign_in_the_us(law: Law) -> None:
    made = _plan(law, country="US", identity={"mode": "pseudonym", "contact": "email"})

    assert _step(made, "doc-tida").needs == ("name", "signature")
    assert _step(made, "doc-ncii-report").state == "ready"


def test_the_ban_of_the_ai_act_waits_for_its_day(law: Law) -> None:
    def applies(today: dt.date) -> bool:
        made = _plan(law, country="FR", acts=["created"], generator="xai_app", places=[], today=today)
        return next(c for c in made.claims if c.right == "aiact-5-ba").applies

    assert not applies(dt.date(2026, 12, 1))
    assert applies(dt.date(2026, 12, 2))


def test_a_law_gives_nothing_before_its_day(law: Law) -> None:
    made = _plan(law, today=dt.date(2026, 6, 18), wants=["erase", "regulator"])

    assert not {"doc-osa20A", "doc-s164A"} & set(_documents(made))
    assert next(c for c in made.claims if c.right == "osa-20A").why_not == "This law applies from 29 June 2026."


def test_a_uk_person_reads_uk_law(law: Law) -> None:
    names = {c.right: c.law for c in _plan(law).claims}

    assert names["gdpr-17"] == "UK GDPR"
    assert {c.right: c.law for c in _plan(law, country="FR").claims}["gdpr-17"] == "EU GDPR"


def test_the_json_holds_nothing_beyond_its_form(law: Law) -> None:
    got = plan_to_dict(_plan(law, wants=["erase", "regulator"]))

    assert set(got) == {"law_version", "today", "claims", "steps", "referrals"}
    assert set(got["claims"][0]) == {"right", "applies", "because", "why_not", "source"}
    assert set(got["steps"][0]) == {
        "id", "queue", "document", "recipient", "state", "needs", "after", "available_from", "closes", "due",
    }  # fmt: skip


@pytest.mark.parametrize(
    "data", [{}, {"facts": []}, {"facts": {}, "today": "soon"}, {"facts": {"x": 1}, "today": TODAY}]
)
def test_a_file_of_the_wrong_form_is_sent_back(law: Law, data: dict[str, Any]) -> None:
    with pytest.raises(FactsError):
        plan_from_file_dict(data, law)


def test_a_moment_makes_hours_due_to_the_minute(law: Law) -> None:
    facts = {
        "person": {"age_now": "adult", "age_in_image": "adult", "country": "GB"},
        "acts": ["shared"],
        "places": [X_POST],
    }

    got = plan_to_dict(plan_from_file_dict({"today": "2026-11-22T09:30:00+00:00", "facts": facts}, law))

    dues = {step["document"]: step["due"] for step in got["steps"]}
    assert dues["doc-osa20A"] == "2026-11-24T09:30:00+00:00"
    assert dues["doc-art17"] == "2026-12-22"
