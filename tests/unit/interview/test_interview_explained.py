"""What stands beside a letter: the article, what is unsure, who learns what, what comes next; and what is weighed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.consequences import weigh
from casework.explain import IF_NOBODY_ACTS, Explained, PlanView, explain, plan_view
from casework.facts import Facts, facts_from_dict
from casework.interview.steps import OWED_AN_ANSWER
from casework.law import Law
from casework.lawbook import load_law
from casework.progress import agreed_plan
from casework.wordbook import load_explanations
from tests.unit.words.words_kit import grade, word_count

DATA = Path(__file__).resolve().parents[3] / "data" / "interview"
BOOK = load_explanations()
TODAY = dt.date(2026, 11, 23)
BUBBLE, GRADE, SHORT = 320, 8, 8
ADULT = {"acting_for": "self", "age_now": "adult", "age_in_image": "adult"}
ON_X = {"platform": "x", "url": "https://x.com/someone/status/1790000000000000000", "still_up": True}


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


def facts(country: str, **changes: Any) -> Facts:
    told = {
        "person": {**ADULT, "country": country},
        "acts": ["shared"],
        "image": {"kind": "synthetic"},
        "generator": "unknown",
        "places": [ON_X],
        "wants": ["erase"],
        "identity": {"mode": "named", "contact": "email"},
    }
    return facts_from_dict(told | changes)


def look(law: Law, country: str, **changes: Any) -> PlanView:
    told = facts(country, **changes)
    whole = agreed_plan(told, law, TODAY)
    return plan_view((step for step in whole.steps if step.document), told, law, TODAY, BOOK)


def of(view: PlanView, document: str) -> Explained:
    return next(explain(step, view) for step in view.steps if step.document == document)


def ids(view: PlanView) -> list[str]:
    return [row.id for row in weigh(view)]


def test_the_article_is_the_one_of_where_the_person_lives(law: Law) -> None:
    british = of(look(law, "GB"), "doc-art17").articles[0]
    french = of(look(law, "FR"), "doc-art17").articles[0]

    assert (british.text[:6], french.text[:6]) == ("UK GDP", "EU GDP")
    assert "legislation.gov.uk" in (british.address or "")
    assert "eur-lex.europa.eu" in (french.address or "")


def test_a_right_that_a_rule_refuses_is_behind_no_letter(law: Law) -> None:
    unled = look(law, "FR", places=[], generator="xai_app", acts=["created"], wants=["erase", "regulator"])

    articles = [one.text for one in of(unled, "doc-art77").articles]
    assert not [text for text in articles if "the one that leads" in text]
    assert not [line for line in of(unled, "doc-art77").learns if "leads on this firm" in line]


def test_the_police_statement_rests_on_the_offences_that_the_facts_show(law: Law) -> None:
    articles = of(
        look(law, "GB", wants=["police"], person={**ADULT, "country": "GB", "uk_nation": "GB-SCT"}), "doc-police"
    )

    assert any("Scotland" in one.text for one in articles.articles)
    assert not any("Northern Ireland" in one.text for one in articles.articles)


@pytest.mark.parametrize(
    ("country", "place", "document", "said"),
    [
        (
            "GB",
            {"platform": "meta", "url": "https://www.instagram.com/p/abc123/"},
            "doc-art17",
            "is what we worked out",
        ),
        (
            "FR",
            {"platform": "forum.example", "url": "https://forum.example/t/1"},
            "doc-art17",
            "who runs forum.example",
        ),
        ("FR", ON_X, "doc-dsa16", "no number of hours"),
    ],
)
def test_what_is_unsure_is_said(law: Law, country: str, place: dict[str, Any], document: str, said: str) -> None:
    assert any(said in line for line in of(look(law, country, places=[place]), document).uncertain)


def test_a_right_that_we_are_not_sure_of_is_never_shown_as_if_we_were(law: Law) -> None:
    behind = {name for names in BOOK.rests_on.values() for name in names if name in law.rights}
    unsure = [name for name in behind if law.rights[name].evidence.confidence != "high"]

    assert unsure
    assert [name for name in unsure if not (BOOK.say("right", name) or BOOK.say("confidence", "medium"))] == []


def test_who_learns_what_follows_what_was_given(law: Law) -> None:
    named = of(look(law, "FR"), "doc-dsa16").learns
    bare = of(look(law, "FR", identity={"mode": "anonymous", "contact": "none"}), "doc-ncii-report").learns

    assert "The account that posted it: the name you give." in named
    assert bare == ("Nobody learns from it who you are.",)


def test_what_comes_next_is_what_the_table_opens(law: Law) -> None:
    letter = of(look(law, "FR"), "doc-art17").next
    report = of(look(law, "GB"), "doc-osa20A").next

    complaint = "Complaint to a data protection authority"
    assert letter == (
        f"If they are late: Reminder of an overdue answer or {complaint}.",
        f"If they say no: Reply to a refusal or {complaint}.",
    )
    assert any("Report to Ofcom" in line and "48 hours" in line for line in report)
    assert any("Information Commissioner" in line for line in of(look(law, "GB"), "doc-s164A").next)


def test_a_day_that_the_law_sets_is_explained_and_one_that_it_does_not_set_is_not_made_up(law: Law) -> None:
    view = look(law, "GB")

    assert "two more months" in of(view, "doc-art17").due_means
    assert "without undue delay" in of(view, "doc-s164A").due_means
    assert "no day" in of(look(law, "FR"), "doc-dsa16").due_means


# What is weighed


def test_the_police_come_first_where_they_are_wanted_or_a_reaction_is_feared(law: Law) -> None:
    calm = replace(look(law, "FR"), reaction="no")

    assert "police_first" not in ids(calm)
    assert ids(look(law, "FR", wants=["erase", "police"]))[0] == "police_first"
    assert ids(replace(calm, reaction="unsure"))[0] == "police_first"


def test_a_notice_that_no_letter_needs_is_not_given(law: Law) -> None:
    gone = look(law, "FR", wants=["preserve", "police"])

    assert not {"lumen", "takedown_alone", "uploader_notices"} & set(ids(gone))


def test_companies_with_ways_of_their_own_are_warned_of(law: Law) -> None:
    chat = look(law, "FR", places=[{"platform": "whatsapp"}])
    grok = look(law, "GB", places=[], generator="xai_app", acts=["created"])

    assert "chat_report" in ids(chat)
    assert "xai_portal" in ids(grok)
    assert "xai_portal" not in ids(look(law, "US", places=[], generator="xai_app", acts=["created"]))


def test_the_letters_that_cost_a_name_are_named_and_those_that_do_not(law: Law) -> None:
    row = next(row for row in weigh(look(law, "FR")) if row.id == "real_name")

    assert "Notice of illegal content" in row.ways[0]
    assert "Request to erase" in row.ways[1]


def test_nothing_is_said_to_be_passed_on_of_someone_who_gave_nothing(law: Law) -> None:
    assert "passed_on" not in ids(look(law, "FR", identity={"mode": "anonymous", "contact": "none"}))


# The data


def test_every_letter_has_its_rights_and_every_right_exists(law: Law) -> None:
    assert set(BOOK.rests_on) == set(law.documents)
    assert {name for names in BOOK.rests_on.values() for name in names} <= {*law.rights, "crimes"}
    clocks = {row.clock for row in law.documents.values() if row.clock}
    assert clocks <= set(BOOK.words["due"])
    assert set(IF_NOBODY_ACTS) <= set(BOOK.words["when"])


def test_every_consequence_has_a_source_and_speaks_of_letters_that_exist(law: Law) -> None:
    sources = BOOK.sources | set(law.sources)
    for row in BOOK.consequences:
        assert row.source
        assert set(row.source) <= sources, row.id
        for way in row.when:
            assert set(way.get("letters", ())) <= set(law.documents)
            assert set(way.get("companies", ())) <= set(law.platforms)


def test_whoever_is_given_or_learns_something_has_a_word(law: Law) -> None:
    given = [row.gives for row in law.documents.values()]

    assert {audience for gives in given for audience in gives} <= set(BOOK.words["audience"])
    assert {fact for gives in given for facts_ in gives.values() for fact in facts_} <= set(BOOK.words["fact"])


def texts() -> Iterable[str]:
    for name in ("explaining.yml", "consequences.yml"):
        yield from _strings(yaml.safe_load((DATA / name).read_text("utf-8")))


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from (
                () if key in ("rests_on", "when", "source", "sources", "id") and key != "words" else _strings(one)
            )
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


def test_words_too_long_or_too_hard_for_a_frightened_reader() -> None:
    assert [text for text in texts() if len(text) > BUBBLE] == []
    assert [text for text in texts() if word_count(text) > SHORT and grade(text) > GRADE] == []


@pytest.mark.parametrize(
    "wrong", ["—", "…", "victim", "incident", "user", "submit", "unfortunately", "simply", "just "]
)
def test_words_that_hurt_or_belong_to_an_office(wrong: str) -> None:
    assert [text for text in texts() if wrong in text.casefold()] == []


def test_an_answer_is_owed_where_the_law_says_so(law: Law) -> None:
    assert law.areas["EEA"] | {"GB"} == OWED_AN_ANSWER
