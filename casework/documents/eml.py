"""The text as an e-mail draft to open in any mail program: no sender, no time, one plain part."""

from __future__ import annotations

import binascii
import re
from email.message import Message
from email.policy import SMTP

from casework.errors import AskAgain

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class NotAnAddress(AskAgain):
    """That is not an e-mail address."""


def to_eml(text: str, recipient: str | None, subject: str) -> bytes:
    """
    One message, the same bytes for the same text.

    There is no Date, From or Message-ID: they would tell when and where it was made, and the
    person's own mail program adds them. `X-Unsent` opens it as a draft.

    Raises
    ------
    NotAnAddress
        `recipient` is not one plain address; nothing else may reach a header.
    """
    if recipient is not None and not _ADDRESS.fullmatch(recipient):
        raise NotAnAddress
    message = Message(policy=SMTP)
    message["MIME-Version"] = "1.0"
    message["X-Unsent"] = "1"
    if recipient is not None:
        message["To"] = recipient
    message["Subject"] = _CONTROLS.sub(" ", subject).strip()
    message["Content-Type"] = 'text/plain; charset="utf-8"'
    message["Content-Transfer-Encoding"] = "quoted-printable"
    message.set_payload(_quoted(text))
    return message.as_bytes()


def _quoted(text: str) -> str:
    # Line by line: the library's encoder turns a stray carriage return in a link into a line break.
    lines = (binascii.b2a_qp(line.encode(), istext=False) for line in text.split("\n"))
    return b"\n".join(lines).decode("ascii")
