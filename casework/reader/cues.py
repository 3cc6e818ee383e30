"""
Patterns of words from data/reader, matched by spaCy over the closed set of words that the patterns name.

The pattern language is described at the top of data/reader/lists.yml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.scope import Scope
from casework.reader.tokens import BREAKS, NUMBER, OTHER, Word
from casework.reader.wordlists import WordListBroken

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

_GAP = re.compile(r"\.\.(\d{1,2})")
_REPEAT_LIMIT = 12
_EVERYWHERE = 10_000  # no pattern is tried around every word that nobody names


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One way of saying one thing."""

    field: str
    value: str
    confidence: float
    checks: frozenset[str]
    steps: tuple[Step, ...]
    at_start: bool
    at_end: bool


@dataclass(frozen=True, kw_only=True)
class Step:
    """One of `words` (once, or at most once), or up to `gap` words of any kind inside the sentence."""

    words: frozenset[str] = frozenset()
    optional: bool = False
    gap: int = 0


def read_cues(files: Iterable[Mapping[str, Any]], lists: Mapping[str, Sequence[str]]) -> tuple[Cue, ...]:
    """Turn the `cues` of data files into cues."""
    cues: list[Cue] = []
    for file in files:
        for row in file["cues"]:
            checks = frozenset(row.get("checks", file["checks"]))
            for pattern in row["any"]:
                steps, at_start, at_end = parse(pattern, lists)
                cues.append(Cue(field=row["field"], value=row["value"], confidence=row["confidence"], checks=checks,
                                steps=steps, at_start=at_start, at_end=at_end))  # fmt: skip
    return tuple(cues)


def parse(pattern: str, lists: Mapping[str, Sequence[str]]) -> tuple[tuple[Step, ...], bool, bool]:
    """Return the steps of a pattern, and whether it must stand at the start or the end of a sentence."""
    parts = pattern.split()
    at_start, at_end = parts[0] == "^", parts[-1] == "$"
    steps: list[Step] = []
    for part in parts[at_start : len(parts) - at_end]:
        if gap := _GAP.fullmatch(part):
            steps.append(Step(gap=min(int(gap[1]), _REPEAT_LIMIT)))
            continue
        optional = part.endswith("?") and len(part) > 1
        words = _expand(part.rstrip("?") if optional else part, lists)
        steps.append(Step(words=words, optional=optional))
    while steps and steps[-1].gap:
        steps.pop()
    if not steps or all(step.gap or step.optional for step in steps):
        raise WordListBroken("a pattern of data/reader names no word")
    return tuple(steps), at_start, at_end


def _expand(part: str, lists: Mapping[str, Sequence[str]]) -> frozenset[str]:
    words: set[str] = set()
    for name in part.split("|"):
        if name.startswith("<") and name[1:-1] in lists:
            words.update(lists[name[1:-1]])
        else:
            words.add(name.removesuffix("?"))
    return frozenset(words)


@dataclass(frozen=True, kw_only=True)
class _Anchored:
    """A cue with spaCy's matcher for it, and how far it can reach from its anchor, the rarest word that it needs."""

    cue: Cue
    matcher: Any
    left: int
    right: int
    needs: tuple[frozenset[str], ...]


