"""What is sealed to the dispatch key: one letter as it will go out, and when its recipient must have acted."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from casework.clocks import Moment, plus_hours
from casework.errors import AskAgain, Tampered
from encryption.hidden import Hidden

# A letter names days, and its person's mind may change: what waited longer than this is approved anew.
GOOD_FOR_DAYS = 60
_CHANNEL = re.compile(r"[a-z_]{1,16}")
_SUBJECT_LIMIT = 200
_ADDRESS_LIMIT = 320


class NotAPacket(AskAgain):
    """An address or a subject that cannot be sent: empty, too long, or of more than one line."""


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """
    When the recipient must have acted, for each day on which the letter may go out.

    Worked out at the approval, while the case is open: the worker can read no facts, and a clock starts
    with the sending.
    """

    hours: int | None = None  # where the law counts hours
    first: dt.date | None = None  # the day of sending that `days` begins with
    days: tuple[dt.date | None, ...] = ()

    def if_sent(self, now: dt.datetime) -> Moment | None:
        """The end of the clock that starts now; None where none runs."""
        if self.hours is not None:
            return plus_hours(now.replace(second=0, microsecond=0), self.hours)
        at = (now.astimezone(dt.UTC).date() - self.first).days if self.first else -1
        return self.days[at] if 0 <= at < len(self.days) else None


@dataclass(frozen=True, repr=False, kw_only=True)
class Packet(Hidden):
    """One approved letter. `body` is what the person agreed to, with their details filled in."""

    step_id: str  # row of the step in the queues
    channel: str  # the way out, as senders are named: email, webhook …
    recipient: str
    subject: str
    body: str
    sha256: str  # of `body`
    approved_on: dt.date
    deadline: Deadline

    def __post_init__(self) -> None:
        if not _CHANNEL.fullmatch(self.channel):
            raise NotAPacket
        # Threat: a line break in an address or a subject is a header of the attacker's own choice.
        for text, limit in ((self.recipient, _ADDRESS_LIMIT), (self.subject, _SUBJECT_LIMIT)):
            if not 0 < len(text) <= limit or not text.isprintable():
                raise NotAPacket

    def is_whole(self) -> bool:
        """Whether the text is still the one that was approved."""
        return self.sha256 == digest(self.body)

    def is_stale(self, today: dt.date) -> bool:
        return (today - self.approved_on).days > GOOD_FOR_DAYS

    def to_dict(self) -> dict[str, Any]:
        names = ("step_id", "channel", "recipient", "subject", "body", "sha256")
        limit = self.deadline
        return {
            **{name: getattr(self, name) for name in names},
            "approved_on": self.approved_on.isoformat(),
            "hours": limit.hours,
            "first": _text(limit.first),
            "days": [_text(day) for day in limit.days],
        }


def packet_from(data: bytes) -> Packet:
    """
    The packet that `Packet.to_dict` gave.

    Raises
    ------
    Tampered
        These are no packet's bytes.
    """
    try:
        found: Mapping[str, Any] = json.loads(data)
        limit = Deadline(hours=found["hours"], first=_day(found["first"]), days=tuple(map(_day, found["days"])))
        names = ("step_id", "channel", "recipient", "subject", "body", "sha256")
        approved_on = dt.date.fromisoformat(found["approved_on"])
        return Packet(**{name: found[name] for name in names}, approved_on=approved_on, deadline=limit)
    except (ValueError, KeyError, TypeError, NotAPacket):
        # From none of these a cause: the bytes are a letter's.
        raise Tampered from None


def digest(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
