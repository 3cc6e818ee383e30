"""A spaCy component: how old the person shown is now and was in the image. Anything under 18 also raises `safety`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.lifetimes import lifetimes
from casework.reader.spoken_ages import ADULT, Number, Reading, age_of
from casework.reader.tokens import BREAKS, Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

_YOUNGEST, _OLDEST = 5, 105
_LOOK_BACK = 7
_SHORT_ANSWER = 6
_NOW, _IN_IMAGE = "person.age_now", "person.age_in_image"
_THEIRS = "third.age_now"  # «she is 23»: whose age it is depends on whom the talk is about
_STANDS_FOR = frozenset({"she", "he", "they", "who"})
_MEANT_REACH = 8
_HERS_REACH = 20  # "he" is more often the one who did it
_OLD_WORDS = 2  # "year old"
_INTRODUCTION = 8  # words within which somebody says who they are
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
            return after[1] == "a"  # "I was 16 in the photo", not "one in ten"
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
            yield _finding("safety", "minor", span, 0.9 if belief >= 0.6 and field != _THEIRS else 0.5)

    def _for_relative(self, norms: Sequence[str], at: int) -> bool:
        """«My daughter, she is 23»: the pronoun means the relative just named, with nobody else between."""
        before = norms[max(0, at - (_HERS_REACH if norms[at] == "she" else _MEANT_REACH)) : at]
        named = [norm for norm in before if norm in self._sets["relative"] or norm in self._sets["third"]]
        return norms[at] in _STANDS_FOR and bool(named) and named[-1] in self._sets["relative"]

    def _place(
        self, words: Sequence[Word], norms: Sequence[str], number: Number, reading: Reading, *, old: bool
    ) -> tuple[str, float]:
        """Which age it is, now or in the image, and how surely; nothing when it is somebody else's."""
        subject, verb = reading.subject, reading.verb
        photo = not self._sets["photo"].isdisjoint(norms[max(0, number.start - 10) : number.end + 10])
        group = subject in {"all", "no_one", "photo"}
        leads = reading.start <= 1
        rules = (
            (subject == "third" and verb == "is", _THEIRS, 0.85 if self._for_relative(norms, reading.start) else 0.6),
            (subject == "third", "", 0.0),
            (self._then(norms, number, reading, old=old), _IN_IMAGE, 0.85),
            (group and verb == "is" and old, "", 0.0),  # "the picture is 10 years old"
            (subject == "self" and verb == "was", _IN_IMAGE, 0.9 if photo else 0.7),
            (subject == "self" and bool(verb) and self._in_photo(norms, number), _IN_IMAGE, 0.85),
            (subject == "self" and bool(verb), _NOW, 0.95),
            (norms[reading.start] in {"age", "aged"} and (leads or self._of_writer(norms, reading.start)), _NOW, 0.85),
            (not subject and "am" in norms[reading.start : number.start], _NOW, 0.9),
            (group and (verb == "was" or photo), _IN_IMAGE, 0.9),
            (group, _NOW, 0.6),
            (subject == "relative", _IN_IMAGE if verb == "was" else _NOW, 0.8),
            (self._joined_to_sex(words, number) and (leads or _starts_anew(norms, number.start)), _NOW, 0.85),
            (_starts_anew(norms, number.start) and norms[number.end : number.end + 1] in _SEXES, _NOW, 0.8),
            (leads and verb in {"turned", "soon"}, _NOW, 0.9),
            (number.start <= 1 and old, _NOW, 0.85),
            (self._says_now(norms, number), _NOW, 0.85),
            (self._alone(norms, number), _NOW, 0.85 if old or verb else 0.6),
            (self._one_of(norms, number), _THEIRS, 0.85),
            (not subject and self._described(norms, number, old=old), self._when(norms, number), 0.85),
            (not subject and self._of_third(norms, number), _THEIRS, 0.85),
            (norms[max(0, number.start - 3) : number.start] == ["my", "age", "is"], _NOW, 0.9),
            (leads and bool(reading.bound), _NOW, 0.6),
            (old and not subject and _starts_anew(norms, number.start), _NOW, 0.85),
            (number.start == 0 and _introduces(norms[number.end : number.end + 2]), _NOW, 0.8),
        )
        return next(((field, belief) for applies, field, belief in rules if applies), ("", 0.0))

    def _says_now(self, norms: Sequence[str], number: Number) -> bool:
        """«I was 15 there, now 20»."""
        ends = norms[number.end : number.end + 1]
        return (
            norms[max(0, number.start - 1) : number.start] == ["now"]
            and _starts_anew(norms, number.start - 1)
            and (not ends or ends[0] in BREAKS or ends[0] == ",")
        )

    def _when(self, norms: Sequence[str], number: Number) -> str:
        """«When I was a teenager, 15, in a school play» is of then."""
        told = norms[self._sentence(norms, number.start) : number.start]
        return _IN_IMAGE if {"was", "were"} & set(told) else _NOW

    def _of_third(self, norms: Sequence[str], number: Number) -> bool:
        """«She is grown, 31, a doctor»."""
        told = list(norms[self._sentence(norms, number.start) : number.start])
        after = norms[number.end : number.end + 1]
        return (
            told[:1] in (["she"], ["he"])
            and told[1:2] == ["is"]
            and told[-1:] == [","]
            and list(after) in ([","], ["."], ["and"])
        )

    def _then(self, norms: Sequence[str], number: Number, reading: Reading, *, old: bool) -> bool:
        """«In the picture I'm 17», «me at 17», «15 year old me», «16 at the time», «from before I turned 18»."""
        before, after = list(norms[max(0, reading.start - 4) : reading.start]), list(norms[number.end : number.end + 3])
        photo = self._sets["photo"]
        seen = "in" in before and not photo.isdisjoint(before[before.index("in") :])
        at_age = norms[max(0, number.start - 2) : number.start] in (["me", "at"], ["me", "aged"], ["myself", "at"])
        return (
            (reading.subject == "self" and reading.verb in {"is", "was"} and seen)
            or at_age
            or (old and "old" in after and "me" in after and after.index("me") <= _OLD_WORDS)
            or (not reading.subject and after in (["at", "the", "time"], ["back", "then"]))
            or (reading.verb == "soon" and before[-1:] == ["before"])
        )

    def _mine(self, norms: Sequence[str], start: int, end: int) -> bool:
        led = norms[start - 1 : start] in (["my"], ["our"]) or norms[max(0, start - 2) : start] == ["for", "a"]
        return led and bool(self._sets["relative"] & set(norms[end : end + 1]))

    def _one_of(self, norms: Sequence[str], number: Number) -> bool:
        """«A woman of 39», who is not "I"."""
        before = list(norms[max(0, number.start - 5) : number.start])
        return before[-1:] == ["of"] and bool(self._sets["sex"] & set(before[-2:-1])) and "am" not in before

    def _described(self, norms: Sequence[str], number: Number, *, old: bool) -> bool:
        """How people introduce themselves: «Woman, 44», «31/f», «Anna, 36, from Leipzig», «being a 29 year old»."""
        before = [*norms[max(0, number.start - 3) : number.start]]
        after = [*norms[number.end : number.end + 2], "."]
        joined = {",", "/", "-", ":"}
        at = number.start - 1 - (before[-1:] != [] and before[-1] in joined)
        sexed = at >= 0 and norms[at] in self._sets["sex"] and self._opens(norms, at)
        sexed_after = after[1 if after[0] in joined else 0] in self._sets["sex"] and self._opens(norms, number.start)
        between = (before[-1:] == [","] or before[-2:] == ["i", "("]) and (
            after[0] in BREAKS or after[0] in {"from", "here", ")", "f", "m"} or _introduces(after[:2])
        )
        return (
            ((sexed or sexed_after) and number.value >= 10)
            or (between and (number.start <= _INTRODUCTION or "i" in before))
            or (between and self._of_writer(norms, number.start))
            or (old and bool({"being", "as"} & set(before)))
            or (old and self._opens(norms, number.start))
            or (before[-1:] == ["of"] and bool(self._sets["sex"] & set(before[-2:-1])))
            or (old and before[-2:] == ["i", "have"] and after[1] not in {"experience", "of", "in"})
            or (before[-1:] == ["at"] and after[0] in {"i", ","} and number.value >= ADULT)
        )

    def _opens(self, norms: Sequence[str], at: int) -> bool:
        """Whether a sentence begins within two words before, greetings aside."""
        start = self._sentence(norms, max(at, 0))
        return all(
            n in self._sets["greetings"] or n in self._sets["sex"] or n in {",", "a", "an"}
            for n in norms[start : max(at, 0)]
        )

    def _of_writer(self, norms: Sequence[str], at: int) -> bool:
        """«I am a nurse in Leeds, aged 40»."""
        return list(norms[self._sentence(norms, at) :][:2]) == ["i", "am"]

    def _sentence(self, norms: Sequence[str], at: int) -> int:
        return max((place + 1 for place in range(at) if norms[place] in BREAKS), default=0)

    def _in_photo(self, norms: Sequence[str], number: Number) -> bool:
        after = list(norms[number.end : number.end + 6])
        ends = [at for at, norm in enumerate(after) if norm == "," or norm in BREAKS]
        after = after[: ends[0]] if ends else after
        theirs = after[:1] == ["there"] or after[:2] in (["in", "them"], ["in", "it"], ["in", "that"], ["in", "those"])
        return theirs or ("in" in after and not self._sets["photo"].isdisjoint(after[after.index("in") :]))

    def _joined_to_sex(self, words: Sequence[Word], number: Number) -> bool:
        """Whether it is written like "24f" or "f24"."""
        first, last = words[number.start], words[number.end - 1]
        after = words[number.end : number.end + 1]
        before = words[max(0, number.start - 1) : number.start]
        return any(w.start == last.end and w.norm in self._sets["sex"] for w in after) or any(
            w.end == first.start and w.norm in self._sets["sex"] for w in before
        )

    def _alone(self, norms: Sequence[str], number: Number) -> bool:
        rest = [*norms[: number.start], *norms[number.end :]] if len(norms) <= _SHORT_ANSWER else None
        allowed = self._sets["old"] | self._sets["adverbs"] | self._sets["sex"] | BREAKS | {"am", "is", ","}
        return rest is not None and all(norm in allowed for norm in rest)


def _starts_anew(norms: Sequence[str], at: int) -> bool:
    return at == 0 or norms[at - 1] == "," or norms[at - 1] in BREAKS


def _introduces(after: Sequence[str]) -> bool:
    """What follows a bare figure that is an age: «26, from Leeds», «47 here»; not «21, 22, 23 November»."""
    joined = list(after[:1]) in ([","], ["and"]) and not after[-1].isdigit()
    return joined or list(after[:1]) in (["from"], ["here"])


def _finding(field: str, value: str, span: tuple[int, int], confidence: float) -> Finding:
    return Finding(field=field, value=value, start=span[0], end=span[1], confidence=confidence)
