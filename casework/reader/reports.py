"""
Joins what was tried with what came back: one earlier report for each one who was told, with the answer that stands.

Patterns show the words themselves; a signal covers its whole sentence and so fills only what no pattern has read.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from casework.reader.answerers import answerers, is_name, told_a_tool
from casework.reader.finding import FACT, Finding
from casework.reader.windows import windows
from casework.reader.wordlists import read_data

_AFTER, _BEFORE = 3, 2  # sentences between a report and an answer told after it, or before it
_REACH = 320  # characters between the two
_DATE_REACH = 60
_SITES = frozenset({"places.platform", "platform.mentioned"})
_SAME_ATTEMPT = 40
_SHOWN_WITH = 80  # characters to an answer that is shown as one with its report
_TOLD_BEFORE, _SENTENCE_BEFORE = 2, 100  # an answer told before its report counts as further away
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|$)|\n+|;\s")
_EVERYONE = re.compile(r"\b(?:both|neither|either|all of them|none of them|nobody|no ?one)\b", re.IGNORECASE)
_ANOTHER = re.compile(r"[.,;:!?\n]|\b(?:and|then|but|also|so)\b", re.IGNORECASE)
_DESK = re.compile(
    r"\b(?:web)?(?:sites?|hosts?|platform|app|moderators?|mods?|admins?|company|support)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_NEVER = {"police": ("partial", "removed")}  # what they cannot answer


@dataclass(frozen=True, kw_only=True)
class _Told:
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
class _Report:
    """Everything told of one who was asked for help."""

    attempts: tuple[_Told, ...]
    answers: tuple[_Told, ...] = ()


def reported(found: Sequence[Finding], text: str) -> list[Finding]:
    """Replace attempts and answers by reports; an answer alone stays what it is."""
    told = _Sentences(text)
    answers = [told.place(f) for f in found if f.field == "prior.answer"]
    asked = [*_asked(found, text), *told.answerers(answers, found)]
    attempts = _distinct([told.attempt(f, found) for f in asked], _sites(found), text)
    if not attempts:
        # Whoever was asked what they said knows whom it was from.
        return [f for f in found if f.field != "prior"]
    out = [f for f in found if f.field not in {"prior", "prior.answer", "prior.answer.not"}]
    beside = [f for f in found if f.field == "date" or f.field in _SITES]
    for report in _answered(_gathered(attempts), answers, text):
        out.extend(_findings(report))
        for attempt in report.attempts:
            out.extend(_details(attempt, report, beside, text))
    return out


def _asked(found: Sequence[Finding], text: str) -> list[Finding]:
    names = [f for f in found if is_name(f, text)]
    return [f for f in found if f.field == "prior" and not told_a_tool(f, names, text)]


class _Sentences:
    """Where the sentences of one text begin, and which stretches a signal may cover."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
        self._windows = {(window.start, window.end) for window in windows(text)}

    def place(self, finding: Finding) -> _Told:
        first = bisect_right(self._starts, finding.start) - 1
        last = bisect_right(self._starts, max(finding.start, finding.end - 1)) - 1
        wide = (finding.start, finding.end) in self._windows
        return _Told(finding=finding, first=first, last=last, wide=wide)

    def answerers(self, answers: Iterable[_Told], found: Sequence[Finding]) -> Iterator[Finding]:
        """Whoever is said to have answered and not to have been asked."""
        yield from answerers((a.finding for a in answers if not a.wide), found, self._text, self._starts)

    def attempt(self, finding: Finding, found: Iterable[Finding]) -> _Told:
        placed = self.place(finding)
        if finding.value == "regulator":
            shown = _WORD.findall(self._text[finding.start : finding.end].lower())
            return replace(placed, to=_regulators() & set(shown))
        return replace(placed, to=self._platforms(placed, found)) if finding.value == "platform" else placed

    def _platforms(self, placed: _Told, found: Iterable[Finding]) -> frozenset[str]:
        """The sites that the words name, or the first one named soon after them in the sentence."""
        sites, attempt = _sites(found), placed.finding
        own = frozenset(site.value for site in sites if site.overlaps(attempt))
        near = [s for s in sites if 0 <= s.start - attempt.end <= _SAME_ATTEMPT // 2
                and self.place(s).first == placed.last]  # fmt: skip
        return own or frozenset(s.value for s in near[:1])


