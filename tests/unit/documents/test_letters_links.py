"""A letter that loses or changes a link asks for the removal of nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from letter_kit import EVERY, LINK, naughty

LINKED = sorted(set(EVERY) - {"doc-authority"})
HOSTILE = naughty()


@pytest.mark.parametrize("document", LINKED)
def test_every_link_for_the_recipient_is_a_line_of_its_own(write, document):
    platform = "reddit" if document == "doc-tida" else "x"
    links = [f"https://example.org/{n}?q={{{n}}}&a=%20ü#f" for n in range(7)]

    lines = write(document, places=[{"platform": platform, "url": link} for link in links]).text.split("\n")

    assert [link for link in links if link not in lines] == []


@pytest.mark.parametrize("document", LINKED)
def test_a_link_for_someone_else_is_in_no_letter(write, document):
    other = "https://www.tiktok.com/@someone/video/73"
    mine = "reddit" if document == "doc-tida" else "x"
    places = [{"platform": mine, "url": LINK}, {"platform": "tiktok", "url": other, "handle": "@someone"}]

    text = write(document, places=places).text

    assert LINK in text
    assert other not in text
    assert "@someone" not in text


@pytest.mark.parametrize("document", sorted(EVERY))
def test_no_web_address_is_there_that_the_person_did_not_give(law, write, document):
    for recipient in (EVERY[document][0], "telegram", "xai"):
        about = {"about": ("telegram", "xai", "x")} if recipient not in law.platforms else {}
        text = write(document, recipient, generator="xai_app", step=about).text

        assert set(re.findall(r"https?://\S+|www\.\S+", text)) <= {LINK}


def test_a_link_that_leads_nowhere_is_still_in_the_letter(write):
    link = "https://x.com/search?q=me"

    assert link in write("doc-osa20A", places=[{"platform": "x", "url": link, "actionable": False}]).text


def test_a_search_engine_that_was_not_named_is_given_every_page(write):
    places = [{"platform": "reddit", "url": "https://www.reddit.com/r/a/comments/b/"}, {"platform": "x", "url": LINK}]

    text = write("doc-ncii-report", "google_search", acts=["searchable"], places=places).text

    assert LINK in text
    assert "https://www.reddit.com/r/a/comments/b/" in text


@pytest.mark.parametrize("document", ["doc-art17", "doc-dsa16", "doc-ico"])
def test_hostile_links_and_handles_survive_byte_for_byte(write, document):
    lost = []
    for text in HOSTILE:
        made = write(document, places=[{"platform": "x", "url": text, "handle": text}]).text
        if text not in made:
            lost.append(text)

    assert lost == []


def test_hostile_text_adds_no_placeholder(write):
    expected = [slot.name for slot in write("doc-art17").slots]

    for text in HOSTILE:
        made = write("doc-art17", places=[{"platform": "x", "url": text, "handle": text}])
        assert [slot.name for slot in made.slots] == expected


def test_a_lone_surrogate_does_not_stop_the_letter(write):
    made = write("doc-art17", places=[{"platform": "x", "url": "https://x.com/\ud83d"}])

    assert "https://x.com/" in made.text
    assert made.text.encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(link=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_text_as_a_link_survives(write, link):
    assert link in write("doc-dsa16", places=[{"platform": "x", "url": link}]).text
