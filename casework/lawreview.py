"""Everything that `recourse law check` finds in the legal data beyond what loading refuses. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casework.law import Evidence, Law
from casework.lawcitations import ANY_LAW, GDPR, UK_GDPR, Provisions, cited, is_missing, law_named
from casework.lawcompare import Collection, Reviewed, contradictions, open_and_settled

TABLES = (
    "rights",
    "documents",
    "authorities",
    "platforms",
    "helplines",
    "safeguarding",
    "investigations",
    "uk_nations",
)


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What the legal data is compared with."""

    collection: Collection
    provisions: Provisions
    reviewed: tuple[Reviewed, ...]
    ages: Mapping[str, int]  # table -> days after which a row is stale
    good_practice: Mapping[str, str]  # document -> why its elements name no article of their own


@dataclass(frozen=True, kw_only=True)
class Finding:
    kind: str  # stale | source | contradiction | article | element | schema
    table: str
    row: str
    text: str


def review(law: Law, outside: Outside, templates: Mapping[str, str], today: dt.date) -> tuple[Finding, ...]:
    """`templates`: name of the template -> its text."""
    found = (
        *_stale(law, outside.ages, today),
        *_badly_sourced(law),
        *_contradicted(law, outside),
        *_missing_articles(law, outside.provisions, templates),
        *_elements(law, outside.good_practice),
    )
    return tuple(dict.fromkeys(found))


def _rows(law: Law) -> Iterator[tuple[str, str, Evidence]]:
    for table in TABLES:
        for key, row in getattr(law, table).items():
            yield table, key, row.evidence


def _stale(law: Law, ages: Mapping[str, int], today: dt.date) -> Iterator[Finding]:
    checked = [(table, key, evidence.checked_on) for table, key, evidence in _rows(law)]
    checked += [("sources", key, source.checked_on) for key, source in law.sources.items()]
    for table, key, day in checked:
        if (today - day).days > ages[table]:
            text = f"last checked on {day}, more than {ages[table]} days ago"
            yield Finding(kind="stale", table=table, row=key, text=text)
        if day > today:
            yield Finding(kind="stale", table=table, row=key, text=f"checked on {day}, which has not come yet")


def _badly_sourced(law: Law) -> Iterator[Finding]:
    """Names of fields that are not there, sources that nothing uses."""
    used: set[str] = set()
    for table, key, evidence in _rows(law):
        used |= set(evidence.source)
        row = getattr(law, table)[key]
        unknown = [field for field in evidence.unverified_fields if not hasattr(row, field.partition(".")[0])]
        if unknown:
            text = f"says of fields that are not there that they are unverified: {', '.join(unknown)}"
            yield Finding(kind="source", table=table, row=key, text=text)
    used |= {element.source for row in law.documents.values() for element in row.elements if element.source}
    for key in law.sources.keys() - used - {"bg", "inference"}:
        yield Finding(kind="source", table="sources", row=key, text="no row rests on it")


def _contradicted(law: Law, outside: Outside) -> Iterator[Finding]:
    unanswered, gone = open_and_settled(contradictions(law, outside.collection), outside.reviewed)
    for each in unanswered:
        text = f"{each.field}: we say {each.ours}; datenanfragen.de says {each.theirs}"
        yield Finding(kind="contradiction", table=_table_of(law, each.row), row=each.row, text=text)
    for note in gone:
        text = f"{note.field}: the contradiction that review/contradictions.yml explains is gone"
        yield Finding(kind="contradiction", table=_table_of(law, note.row), row=note.row, text=text)


def _table_of(law: Law, row: str) -> str:
    return next((table for table in TABLES if row in getattr(law, table)), "")


def _missing_articles(law: Law, provisions: Provisions, templates: Mapping[str, str]) -> Iterator[Finding]:
    for right in law.rights.values():
        for name in right.laws.values():
            text = right.article if right.article[:1] in "sSA" else f"Art. {right.article}"
            yield from _missing(text, provisions, ("rights", right.id), law_named(name, provisions) or ANY_LAW)
    for row in law.documents.values():
        own = law_named(row.law, provisions) or ANY_LAW
        for text in (row.law, *(element.law for element in row.elements if element.law)):
            yield from _missing(text, provisions, ("documents", row.id), own)
    for name, text in templates.items():
        document = law.documents.get(name.partition(".")[0])
        own = law_named(document.law, provisions) or ANY_LAW if document else GDPR
        yield from _missing(text, provisions, ("templates", name), own)


def _missing(text: str, provisions: Provisions, where: tuple[str, str], own: str) -> Iterator[Finding]:
    """`own` is the law that the row or template is about; articles beside an Act are those of the UK GDPR."""
    if own in provisions.sections:
        article_of, section_of = UK_GDPR, own
    else:
        article_of, section_of = own, ANY_LAW
    for citation in cited(text, provisions, article_of=article_of, section_of=section_of):
        if is_missing(citation, provisions) and not _is_said_to_be_gone(where):
            yield Finding(kind="article", table=where[0], row=where[1], text=f"there is no {citation}")


def _is_said_to_be_gone(where: tuple[str, str]) -> bool:
    """A row about an article that was repealed names it on purpose."""
    return where[1].endswith("-REPEALED")


def _elements(law: Law, good_practice: Mapping[str, str]) -> Iterator[Finding]:
    for row in law.documents.values():
        bare = [element.id for element in row.elements if not element.law and not element.source]
        if bare and row.id not in good_practice:
            text = f"neither law nor source: {', '.join(bare)}"
            yield Finding(kind="element", table="documents", row=row.id, text=text)
    for key in good_practice.keys() - law.documents.keys():
        yield Finding(
            kind="element", table="documents", row=key, text="review/elements.yml names a document that is not there"
        )
