"""What came back: which report an answer belongs to, and which of several answers stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from casework.reader.attempts import SAME_ATTEMPT, Report, Told
from casework.reader.finding import Finding

_AFTER, _BEFORE = 3, 2  # sentences between a report and an answer told after it, or before it
_REACH = 320  # characters between the two
_TOLD_BEFORE, _SENTENCE_BEFORE = 2, 100  # an answer told before its report counts as further away
_EVERYONE = re.compile(r"\b(?:both|neither|either|all of them|none of them|nobody|no ?one)\b", re.IGNORECASE)
_NEVER = {"police": ("partial", "removed")}  # what they cannot answer


def answered(reports: Sequence[Report], answers: Sequence[Told], text: str) -> list[Report]:
    narrow = [a for a in answers if not a.wide]
    given: list[list[Told]] = [[] for _ in reports]
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


def _is_told_of(wide: Told, reports: Sequence[Report]) -> bool:
    """A text read as a whole does not say which of two reports it means."""
    return len(reports) == 1 or wide.first == wide.last


def _around(answer: Told, text: str) -> tuple[int, int]:
    return max(0, answer.finding.start - SAME_ATTEMPT), min(len(text), answer.finding.end)


def _of_everyone(answer: Told, reports: Sequence[Report]) -> Iterator[int]:
    for number, report in enumerate(reports):
        if any(0 <= answer.first - attempt.last <= 1 for attempt in report.attempts):
            yield number


def _nearest(answer: Told, reports: Sequence[Report]) -> int | None:
    distances = [
        (_is_vague(attempt), distance, number)
        for number, report in enumerate(reports)
        for attempt in report.attempts
        if (distance := _distance(attempt, answer)) is not None and answer.kind not in _NEVER.get(attempt.kind, ())
    ]
    return min(distances)[2] if distances else None


def _is_vague(attempt: Told) -> bool:
    """Heard in a whole sentence and naming nobody: «they sent me a number» may go on about whoever was told before."""
    return attempt.wide and attempt.kind == "platform" and not attempt.to


def _distance(attempt: Told, answer: Told) -> int | None:
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


def standing(answers: Sequence[Told]) -> list[tuple[str, Finding]]:
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
