"""A packet is what was approved, to the letter, for one line of address."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.delivery.notices import SafeContact, contact_from
from casework.delivery.packets import GOOD_FOR_DAYS, Deadline, NotAPacket, Packet, digest, packet_from
from casework.errors import Tampered

DAY = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, 0, 40, tzinfo=dt.UTC)


def packet(**changes) -> Packet:
    parts = {
        "step_id": "ab" * 16,
        "channel": "email",
        "recipient": "privacy@example.org",
        "subject": "A request under Article 17",
        "body": "Canary body\nwith two lines",
        "approved_on": DAY,
        "deadline": Deadline(),
        **changes,
    }
    return Packet(**{"sha256": digest(parts["body"]), **parts})


def encoded(value) -> bytes:
    return json.dumps(value.to_dict(), ensure_ascii=False).encode()


@given(st.text(), st.lists(st.none() | st.dates(), max_size=3), st.none() | st.integers(1, 99))
def test_what_goes_in_comes_out(body, days, hours):
    packed = packet(body=body, deadline=Deadline(hours=hours, first=DAY, days=tuple(days)))

    assert packet_from(encoded(packed)) == packed
    assert packet_from(encoded(packed)).is_whole()


def test_a_text_that_changed_is_seen():
    assert not replace(packet(), body="Canary body\nwith two lines ").is_whole()


@pytest.mark.parametrize("field", ["recipient", "subject"])
@pytest.mark.parametrize("text", ["", "a\r\nBcc: canary@example.org", "a\nb", "a\x00", "a\u202eb", "a" * 400])
def test_a_header_that_somebody_slips_in(field, text):
    with pytest.raises(NotAPacket) as caught:
        packet(**{field: text})

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("channel", ["", "E-mail", "a" * 17, "e mail"])
def test_a_channel_is_a_name_that_a_sender_can_have(channel):
    with pytest.raises(NotAPacket):
        packet(channel=channel)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"null", b"\xff", b'{"step_id": 1}', encoded(packet()).replace(b"email", b"E MAIL")]
)
def test_bytes_that_are_no_packet_are_said_to_be_none_and_not_repeated(data):
    with pytest.raises(Tampered) as caught:
        packet_from(data)

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"address": null}'])
def test_bytes_that_are_no_notice_are_said_to_be_none(data):
    with pytest.raises(Tampered):
        contact_from(data)


def test_no_word_shows_where_objects_are_printed():
    held = [packet(), SafeContact(address="canary@example.org")]

    assert "anary" not in f"{held} {held[0]!s} {held[1]!s}"


def test_an_approval_that_nobody_remembers_is_over():
    approved = packet()

    assert not approved.is_stale(DAY + dt.timedelta(days=GOOD_FOR_DAYS))
    assert approved.is_stale(DAY + dt.timedelta(days=GOOD_FOR_DAYS + 1))


def test_hours_run_from_the_minute_of_sending():
    assert Deadline(hours=48).if_sent(NOON) == dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)


def test_the_clock_is_that_of_the_day_of_sending():
    days = (dt.date(2026, 12, 24), dt.date(2026, 12, 28), None)
    deadline = Deadline(first=DAY, days=days)

    found = [deadline.if_sent(NOON + dt.timedelta(days=later)) for later in range(-1, 4)]

    assert found == [None, *days, None]


def test_a_letter_that_nothing_runs_for_has_no_clock():
    assert Deadline().if_sent(NOON) is None
