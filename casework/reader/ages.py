"""A spaCy component: how old the person shown is now and was in the image. Anything under 18 also raises `safety`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.tokens import BREAKS, Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

_ADULT = 18
_YOUNGEST, _OLDEST = 5, 105
_LOOK_BACK = 7


@dataclass(frozen=True, kw_only=True)
class _Number:
    value: int
    start: int  # places in the list of words
    end: int


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What stands before a number that may be an age."""

    subject: str  # self | third | relative | all | ""
    verb: str  # is | was | turned | soon | ""
    bound: str  # under | over | ""
    negated: bool
    start: int


class AgeFinder:
    """`context` is the age part of data/reader/contexts.yml."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._tens: Mapping[str, int] = context["numbers"]
        self._units: Mapping[str, int] = context["units"]
        self._sets = {key: frozenset(value) for key, value in context.items() if isinstance(value, list)}

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        norms = [word.norm for word in words]
        for number in self._numbers(words, norms):
            if not self._counts_something_else(norms, number):
                doc.user_data["findings"].extend(self._judge(words, norms, number))
        return doc

    def _numbers(self, words: Sequence[Word], norms: Sequence[str]) -> Iterable[_Number]:
        at = 0
        while at < len(words):
            norm, end = norms[at], at + 1
            value = -1
            if norm.isascii() and norm.isdigit() and len(norm) <= 3:  # noqa: PLR2004 - no age has four digits
                value = int(norm)
            elif norm in self._tens:
                value = self._tens[norm]
                if value >= 20 and end < len(words) and norms[end] in self._units:  # noqa: PLR2004 - twenty-two
                    value += self._units[norms[end]]
                    end += 1
            if _YOUNGEST <= value <= _OLDEST:
                yield _Number(value=value, start=at, end=end)
            at = end

    def _counts_something_else(self, norms: Sequence[str], number: _Number) -> bool:
        after = norms[number.end] if number.end < len(norms) else ""
        if after in {"years", "year"} and norms[number.end + 1 : number.end + 2] == ["ago"]:
            return True
        if after == "in" and norms[number.end + 1 : number.end + 2] != ["a"]:
            return False  # "I was 16 in the photo"
        before = norms[number.start - 1] if number.start else ""
        return after in self._sets["not_after"] or before in {"$", "£", "€", "#", "/", "+"}

    def _read(self, norms: Sequence[str], number: _Number) -> _Reading:
        subject = verb = bound = ""
        negated = False
        start = number.start
        for at in range(number.start - 1, max(-1, number.start - 1 - _LOOK_BACK), -1):
            norm = norms[at]
            if norm in BREAKS or norm == "," or subject:
                break
            if norm in self._sets["below"]:
                bound = "under"
            elif norm in self._sets["above"]:
                bound = "over"
            elif norm == "not":
                negated = True
            elif not verb and norm in {"is", "are", "am", "was", "were", "turned", "turn", "turning"}:
                verb = {"was": "was", "were": "was", "turned": "turned", "turning": "soon", "turn": "soon"}.get(norm, "is")
            elif not verb and norm in self._sets["soon"]:
                verb = "soon"
            elif not verb and norm in self._sets["age"]:
                verb = "is"
            else:
                subject = self._subject(norm, verb)
                if not subject and (norm not in self._sets["adverbs"] and norm not in {"is", "am", "to", "will", "about"}
                                    and not (verb and norm in {"the", "who", "them", "us", "of", "in"})):  # fmt: skip
                    break
            start = at
        return _Reading(subject=subject, verb=verb, bound=bound, negated=negated, start=start)

    def _subject(self, norm: str, verb: str) -> str:
        for kind in ("self", "relative", "third", "all", "no_one", "photo"):
            if norm in self._sets[kind]:
                return kind if verb or kind == "relative" else ""
        return ""

    def _judge(self, words: Sequence[Word], norms: Sequence[str], number: _Number) -> Iterable[Finding]:
        reading = self._read(norms, number)
        age = self._age(reading, number)
        near = set(norms[max(0, number.start - 10) : number.end + 10])
        after = norms[number.end : number.end + 2]
        old = bool(after) and after[0] in self._sets["old"]
        span = {"start": words[reading.start].start, "end": words[number.end - 1].end}
        if old:
            span["end"] = words[number.end + (len(after) > 1 and after[1] in self._sets["old"])].end
        field, confidence = self._place(reading, near, old=old, alone=self._alone(norms, number), words=words, number=number)
        if field:
            yield Finding(field=field, value=age, confidence=confidence, **span)
        if reading.subject == "relative":
            yield Finding(field="person.acting_for", value="other", confidence=0.6, **span)
        if age == "child" and (field or old or reading.subject):
            yield Finding(field="safety", value="minor", confidence=0.9 if field and confidence >= 0.6 else 0.5, **span)  # noqa: PLR2004

    def _place(  # noqa: PLR0913 - every argument is one thing that decides
        self, reading: _Reading, near: set[str], *, old: bool, alone: bool, words: Sequence[Word], number: _Number
    ) -> tuple[str, float]:
        """Which age it is, and how surely."""
        if reading.subject == "self" and reading.verb in {"is", "turned", "soon"}:
            return "person.age_now", 0.95
        if reading.subject == "self" and reading.verb == "was":
            return "person.age_in_image", 0.9 if near & self._sets["photo"] else 0.7
        if reading.subject in {"all", "no_one", "photo"} and reading.verb:
            return ("person.age_in_image", 0.9) if reading.verb == "was" or near & self._sets["photo"] else (
                "person.age_now", 0.6)  # fmt: skip
        if reading.subject == "relative":
            return ("person.age_in_image" if reading.verb == "was" else "person.age_now"), 0.8
        if reading.subject == "third":
            return "", 0.0
        follows = number.end < len(words) and words[number.end].start == words[number.end - 1].end
        if follows and words[number.end].norm in self._sets["sex"]:
            return "person.age_now", 0.85
        if reading.verb in {"turned", "soon"} and not reading.subject and reading.start <= 1:
            return "person.age_now", 0.9
        if alone or (old and number.start <= 1):
            return "person.age_now", 0.85 if old or reading.verb else 0.6
        if reading.bound and reading.start <= 2 and reading.verb in {"", "is"}:  # noqa: PLR2004 - "under 18", as an answer
            return "person.age_now", 0.6
        return "", 0.0

    def _age(self, reading: _Reading, number: _Number) -> str:
        value = number.value
        if reading.bound:
            under = (reading.bound == "under") != (reading.negated or reading.subject == "no_one")
            if under:
                return "child" if value <= _ADULT else "unsure"
            return "adult" if value >= _ADULT else "unsure"
        if reading.verb == "soon" or (reading.negated and value == _ADULT):
            return "child" if value <= _ADULT else "adult"
        if reading.negated:
            return "unsure"
        return "child" if value < _ADULT else "adult"

    def _alone(self, norms: Sequence[str], number: _Number) -> bool:
        rest = [*norms[: number.start], *norms[number.end :]]
        allowed = self._sets["old"] | self._sets["adverbs"] | self._sets["sex"] | BREAKS | {"am", "is", ","}
        return len(rest) <= 4 and all(norm in allowed for norm in rest)  # noqa: PLR2004
