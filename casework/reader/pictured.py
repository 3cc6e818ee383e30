"""How old somebody was in the picture: «me at 17», «in the photo I'm 20», «from when I had 30», «when she was 15»."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from casework.reader.spoken_ages import Number, Reading, sentence_start
from casework.reader.tokens import BREAKS

_OLD_WORDS = 2  # "year old"
_NEAR = 10  # words to the picture
_CLAUSE_ENDS = BREAKS | {",", "and", "but"}
_SHE = frozenset({"she", "they", "he"})


class Pictured:
    """`photos` are the words that name a picture, and the time of it."""

    def __init__(self, photos: AbstractSet[str]) -> None:
        self._photos = photos

    def shown(self, norms: Sequence[str], number: Number) -> bool:
        """Whether a picture is spoken of near the number."""
        return not self._photos.isdisjoint(norms[max(0, number.start - _NEAR) : number.end + _NEAR])

    def then(self, norms: Sequence[str], number: Number, reading: Reading, *, old: bool) -> bool:
        """«In the picture I'm 17», «me at 17», «15 year old me», «16 at the time», «from before I turned 18»."""
        before, after = list(norms[max(0, reading.start - 4) : reading.start]), list(norms[number.end : number.end + 3])
        seen = "in" in before and not self._photos.isdisjoint(before[before.index("in") :])
        at_age = norms[max(0, number.start - 2) : number.start] in (["me", "at"], ["me", "aged"], ["myself", "at"])
        return (
            (reading.subject == "self" and reading.verb in {"is", "was"} and seen)
            or at_age
            or self._named(norms, number)
            or self._in_those_years(norms, number)
            or (old and "old" in after and "me" in after and after.index("me") <= _OLD_WORDS)
            or (not reading.subject and after in (["at", "the", "time"], ["back", "then"]))
            or (reading.verb == "soon" and before[-1:] == ["before"])
        )

    def in_photo(self, norms: Sequence[str], number: Number) -> bool:
        after = list(norms[number.end : number.end + 6])
        ends = [at for at, norm in enumerate(after) if norm in _CLAUSE_ENDS]
        after = after[: ends[0]] if ends else after
        theirs = after[:1] == ["there"] or after[:2] in (["in", "them"], ["in", "it"], ["in", "that"], ["in", "those"])
        return theirs or ("in" in after and not self._photos.isdisjoint(after[after.index("in") :]))

    def _named(self, norms: Sequence[str], number: Number) -> bool:
        """«A portrait of me at the age of 35», «and, in the picture, 36», «age when the photo was taken: 24»."""
        start = sentence_start(norms, number.start)
        before = [norm for norm in norms[max(start, number.start - _NEAR) : number.start] if norm not in {",", ":"}]
        photo = [at for at, norm in enumerate(before) if norm in self._photos]
        if not photo:
            return False
        led = photo[-1] == len(before) - 1 and "in" in before[-5:-1]
        labelled = list(norms[start : start + 2]) in (["age", "when"], ["age", "in"], ["age", "on"], ["age", "at"])
        return led or labelled or before[-4:] == ["at", "the", "age", "of"]

    def _in_those_years(self, norms: Sequence[str], number: Number) -> bool:
        """«From when I had 30», «I had maybe nineteen years on it», «when it was taken I had just turned 30»."""
        before = list(norms[max(sentence_start(norms, number.start), number.start - 4) : number.start])
        had = [at for at, pair in enumerate(pairwise(before)) if pair == ("i", "had")]
        years = norms[number.end : number.end + 1] in (["years"], ["year"]) or before[-1:] == ["turned"]
        dated = bool(had) and "when" in before[: had[0]]
        return bool(had) and (dated or years) and self.shown(norms, number)

    def of_another(self, norms: Sequence[str], number: Number, reading: Reading) -> bool:
        """«The photo was taken when she was fifteen»."""
        started = norms[reading.start] in _SHE and reading.verb in {"was", "turned"}
        return started and self.shown(norms, number)
