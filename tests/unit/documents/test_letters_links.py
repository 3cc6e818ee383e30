"""A letter that loses or changes a link asks for the removal of nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from letter_kit import EVERY, LINK, TODAY, facts, naughty, platform_of, step_for

from casework.documents import draft

LINKED = sorted(set(EVERY) - {"doc-authority"})
EVERY_PLACE = {"doc-art17-2", "doc-police"}  # a search engine and the police are told of each page
HOSTILE = naughty()


@pytest.mark.parametrize("document", LINKED)
def test_every_link_for_the_recipient_is_a_line_of_its_own(write, document):
    platform = platform_of(document)
    links = [f"https://example.org/{n}?q={{{n}}}&a=%20ü#f" for n in range(7)]

    lines = write(document, places=[{"platform": platform, "url": link} for link in links]).text.split("\n")

    assert [link for link in links if link not in lines] == []


@pytest.mark.parametrize("document", sorted(set(LINKED) - EVERY_PLACE))
def test_a_link_for_someone_else_is_in_no_letter(write, document):
    other = "https://www.tiktok.com/@someone/video/73"
    places = [
        {"platform": platform_of(document), "url": LINK},
        {"platform": "tiktok", "url": other, "handle": "@someone"},
    ]

    text = write(document, places=places).text

    assert LINK in text
    assert other not in text
    assert "@someone" not in text


@pytest.mark.parametrize("document", sorted(EVERY))
def test_no_web_address_is_there_that_the_person_did_not_give(law, write, document):
    for recipient in (EVERY[document][0], "telegram", "xai"):
        about = {"about": ("telegram", "xai", platform_of(document))} if recipient not in law.platforms else {}
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


@pytest.mark.parametrize("document", ["doc-art17", "doc-dsa16", "doc-ico", "doc-police", "doc-host", "doc-withdrawal"])
def test_hostile_links_and_handles_survive_byte_for_byte(write, document):
    lost = []
    for text in HOSTILE[:: 1 if document == "doc-art17" else 3]:
        made = write(document, places=[{"platform": "x", "url": text, "handle": text}]).text
        if text not in made:
            lost.append(text)

    assert lost == []


def test_hostile_text_adds_no_placeholder(write):
    expected = [slot.name for slot in write("doc-art17").slots]

    for text in HOSTILE:
        made = write("doc-art17", places=[{"platform": "x", "url": text, "handle": text}])
        assert [slot.name for slot in made.slots] == expected


def test_a_reference_and_a_hosts_name_cannot_add_a_line(law, write):
    prior = {"kind": "platform", "to": "x", "sent_on": "2026-10-08", "document": "doc-art17"}
    for text in HOSTILE[::5]:
        plain = write("doc-reminder", prior=[prior | {"reference": "R"}])
        made = write("doc-reminder", prior=[prior | {"reference": f"R{text}"}])
        assert made.text.count("\n") == plain.text.count("\n")
        assert [slot.name for slot in made.slots] == [slot.name for slot in plain.slots]
        known = facts("doc-host")
        step = replace(step_for(law, "doc-host", "hostco.example", known), recipient=f"Host{text}")
        host = draft(step, known, law, TODAY)
        assert host.text.split("\n")[0].startswith("To: Host") and host.text.split("\n")[1] == ""


def test_a_lone_surrogate_does_not_stop_the_letter(write):
    made = write("doc-art17", places=[{"platform": "x", "url": "https://x.com/\ud83d"}])

    assert "https://x.com/" in made.text
    assert made.text.encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(link=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_text_as_a_link_survives(write, link):
    assert link in write("doc-dsa16", places=[{"platform": "x", "url": link}]).text
