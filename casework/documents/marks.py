"""What stands for our placeholders and paragraph numbers while a template is rendered. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from casework.documents.document import Slot, placeholder
from casework.facts import Facts

_OPEN, _FILL, _CLOSE = "\ue001", "\ue000", "\ue002"


class Numbers:
    """Numbers the paragraphs of one letter."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> int:
        self._last += 1
        return self._last

    def next(self, ahead: int) -> int:
        return self._last + ahead


@dataclass(frozen=True, kw_only=True)
class Marks:
    """
    Stands for our placeholders while a template is rendered.

    The mark is chosen so that no word of the person holds it: a handle that reads {{name}} stays text.
    """

    prefix: str

    @classmethod
    def for_(cls, facts: Facts) -> Marks:
        said, length = "\0".join(_strings(facts)), 1
        while _OPEN + _FILL * length in said:
            length += 1
        return cls(prefix=_OPEN + _FILL * length)

    def mark(self, name: str) -> str:
        return f"{self.prefix}{name}{_CLOSE}"

    def resolve(self, text: str) -> tuple[str, tuple[Slot, ...]]:
        """The text with real placeholders, and where they stand."""
        pieces = re.split(f"{self.prefix}([a-z_]+){_CLOSE}", text)
        out, slots, at = [pieces[0]], [], len(pieces[0])
        for name, following in zip(pieces[1::2], pieces[2::2], strict=True):
            token = placeholder(name)
            slots.append(Slot(name=name, start=at, end=at + len(token)))
            out += [token, following]
            at += len(token) + len(following)
        return "".join(out), tuple(slots)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _strings(getattr(value, field.name))
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from _strings(item)