class CueMatcher:
    """
    A spaCy component: adds a finding for every cue, after the checks that the cue asks for.

    One matcher over all patterns looks at every pattern for every word. Here a pattern is only tried around the
    words that it cannot do without, which makes a page of prose thirty times cheaper.
    """

    def __init__(self, vocab: Vocab, cues: Sequence[Cue]) -> None:
        from spacy.matcher import Matcher

        commonness = Counter(word for cue in cues for step in cue.steps for word in step.words)
        commonness.update({NUMBER: _EVERYWHERE, OTHER: _EVERYWHERE})
        self._by_word: dict[str, list[int]] = {}
        self._anchored: list[_Anchored] = []
        for number, cue in enumerate(cues):
            matcher = Matcher(vocab, validate=False)
            matcher.add("cue", [[_spacy(step) for step in cue.steps]])
            anchor = _anchor(cue, commonness)
            reach = [step.gap or 1 for step in cue.steps]
            self._anchored.append(_Anchored(
                cue=cue, matcher=matcher, left=sum(reach[:anchor]), right=sum(reach[anchor:]),
                needs=tuple(step.words for step in cue.steps if step.words and not step.optional),
            ))  # fmt: skip
            for word in cue.steps[anchor].words:
                self._by_word.setdefault(word, []).append(number)

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        scope, seen = Scope(words), doc.user_data["closed"]
        best: dict[tuple[str, str, int], Finding] = {}
        for number, windows in self._windows(seen).items():
            anchored = self._anchored[number]
            for low, high in windows:
                if any(need.isdisjoint(seen[low:high]) for need in anchored.needs):
                    continue
                for _, start, end in anchored.matcher(doc[low:high]):
                    finding = _judge(anchored.cue, scope, words, low + start, low + end)
                    if finding is not None:
                        _keep(best, finding)
        doc.user_data["findings"].extend(best.values())
        return doc

    def _windows(self, norms: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
        """The stretches in which each cue could stand; stretches that touch are one, so that no word counts twice."""
        windows: dict[int, list[tuple[int, int]]] = {}
        possible = self._possible(frozenset(norms))
        for at, norm in enumerate(norms):
            for number in possible.get(norm, ()):
                anchored = self._anchored[number]
                low, high = max(0, at - anchored.left), min(len(norms), at + anchored.right)
                known = windows.setdefault(number, [])
                if known and low <= known[-1][1]:
                    known[-1] = (known[-1][0], high)
                else:
                    known.append((low, high))
        return windows

    def _possible(self, present: frozenset[str]) -> dict[str, list[int]]:
        """By its anchor, each cue of which all words that it needs are somewhere in the text."""
        return {
            norm: [
                number for number in self._by_word[norm]
                if not any(need.isdisjoint(present) for need in self._anchored[number].needs)
            ]
            for norm in present & self._by_word.keys()
        }  # fmt: skip


def _anchor(cue: Cue, commonness: Mapping[str, int]) -> int:
    weights = {
        at: sum(commonness[word] for word in step.words)
        for at, step in enumerate(cue.steps)
        if step.words and not step.optional
    }
    return min(weights, key=lambda at: weights[at])


def _keep(best: dict[tuple[str, str, int], Finding], finding: Finding) -> None:
    spot = (finding.field, finding.value, finding.start)
    known = best.get(spot)
    if known is None or (known.confidence, -known.end) < (finding.confidence, -finding.end):
        best[spot] = finding


def _judge(cue: Cue, scope: Scope, words: Sequence[Word], start: int, end: int) -> Finding | None:
    if cue.at_start and start > 0 and words[start - 1].norm not in BREAKS:
        return None
    if cue.at_end and end < len(words) and words[end].norm not in BREAKS:
        return None
    field, confidence = cue.field, cue.confidence
    if "speaker" in cue.checks and scope.said_of_self(start):
        return None
    if _denied(cue, scope, start, end):
        field += ".not"
    if "hedge" in cue.checks and scope.hedged(start, end):
        confidence *= 0.6
    return Finding(
        field=field,
        value=cue.value,
        start=words[start].start,
        end=words[end - 1].end,
        confidence=round(confidence, 2),
    )


def _denied(cue: Cue, scope: Scope, start: int, end: int) -> bool:
    """Whether a "not" reaches the cue. "If I do not pay" stands inside a threat and does not deny it."""
    if "negation_before" in cue.checks:
        return scope.negated(start, start)
    return "negation" in cue.checks and scope.negated(start, end, own={w for step in cue.steps for w in step.words})


def _spacy(step: Step) -> dict[str, Any]:
    if step.gap:
        return {"ORTH": {"NOT_IN": sorted(BREAKS)}, "OP": f"{{0,{step.gap}}}"}
    return {"ORTH": {"IN": sorted(step.words)}, **({"OP": "?"} if step.optional else {})}


def lexicon_of(cues: Iterable[Cue]) -> set[str]:
    """Every word that a cue names."""
    return {word for cue in cues for step in cue.steps for word in step.words}


def closed(words: Iterable[Word], known: frozenset[str]) -> list[str]:
    """The words as spaCy may see them: only those that a pattern names."""
    out = []
    for word in words:
        if word.norm in known or word.norm in BREAKS:
            out.append(word.norm)
        elif word.norm[0].isdigit():
            out.append(NUMBER)
        else:
            out.append(OTHER)
    return out
