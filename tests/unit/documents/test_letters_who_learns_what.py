"""What a letter holds of who the person is, is what its row says that it gives; a poster gets no name."""

from __future__ import annotations

import pytest
from letter_kit import EVERY

FACT_OF = {
    "name": "name",
    "email": "contact",
    "phone": "contact",
    "postal": "contact",
    "signature": "signature",
    "authority": "authority",
}
WAYS = [
    {"identity": {"mode": mode, "contact": contact}, "person": {"acting_for": acting}, "step": {"mode": sent}}
    for mode in ("anonymous", "pseudonym", "named")
    for contact in ("none", "email", "phone", "post")
    for acting in ("self", "other")
    for sent in ("self", "host")
]
# The law asks for these, or for a signature; what the poster may learn is said before the yes.
BY_LAW = {"doc-dsa16": {"name"}, "doc-dsa20": {"name"}, "doc-tida": {"signature"}}


@pytest.mark.parametrize("document", sorted(EVERY))
def test_a_letter_gives_no_more_of_the_person_than_its_row_says(law, write, document):
    given = set(law.documents[document].gives["recipient"])

    for way in WAYS:
        held = {FACT_OF[slot] for slot in write(document, **way).needs_identity}
        assert held <= given, way


@pytest.mark.parametrize("document", sorted(EVERY))
def test_a_row_does_not_say_that_more_is_given_than_any_letter_holds(law, write, document):
    nameless = {"kind": "platform", "to": "x", "document": "doc-osa20A", "sent_on": "2026-10-08"}
    made = [write(document, prior=prior, **way) for way in WAYS for prior in ([], [nameless])]
    held = {FACT_OF[slot] for letter in made for slot in letter.needs_identity}

    assert set(law.documents[document].gives["recipient"]) - {"country"} == held


@pytest.mark.parametrize("document", sorted(EVERY))
def test_nobody_is_told_more_than_the_recipient(law, document):
    gives = law.documents[document].gives

    assert all(set(facts) <= set(gives["recipient"]) for facts in gives.values())
    assert set(gives) <= set(law.documents[document].seen_by)


def test_what_the_poster_may_come_to_read_holds_no_name_unless_the_law_asks_for_it(law, write):
    for document, row in law.documents.items():
        if "uploader" not in row.seen_by or document == "doc-art17":  # that letter does not go to the account
            continue
        for way in WAYS:
            made = write(document, **way)
            held = {FACT_OF[slot] for slot in made.needs_identity} & {"name", "signature"}
            by_other = way["person"]["acting_for"] == "other" and document == "doc-tida"
            assert held <= BY_LAW.get(document, set()) | ({"name"} if by_other else set()), document


@pytest.mark.parametrize("document", sorted(BY_LAW))
def test_where_the_law_asks_for_a_name_it_is_said_and_the_other_way_is_named(law, write, document):
    made = write(document)

    assert any("does without" in notice for notice in made.notices)
    assert any("account that posted it" in line for line in made.seen_by)
    assert law.documents[document].anonymous is None


@pytest.mark.parametrize("document", sorted(EVERY))
def test_a_way_without_a_name_is_offered_only_where_the_letter_has_one(law, write, document):
    row = law.documents[document]
    nameless = {"identity": {"mode": "anonymous", "contact": "email"}}

    if row.requires.name == "legal":
        assert row.anonymous is None and row.pseudonym is None
    if row.requires.name == "none" and "name" not in row.gives["recipient"]:
        assert row.anonymous and row.pseudonym
        assert not {"name", "signature"} & set(write(document, **nameless).needs_identity)


def test_a_withdrawal_of_what_had_no_name_has_none(write):
    report = {"kind": "platform", "to": "x", "document": "doc-osa20A", "sent_on": "2026-10-08", "reference": "R-1"}

    nameless = write("doc-withdrawal", prior=[report])
    named = write("doc-withdrawal", prior=[report, report | {"document": "doc-art17"}])

    assert set(nameless.needs_identity) == {"email"}
    assert {"name", "signature"} <= set(named.needs_identity)
