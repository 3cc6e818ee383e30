"""Makes a text fit the field of a form: shorter prose first, and never a link less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LIMIT = 2000  # the field "what happened" of the Information Commissioner's form
_LEVELS = (0, 1, 2)
_WITH_ANNEX = 3


@dataclass(frozen=True, kw_only=True)
class Fitted:
    text: str
    limit: int
    annex: bool = False  # the links did not fit and go into an annex


def fit(render: Callable[[int], str], most: int = LIMIT) -> Fitted:
    """The fullest of the levels that fits; level 3 leaves the links to an annex."""
    for brief in _LEVELS:
        text = render(brief)
        if form_length(text) <= most:
            return Fitted(text=text, limit=most)
    return Fitted(text=render(_WITH_ANNEX), limit=most, annex=True)


def form_length(text: str) -> int:
    """As a browser counts at its strictest: UTF-16 units, a line break as two."""
    return len(text.replace("\n", "\r\n").encode("utf-16-le", "surrogatepass")) // 2
