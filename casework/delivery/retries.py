"""What became of an attempt to send, and what follows from it. Pure: the same outcome gives the same decision."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)
# With the waits above: five days, as long as mail servers try.
LAST_ATTEMPT = 28
GAVE_UP = "gave_up"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """It is out; the reference proves it (a message id, a ticket number)."""

    reference: str


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Not now. `after` is what the other side asked for; at least that, and at least our own pace."""

    after: dt.timedelta = dt.timedelta()


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Not ever. The reason is a code, kept in clear: no words of anybody."""

    reason: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.reason):
            raise ValueError("A reason is a code of lower-case letters.")


Outcome = Sent | Retry | Stop


def decide(outcome: Outcome, attempt: int) -> Outcome:
    """What follows from the outcome of the `attempt`-th attempt, counted from 1."""
    if not isinstance(outcome, Retry):
        return outcome
    if attempt >= LAST_ATTEMPT:
        return Stop(reason=GAVE_UP)
    # Nobody makes us wait for ever, whatever they ask for.
    return Retry(after=min(max(outcome.after, wait_after(attempt)), LONGEST_WAIT))


def wait_after(attempt: int) -> dt.timedelta:
    """Twice as long each time, up to six hours."""
    doublings = min(attempt - 1, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
