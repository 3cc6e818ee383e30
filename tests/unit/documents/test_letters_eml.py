"""An e-mail draft holds the letter and nothing else: no time, no sender, no header that a link smuggled in."""

from __future__ import annotations

import email
from email import policy

import pytest
from letter_kit import naughty

from casework.documents import to_eml
from casework.documents.eml import NotAnAddress

HEADERS = ["MIME-Version", "X-Unsent", "To", "Subject", "Content-Type", "Content-Transfer-Encoding"]


def body_of(data: bytes) -> str:
    return email.message_from_bytes(data, policy=policy.default).get_payload(decode=True).decode().replace("\r\n", "\n")


def test_there_is_no_time_no_sender_and_no_message_id():
    message = email.message_from_bytes(to_eml("Text\n", "privacy@x.ai", "Letter"), policy=policy.default)

    assert message.keys() == HEADERS
    assert message["To"] == "privacy@x.ai"
    assert message["Subject"] == "Letter"


def test_without_an_address_there_is_no_recipient():
    assert "To" not in email.message_from_bytes(to_eml("Text\n", None, "Letter"), policy=policy.default)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "Zoë <a@b.example>",
        "https://x.com/form",
        "a@b\n.example",
    ],
)
def test_nothing_but_one_plain_address_reaches_the_header(address):
    with pytest.raises(NotAnAddress):
        to_eml("Text\n", address, "Letter")


def test_a_line_break_in_a_subject_adds_no_header():
    message = email.message_from_bytes(
        to_eml("Text\n", None, "Letter\r\nBcc: a@b.example\n\nBody"), policy=policy.default
    )

    assert "Bcc" not in message
    assert message["Subject"] == "Letter Bcc: a@b.example Body"


def test_hostile_bodies_come_out_as_they_went_in_and_add_no_header():
    for text in naughty():
        data = to_eml(f"{text}\n{text}", "privacy@x.ai", "Letter")
        assert body_of(data) == f"{text}\n{text}"
        assert email.message_from_bytes(data, policy=policy.default).keys() == HEADERS


def test_lines_stay_within_what_mail_servers_take():
    data = to_eml("https://x.com/" + "a" * 5000 + "\n", None, "Letter")

    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert data.isascii()


def test_a_subject_in_another_script_is_readable():
    message = email.message_from_bytes(to_eml("Text\n", None, "Brief: Löschung"), policy=policy.default)

    assert message["Subject"] == "Brief: Löschung"
