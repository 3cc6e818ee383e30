"""Ages told without a number of years: «in my late thirties», «born in 1990», «my 34th birthday»."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from casework.reader.finding import Finding
from casework.reader.tokens import Word

_ADULT = 18
_NOW = "person.age_now"
_EARLIEST = 1920
_MINE = frozenset({"my", "our"})
_ORDINAL_ENDS = frozenset({"st", "nd", "rd", "th"})
_LOOK_BACK = 4


def lifetimes(
    words: Sequence[Word], today: dt.date, decades: Mapping[str, int], others: AbstractSet[str]
) -> Iterator[Finding]:
    """`others` are the words that say that somebody else is meant."""
    norms = [word.norm for word in words]
    for at, norm in enumerate(norms):
        if (end := _decade(norms, at, decades)) and _MINE & set(norms[max(0, at - 2) : at]):
            then = "was" in norms[max(0, at - _LOOK_BACK) : at]
            yield _finding(words, at - 1, end, "adult", 0.85, "person.age_in_image" if then else _NOW)
        elif norm == "born" and not others & set(norms[max(0, at - _LOOK_BACK) : at]):
            yield from _of_birth(words, norms, at, today)
        elif norm == "birthday" and at >= 3 and norms[at - 1] in _ORDINAL_ENDS and norms[at - 3] in _MINE:
            years = int(norms[at - 2]) if norms[at - 2].isascii() and norms[at - 2].isdigit() else 0
            if _ADULT <= years <= 105:
                yield _finding(words, at - 3, at + 1, "adult", 0.85 if years > _ADULT else 0.6)


def _decade(norms: Sequence[str], at: int, decades: Mapping[str, int]) -> int:
    """The place after «thirties» or «30s»; 0 where none stands."""
    if norms[at] in decades:
        return at + 1
    figures = norms[at].isascii() and norms[at].isdigit() and len(norms[at]) == 2 and norms[at][1] == "0"
    after = list(norms[at + 1 : at + 3])
    if not figures or int(norms[at]) < 20:
        return 0
    if after[:1] == ["s"]:
        return at + 2
    return at + 3 if after == ["'", "s"] else 0


def _of_birth(words: Sequence[Word], norms: Sequence[str], at: int, today: dt.date) -> Iterator[Finding]:
    for place in range(at + 1, min(len(norms), at + 5)):
        year = norms[place]
        if len(year) == 4 and year.isascii() and year.isdigit() and _EARLIEST <= int(year) <= today.year:
            youngest = today.year - int(year) - 1
            value = "adult" if youngest >= _ADULT else "child" if youngest + 1 < _ADULT else "unsure"
            yield _finding(words, at, place + 1, value, 0.85)
            if value != "adult":
                yield Finding(field="safety", value="minor", start=words[at].start, end=words[place].end,
                              confidence=0.9 if value == "child" else 0.5)  # fmt: skip
            return


def _finding(words: Sequence[Word], start: int, end: int, value: str, confidence: float, field: str = _NOW) -> Finding:
    return Finding(field=field, value=value, start=words[start].start, end=words[end - 1].end,
                   confidence=confidence)  # fmt: skip
