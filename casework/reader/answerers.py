"""Who gave an answer where no words say that they were asked: «Telegram is silent», «X labelled it and did no more»."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from casework.reader.finding import Finding

BODY = "named"  # police or a regulator
_REACH = 60  # characters from a name to what is said of it
_SURE = 0.85
_LOOKED_BACK = 24
# «On X», «to the X», «my X»: where something is, or what was asked for, and nobody who answers.
_NO_SUBJECT = re.compile(
    r"\b(?:on|in|at|from|via|to|of|with|into|onto|my|our|his|her|about|under|for|by|off|through)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# «The Reddit one», «the X post»: it is that which is gone or still there.
_A_THING = re.compile(
    r"\s+(?:one|ones|post|posts|video|videos|account|page|thread|link|links|copy|copies|group|channel|upload|version"
    r"|profile|tweet|pic|pics|photo|photos|picture|pictures|story|clip|image|images|room|server|chat|app)\b",
    re.IGNORECASE,
)
_TOLD_A_TOOL = re.compile(r"\b(?:told|asked|said)$", re.IGNORECASE)


def answerers(
    answers: Iterable[Finding], found: Sequence[Finding], text: str, ends: Sequence[int]
) -> Iterator[Finding]:
    """Yield an attempt for each answer whose subject is a name in its sentence; `ends` are those of sentences."""
    attempts = [f for f in found if f.field == "prior"]
    names = sorted((f for f in found if is_name(f, text) or f.field == BODY), key=lambda f: f.start)
    for answer in answers:
        before = [one for one in names if _stands_before(one, answer, ends)]
        if before and is_subject(before[-1], text) and not _between(before[-1], answer, attempts):
            name, kind = before[-1], _kind(before[-1])
            if not any(f.value == kind and _covers(f, name) and f.overlaps(answer) for f in attempts):
                yield Finding(field="prior", value=kind, start=name.start, end=max(name.end, answer.end),
                              confidence=min(_SURE, answer.confidence))  # fmt: skip


def _kind(name: Finding) -> str:
    return name.value if name.field == BODY else "platform"


def is_name(finding: Finding, text: str) -> bool:
    """Whether a site is named, not linked to."""
    named = finding.field in {"places.platform", "platform.mentioned"}
    return named and "/" not in text[finding.start : finding.end]


def is_subject(name: Finding, text: str) -> bool:
    """Whether nothing around the name makes it the place, or the one who was asked."""
    placed = _NO_SUBJECT.search(text, max(0, name.start - _LOOKED_BACK), name.start)
    return placed is None and _A_THING.match(text, name.end) is None


def told_a_tool(attempt: Finding, names: Iterable[Finding], text: str) -> bool:
    """«Someone on X told Grok»: the site is where it happened, and said nothing."""
    leads = [one for one in names if one.start == attempt.start]
    spoke = _TOLD_A_TOOL.search(text, attempt.start, attempt.end) is not None
    return spoke and any(not is_subject(one, text) for one in leads)


def _stands_before(name: Finding, answer: Finding, ends: Sequence[int]) -> bool:
    together = bisect_right(ends, name.start) == bisect_right(ends, answer.start)
    return together and name.start <= answer.start and answer.start - name.end <= _REACH


def _between(name: Finding, answer: Finding, attempts: Iterable[Finding]) -> bool:
    """Whether somebody else was told of in between: what follows may be theirs."""
    return any(name.end <= one.start < answer.start and one.value != _kind(name) for one in attempts)


def _covers(attempt: Finding, name: Finding) -> bool:
    return attempt.start <= name.start and name.end <= attempt.end
