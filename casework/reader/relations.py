"""A spaCy component: joins findings that mean something together, and drops what a better one covers."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from casework.reader.finding import Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

_ANSWER_REACH = 160  # characters between an attempt and its answer
_DATE_REACH = 60
_SAME_ATTEMPT = 40
_PLACE_REACH = 12  # characters from what is denied to the name of the place
_WHICH_ONE = 0.6
_TO_SOMEONE = re.compile(r" (?:to|at|with) (?!any|no ?one)", re.IGNORECASE)
_ANSWER_ORDER = ("partial", "removed", "refused", "none")


def relate(doc: Doc) -> Doc:
    """Settle the findings of one text."""
    text = doc.user_data["text"]
    found = unrivalled(doc.user_data["findings"])
    found = _groks(_still_wanted(found))
    found = _denials(_found_by_search(found), text)
    found = _attempts(found, text)
    doc.user_data["findings"] = sorted(found, key=lambda f: (f.start, f.end, f.field, f.value))
    return doc


def unrivalled(found: Sequence[Finding]) -> list[Finding]:
    """Of findings that overlap and say the same, keep the surest, then the longest; a "not" beats what it denies."""
    taken: dict[tuple[str, str], list[tuple[int, int]]] = {}
    kept: list[Finding] = []
    denials_first = sorted(found, key=lambda f: (not f.field.endswith(".not"), -f.confidence, f.start - f.end, f.start))
    for finding in denials_first:
        same = taken.setdefault((finding.field, finding.value), [])
        denied = taken.get((f"{finding.field}.not", finding.value), [])
        if _free(finding, denied) and _free(finding, same):
            insort(same, (finding.start, finding.end))
            kept.append(finding)
    return kept


def _free(finding: Finding, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether no stretch of `taken`, which is in order and never overlaps itself, shares a character with it."""
    after = bisect_left(taken, (finding.end, 0))
    return after == 0 or taken[after - 1][1] <= finding.start


def _still_wanted(found: Sequence[Finding]) -> list[Finding]:
    """Drop wishes that are attempts: who "filed a complaint with the authority" has done it already."""
    attempts = [f for f in found if f.field in {"prior", "prior.not"}]
    return [
        f for f in found
        if f.field not in {"wants", "wants.not"} or not any(a.value == f.value and a.overlaps(f) for a in attempts)
    ]  # fmt: skip


def _found_by_search(found: Sequence[Finding]) -> list[Finding]:
    """«I found them on Google» says that a search shows them, not that Google published them."""
    shown = [f for f in found if f.field == "acts" and f.value == "searchable"]
    return [
        f for f in found
        if not (f.field == "acts" and f.value == "shared" and any(f.overlaps(one) for one in shown))
    ]  # fmt: skip


def _denials(found: Sequence[Finding], text: str) -> list[Finding]:
    """Keep of what was denied only what the words deny."""
    named = [f for f in found if f.field.removesuffix(".not") in {"places.platform", "platform.mentioned"}]
    told = [f for f in found if f.field == "prior.not" and f.value != "platform"]
    nobody = [f for f in found if f.field == "prior.nobody" and not _of_someone(f, told, text)]
    places = {f.value for f in named}
    out = []
    for f in found:
        # "It isn't on Instagram" says nothing of other places.
        only_there = f.field == "acts.not" and f.value == "shared" and any(_near(f, place) for place in named)
        again = f.field == "prior.not" and f.value == "platform" and any(f.overlaps(one) for one in [*nobody, *told])
        if only_there or again or (f.field == "prior.nobody" and f not in nobody):
            continue
        # Of several places it is not known which one is meant.
        doubtful = f.field == "places.still_up" and f.value == "no" and len(places) > 1
        out.append(f.at(min(f.confidence, _WHICH_ONE)) if doubtful else f)
    return out


def _of_someone(nobody: Finding, told: Iterable[Finding], text: str) -> bool:
    """«I have not reported it to the police» denies that alone."""
    return _TO_SOMEONE.match(text, nobody.end) is not None or any(nobody.overlaps(one) for one in told)


def _near(denial: Finding, place: Finding) -> bool:
    return denial.start < place.end and place.start < denial.end + _PLACE_REACH


