"""
Joins what was tried with what came back: one earlier report for each one who was told, with the answer that stands.

Patterns show the words themselves; a signal covers its whole sentence and so fills only what no pattern has read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from casework.reader.answerers import is_name, told_a_tool
from casework.reader.attempts import SAME_ATTEMPT, SITES, Report, Sentences, Told, distinct, gathered, sites_of
from casework.reader.finding import FACT, Finding
from casework.reader.replies import answered, standing

_DATE_REACH = 60
_SHOWN_WITH = 80  # characters to an answer that is shown as one with its report


def reported(found: Sequence[Finding], text: str) -> list[Finding]:
    """Replace attempts and answers by reports; an answer alone stays what it is."""
    told = Sentences(text)
    answers = [told.place(f) for f in found if f.field == "prior.answer"]
    asked = [*_asked(found, text), *told.answerers(answers, found)]
    attempts = distinct([told.attempt(f, found) for f in asked], sites_of(found), text)
    if not attempts:
        # Whoever was asked what they said knows whom it was from.
        return [f for f in found if f.field != "prior"]
    out = [f for f in found if f.field not in {"prior", "prior.answer", "prior.answer.not"}]
    beside = [f for f in found if f.field == "date" or f.field in SITES]
    for report in answered(gathered(attempts, answers), answers, text):
        out.extend(_findings(report))
        for attempt in report.attempts:
            out.extend(_details(attempt, report, beside, text))
    return out


def _asked(found: Sequence[Finding], text: str) -> list[Finding]:
    names = [f for f in found if is_name(f, text)]
    return [f for f in found if f.field == "prior" and not told_a_tool(f, names, text)]


def _findings(report: Report) -> Iterator[Finding]:
    attempt = min((a.finding for a in report.attempts), key=lambda f: (f.confidence < FACT, f.start))
    last = standing(report.answers)
    for kind, answer in last:
        one = replace(attempt, value=f"{attempt.value}:{kind}", confidence=min(attempt.confidence, answer.confidence))
        told_at_once = answer.start <= attempt.end + _SHOWN_WITH and answer.start >= attempt.start
        yield replace(one, end=max(one.end, answer.end)) if told_at_once else one
    if not last:
        yield attempt


def _details(told: Told, report: Report, found: Sequence[Finding], text: str) -> Iterator[Finding]:
    attempt = told.finding
    # An answer heard in the whole sentence does not say which of its words are the answer.
    answers = [a for a in report.answers if a.kind != "none" and (told.wide or not a.wide)]
    of_answer = any(a.finding.overlaps(attempt) for a in answers)
    own = [site for site in sites_of(found) if site.overlaps(attempt)]
    for other in found:
        gap = max(other.start - attempt.end, attempt.start - other.end)
        if gap > _DATE_REACH:
            continue
        between = text[min(attempt.end, other.end) : max(attempt.start, other.start)]
        if any(mark in between for mark in ".!?\n"):
            continue
        # "They removed it on the 12th" is the day of the answer, not of the report.
        if other.field == "date" and not of_answer:
            yield replace(other, field="prior.sent_on")
        elif (
            other.field in SITES and attempt.value == "platform" and (other in own if own else gap <= SAME_ATTEMPT // 2)
        ):
            yield replace(other, field="prior.to", confidence=min(0.85, other.confidence))
