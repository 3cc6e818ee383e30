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
_BIRTHDAY = 3  # words before «birthday»: «my 40 th»
_HERS = frozenset({"her", "his", "their"})
_WHOSE = _MINE | _HERS
_OLDEST = 105


def lifetimes(
    words: Sequence[Word],
    today: dt.date,
    decades: Mapping[str, int],
    others: AbstractSet[str],
    photos: AbstractSet[str],
) -> Iterator[Finding]:
    """`others` are the words that say that somebody else is meant; `photos` those that name a picture."""
    norms = [word.norm for word in words]
    for at, norm in enumerate(norms):
        if (end := _decade(norms, at, decades)) and (whose := _WHOSE & set(norms[max(0, at - 2) : at])):
            then = "was" in norms[max(0, at - _LOOK_BACK) : at]
            yield _finding(words, at - 1, end, "adult", 0.85, _decade_of(hers=not whose & _MINE, then=then))
        elif norm == "born" and not others & set(norms[max(0, at - _LOOK_BACK) : at]):
            yield from _of_birth(words, norms, at, today)
        elif norm == "birthday" and at >= _BIRTHDAY and norms[at - 1] in _ORDINAL_ENDS:
            yield from _of_birthday(words, norms, at, photos)


def _decade_of(*, hers: bool, then: bool) -> str:
    return f"{'third' if hers else 'person'}.{'age_in_image' if then else 'age_now'}"


def _of_birthday(words: Sequence[Word], norms: Sequence[str], at: int, photos: AbstractSet[str]) -> Iterator[Finding]:
    """«A picture of my 40th birthday» tells how old she is in it; «last month was my 40th birthday», now."""
    years = int(norms[at - 2]) if norms[at - 2].isascii() and norms[at - 2].isdigit() else 0
    shown = not photos.isdisjoint([*norms[max(0, at - 2 * _LOOK_BACK) : at], *norms[at + 1 : at + 2]])
    whose = norms[at - _BIRTHDAY]
    if _ADULT <= years <= _OLDEST and (whose in _MINE or (shown and whose in _HERS)):
        field = "person.age_in_image" if shown else _NOW
        yield _finding(words, at - _BIRTHDAY, at + 1, "adult", 0.85 if years > _ADULT else 0.6, field)


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