def _groks(found: Sequence[Finding]) -> list[Finding]:
    """
    "Grok" alone: on X it is probably the account there, elsewhere we cannot know.

    The two have different controllers, so either stays below a fact and becomes a question.
    """
    sure = any(f.field == "generator" and f.value in {"x_grok", "xai_app"} and f.confidence >= 0.8 for f in found)
    on_x = any(f.field == "places.platform" and f.value == "x" and f.confidence >= 0.4 for f in found)
    out = []
    for finding in found:
        if finding.value != "grok" or finding.field == "generator.not":
            out.append(finding)
        elif not sure and finding.field == "generator":
            out.append(Finding(field="generator", value="x_grok", start=finding.start, end=finding.end,
                               confidence=0.6 if on_x else 0.4))  # fmt: skip
    return out


def _attempts(found: Sequence[Finding], text: str) -> list[Finding]:
    answers = [f for f in found if f.field == "prior.answer"]
    attempts = _distinct([f for f in found if f.field == "prior"], _sites(found))
    if not attempts:
        return list(found)  # an answer alone: whoever was asked what they said knows whom it was from
    out = [f for f in found if f.field not in {"prior", "prior.answer", "prior.answer.not"}]
    for attempt in attempts:
        answer = _answer_to(attempt, attempts, answers)
        value = f"{attempt.value}:{answer.value}" if answer else attempt.value
        out.append(Finding(field="prior", value=value, start=attempt.start, end=attempt.end,
                           confidence=attempt.confidence))  # fmt: skip
        # "They removed it on the 12th" is the day of the answer, not of the report.
        answered = answer is not None and answer.value != "none" and answer.overlaps(attempt)
        days = [] if answered else [f for f in found if f.field == "date"]
        out.extend(_details(attempt, [*days, *_sites(found)], text))
    return out


def _sites(found: Iterable[Finding]) -> list[Finding]:
    return [f for f in found if f.field in {"places.platform", "platform.mentioned"}]


def _distinct(attempts: Sequence[Finding], sites: Sequence[Finding]) -> list[Finding]:
    """
    Drop "I reported it" when "to the police" follows: that is one report; and said twice is one attempt.

    "To X and to the police" is two: a site is named within what was said of the police.
    """
    kept: list[Finding] = []
    for attempt in sorted(attempts, key=lambda f: (f.value == "platform", f.start)):
        near = [k for k in kept if attempt.start - k.end < _SAME_ATTEMPT and k.start - attempt.end < _SAME_ATTEMPT]
        named = attempt.value == "platform" and any(k.overlaps(site) for k in near for site in sites)
        if any(_same_report(k, attempt, sites) or (k.overlaps(attempt) and not named) for k in near):
            continue
        kept.append(attempt)
    return kept


def _same_report(one: Finding, other: Finding, sites: Sequence[Finding]) -> bool:
    """Two attempts of a kind close together are one, unless each names a site of its own."""
    ours, theirs = ({site.value for site in sites if site.overlaps(attempt)} for attempt in (one, other))
    return one.value == other.value and not (ours and theirs and ours.isdisjoint(theirs))


def _answer_to(attempt: Finding, attempts: Sequence[Finding], answers: Iterable[Finding]) -> Finding | None:
    def distance(other: Finding, answer: Finding) -> int:
        after = answer.start - other.end
        return after if after >= 0 else min(0, answer.end - other.start) * -2

    near = [a for a in answers if distance(attempt, a) <= _ANSWER_REACH
            and all(distance(attempt, a) <= distance(other, a) for other in attempts)]  # fmt: skip
    return min(near, key=lambda a: (distance(attempt, a) // 20, _ANSWER_ORDER.index(a.value)), default=None)


def _details(attempt: Finding, found: Sequence[Finding], text: str) -> Iterable[Finding]:
    own = [site for site in _sites(found) if site.overlaps(attempt)]
    for other in found:
        gap = max(other.start - attempt.end, attempt.start - other.end)
        between = text[min(attempt.end, other.end) : max(attempt.start, other.start)]
        if gap > _DATE_REACH or any(mark in between for mark in ".!?\n"):
            continue
        if other.field == "date":
            yield Finding(field="prior.sent_on", value=other.value, start=other.start, end=other.end,
                          confidence=other.confidence)  # fmt: skip
        elif (
            other.field in {"places.platform", "platform.mentioned"}
            and attempt.value == "platform"
            and (other in own if own else gap <= _SAME_ATTEMPT // 2)
        ):
            yield Finding(field="prior.to", value=other.value, start=other.start, end=other.end,
                          confidence=min(0.85, other.confidence))  # fmt: skip
