"""Who the person is enters at the very end, only where a placeholder of ours stands, and nothing is invented."""

from __future__ import annotations

import dataclasses
import json

import pytest
from letter_kit import EVERY

from casework.documents import IdentityDetails, document_from_dict, document_to_dict, fill
from casework.errors import Tampered

ME = IdentityDetails(name="Zoë Example", email="zoe@example.org", signature="Z. Example", authority="The Helpline")


@pytest.mark.parametrize("document", sorted(EVERY))
def test_a_filled_document_has_no_placeholder_left(write, document):
    for person in ({}, {"acting_for": "other"}):
        made = write(document, person=person)

        assert "{{" not in fill(made, ME)
        assert "{{" not in fill(made, IdentityDetails())


def test_a_missing_detail_becomes_a_line_to_fill_by_hand(write):
    made = write("doc-art17")

    assert "Signed: ______________________________\nName: ______________________________\n" in fill(
        made, IdentityDetails()
    )


def test_a_link_that_looks_like_a_placeholder_is_left_alone(write):
    made = write("doc-art17", places=[{"platform": "x", "url": "{{name}}", "handle": "{{signature}}"}])

    filled = fill(made, ME)

    assert "\n{{name}}\nAccount: {{signature}}\n" in filled
    assert "Signed: Z. Example\nName: Zoë Example\n" in filled


def test_a_name_that_looks_like_a_placeholder_is_not_read_again(write):
    filled = fill(write("doc-art17"), dataclasses.replace(ME, name="{{email}}", signature="{{name}}"))

    assert "Signed: {{name}}\nName: {{email}}\n" in filled


def test_a_name_cannot_add_a_line(write):
    filled = fill(write("doc-art17"), dataclasses.replace(ME, name="Zoë\r\nSigned: someone\u2028else\x00"))

    assert "Name: Zoë Signed: someone else\n" in filled


def test_a_text_that_is_not_the_agreed_one_is_refused(write):
    made = write("doc-art17")

    with pytest.raises(Tampered):
        fill(dataclasses.replace(made, text=made.text.replace("erase", "praise")), ME)


def test_a_moved_placeholder_is_refused(write):
    data = document_to_dict(write("doc-art17"))
    data["slots"][0]["start"] -= 1

    with pytest.raises(Tampered):
        document_from_dict(data)


def test_a_stored_document_comes_back_as_it_was(write):
    made = write("doc-art17", places=[{"platform": "x", "url": "{{name}}"}])

    assert document_from_dict(json.loads(json.dumps(document_to_dict(made)))) == made


@pytest.mark.parametrize("document", sorted(EVERY))
def test_the_same_facts_give_the_same_bytes(write, document):
    first, second = write(document), write(document)

    assert first == second


def test_a_takedown_report_asks_for_no_name(write):
    for document in ("doc-osa20A", "doc-ncii-report"):
        assert "name" not in write(document).needs_identity
        assert "signature" not in write(document).needs_identity


def test_a_notice_has_the_name_only_where_the_law_asks_for_it(write):
    assert write("doc-dsa16").text.count("{{name}}") == 1
    assert "{{name}}" not in write("doc-tida").text


def test_someone_without_a_contact_gives_none_in_the_platforms_own_report(write):
    made = write("doc-ncii-report", identity={"mode": "anonymous", "contact": "none"})

    assert made.needs_identity == ()


def test_someone_reached_by_post_is_not_asked_for_an_email(write):
    made = write("doc-art17", identity={"mode": "named", "contact": "post"})

    assert "postal" in made.needs_identity
    assert "email" not in made.needs_identity