@functools.cache
def _regulators() -> frozenset[str]:
    return frozenset(read_data("lists")["lists"]["regulator"])


def _sites(found: Iterable[Finding]) -> list[Finding]:
    return [f for f in found if f.field in _SITES]


def _distinct(attempts: Sequence[_Told], sites: Sequence[Finding], text: str) -> list[_Told]:
    """
    Drop "I reported it" when "to the police" follows: that is one report.

    "To X and to the police" is two: a site is named within what was said of the police.
    """
    others = [a for a in attempts if a.kind != "platform"]
    return [
        one
        for one in attempts
        if one.kind != "platform" or all(_is_another(one, other, sites, text) for other in others)
    ]


def _is_another(platform: _Told, other: _Told, sites: Sequence[Finding], text: str) -> bool:
    one, two = platform.finding, other.finding
    if not one.overlaps(two):
        between = text[min(one.end, two.end) : max(one.start, two.start)]
        return bool(platform.to) or len(between) > _SAME_ATTEMPT // 2 or _ANOTHER.search(between) is not None
    if other.wide:
        return not platform.wide
    named = any(two.overlaps(site) or one.overlaps(site) for site in sites)
    return named or _DESK.search(text, two.start, two.end) is not None


def _gathered(attempts: Iterable[_Told]) -> list[_Report]:
    """One report for each one who was told; an attempt that names nobody belongs to the nearest of its kind."""
    reports: list[_Report] = []
    for attempt in sorted(attempts, key=lambda a: (not a.to, len(a.to), a.finding.start)):
        same = [
            number
            for number, report in enumerate(reports)
            if report.attempts[0].kind == attempt.kind and _meet(report, attempt.to)
        ]
        if same:
            number = min(same, key=lambda n: _gap_to(reports[n], attempt))
            reports[number] = replace(reports[number], attempts=(*reports[number].attempts, attempt))
        else:
            reports.append(_Report(attempts=(attempt,)))
    return reports


def _meet(report: _Report, to: AbstractSet[str]) -> bool:
    known = {name for attempt in report.attempts for name in attempt.to}
    return not to or not known or not known.isdisjoint(to)


def _gap_to(report: _Report, attempt: _Told) -> int:
    return min(abs(one.finding.start - attempt.finding.start) for one in report.attempts)


def _answered(reports: Sequence[_Report], answers: Sequence[_Told], text: str) -> list[_Report]:
    narrow = [a for a in answers if not a.wide]
    given: list[list[_Told]] = [[] for _ in reports]
    for answer in narrow:
        nearest = _nearest(answer, reports)
        if nearest is not None:
            given[nearest].append(answer)
    for answer in narrow:
        if _EVERYONE.search(text, *_around(answer, text)):
            for number in _of_everyone(answer, reports):
                given[number] = given[number] or [answer]
    for answer in sorted((a for a in answers if a.wide), key=lambda a: -a.finding.confidence):
        if not any(answer.finding.overlaps(one.finding) for one in narrow):
            silent = [number for number in range(len(reports)) if not given[number]]
            nearest = _nearest(answer, [reports[n] for n in silent]) if _is_told_of(answer, reports) else None
            if nearest is not None:
                given[silent[nearest]].append(answer)
    return [replace(report, answers=tuple(more)) for report, more in zip(reports, given, strict=True)]


def _is_told_of(wide: _Told, reports: Sequence[_Report]) -> bool:
    """A text read as a whole does not say which of two reports it means."""
    return len(reports) == 1 or wide.first == wide.last


