"""Finds sentences that are nearly the same: the Jaccard index of their character 4-grams, without comparing all pairs."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LENGTH = 4
ALIKE = 0.7  # above this two sentences are one


def grams(text: str) -> frozenset[str]:
    """Character 4-grams, without regard to case and spaces; of a shorter text, the text."""
    folded = " ".join(text.casefold().split())
    return frozenset(folded[at : at + LENGTH] for at in range(max(1, len(folded) - LENGTH + 1)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    together = len(one & other)
    return together / (len(one) + len(other) - together)


@dataclass(frozen=True, kw_only=True)
class Index:
    """
    Sentences by their rarest grams.

    Two sets of which more than `ALIKE` is shared share one of the rarest 1 - `ALIKE` of each, so only those are kept.
    """

    sets: Sequence[frozenset[str]]
    often: Counter[str]
    by_gram: dict[str, list[int]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Index:
        sets = [grams(text) for text in texts]
        often = Counter(gram for one in sets for gram in one)
        by_gram: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(sets):
            for gram in _rarest(one, often):
                by_gram[gram].append(at)
        return cls(sets=sets, often=often, by_gram=by_gram)

    def like(self, text: str) -> Iterator[int]:
        """Places of the sentences that are nearly this one, in order."""
        wanted = grams(text)
        near = {at for gram in _rarest(wanted, self.often) for at in self.by_gram.get(gram, ())}
        yield from (
            at for at in sorted(near) if _could_be(self.sets[at], wanted) and jaccard(self.sets[at], wanted) > ALIKE
        )


def _rarest(one: frozenset[str], often: Counter[str]) -> list[str]:
    # Any order does, as long as both sides keep to the same one.
    ordered = sorted(one, key=lambda gram: (often[gram], gram))
    return ordered[: len(ordered) - math.ceil(ALIKE * len(ordered)) + 1]


def _could_be(one: frozenset[str], other: frozenset[str]) -> bool:
    return min(len(one), len(other)) > ALIKE * max(len(one), len(other))
