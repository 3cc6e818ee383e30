"""The desk's words, read once from words.yml, and how dates and clocks are said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from casework.clocks import Moment
from casework.interview.options import Wordbook
from casework.law import Law
from casework.states import NO_CLOCK, RUNNING, SETTLED, StepState
from casework.store.moments import today
from casework.wordbook import load_wordbook

_DAY_LENGTH = len(NO_CLOCK)
_SOON_DAYS = 3
_HOURS_SHOWN = 72


@dataclass(frozen=True, kw_only=True)
class TimeLeft:
    """The loudest thing about a step, and the line beneath it."""

    loud: str
    small: str
    tone: str  # late | soon | calm | quiet


@dataclass(frozen=True, kw_only=True)
class Clocked:
    """What a clock is read from: the clear columns of a step."""

    state: StepState
    document: str | None
    mode: str
    due: str | None
    available_from: str | None
    closes: str | None


@dataclass(frozen=True, kw_only=True)
class Words:
    data: Mapping[str, Any]
    law: Law
    book: Wordbook

    def say(self, group: str, key: str) -> str:
        """A label; the key itself where there is none, so that a newer value still shows."""
        rows = self.data[group]
        return str(rows.get(key, rows.get("*", key)))

    def value(self, group: str, key: str) -> str:
        return str(self.data["values"][group].get(key, key))

    def place(self, *codes: tuple[str, str | None]) -> str:
        """Country, nation and region by name; `codes` are pairs of label group and ISO code."""
        return " · ".join(self.book.label(group, code).removeprefix("the ") for group, code in codes if code)

    def error(self, error: BaseException | str) -> str:
        if isinstance(error, str):
            return self.say("errors", error)
        names = [one.__name__ for one in type(error).__mro__]
        return self.say("errors", next((name for name in names if name in self.data["errors"]), "*"))

    def queue(self, queue: str) -> str:
        family, _, recipient = queue.partition("/")
        return self.recipient(recipient) if recipient else self.say("queues", family)

    def recipient(self, recipient_id: str) -> str:
        row = self.law.platforms.get(recipient_id) or self.law.authorities.get(recipient_id)
        return row.name if row else recipient_id

    def document(self, document: str | None, queue: str) -> str:
        if document is None:
            return self.say("without_document", queue.partition("/")[0])
        row = self.law.documents.get(document)
        return row.title if row else str(self.data["unknown_document"])

    def state(self, state: StepState, document: str | None) -> str:
        if document is None:
            return self.say("states", "done" if state in SETTLED else "open")
        return self.say("states", state.value)

    def left(self, step: Clocked, now: dt.datetime) -> TimeLeft:
        """How long a step has, and what for."""
        if step.document is None:
            return self._left("settled" if step.state in SETTLED else "open", tone="calm")
        if step.state in SETTLED:
            return self._left("settled", tone="quiet")
        if step.state in RUNNING:
            return self._running(step.due, now)
        return self._before(step, now)

    def _before(self, step: Clocked, now: dt.datetime) -> TimeLeft:
        if step.state is StepState.LAPSED:
            return self._left("lapsed", tone="late", date=date_and_time(step.due) if step.due else "–")
        if step.state is StepState.FAILED:
            return self._left("failed", tone="late")
        if step.state is StepState.WAITING:
            return self._waiting(step.available_from, now)
        if step.state is not StepState.READY:
            return self._left(step.state.value, tone="quiet")
        if step.closes is None:
            # What the person sends themselves is nothing for the team to hurry with.
            return self._left("with_person", tone="quiet") if step.mode == "self" else self._left("send", tone="soon")
        days = (dt.date.fromisoformat(step.closes) - today(now)).days
        key = {0: "send_today", 1: "send_by_one"}.get(days, "send_by")
        return self._left(key, tone=_tone(days), n=days, date=date_and_time(step.closes))

    def _waiting(self, available_from: str | None, now: dt.datetime) -> TimeLeft:
        day = dt.date.fromisoformat(available_from) if available_from else None
        if day is None or day <= today(now):
            return self._left("after", tone="quiet")
        return self._left("opens", tone="quiet", date=long_date(day), short=short_date(day))

    def _running(self, due: str | None, now: dt.datetime) -> TimeLeft:
        if due is None:
            return self._left("no_clock", tone="quiet")
        return self._by_hours(due, now) if len(due) > _DAY_LENGTH else self._by_days(due, now)

    def _by_days(self, due: str, now: dt.datetime) -> TimeLeft:
        date = date_and_time(due)
        days = (dt.date.fromisoformat(due) - today(now)).days
        if days < 0:
            return self._left("late_one" if days == -1 else "late", tone="late", n=-days, date=date)
        key = {0: "today", 1: "tomorrow"}.get(days, "days")
        return self._left(key, tone=_tone(days), n=days, date=date)

    def _by_hours(self, due: str, now: dt.datetime) -> TimeLeft:
        minutes = int((dt.datetime.fromisoformat(due) - now).total_seconds() // 60)
        date = date_and_time(due)
        if minutes < 0:
            return self._left("late_hours", tone="late", n=max(1, -minutes // 60), date=date)
        if minutes < 60:
            return self._left("minutes", tone="late", n=minutes, date=date)
        if minutes < _HOURS_SHOWN * 60:
            return self._left("hours", tone="soon", n=minutes // 60, date=date)
        return self._left("days", tone="calm", n=minutes // (24 * 60), date=date)

    def _left(self, key: str, *, tone: str, **values: object) -> TimeLeft:
        loud, small = (line.format(**values) for line in self.data["clock"][key])
        return TimeLeft(loud=loud, small=small, tone=tone)


def load_words(law: Law) -> Words:
    text = Path(__file__).with_name("words.yml").read_text(encoding="utf-8")
    return Words(data=yaml.safe_load(text), law=law, book=load_wordbook())


def _tone(days: int) -> str:
    return "soon" if days <= _SOON_DAYS else "calm"


def long_date(day: Moment) -> str:
    """22 December 2026: written out, in no country's order of digits."""
    return f"{day.day} {day:%B %Y}"


def short_date(day: Moment) -> str:
    return f"{day.day} {day:%b}"


def date_and_time(text: str) -> str:
    """A stored day or minute, written out; minutes are in UTC and say so."""
    if len(text) == _DAY_LENGTH:
        return long_date(dt.date.fromisoformat(text))
    moment = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    return f"{long_date(moment)}, {moment:%H:%M} UTC"
