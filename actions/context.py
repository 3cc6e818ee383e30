"""What an action may use during one turn: handed in by the runtime, never built here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.errors import RefuseToStart
from casework.interview.outcome import Effect

if TYPE_CHECKING:
    from casework.interview.draft import Draft
    from casework.interview.options import Wordbook
    from casework.law import Law
    from casework.reader import Reader


@dataclass(frozen=True, kw_only=True)
class Services:
    """Built once by the composition root."""

    law: Law
    book: Wordbook
    reader: Reader
    hours: str = "in office hours"  # when the people behind the assistant can be reached; the host sets it
    host: str = "A helpline"  # who the letter of authority names


@dataclass(kw_only=True)
class Turn:
    """
    One turn. Lives in memory for its length, and is forgotten with it.

    `hand_over` seals the complaint; it is given the draft and returns when the case is committed.
    """

    services: Services
    now: dt.datetime
    hand_over: Callable[[Draft, Effect], None]
    free_text: bool = False  # the step takes their own words: only a plain command is a command
    named: bool = False  # the text names one of the step's choices: it is an answer, whatever else it may mean
    tapped: bool = False
    said: str | None = None  # their words as typed; Rasa sees them made harmless, or a marker for a long text
    read: tuple[tuple[str, str, float], ...] | None = None  # what a long text says (field, value, confidence)
    worded: dict[str, int] = field(default_factory=dict)  # response → which of its wordings was said last
    answered: bool = False  # an action beside the form took the message: the form only asks on
    effects: set[Effect] = field(default_factory=set)
    extras: dict[str, Any] = field(default_factory=dict)  # data of the messages, such as documents


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


def begin(turn: Turn) -> Any:
    """Make `turn` the current one; give the result to `end`."""
    return _turn.set(turn)


def end(mark: Any) -> None:
    _turn.reset(mark)


def turn() -> Turn:
    """
    The current turn.

    Raises
    ------
    RefuseToStart
        An action was run outside a turn, for instance by `rasa run actions`.
    """
    current = _turn.get()
    if current is None:
        raise RefuseToStart("Actions run inside the assistant only; there is no action server.")
    return current


def peek() -> Turn | None:
    return _turn.get()
