"""Whom a person in need is told to reach: somebody in their own country, and nobody who is there for others."""

import pytest

from casework.facts import Person
from casework.interview.contacts import contacts_for
from casework.lawbook import load_law
from casework.wordbook import load_wordbook

LAW, BOOK = load_law(), load_wordbook()


def names(country: str | None, audience: str) -> list[str]:
    return [row["name"] for row in contacts_for(LAW, BOOK, Person(country=country), audience)]


@pytest.mark.parametrize(
    ("country", "first"),
    [
        ("GB", "Samaritans"),
        ("IE", "Samaritans"),
        ("US", "988"),
        ("DE", "TelefonSeelsorge"),
        ("ES", "024"),
        ("FR", "3114"),
        ("NL", "113"),
    ],
)
def test_whoever_despairs_is_given_the_line_of_their_country_first(country: str, first: str):
    assert first in names(country, "crisis")[0]


def test_every_line_for_people_in_despair_is_given_to_them():
    lines = [row for row in LAW.helplines.values() if row.showable and "despair" in (row.audience or "")]

    assert lines
    for row in lines:
        assert row.name in names(row.countries[0], "crisis")


@pytest.mark.parametrize(
    ("country", "audience", "name"),
    [("DE", "adult", "HateAid"), ("NL", "adult", "Helpwanted (Offlimits)"), ("FR", "child", "3018")],
)
def test_a_country_with_a_line_of_its_own_is_given_it(country: str, audience: str, name: str):
    assert name in names(country, audience)
    assert name not in names("GB", audience)
