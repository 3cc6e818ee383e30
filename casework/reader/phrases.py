"""Finds fixed names of one to five words by looking them up: the longest wins, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


class Phrases:
    """`rows` are pairs of (words, what they name)."""

    def __init__(self, rows: Iterable[tuple[tuple[str, ...], str]]) -> None:
        self._named = dict(rows)
        self._longest = max((len(words) for words in self._named), default=1)
        self.first = frozenset(words[0] for words in self._named)
        self.words = frozenset(word for words in self._named for word in words)

    def find(self, norms: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, what it names), never overlapping."""
        at = 0
        while at < len(norms):
            length = self._length_at(norms, at) if norms[at] in self.first else 0
            if length:
                yield at, at + length, self._named[tuple(norms[at : at + length])]
            at += length or 1

    def _length_at(self, norms: Sequence[str], at: int) -> int:
        for length in range(min(self._longest, len(norms) - at), 0, -1):
            if tuple(norms[at : at + length]) in self._named:
                return length
        return 0
