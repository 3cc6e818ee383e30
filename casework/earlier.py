"""What became of the letters that were sent: answered, refused, extended, overdue. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

from casework import clocks
from casework.clocks import Clock
from casework.facts import Answer, Prior
from casework.rights import PATIENCE, TAKEDOWN, UNMET, unmet_after
from casework.routes import Recipient, Situation
from casework.step import calendars

EXTENDED_MONTHS = 3  # Art. 12(3): one month, and two further ones if that is said within the first

When = Callable[[Situation, Recipient | None, Prior], bool]


def answer_ends(situation: Situation, recipient: Recipient | None, prior: Prior) -> dt.date | None:
    """The last day on which an answer is in time; None when nobody knows when it was sent."""
    if prior.sent_on is None:
        return None
    row = situation.law.documents.get(prior.document or "")
    clock = Clock(row.clock) if row and row.clock else _usual(situation)
    first = clocks.day_of(clocks.due(clock, prior.sent_on, calendars(situation, recipient)))
    if not _extended_in_time(prior, first):
        return first
    return clocks.next_working_day(clocks.plus_months(prior.sent_on, EXTENDED_MONTHS), calendars(situation, recipient))


def _usual(situation: Situation) -> Clock:
    """The Information Commissioner waits for 30 days, the law of the EEA for a month."""
    return Clock.THIRTY_DAYS if situation.person.area == "GB" else Clock.ONE_MONTH


def _extended_in_time(prior: Prior, first_end: dt.date) -> bool:
    """More time counts only when it was asked for within the first month; of an unknown day that is assumed."""
    return prior.answer is Answer.EXTENDED and (prior.answered_on is None or prior.answered_on <= first_end)


def first_day_over(situation: Situation, recipient: Recipient | None, prior: Prior) -> dt.date | None:
    end = answer_ends(situation, recipient, prior)
    return end + dt.timedelta(days=1) if end else None


def is_overdue(situation: Situation, recipient: Recipient | None, prior: Prior) -> bool:
    start = first_day_over(situation, recipient, prior)
    silent = prior.answer in (Answer.NONE, Answer.EXTENDED)
    return silent and start is not None and start <= situation.today


def is_unmet(situation: Situation, recipient: Recipient, prior: Prior) -> bool:
    return prior.answer in UNMET or is_overdue(situation, recipient, prior)


def last_contact(situation: Situation, recipient: Recipient, prior: Prior) -> dt.date | None:
    """
    The day from which the Information Commissioner counts three months.

    Of an extension whose day is not known the last day on which it would have been in time.
    """
    if prior.answer is Answer.EXTENDED and prior.answered_on is None and prior.sent_on is not None:
        return clocks.day_of(clocks.due(Clock.ONE_MONTH, prior.sent_on, calendars(situation, recipient)))
    return max((day for day in (prior.sent_on, prior.answered_on) if day), default=None)


def window_closed(situation: Situation, recipient: Recipient, prior: Prior) -> bool:
    contact = last_contact(situation, recipient, prior)
    return contact is not None and clocks.ico_window_closes(contact) < situation.today


def _hours_over(situation: Situation, _recipient: Recipient | None, prior: Prior) -> bool:
    """Refused; or 48 hours went by in silence. Of a mere day the whole of it is still in time."""
    return unmet_after(prior, situation.today, TAKEDOWN)


def _long_silent(situation: Situation, _recipient: Recipient | None, prior: Prior) -> bool:
    silent = prior.answer is Answer.NONE and prior.sent_on is not None
    return silent and situation.today - (prior.sent_on or dt.date.max) > PATIENCE


def _refused(_situation: Situation, _recipient: Recipient | None, prior: Prior) -> bool:
    return prior.answer in UNMET


def _by_machine(_situation: Situation, _recipient: Recipient | None, prior: Prior) -> bool:
    return prior.answer in UNMET and prior.automated is True


def _take_back(_situation: Situation, _recipient: Recipient | None, prior: Prior) -> bool:
    return prior.take_back and prior.answer is not Answer.REMOVED


def _sent(_situation: Situation, _recipient: Recipient | None, prior: Prior) -> bool:
    return prior.sent_on is not None


# The words of `when` in rules.yml.
WHEN: Mapping[str, When] = MappingProxyType(
    {
        "overdue": is_overdue,
        "refused": _refused,
        "hours_over": _hours_over,
        "long_silent": _long_silent,
        "by_machine": _by_machine,
        "take_back": _take_back,
        "sent": _sent,
    }
)


def is_followed_up(prior: Prior, document: str, sent: tuple[Prior, ...]) -> bool:
    """The follow-up itself was sent, on that day or later; of an unknown day it is taken to be later."""
    return any(p.document == document and (p.sent_on or dt.date.max) >= (prior.sent_on or dt.date.min) for p in sent)
