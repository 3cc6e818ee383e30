"""Arithmetic of measuring: shares, F1, calibration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Right, missed and invented of one label."""

    right: int
    missed: int
    invented: int

    @property
    def f1(self) -> float:
        """1.0 where there was nothing to find and nothing was found."""
        wrong = self.missed + self.invented
        return 2 * self.right / (2 * self.right + wrong) if self.right or wrong else 1.0

    @property
    def recall(self) -> float:
        return share(self.right, self.right + self.missed)


def share(part: int, whole: int) -> float:
    """0.0 of nothing."""
    return part / whole if whole else 0.0


def counts_by_label(pairs: Iterable[tuple[str, str]]) -> dict[str, Counts]:
    """Count (wanted, given) by label; a label that was only given is there too."""
    seen = Counter(pairs)
    wanted, given = Counter[str](), Counter[str]()
    for (label, answer), times in seen.items():
        wanted[label] += times
        given[answer] += times
    return {
        label: Counts(right=(hit := seen[label, label]), missed=wanted[label] - hit, invented=given[label] - hit)
        for label in sorted(wanted | given)
    }


def calibration_error(answers: Sequence[tuple[float, bool]]) -> float:
    """
    Expected calibration error of (confidence, right), over ten bins of equal width.

    How far, on average, a confidence lies from the share of answers with such a confidence that are right.
    """
    bins: Mapping[int, list[tuple[float, bool]]] = {at: [] for at in range(BINS)}
    for sure, right in answers:
        bins[min(BINS - 1, int(sure * BINS))].append((sure, right))
    off = (abs(sum(sure for sure, _ in one) - sum(right for _, right in one)) for one in bins.values())
    return sum(off) / len(answers) if answers else 0.0
