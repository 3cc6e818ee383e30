"""How people say their age without a verb: «Woman, 44», «31/f», «Anna, 36, from Leipzig», «34m», «now 20»."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from casework.reader.spoken_ages import ADULT, Number, sentence_start, starts_anew
from casework.reader.tokens import BREAKS, Word

_SHORT_ANSWER = 6
_INTRODUCTION = 8  # words within which somebody says who they are
_CARD = 4  # words of a sentence that only says who somebody is: «47, Perth.»
_OLDEST_BARE = 80


class Introductions:
    """`sets` are the words of the age part of data/reader/contexts.yml."""

    def __init__(self, sets: Mapping[str, AbstractSet[str]]) -> None:
        self._sets = sets

    def says_now(self, norms: Sequence[str], number: Number) -> bool:
        """«I was 15 there, now 20»."""
        ends = norms[number.end : number.end + 1]
        return (
            norms[max(0, number.start - 1) : number.start] == ["now"]
            and starts_anew(norms, number.start - 1)
            and (not ends or ends[0] in BREAKS or ends[0] == ",")
        )

    def of_third(self, norms: Sequence[str], number: Number) -> bool:
        """«She is grown, 31, a doctor»."""
        told = list(norms[sentence_start(norms, number.start) : number.start])
        after = norms[number.end : number.end + 1]
        return (
            told[:1] in (["she"], ["he"])
            and told[1:2] == ["is"]
            and told[-1:] == [","]
            and list(after) in ([","], ["."], ["and"])
        )

    def one_of(self, norms: Sequence[str], number: Number) -> bool:
        """«A woman of 39», who is not "I"."""
        before = list(norms[max(0, number.start - 5) : number.start])
        return before[-1:] == ["of"] and bool(self._sets["sex"] & set(before[-2:-1])) and "am" not in before

    def described(self, norms: Sequence[str], number: Number, *, old: bool) -> bool:
        """How people introduce themselves: «Woman, 44», «31/f», «Anna, 36, from Leipzig», «being a 29 year old»."""
        before = [*norms[max(0, number.start - 3) : number.start]]
        after = [*norms[number.end : number.end + 2], "."]
        joined = {",", "/", "-", ":"}
        at = number.start - 1 - (before[-1:] != [] and before[-1] in joined)
        sexed = at >= 0 and norms[at] in self._sets["sex"] and self._opens(norms, at)
        sexed_after = after[1 if after[0] in joined else 0] in self._sets["sex"] and self._opens(norms, number.start)
        told = before[-2:] == ["i", "("] or (before[-1:] == [","] and not self._another_before(norms, number))
        between = told and (after[0] in BREAKS or after[0] in {"from", "here", ")", "f", "m"} or introduces(after[:2]))
        return (
            ((sexed or sexed_after) and number.value >= 10)
            or (between and (number.start <= _INTRODUCTION or "i" in before))
            or (between and self.of_writer(norms, number.start))
            or (
                between
                and number.start <= 2 * _INTRODUCTION
                and number.start - sentence_start(norms, number.start) == 2
            )
            or (old and bool({"being", "as"} & set(before)))
            or (old and self._opens(norms, number.start))
            or (before[-1:] == ["of"] and bool(self._sets["sex"] & set(before[-2:-1])))
            or (old and before[-2:] == ["i", "have"] and after[1] not in {"experience", "of", "in"})
            or (before[-1:] == ["at"] and after[0] in {"i", ","} and number.value >= ADULT)
        )

    def _another_before(self, norms: Sequence[str], number: Number) -> bool:
        """«My neighbour, 44»; not «I'm a trans woman, 33»."""
        named = (self._sets["third"] | self._sets["named"]) & set(norms[max(0, number.start - 2) : number.start - 1])
        return bool(named) and "i" not in norms[sentence_start(norms, number.start) : number.start]

    def _opens(self, norms: Sequence[str], at: int) -> bool:
        """Whether a sentence begins within two words before, greetings aside."""
        start = sentence_start(norms, max(at, 0))
        return all(
            n in self._sets["greetings"] or n in self._sets["sex"] or n in {",", "a", "an"}
            for n in norms[start : max(at, 0)]
        )

    def of_writer(self, norms: Sequence[str], at: int) -> bool:
        """«I am a nurse in Leeds, aged 40»."""
        return list(norms[sentence_start(norms, at) :][:2]) == ["i", "am"]

    def joined_to_sex(self, words: Sequence[Word], number: Number) -> bool:
        """Whether it is written like "24f" or "f24"."""
        first, last = words[number.start], words[number.end - 1]
        after = words[number.end : number.end + 1]
        before = words[max(0, number.start - 1) : number.start]
        return any(w.start == last.end and w.norm in self._sets["sex"] for w in after) or any(
            w.end == first.start and w.norm in self._sets["sex"] for w in before
        )

    def alone(self, norms: Sequence[str], number: Number) -> bool:
        rest = [*norms[: number.start], *norms[number.end :]] if len(norms) <= _SHORT_ANSWER else None
        allowed = self._sets["old"] | self._sets["adverbs"] | self._sets["sex"] | BREAKS | {"am", "is", ","}
        return rest is not None and all(norm in allowed for norm in rest)

    def carded(self, norms: Sequence[str], number: Number) -> bool:
        """A sentence that only says who somebody is: «47, Perth.», «34.», «Sixty-eight I am!»."""
        start = sentence_start(norms, number.start)
        rest = list(norms[number.end : number.end + _CARD + 1])
        ends = next((at for at, norm in enumerate(rest) if norm in BREAKS), None if len(rest) > _CARD else len(rest))
        if start != number.start or not ADULT <= number.value <= _OLDEST_BARE:
            return False
        listed = len(rest) > 1 and rest[1][:1].isdigit()
        if rest[:2] == ["i", "am"] or (rest[:1] == [","] and rest[2:3] == ["/"]):
            return True  # «31, she/her, Leeds»
        return ends is not None and (_after_a_sentence(norms, start) if ends == 0 else rest[0] == ",") and not listed

    def labelled(self, norms: Sequence[str], number: Number, start: int) -> bool:
        """«Age: 28», «my age is 31 years»; `start` is where what belongs to the number begins."""
        start -= norms[start] == "is" and start > 0
        if norms[start] not in {"age", "aged"}:
            return False
        return start <= 1 or norms[start - 1] == "my" or norms[start - 1] in BREAKS or self.of_writer(norms, start)

    def of_another(self, norms: Sequence[str], number: Number, *, old: bool) -> bool:
        """«Ms K. is thirty-four years of age», «a member of staff, aged 58», «who is blind and 54 years old»."""
        before = list(norms[sentence_start(norms, number.start) : number.start])
        said = "is" in before[-_SHORT_ANSWER:] and "i" not in before
        aside = before[-1:] == [","] and norms[number.end : number.end + 1] == [","] and number.value >= ADULT
        return (old and said) or (before[-1:] == ["aged"] and "i" not in before) or (aside and "i" not in before)


def _after_a_sentence(norms: Sequence[str], at: int) -> bool:
    """«20.» at the beginning of a line counts what follows."""
    return at > 0 and norms[at - 1] != "\n"


def introduces(after: Sequence[str]) -> bool:
    """What follows a bare figure that is an age: «26, from Leeds», «47 here»; not «21, 22, 23 November»."""
    joined = list(after[:1]) in ([","], ["and"]) and not after[-1].isdigit()
    return joined or list(after[:1]) in (["from"], ["here"])
