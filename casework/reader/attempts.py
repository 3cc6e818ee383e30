"""Who was told: attempts in their sentences, one report for each one who was told."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from casework.reader.answerers import answerers
from casework.reader.finding import FACT, Finding
from casework.reader.windows import windows
from casework.reader.wordlists import read_data

SITES = frozenset({"places.platform", "platform.mentioned"})
SAME_ATTEMPT = 40
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|$)|\n+|;\s")
_ANOTHER = re.compile(r"[.,;:!?\n]|\b(?:and|then|but|also|so)\b", re.IGNORECASE)
_DESK = re.compile(
    r"\b(?:web)?(?:sites?|hosts?|platform|app|moderators?|mods?|admins?|company|support)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Told:
    """An attempt or an answer in its sentences; `wide` when the sentence shows it and no single words do."""

    finding: Finding
    first: int
    last: int
    wide: bool
    to: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        return self.finding.value


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything told of one who was asked for help."""

    attempts: tuple[Told, ...]
    answers: tuple[Told, ...] = ()


class Sentences:
    """Where the sentences of one text begin, and which stretches a signal may cover."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
        self._windows = {(window.start, window.end) for window in windows(text)}

    def place(self, finding: Finding) -> Told:
        first = bisect_right(self._starts, finding.start) - 1
        last = bisect_right(self._starts, max(finding.start, finding.end - 1)) - 1
        wide = (finding.start, finding.end) in self._windows
        return Told(finding=finding, first=first, last=last, wide=wide)

    def answerers(self, answers: Iterable[Told], found: Sequence[Finding]) -> Iterator[Finding]:
        """Whoever is said to have answered and not to have been asked."""
        yield from answerers((a.finding for a in answers if not a.wide), found, self._text, self._starts)

    def attempt(self, finding: Finding, found: Iterable[Finding]) -> Told:
        placed = self.place(finding)
        if finding.value == "regulator":
            shown = _WORD.findall(self._text[finding.start : finding.end].lower())
            return replace(placed, to=_regulators() & set(shown))
        return replace(placed, to=self._platforms(placed, found)) if finding.value == "platform" else placed

    def _platforms(self, placed: Told, found: Iterable[Finding]) -> frozenset[str]:
        """The sites that the words name, or the first one named soon after them in the sentence."""
        sites, attempt = sites_of(found), placed.finding
        own = frozenset(site.value for site in sites if site.overlaps(attempt))
        near = [s for s in sites if 0 <= s.start - attempt.end <= SAME_ATTEMPT // 2
                and self.place(s).first == placed.last]  # fmt: skip
        return own or frozenset(s.value for s in near[:1])


@functools.cache
def _regulators() -> frozenset[str]:
    return frozenset(read_data("lists")["lists"]["regulator"])


def sites_of(found: Iterable[Finding]) -> list[Finding]:
    return [f for f in found if f.field in SITES]


def distinct(attempts: Sequence[Told], sites: Sequence[Finding], text: str) -> list[Told]:
    """
    Drop "I reported it" when "to the police" follows: that is one report.

    "To X and to the police" is two: a site is named within what was said of the police.
    """
    attempts = [one for one in attempts if not _guessed(one, attempts)]
    others = [a for a in attempts if a.kind != "platform"]
    return [
        one
        for one in attempts
        if one.kind != "platform" or all(_is_another(one, other, sites, text) for other in others)
    ]


def _guessed(one: Told, attempts: Iterable[Told]) -> bool:
    """A doubt about a sentence whose own words say who was told."""
    named = [a for a in attempts if not a.wide and a.to and a.kind != one.kind]
    return one.wide and one.finding.confidence < FACT and any(a.finding.overlaps(one.finding) for a in named)


def _is_another(platform: Told, other: Told, sites: Sequence[Finding], text: str) -> bool:
    one, two = platform.finding, other.finding
    if not one.overlaps(two):
        between = text[min(one.end, two.end) : max(one.start, two.start)]
        return bool(platform.to) or len(between) > SAME_ATTEMPT // 2 or _ANOTHER.search(between) is not None
    if other.wide:
        return not platform.wide
    named = any(two.overlaps(site) or one.overlaps(site) for site in sites)
    return named or _DESK.search(text, two.start, two.end) is not None


def gathered(attempts: Iterable[Told], answers: Sequence[Told] = ()) -> list[Report]:
    """One report for each one who was told; an attempt that names nobody belongs to the nearest of its kind."""
    reports: list[Report] = []
    for attempt in sorted(attempts, key=lambda a: (not a.to, len(a.to), a.finding.start)):
        same = [
            number
            for number, report in enumerate(reports)
            if report.attempts[0].kind == attempt.kind
            and _meet(report, attempt.to)
            and not _answered_apart(report, attempt, answers)
        ]
        if same:
            number = min(same, key=lambda n: _gap_to(reports[n], attempt))
            reports[number] = replace(reports[number], attempts=(*reports[number].attempts, attempt))
        else:
            reports.append(Report(attempts=(attempt,)))
    return reports


def _meet(report: Report, to: AbstractSet[str]) -> bool:
    known = {name for attempt in report.attempts for name in attempt.to}
    return not to or not known or not known.isdisjoint(to)


def _answered_apart(report: Report, attempt: Told, answers: Sequence[Told]) -> bool:
    """«I told X, they removed it. I wrote twice and heard nothing»: two were told, and each has an answer."""
    named = [one for one in report.attempts if one.to and not one.wide]
    apart = all(one.last < attempt.first or attempt.last < one.first for one in named)
    if attempt.to or attempt.wide or not named or not apart:
        return False
    own, others = _beside(attempt, answers), {kind for one in named for kind in _beside(one, answers)}
    return bool(own and others) and own.isdisjoint(others)


def _beside(attempt: Told, answers: Sequence[Told]) -> set[str]:
    """What is answered in the same sentence."""
    return {one.kind for one in answers if not one.wide and attempt.first <= one.first <= attempt.last}


def _gap_to(report: Report, attempt: Told) -> int:
    return min(abs(one.finding.start - attempt.finding.start) for one in report.attempts)