def _around(answer: _Told, text: str) -> tuple[int, int]:
    return max(0, answer.finding.start - _SAME_ATTEMPT), min(len(text), answer.finding.end)


def _of_everyone(answer: _Told, reports: Sequence[_Report]) -> Iterator[int]:
    for number, report in enumerate(reports):
        if any(0 <= answer.first - attempt.last <= 1 for attempt in report.attempts):
            yield number


def _nearest(answer: _Told, reports: Sequence[_Report]) -> int | None:
    distances = [
        (_is_vague(attempt), distance, number)
        for number, report in enumerate(reports)
        for attempt in report.attempts
        if (distance := _distance(attempt, answer)) is not None and answer.kind not in _NEVER.get(attempt.kind, ())
    ]
    return min(distances)[2] if distances else None


def _is_vague(attempt: _Told) -> bool:
    """Heard in a whole sentence and naming nobody: «they sent me a number» may go on about whoever was told before."""
    return attempt.wide and attempt.kind == "platform" and not attempt.to


def _distance(attempt: _Told, answer: _Told) -> int | None:
    """How far the answer is from the attempt, in characters; nothing when it is too far to belong to it."""
    one, other = attempt.finding, answer.finding
    if one.overlaps(other):
        return 0
    if other.start >= one.end:
        near, gap = answer.first - attempt.last <= _AFTER, other.start - one.end
    else:
        apart = attempt.first - answer.last
        near, gap = apart <= _BEFORE, (one.start - other.end) * _TOLD_BEFORE + _SENTENCE_BEFORE * (apart > 0)
    return gap if near and gap <= _REACH else None


def _findings(report: _Report) -> Iterator[Finding]:
    attempt = min((a.finding for a in report.attempts), key=lambda f: (f.confidence < FACT, f.start))
    standing = _standing(report.answers)
    for kind, answer in standing:
        one = replace(attempt, value=f"{attempt.value}:{kind}", confidence=min(attempt.confidence, answer.confidence))
        told_at_once = answer.start <= attempt.end + _SHOWN_WITH and answer.start >= attempt.start
        yield replace(one, end=max(one.end, answer.end)) if told_at_once else one
    if not standing:
        yield attempt


def _standing(answers: Sequence[_Told]) -> list[tuple[str, Finding]]:
    """
    The last that said something; silence only where nothing else came; a part is never the whole.

    «Took down two and says that the third is fine» is a part; who removed one and later refused another did both.
    """
    told = sorted(answers, key=lambda a: a.finding.start)
    said = [a for a in told if a.kind != "none"]
    partial = [a for a in said if a.kind == "partial"]
    last = next(reversed(partial or said or told), None)
    removed = [a for a in said if a.kind == "removed" and last and last.kind == "refused" and a is not last]
    if last is None:
        return []
    if any(a.first == last.first for a in removed):
        return [("partial", last.finding)]
    return [(a.kind, a.finding) for a in (*removed[:1], last)]


def _details(told: _Told, report: _Report, found: Sequence[Finding], text: str) -> Iterator[Finding]:
    attempt = told.finding
    # An answer heard in the whole sentence does not say which of its words are the answer.
    answers = [a for a in report.answers if a.kind != "none" and (told.wide or not a.wide)]
    answered = any(a.finding.overlaps(attempt) for a in answers)
    own = [site for site in _sites(found) if site.overlaps(attempt)]
    for other in found:
        gap = max(other.start - attempt.end, attempt.start - other.end)
        if gap > _DATE_REACH:
            continue
        between = text[min(attempt.end, other.end) : max(attempt.start, other.start)]
        if any(mark in between for mark in ".!?\n"):
            continue
        # "They removed it on the 12th" is the day of the answer, not of the report.
        if other.field == "date" and not answered:
            yield replace(other, field="prior.sent_on")
        elif (
            other.field in _SITES
            and attempt.value == "platform"
            and (other in own if own else gap <= _SAME_ATTEMPT // 2)
        ):
            yield replace(other, field="prior.to", confidence=min(0.85, other.confidence))
