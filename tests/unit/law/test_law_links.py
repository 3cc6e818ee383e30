"""Where the text of each right can be read: for every right, for every area that has its own law, at an official address."""

from __future__ import annotations

import re

import pytest

from casework.law import Right
from casework.lawbook import load_law

RIGHTS = load_law().rights
OFFICIAL = frozenset({
    "www.legislation.gov.uk", "eur-lex.europa.eu", "www.congress.gov", "www.legislation.gov.au", "www.normattiva.it",
    "www.legifrance.gouv.fr", "www.irishstatutebook.ie", "www.boe.es", "www.gesetze-im-internet.de", "isap.sejm.gov.pl",
    "wetten.overheid.nl",
})  # fmt: skip
# The gazette's own site has no address for one notice; this copy of it is what was read.
COPIES = {"in-3-2-b": "gazettetracker.com"}
WITHOUT_ARTICLE = frozenset(
    {"aiact-5-ba", "au-osa", "in-3-2-b", "nl-254ba", "pl-191a", "tida-2", "tida-3", "fr-226-8-1"}
)


@pytest.mark.parametrize("right", RIGHTS.values(), ids=str)
def test_every_right_can_be_read_wherever_it_has_a_law(right: Right) -> None:
    assert right.links
    assert "*" in right.links or set(right.laws) <= set(right.links)


@pytest.mark.parametrize("right", RIGHTS.values(), ids=str)
def test_the_address_is_official_and_secure(right: Right) -> None:
    for address in right.links.values():
        host = address.removeprefix("https://").partition("/")[0]
        assert address.startswith("https://")
        assert host in OFFICIAL or host == COPIES.get(right.id)


@pytest.mark.parametrize("right", [r for r in RIGHTS.values() if r.id not in WITHOUT_ARTICLE], ids=str)
def test_the_address_leads_to_the_article(right: Right) -> None:
    numbers = re.findall(r"\d+(?:-[a-z]+|[A-Z]+|[a-z])?", right.article)
    ends = [re.split(r"[#/~]", address.removesuffix("/enacted/en/html"))[-1] for address in right.links.values()]
    wanted = {re.sub(r"-", "", number) for number in numbers}

    assert all(re.sub(r"^(art_|art|a|__)|\.html$", "", end) in wanted for end in ends), (ends, wanted)


def test_uk_and_eu_readers_are_not_sent_to_each_others_law() -> None:
    for right in RIGHTS.values():
        if {"GB", "EEA"} <= set(right.links):
            assert "legislation.gov.uk" in right.links["GB"]
            assert "eur-lex.europa.eu" in right.links["EEA"]
