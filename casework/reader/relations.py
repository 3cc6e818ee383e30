"""A spaCy component: joins findings that mean something together, and drops what a better one covers."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from casework.reader.finding import FACT, FIELDS, Finding
from casework.reader.reports import reported

if TYPE_CHECKING:
    from spacy.tokens import Doc

_PLACE_REACH = 12  # characters from what is denied to the name of the place
_WHICH_ONE = 0.6
_ONLY_HERE = "safety.not"  # what the signals are judged by, as are fields that are none of FIELDS
_SCHOOL, _HINT = 0.6, 0.8  # a word like "school"; one like "my daughter" or "little"; an age is surer
_OF_WRITER = re.compile(r"i(?:'m|’m|m)?\b", re.IGNORECASE)
_PERHAPS = 0.6
_JUST_NAMED = 40  # characters from whoever is written for to «she is 23»
_TO_SOMEONE = re.compile(r" (?:to|at|with|on|in) (?!any|no ?one)", re.IGNORECASE)
_NO_ONE = re.compile(r"\b(?:nobody|no ?one|any\w*|none|soul|myself)\b", re.IGNORECASE)


def relate(doc: Doc) -> Doc:
    """Settle the findings of one text."""
    text = doc.user_data["text"]
    found = unrivalled(doc.user_data["findings"])
    found = _groks(_still_wanted(_no_deeds_of_theirs(_for_themselves(found))))
    found = _denials(_found_by_search(found), text)
    found = reported(_no_minors(_ages_of_theirs(found), text), text)
    found = [f for f in found if f.field.removesuffix(".not") in FIELDS and f.field != _ONLY_HERE]
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


def _no_deeds_of_theirs(found: Sequence[Finding]) -> list[Finding]:
    """Of one who did it nothing that they did is an act of a case of theirs."""
    owned = [f for f in found if (f.field, f.value) == ("safety", "perpetrator") and f.confidence >= FACT]
    deeds = {"acts", "perpetrator", "person.acting_for"}
    return [f for f in found if f.field not in deeds or not any(f.overlaps(one) for one in owned)]


def _for_themselves(found: Sequence[Finding]) -> list[Finding]:
    """«I am the one in the pictures» outweighs any word about somebody else."""
    mine = any(f.field == "person.acting_for.not" and f.confidence >= FACT for f in found)
    return [f for f in found if not (mine and f.field == "person.acting_for")]


def _still_wanted(found: Sequence[Finding]) -> list[Finding]:
    """Who "filed a complaint with the authority" has done it already; what is only thought of is wished."""
    attempts = [f for f in found if f.field in {"prior", "prior.not"} and f.confidence >= FACT]
    wishes = [f for f in found if f.field in {"wants", "wants.not"} and not _meets(f, attempts)]
    thought_of = [f for f in found if f.field == "prior" and f.confidence < FACT and _meets(f, wishes)]
    return [f for f in found if f not in thought_of and (f in wishes or f.field not in {"wants", "wants.not"})]


def _meets(finding: Finding, others: Iterable[Finding]) -> bool:
    return any(other.value == finding.value and other.overlaps(finding) for other in others)


def _ages_of_theirs(found: Sequence[Finding]) -> list[Finding]:
    """«I write for my sister, she is 23, she was 20 there»: hers are the ages that count."""
    acting = [f for f in found if f.field == "person.acting_for" and f.confidence >= _PERHAPS]
    if not acting:
        return list(found)
    surely = any(f.confidence >= FACT for f in acting)
    now = [
        f for f in found
        if f.field == "third.age_now" and f.value == "adult"
        and (f.confidence >= FACT or any(0 <= f.start - one.end <= _JUST_NAMED for one in acting))
    ]  # fmt: skip
    then = [f for f in found if f.field == "third.age_in_image" and surely]
    return [*found, *_hers(found, now, "person.age_now"), *_hers(found, then, "person.age_in_image")]


def _hers(found: Iterable[Finding], told: Sequence[Finding], field: str) -> Iterator[Finding]:
    """The first age told of whoever is written for, unless an age of that time is known."""
    if not any(f.field == field for f in found):
        yield from (replace(f, field=field, confidence=max(f.confidence, FACT)) for f in told[:1])


def _no_minors(found: Sequence[Finding], text: str) -> list[Finding]:
    """
    «I am 44 and teach at a school»: beside the writer's age a school is no hint at a child, but «my daughter» is.

    Beside hers («my daughter, 22») neither is. A child's age is always one.
    """
    ages = [f for f in found if f.field in {"person.age_now", "person.age_in_image"}]
    adult = [f for f in ages if f.field == "person.age_now" and f.value == "adult" and f.confidence >= FACT]
    if not adult or any(f.value != "adult" for f in ages):
        return list(found)
    most = _SCHOOL if all(_OF_WRITER.match(text, f.start) for f in adult) else _HINT
    return [f for f in found if (f.field, f.value) != ("safety", "minor") or f.confidence > most]


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
    found = _not_told(found)
    someone = any(f.field == "prior" and f.confidence >= FACT for f in found)
    nobody = [f for f in found if f.field == "prior.nobody" and not someone and not _of_someone(f, told, text)]
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


def _not_told(found: Sequence[Finding]) -> list[Finding]:
    """«I have reported it to no one» begins like a report and is none."""
    nobody = [f for f in found if f.field == "prior.nobody" and f.confidence >= FACT]
    return [
        f for f in found if f.field != "prior" or not any(f.start < one.start < f.end <= one.end for one in nobody)
    ]  # fmt: skip


def _of_someone(nobody: Finding, told: Iterable[Finding], text: str) -> bool:
    """«I have not reported it to the police» denies that alone."""
    if _TO_SOMEONE.match(text, nobody.end):
        return True
    of_all = _NO_ONE.search(text, nobody.start, nobody.end) is not None
    return not of_all and any(nobody.overlaps(one) for one in told)


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
