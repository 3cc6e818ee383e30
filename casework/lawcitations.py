"""Finds the articles and sections that a text cites, and those of them that do not exist. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Paragraphs = Mapping[str, list[str]]  # paragraph -> its points
GDPR, UK_GDPR, EU_GDPR, DSA = "GDPR", "UK GDPR", "EU GDPR", "DSA"
ANY_LAW = ""

_ITEM = r"\d+[A-Z]{0,2}(?:\([0-9a-zA-Z]{1,3}\))*"
_LINK = r"\s*(?:,| and | or | to |-|–)\s*"
_LIST = rf"{_ITEM}(?:{_LINK}(?:{_ITEM}|\([0-9a-zA-Z]{{1,3}}\)))*"
_CITATION = re.compile(
    rf"(?P<word>\b(?:Articles?|Arts?\.|[Ss]ections?|ss?\.))\s?(?P<list>{_LIST})"
    rf"(?:\s\(with (?P<more>{_LIST})\))?(?=(?P<after>[^.;]{{0,60}}))"
)
_PIECE = re.compile(rf"{_ITEM}|\([0-9a-zA-Z]{{1,3}}\)")
_NAMES = (
    (re.compile(r"UK or EU GDPR|\{\{ ?gdpr ?\}\}"), GDPR),
    (re.compile(r"UK GDPR"), UK_GDPR),
    (re.compile(r"EU GDPR|Regulation \(EU\) 2016/679"), EU_GDPR),
    (re.compile(r"GDPR"), GDPR),
    (re.compile(r"Regulation \(EU\) 2022/2065|Digital Services Act|DSA"), DSA),
)
_OTHER = re.compile(r"Directive|Dir |2024/1689|2026/1744|Codice|Code|Rules")


@dataclass(frozen=True, kw_only=True)
class Provisions:
    """What there is to cite."""

    gdpr: Mapping[str, Paragraphs]
    uk_added: frozenset[str]
    uk_omitted: frozenset[str]
    dsa: Mapping[str, Paragraphs | None]  # None: it exists, its paragraphs were not counted
    sections: Mapping[str, frozenset[str]]  # act -> sections that a source shows


@dataclass(frozen=True, kw_only=True)
class Citation:
    law: str  # GDPR, UK GDPR, EU GDPR, DSA, the name of an Act, or ANY_LAW for one that cannot be looked up
    article: str
    parts: tuple[str, ...]  # (1)(a) -> ("1", "a")

    def __str__(self) -> str:
        return f"{self.law} {self.article}{''.join(f'({part})' for part in self.parts)}"


def cited(
    text: str, provisions: Provisions, *, article_of: str = GDPR, section_of: str = ANY_LAW
) -> Iterator[Citation]:
    """Every citation; what names no law of its own is read as one of `article_of` or `section_of`."""
    for match in _CITATION.finditer(text):
        is_article = match["word"][0] in "aA"
        law = _law_after(match["after"], provisions, is_article=is_article)
        if law is None:
            law = article_of if is_article else section_of
        for items in (match["list"], match["more"] or ""):
            yield from _items(items, law)


def law_named(text: str, provisions: Provisions) -> str | None:
    """The first law that a text names; where it names the GDPR of the UK and of the EU, the GDPR of either."""
    found = [(m.start(), name) for pattern, name in _NAMES if (m := pattern.search(text))]
    found += [(text.index(act), act) for act in provisions.sections if act in text]
    names = {name for _, name in found}
    first = min(found)[1] if found else None
    return GDPR if names >= {UK_GDPR, EU_GDPR} and first in (UK_GDPR, EU_GDPR) else first


def _law_after(after: str, provisions: Provisions, *, is_article: bool) -> str | None:
    """The law that the words behind a citation name, before the next citation begins."""
    before_next = re.split(r"\b(?:Art|[Ss]ection|s\.)", after, maxsplit=1)[0]
    if _OTHER.search(before_next):
        return ANY_LAW
    name = law_named(before_next, provisions)
    of_articles = name in (GDPR, UK_GDPR, EU_GDPR, DSA)
    return name if name and of_articles == is_article else None


def _items(text: str, law: str) -> Iterator[Citation]:
    """12(3), (4) and 15: what begins with a bracket goes on from the item before it."""
    article, parts = "", ()
    for match in _PIECE.finditer(text):
        inner = tuple(re.findall(r"\(([0-9a-zA-Z]+)\)", match.group()))
        if match.group().startswith("("):
            parts = (*parts[:-1], *inner)
        else:
            article, parts = match.group().partition("(")[0], inner
        yield Citation(law=law, article=article, parts=parts)


def is_missing(citation: Citation, provisions: Provisions) -> bool:
    """Whether there is no such article, paragraph or point; False for laws that cannot be looked up here."""
    if citation.law in provisions.sections:
        return citation.article not in provisions.sections[citation.law]
    if citation.law == DSA:
        return citation.article not in provisions.dsa or not _has(provisions.dsa[citation.article], citation.parts)
    if citation.law in (GDPR, UK_GDPR, EU_GDPR):
        return _missing_in_gdpr(citation, provisions)
    return False


def _missing_in_gdpr(citation: Citation, provisions: Provisions) -> bool:
    """Without a country an article is there when it is there in one of the two."""
    in_eu = citation.article in provisions.gdpr and _has(provisions.gdpr[citation.article], citation.parts)
    if citation.law == EU_GDPR:
        return not in_eu
    in_uk = (in_eu and citation.article not in provisions.uk_omitted) or citation.article in provisions.uk_added
    return not in_uk if citation.law == UK_GDPR else not (in_eu or in_uk)


def _has(paragraphs: Paragraphs | None, parts: tuple[str, ...]) -> bool:
    if paragraphs is None or not parts:
        return True
    if parts[0] not in paragraphs:
        return False
    return len(parts) == 1 or parts[1] in paragraphs[parts[0]]
