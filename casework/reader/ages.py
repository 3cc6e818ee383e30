"""A spaCy component: how old the person shown is now and was in the image. Anything under 18 also raises `safety`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.introductions import Introductions, introduces
from casework.reader.lifetimes import lifetimes
from casework.reader.pictured import Pictured
from casework.reader.spoken_ages import Number, Reading, age_of, sentence_start, starts_anew
from casework.reader.tokens import Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

_YOUNGEST, _OLDEST = 5, 105
_LOOK_BACK = 7
_NOW, _IN_IMAGE = "person.age_now", "person.age_in_image"
_THEIRS = "third.age_now"  # «she is 23»: whose age it is depends on whom the talk is about
_THEIRS_THEN = "third.age_in_image"
_STANDS_FOR = frozenset({"she", "he", "they", "who"})
_SAME = {"she": ("she", "her"), "he": ("he", "his"), "they": ("they", "their")}
_MEANT_REACH = 8
_HERS_REACH = 20  # "he" is more often the one who did it
_LASTING = frozenset({"for", "over", "after", "past", "last", "these"})  # «for twelve years»
_SEXES = (["female"], ["male"])


class AgeFinder:
    """`context` is the age part of data/reader/contexts.yml."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._tens: Mapping[str, int] = context["numbers"]
        self._units: Mapping[str, int] = context["units"]
        self._verbs: Mapping[str, str] = context["verbs"]
        self._decades: Mapping[str, int] = context["decades"]
        self._sets = {key: frozenset(value) for key, value in context.items() if isinstance(value, list)}
        self._introductions, self._pictured = Introductions(self._sets), Pictured(self._sets["photo"])

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        norms = [word.norm for word in words]
        for number in self._numbers(norms):
            if not self._counts_something_else(norms, number):
                doc.user_data["findings"].extend(self._judge(words, norms, number))
        others = self._sets["third"] | self._sets["relative"]
        doc.user_data["findings"].extend(
            lifetimes(words, doc.user_data["today"], self._decades, others, self._sets["photo"])
        )
        return doc

    def _numbers(self, norms: Sequence[str]) -> Iterable[Number]:
        at = 0
        while at < len(norms):
            norm, end = norms[at], at + 1
            value = -1
            if norm.isascii() and norm.isdigit() and len(norm) <= 3:
                value = int(norm)
            elif norm in self._tens:
                value = self._tens[norm]
                if value >= 20 and end < len(norms) and norms[end] in self._units:
                    value += self._units[norms[end]]
                    end += 1
            if _YOUNGEST <= value <= _OLDEST:
                yield Number(value=value, start=at, end=end)
            at = end

    def _counts_something_else(self, norms: Sequence[str], number: Number) -> bool:
        after = [*norms[number.end : number.end + 2], "", ""]
        before = norms[number.start - 1] if number.start else ""
        if self._slashed(norms, number):
            return False
        if after[0] in {"st", "nd", "rd", "th"} or (number.start >= 2 and norms[number.start - 2] == "born"):
            return True
        if after[0] == "in":
            return (
                after[1] == "a" and before != "at"
            )  # "I was 16 in the photo", "me at 19 in a bikini", not "one in ten"
        if after[0] == "/" and after[1] == str(number.value + 1):
            return False  # "when I was 15/16"
        ago = after[0] in {"years", "year"} and (after[1] == "ago" or (before in _LASTING and after[1] != "old"))
        return ago or after[0] in self._sets["not_after"] or before in {"$", "£", "€", "#", "/", "+"}

    def _slashed(self, norms: Sequence[str], number: Number) -> bool:
        """Whether it is written like "F/31" or "31/f"."""
        before = list(norms[max(0, number.start - 2) : number.start])
        after = list(norms[number.end : number.end + 2])
        return any(len(two) == 2 and "/" in two and self._sets["sex"] & set(two) for two in (before, after))

    def _read(self, norms: Sequence[str], number: Number) -> Reading:
        """Walk back from the number to whoever it is said of."""
        reading = Reading(start=number.start)
        for at in range(number.start - 1, max(-1, number.start - 1 - _LOOK_BACK), -1):
            if at == number.start - 1 and norms[at] in {"(", ","}:
                continue  # "my daughter (15)"
            if reading.subject or not self._take(reading, norms[at]):
                break
            reading.start = at
        return reading

    def _take(self, reading: Reading, norm: str) -> bool:
        """Add a word to the reading; false when the word has no part in it."""
        sets = self._sets
        if norm in sets["below"] or norm in sets["above"]:
            reading.bound = "under" if norm in sets["below"] else "over"
        elif norm == "not":
            reading.negated = True
        elif norm in self._verbs and not reading.verb:
            reading.verb = self._verbs[norm]
        else:
            reading.subject = self._subject(norm, reading.verb)
            filler = norm in sets["adverbs"] or (bool(reading.verb) and norm in sets["between"])
            return bool(reading.subject) or filler
        return True

    def _subject(self, norm: str, verb: str) -> str:
        kinds = ("self", "relative", "third", "all", "no_one", "photo") if verb else ("relative",)
        return next((kind for kind in kinds if norm in self._sets[kind]), "")

    def _judge(self, words: Sequence[Word], norms: Sequence[str], number: Number) -> Iterable[Finding]:
        reading = self._read(norms, number)
        if norms[max(0, reading.start - 1) : reading.start] == ["before"] and reading.verb == "turned":
            reading.verb = "soon"  # "from before I turned 18"
        if "since" in norms[max(0, reading.start - 1) : number.start]:
            return  # "I have known him since I was 16" dates something else
        after = [norm in self._sets["old"] for norm in norms[number.end : number.end + 2]]
        old = after[:1] == [True]
        last = number.end - 1 + (old + (after == [True, True]))
        age = age_of(reading, number.value)
        led = norms[max(0, reading.start - 4) : reading.start]
        if reading.subject == "relative" and not reading.verb and "i" in led and {"a", "an"} & set(led):
            reading.subject = ""  # "I was a student, 22"
        if old and not reading.subject and self._mine(norms, number.start, last + 1):
            reading.subject = "relative"  # "my 23 year old daughter"
        field, belief = self._place(words, norms, number, reading, old=old)
        span = (words[reading.start].start, words[last].end)
        if field:
            yield _finding(field, age, span, belief)
        if reading.subject == "relative":
            yield _finding("person.acting_for", "other", span, 0.6)
        if age == "child" and (field or old or reading.subject):
            # Someone under 18 was named, even if it is not clear who: worth a question, always.
            yield _finding(
                "safety", "minor", span, 0.9 if belief >= 0.6 and field not in {_THEIRS, _THEIRS_THEN} else 0.5
            )

    def _for_relative(self, norms: Sequence[str], at: int) -> bool:
        """«My daughter, she is 23»: the pronoun means the relative just named, with nobody else between."""
        before = norms[max(0, at - (_HERS_REACH if norms[at] == "she" else _MEANT_REACH)) : at]
        spoken_of = self._sets["relative"] | self._sets["third"] | self._sets["named"]
        named = [norm for norm in before if norm in spoken_of and norm not in _SAME.get(norms[at], ())]
        return norms[at] in _STANDS_FOR and bool(named) and named[-1] in self._sets["relative"] | self._sets["named"]

    def _place(
        self, words: Sequence[Word], norms: Sequence[str], number: Number, reading: Reading, *, old: bool
    ) -> tuple[str, float]:
        """Which age it is, now or in the image, and how surely; nothing when it is somebody else's."""
        subject, verb = reading.subject, reading.verb
        photo = self._pictured.shown(norms, number)
        group = subject in {"all", "no_one", "photo"}
        leads, told = reading.start <= 1, self._introductions
        meant = 0.85 if self._for_relative(norms, reading.start) else 0.6
        rules = (
            (self._pictured.of_another(norms, number, reading), _THEIRS_THEN, 0.85),
            (subject == "third" and verb in {"is", "turned", "soon"}, _THEIRS, meant),
            (subject == "third", "", 0.0),
            (self._pictured.then(norms, number, reading, old=old), _IN_IMAGE, 0.85),
            (group and verb == "is" and old, "", 0.0),  # "the picture is 10 years old"
            (subject == "self" and verb == "was", _IN_IMAGE, 0.9 if photo else 0.7),
            (subject == "self" and bool(verb) and self._pictured.in_photo(norms, number), _IN_IMAGE, 0.85),
            (subject == "self" and bool(verb), _NOW, 0.95),
            (told.labelled(norms, number, reading.start), _NOW, 0.9),
            (not subject and "am" in norms[reading.start : number.start], _NOW, 0.9),
            (group and (verb == "was" or photo), _IN_IMAGE, 0.9),
            (group, _NOW, 0.6),
            (subject == "relative", _IN_IMAGE if verb == "was" else _NOW, 0.8),
            (
                told.joined_to_sex(words, number) and (leads or starts_anew(norms, number.start)),
                _NOW,
                0.85,
            ),
            (starts_anew(norms, number.start) and norms[number.end : number.end + 1] in _SEXES, _NOW, 0.8),
            (leads and verb in {"turned", "soon"}, _NOW, 0.9),
            (number.start <= 1 and old, _NOW, 0.85),
            (told.says_now(norms, number), _NOW, 0.85),
            (told.alone(norms, number), _NOW, 0.85 if old or verb else 0.6),
            (told.one_of(norms, number), _THEIRS, 0.85),
            (not subject and told.described(norms, number, old=old), _when(norms, number), 0.85),
            (not subject and told.of_third(norms, number), _THEIRS, 0.85),
            (leads and bool(reading.bound), _NOW, 0.6),
            (old and not subject and starts_anew(norms, number.start), _NOW, 0.85),
            (not subject and told.carded(norms, number), _NOW, 0.8),
            (not subject and told.of_another(norms, number, old=old), _THEIRS, 0.85),
            (number.start == 0 and introduces(norms[number.end : number.end + 2]), _NOW, 0.8),
        )
        return next(((field, belief) for applies, field, belief in rules if applies), ("", 0.0))

    def _mine(self, norms: Sequence[str], start: int, end: int) -> bool:
        led = norms[start - 1 : start] in (["my"], ["our"]) or norms[max(0, start - 2) : start] == ["for", "a"]
        return led and bool(self._sets["relative"] & set(norms[end : end + 1]))


def _when(norms: Sequence[str], number: Number) -> str:
    """«When I was a teenager, 15, in a school play» is of then."""
    told = norms[sentence_start(norms, number.start) : number.start]
    return _IN_IMAGE if {"was", "were"} & set(told) else _NOW


def _finding(field: str, value: str, span: tuple[int, int], confidence: float) -> Finding:
    return Finding(field=field, value=value, start=span[0], end=span[1], confidence=confidence)
