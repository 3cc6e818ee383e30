"""What became of the letters that were sent: answered, refused, extended, overdue. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

from casework import clocks
from casework.clocks import Clock
from casework.facts import Answer, Prior
from casework.rights import PATIENCE, UNMET
from casework.routes import Recipient
from casework.step import PlanContext, calendars

EXTENDED_MONTHS = 3  # Art. 12(3): one month, and two further ones if that is said within the first

When = Callable[[PlanContext, Recipient | None, Prior], bool]


def answer_ends(context: PlanContext, recipient: Recipient | None, prior: Prior) -> dt.date | None:
    """The last day on which an answer is in time; None when nobody knows when it was sent."""
    if prior.sent_on is None:
        return None
    row = context.situation.law.documents.get(prior.document or "")
    clock = Clock(row.clock) if row and row.clock else _usual(context)
    first = clocks.day_of(clocks.due(clock, prior.sent_on, calendars(context, recipient)))
    if not _extended_in_time(prior, first):
        return first
    return clocks.next_working_day(clocks.plus_months(prior.sent_on, EXTENDED_MONTHS), calendars(context, recipient))


def _usual(context: PlanContext) -> Clock:
    """The Information Commissioner waits for 30 days, the law of the EEA for a month."""
    return Clock.THIRTY_DAYS if context.situation.person.area == "GB" else Clock.ONE_MONTH


def _extended_in_time(prior: Prior, first_end: dt.date) -> bool:
    """More time counts only when it was asked for within the first month; of an unknown day that is assumed."""
    return prior.answer is Answer.EXTENDED and (prior.answered_on is None or prior.answered_on <= first_end)


def first_day_over(context: PlanContext, recipient: Recipient | None, prior: Prior) -> dt.date | None:
    end = answer_ends(context, recipient, prior)
    return end + dt.timedelta(days=1) if end else None


def is_overdue(context: PlanContext, recipient: Recipient | None, prior: Prior) -> bool:
    start = first_day_over(context, recipient, prior)
    silent = prior.answer in (Answer.NONE, Answer.EXTENDED)
    return silent and start is not None and start <= context.situation.today


def is_unmet(context: PlanContext, recipient: Recipient, prior: Prior) -> bool:
    return prior.answer in UNMET or is_overdue(context, recipient, prior)


def last_contact(context: PlanContext, recipient: Recipient, prior: Prior) -> dt.date | None:
    """
    The day from which the Information Commissioner counts three months.

    Of an extension whose day is not known the last day on which it would have been in time.
    """
    if prior.answer is Answer.EXTENDED and prior.answered_on is None and prior.sent_on is not None:
        return clocks.day_of(clocks.due(Clock.ONE_MONTH, prior.sent_on, calendars(context, recipient)))
    return max((day for day in (prior.sent_on, prior.answered_on) if day), default=None)


def window_closed(context: PlanContext, recipient: Recipient, prior: Prior) -> bool:
    contact = last_contact(context, recipient, prior)
    return contact is not None and clocks.ico_window_closes(contact) < context.situation.today


def _hours_over(context: PlanContext, _recipient: Recipient | None, prior: Prior) -> bool:
    """Refused; or 48 hours went by in silence. Of a mere day the whole of it is still in time."""
    if prior.answer is not Answer.NONE:
        return prior.answer in UNMET
    end = clocks.plus_hours(prior.sent_on, clocks.TAKEDOWN_HOURS) if prior.sent_on else None
    return end is not None and clocks.day_of(end) < context.situation.today


def _long_silent(context: PlanContext, _recipient: Recipient | None, prior: Prior) -> bool:
    silent = prior.answer is Answer.NONE and prior.sent_on is not None
    return silent and context.situation.today - (prior.sent_on or dt.date.max) > PATIENCE


def _refused(_context: PlanContext, _recipient: Recipient | None, prior: Prior) -> bool:
    return prior.answer in UNMET


def _by_machine(_context: PlanContext, _recipient: Recipient | None, prior: Prior) -> bool:
    return prior.answer in UNMET and prior.automated is True


def _take_back(_context: PlanContext, _recipient: Recipient | None, prior: Prior) -> bool:
    return prior.take_back and prior.answer is not Answer.REMOVED


def _removed(_context: PlanContext, _recipient: Recipient | None, prior: Prior) -> bool:
    return prior.answer is Answer.REMOVED


def _sent(_context: PlanContext, _recipient: Recipient | None, prior: Prior) -> bool:
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
        "removed": _removed,
        "sent": _sent,
    }
)


def is_followed_up(prior: Prior, document: str, sent: tuple[Prior, ...]) -> bool:
    """The follow-up itself was sent, on that day or later; of an unknown day it is taken to be later."""
    return any(p.document == document and (p.sent_on or dt.date.max) >= (prior.sent_on or dt.date.min) for p in sent)
