"""A spaCy component: the country, UK nation or region where the person lives, from the places they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.phrases import Phrases
from casework.reader.tokens import BREAKS, Lexicon, Word

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc

_REACH = 8
_PRONOUNS = frozenset({"he", "she", "they", "his", "her", "their", "who", "which"})
_SHORT_ANSWER = 14


@dataclass(frozen=True, kw_only=True)
class _Mention:
    start: int
    end: int
    code: str  # "GB", "GB-ENG", "DE-BE"
    belief: float
    negated: bool

    @property
    def country(self) -> str:
        return self.code[:2]


class CountryFinder:
    """`table` is data/reader/places.yml, `context` the country part of contexts.yml; `cut` is how text is cut."""

    def __init__(
        self, table: Mapping[str, Any], context: Mapping[str, Any], cut: Callable[[str], tuple[str, ...]]
    ) -> None:
        rows = [
            (cut(name), code)
            for part in ("cities", "nations", "countries")
            for code, names in table[part].items()
            for name in names
        ]
        self._places = Phrases((words, code) for words, code in rows if words)
        demonyms = {**table["demonyms"], **table["national_demonyms"]}
        self._demonyms = Phrases((cut(name), code) for code, names in demonyms.items() for name in names)
        self._slips = Lexicon(word for words, _ in rows for word in words if len(words) == 1)
        self._common = frozenset(cut(name) for name in table["common"])
        self._ambiguous: Mapping[str, Sequence[str]] = table["ambiguous"]
        self._letters: Mapping[str, str] = table["state_letters"]
        self._sets = {key: frozenset(values) for key, values in context.items()}

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        norms = self._mended([word.norm for word in words])
        mentions = [*self._named(words, norms), *self._abbreviated(words, norms), *self._demonym(norms)]
        joined = list(_joined(sorted(mentions, key=lambda m: m.start), norms))
        for mention in self._lived_in(self._settled(joined, norms), norms):
            doc.user_data["findings"].extend(_findings(mention, words))
        return doc

    def _settled(self, mentions: Sequence[_Mention], norms: Sequence[str]) -> Iterable[_Mention]:
        """Perth is in Australia and in Scotland: what else is named decides, and otherwise each is a question."""
        others = {m.country for m in mentions if " ".join(norms[m.start : m.end]) not in self._ambiguous}
        for mention in mentions:
            codes = self._ambiguous.get(" ".join(norms[mention.start : mention.end]), ())
            told = [code for code in codes if code[:2] in others]
            for code in told[:1] or codes:
                belief = min(mention.belief, 0.9 if told else 0.6)
                yield replace(mention, code=code, belief=belief)
            if not codes:
                yield mention

    def _lived_in(self, mentions: Iterable[_Mention], norms: Sequence[str]) -> list[_Mention]:
        """«From Wales, living in Dublin»: where they live is what counts."""
        told = list(mentions)
        living = [m for m in told if m.belief >= 0.8 and self._sets["living"] & set(self._clause(norms, m.start))]
        countries = {m.country for m in living}
        return [
            replace(m, belief=min(m.belief, 0.5)) if countries and m not in living and m.country not in countries else m
            for m in told
        ]

    def _mended(self, norms: Sequence[str]) -> list[str]:
        """«In manchesterr»: a slip in a name counts where a name is due."""
        due = self._sets["before"] | {"live"}
        return [
            self._slips.corrected(norm) if at and norms[at - 1] in due and norm.isalpha() else norm
            for at, norm in enumerate(norms)
        ]

    def _named(self, words: Sequence[Word], norms: Sequence[str]) -> Iterable[_Mention]:
        for start, end, code in self._places.find(norms):
            common = tuple(norms[start:end]) in self._common and len(norms) > end - start
            if common and not self._surely_a_place(words, norms, start):
                continue
            belief = self._belief(norms, start, end)
            yield _Mention(start=start, end=end, code=code, belief=belief, negated=self._negated(norms, start))

    def _abbreviated(self, words: Sequence[Word], norms: Sequence[str]) -> Iterable[_Mention]:
        shouting = sum(word.raw.isupper() and len(word.raw) > 1 for word in words) > len(words) / 2
        for at, word in enumerate(words):
            before = norms[at - 1] if at else ""
            negated = self._negated(norms, at)
            if word.norm == "us" and (before == "the" or (word.raw == "US" and not (shouting and len(words) > 1))):
                belief = self._belief(norms, at, at + 1)
                if word.raw == "US" or norms[max(0, at - 2)] in self._sets["before"]:
                    yield _Mention(start=at, end=at + 1, code="US", belief=belief, negated=negated)
            elif word.raw in self._letters and before == "," and not shouting:
                yield _Mention(start=at, end=at + 1, code=self._letters[word.raw], belief=0.85, negated=negated)

    def _demonym(self, norms: Sequence[str]) -> Iterable[_Mention]:
        for start, end, code in self._demonyms.find(norms):
            before = norms[max(0, start - 3) : start]
            said = "i" in before and before[-1] in self._sets["demonym_before"]
            if said or len(norms) == end - start:
                yield _Mention(start=start, end=end, code=code, belief=0.5, negated="not" in before)

    def _surely_a_place(self, words: Sequence[Word], norms: Sequence[str], start: int) -> bool:
        before = norms[start - 1] if start else ""
        clause = self._clause(norms, start)
        lives = bool(self._sets["living"] & set(clause)) or clause[-3:] in (["i", "am", "in"], ["we", "are", "in"])
        if start == 0:
            return words[0].raw[0].isupper() and len(norms) <= 4
        return before in self._sets["before"] and (lives or words[start].raw[0].isupper())

    def _clause(self, norms: Sequence[str], start: int) -> list[str]:
        clause: list[str] = []
        for norm in reversed(norms[max(0, start - _REACH) : start]):
            if norm in BREAKS or norm in {"but", ","}:
                break
            clause.insert(0, norm)
        return clause

    def _belief(self, norms: Sequence[str], start: int, end: int) -> float:
        if len(norms) <= _SHORT_ANSWER and all(
            norm in self._sets["fillers"] or norm.isdigit() or norm in self._places.first or norm in BREAKS
            for norm in (*norms[:start], *norms[end:])
        ):
            return 0.9
        clause = self._clause(norms, start)
        if clause[-1:] == ["to"] and self._sets["moving"] & set(clause[-3:]) and not self._sets["third"] & set(clause):
            return 0.85
        while clause and clause[-1] in self._sets["skip"]:
            clause.pop()
        if "i" in clause and "am" in clause:
            clause = [norm for norm in clause if norm not in self._sets["third"] or norm in _PRONOUNS]
        subject = next((n for n in reversed(clause) if n in self._sets["self"] or n in self._sets["third"]
                        or n in self._sets["relative"]), None)  # fmt: skip
        if subject in self._sets["third"]:
            return 0.4
        if self._sets["passing"] & set(clause) and not self._sets["living"] & set(clause):
            return 0.5
        placed = bool(clause) and (clause[-1] in self._sets["before"] or clause[-1] in self._sets["living"])
        if subject in self._sets["relative"]:
            return 0.7 if placed else 0.5
        if placed:
            return 0.9 if subject or len(clause) == 1 or self._sets["living"] & set(clause) else 0.7
        return 0.5

    def _negated(self, norms: Sequence[str], start: int) -> bool:
        return "not" in self._clause(norms, start)[-4:]


def _joined(mentions: Sequence[_Mention], norms: Sequence[str]) -> Iterable[_Mention]:
    """Paris, Texas is in Texas: of two places with only a comma between, the wider decides when they disagree."""
    skipped = -1
    for number, mention in enumerate(mentions):
        if number == skipped:
            continue
        following = mentions[number + 1] if number + 1 < len(mentions) else None
        between = norms[mention.end : following.start] if following else ["far"]
        if following is None or between not in ([], [","], ["/"], ["("]):
            yield mention
            continue
        belief = max(mention.belief, following.belief)
        if mention.country == following.country:
            yield _believed(mention, belief)
        else:
            skipped = number + 1
        yield _believed(following, belief)
        skipped = number + 1


def _believed(mention: _Mention, belief: float) -> _Mention:
    return replace(mention, belief=belief)


def _findings(mention: _Mention, words: Sequence[Word]) -> Iterable[Finding]:
    ending = ".not" if mention.negated else ""
    span = {
        "start": words[mention.start].start,
        "end": words[mention.end - 1].end,
        "confidence": mention.belief,
    }
    narrow = "-" in mention.code
    # "Not in Scotland" says nothing against the rest of the country.
    if not (narrow and ending):
        yield Finding(field=f"person.country{ending}", value=mention.country, **span)  # type: ignore[arg-type]
    if narrow:
        field = "person.uk_nation" if mention.country == "GB" else "person.region"
        yield Finding(field=f"{field}{ending}", value=mention.code, **span)  # type: ignore[arg-type]
