"""Slows guessing at the login down, for one name and for all names together, without ever locking anyone out."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict, deque

from casework.errors import TryLater

FREE = 5
LONGEST_SECONDS = 300
ALL_A_MINUTE = 40
_FORGET = dt.timedelta(hours=1)
_MOST_NAMES = 10_000


class TooManyTries(TryLater):
    """Too many tries. Wait a little, then try again."""


class Throttle:
    """
    Counts in memory: an attacker cannot restart the desk, and no list of attacked names lies on the disk.

    A refused attempt is not counted, so hammering does not prolong the wait.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: OrderedDict[str, tuple[int, dt.datetime]] = OrderedDict()
        self._all: deque[dt.datetime] = deque()

    def attempt(self, name: str, now: dt.datetime) -> None:
        """
        Count an attempt before it is checked: many at once must not slip through together.

        Raises
        ------
        TooManyTries
            This name, known or not, or everybody together, must wait.
        """
        with self._lock:
            failures, last = self._recent(name, now)
            while self._all and now - self._all[0] > dt.timedelta(minutes=1):
                self._all.popleft()
            if now < last + _wait(failures) or len(self._all) >= ALL_A_MINUTE:
                raise TooManyTries
            self._all.append(now)
            self._names[name] = (failures + 1, now)
            self._names.move_to_end(name)
            while len(self._names) > _MOST_NAMES:
                self._names.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """The attempt was the member's own: forget it and those before it."""
        with self._lock:
            self._names.pop(name, None)
            if self._all:
                self._all.pop()

    def _recent(self, name: str, now: dt.datetime) -> tuple[int, dt.datetime]:
        failures, last = self._names.get(name, (0, now - _FORGET))
        return (0, now - _FORGET) if now - last >= _FORGET else (failures, last)


def _wait(failures: int) -> dt.timedelta:
    if failures < FREE:
        return dt.timedelta()
    return dt.timedelta(seconds=min(LONGEST_SECONDS, 2 ** min(failures - FREE + 1, 16)))
