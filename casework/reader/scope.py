"""Judges what stands around a cue: a "not" that reaches it, an "if" or a "might", and who is said to do it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from casework.reader.tokens import BREAKS, Word

_NEGATIONS = frozenset({"not", "never", "nobody", "nothing", "none", "neither", "nor", "no"})
_CLAUSE_ENDS = BREAKS | {",", ":", "but", "because", "although", "so", "then", "and", "when", "after", "(", ")", "-"}
_HEDGES = frozenset({
    "if", "whether", "might", "may", "maybe", "could", "perhaps", "would", "will", "going", "unless", "suspect",
    "afraid", "scared", "worried", "fear", "think", "thinks", "guess", "possibly", "wants", "want", "threatened",
    "threatens", "threatening", "threaten", "threats", "plans", "before", "says", "can", "need", "should", "please",
    "until",
})  # fmt: skip
_SELF = frozenset({"i", "we"})
_OTHERS = frozenset({"he", "she", "they", "someone", "somebody", "who"})
_BETWEEN = frozenset({
    "have", "had", "has", "already", "just", "also", "never", "not", "did", "do", "would", "will", "really", "once",
    "only", "ever", "originally", "even", "could", "can", "then", "to", "tried", "stupidly", "actually",
    "a", "an", "some", "made", "created", "make", "the", "her", "his", "used", "am", "one", "who",
    "app", "it", "tool", "ai", "grok", "bot",
})  # fmt: skip
_NEGATION_REACH = 4
_HEDGE_REACH = 12
_SUBJECT_REACH = 7


class Scope:
    """The words of one text, asked about one stretch of them at a time."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.norms = [word.norm for word in words]

    def _clause_before(self, start: int, reach: int) -> list[int]:
        """The places before `start` in the same clause, nearest first."""
        places = []
        for at in range(start - 1, max(-1, start - 1 - reach), -1):
            if self.norms[at] in _CLAUSE_ENDS:
                break
            places.append(at)
        return places

    def negated(self, start: int, end: int, own: AbstractSet[str] = frozenset()) -> bool:
        """Whether a "not" reaches the words, from before or from inside; `own` are the words of the cue."""
        if own & _NEGATIONS:
            return False
        before = self._reached_by_not(self._clause_before(start, _NEGATION_REACH))
        inside = [at for at in range(start, end) if self.norms[at] != "no"]
        return any(self._is_negation(at, start) for at in [*before, *inside])

    def _reached_by_not(self, places: Sequence[int]) -> list[int]:
        # "I don't want money, just want it down": what comes after "just" is meant.
        for number, at in enumerate(places):
            if self.norms[at] == "just" and (at == 0 or self.norms[at - 1] not in _NEGATIONS):
                return list(places[:number])
        return list(places)

    def _is_negation(self, at: int, start: int) -> bool:
        norm = self.norms[at]
        following = self.norms[at + 1] if at + 1 < len(self.norms) else ""
        if norm not in _NEGATIONS or following in {"just", "only"}:
            return False
        if norm == "no":
            # "No, he posted it" and "with no clothes" deny nothing; "no one" and "no pictures were shared" do.
            return following in {"one", "longer", "body"} or at == start - 1
        # "I do not know if he shared it" denies the knowing, not the sharing.
        return following not in {"know", "sure", "idea", "clue", "certain", "consent", "permission", "agree"}

    def hedged(self, start: int, end: int) -> bool:
        """Whether the words are supposed, feared, asked for or announced rather than told."""
        before = self._clause_before(start, _HEDGE_REACH)
        return any(self.norms[at] in _HEDGES for at in [*before, *range(start, end)])

    def said_of_self(self, start: int) -> bool:
        """Whether "I" or "we" is the one who does it: no harm done to the person, then."""
        if start < len(self.norms) and self.norms[start] in _SELF:
            return False
        places = iter(range(start - 1, max(-1, start - 1 - _SUBJECT_REACH), -1))
        for at in places:
            norm = self.norms[at]
            if norm in _SELF:
                return True
            if norm == "and":
                # "I made it and sent it round": the second verb has the subject of the first.
                return self._first_subject(places) in _SELF
            if norm not in _BETWEEN:
                return False
        return False

    def _first_subject(self, places: Iterable[int]) -> str:
        for at in places:
            if self.norms[at] in BREAKS or self.norms[at] in _SELF | _OTHERS:
                return self.norms[at]
        return ""
