"""Reads data/law into an immutable Law, and refuses a folder whose rows contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from casework.errors import LawError
from casework.law import (
    Authority,
    Controller,
    DocumentRow,
    Element,
    Evidence,
    FormNotes,
    Helpline,
    Law,
    LinkShape,
    Note,
    Platform,
    Representative,
    Requirement,
    Right,
    Source,
    Wording,
)
from casework.lawcheck import check
from casework.lawfiles import FOLDER, Row, Texts, read_texts, tables_of, version_of
from casework.ruletable import AuthorityRule, Condition, FollowUp, LetterRule, ReferralRule, ReportRule, RightRule

__all__ = ["FOLDER", "law_of", "load_law"]
T = TypeVar("T")
Ways = tuple[tuple[Condition, ...], ...]
EVIDENCE = ("checked_on", "verified", "confidence", "source_date", "note")
DATA_PROTECTION = "data_protection"


def load_law(folder: Path | None = None) -> Law:
    """
    Read and check the legal data; the caller keeps the result.

    Raises
    ------
    LawError
        A file or row is missing, malformed or refers to something that is not there. Names file and row.
    """
    return law_of(read_texts(folder))


def law_of(texts: Texts) -> Law:
    """
    The law that these files hold.

    Raises
    ------
    LawError
        As for load_law.
    """
    law = _law(tables_of(texts), version_of(texts))
    check(law)
    return law


def _law(data: Row, version: str) -> Law:
    try:
        authorities = _table(data["authorities"], _authority)
        return Law(
            version=version,
            sources=_frozen({key: Source(id=key, **row) for key, row in data["sources"].items()}),
            rights=_table(data["rights"], _right),
            documents=_table(data["documents"], _document),
            authorities=authorities,
            platforms=_table(data["platforms"], _platform),
            helplines=_table(data["helplines"], _helpline),
            safeguarding=_table(data["safeguarding"], _note),
            investigations=_table(data["investigations"], _note),
            uk_nations=_table(data["uk_nations"], _note),
            wording=tuple(Wording(**row) for row in data["wording"]),
            right_rules=_right_rules(data["rights_table"]),
            letters=tuple(_letter(row) for row in data["letters"]),
            reports=tuple(ReportRule(**row) for row in data["reports"]),
            authority_rules=tuple(_authority_rule(row) for row in data["to_authorities"]),
            follow_ups=tuple(_follow_up(dict(row)) for row in data["follow_ups"]),
            referral_rules=tuple(_referral(row) for row in data["referrals_table"]),
            areas=_frozen({area: frozenset(countries) for area, countries in data["areas"].items()}),
            country_aliases=_frozen(data["country_aliases"]),
            data_authorities=_frozen(_by_place(authorities)),
            regional=frozenset(data["regional"]),
            unknown_service_duties=frozenset(data["unknown_service_duties"]),
            links=LinkShape(**{key: frozenset(values) for key, values in data["links"].items()}),
            names=_frozen(data["names"]),
        )
    except KeyError as error:
        raise LawError(f"the legal data has no {error.args[0]}") from error


def _table(rows: Iterable[Row], build: Callable[[Row], T]) -> Mapping[str, T]:
    table: dict[str, T] = {}
    for row in rows:
        key = str(row.get("id"))
        if key in table:
            raise LawError(f"two rows have the id {key}")
        try:
            table[key] = build(dict(row))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise LawError(f"the row {key} has a field too many, too few or of the wrong form") from error
    return _frozen(table)


def _frozen(table: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType(dict(table))


def _evidence(row: Row) -> Evidence:
    source = row.pop("source")
    unverified = tuple(row.pop("unverified_fields", ()))
    known = {key: row.pop(key) for key in EVIDENCE if key in row}
    sources = (source,) if isinstance(source, str) else tuple(source)
    return Evidence(source=sources, unverified_fields=unverified, **known)


def _right(row: Row) -> Right:
    evidence, laws, links = _evidence(row), _frozen(row.pop("laws")), _frozen(row.pop("links", {}))
    return Right(evidence=evidence, laws=laws, links=links, jurisdictions=tuple(row.pop("jurisdictions")), **row)


def _document(row: Row) -> DocumentRow:
    return DocumentRow(
        evidence=_evidence(row),
        requires=Requirement(**row.pop("requires")),
        elements=tuple(_element(dict(element)) for element in row.pop("elements")),
        seen_by=tuple(row.pop("seen_by")),
        gives=_frozen({audience: tuple(facts) for audience, facts in row.pop("gives", {}).items()}),
        **row,
    )


def _element(row: Row) -> Element:
    return Element(marks=tuple(row.pop("marks", ())), any_mark=tuple(row.pop("any_mark", ())), **row)


def _authority(row: Row) -> Authority:
    return Authority(evidence=_evidence(row), aliases=tuple(row.pop("aliases", ())), **row)


def _platform(row: Row) -> Platform:
    evidence = _evidence(row)
    return Platform(
        evidence=evidence,
        domains=tuple(row.pop("domains")),
        aliases=tuple(row.pop("aliases", ())),
        controllers=_frozen({area: _controller(dict(value)) for area, value in row.pop("controllers").items()}),
        representatives=_frozen({a: Representative(**v) for a, v in row.pop("representatives", {}).items()}),
        duties=frozenset(row.pop("duties")),
        channels=_frozen(row.pop("channels")),
        form_notes=_frozen({channel: _form(dict(notes)) for channel, notes in row.pop("form_notes", {}).items()}),
        **row,
    )


def _form(row: Row) -> FormNotes:
    return FormNotes(asks=tuple(row.pop("asks", ())), **row)


def _controller(row: Row) -> Controller:
    return Controller(established=tuple(row.pop("established")), **row)


def _helpline(row: Row) -> Helpline:
    return Helpline(
        evidence=_evidence(row),
        countries=tuple(row.pop("countries")),
        limits=tuple(row.pop("limits", ())),
        not_in=tuple(row.pop("not_in", ())),
        **row,
    )


def _note(row: Row) -> Note:
    key, text = row.pop("id"), row.pop("text")
    evidence = _evidence(row)
    return Note(id=key, text=text, evidence=evidence, details=_frozen({k: str(v) for k, v in row.items()}))


def _right_rules(rows: Iterable[Row]) -> tuple[RightRule, ...]:
    """Rights whose lines are the same share one object, so that a plan judges those once."""
    known: dict[Ways, Ways] = {}
    rules = ((str(row["right"]), _ways(row["ways"])) for row in rows)
    return tuple(RightRule(right=right, ways=known.setdefault(ways, ways)) for right, ways in rules)


def _letter(row: Row) -> LetterRule:
    return LetterRule(document=row["document"], wants=frozenset(row["wants"]), acts=frozenset(row.get("acts", ())))


def _referral(row: Row) -> ReferralRule:
    return ReferralRule(refer=row["refer"], ways=_ways(row["ways"]))


def _ways(ways: Iterable[Iterable[Row]]) -> Ways:
    return tuple(tuple(_condition(row) for row in way) for way in ways)


def _condition(row: Row) -> Condition:
    tests = [(kind, values) for kind, values in row.items() if kind != "else"]
    if len(tests) != 1:
        raise LawError("a line of the rule table must hold one test")
    kind, values = tests[0]
    return Condition(kind=str(kind), values=tuple(str(value) for value in values), otherwise=str(row.get("else", "")))


def _authority_rule(row: Row) -> AuthorityRule:
    return AuthorityRule(document=row["document"], authority=row["authority"], ways=_ways(row["ways"]))


def _follow_up(row: Row) -> FollowUp:
    for key in ("after", "when", "wants", "kind"):
        if key in row:
            row[key] = frozenset(row[key])
    return FollowUp(**row | {"where": frozenset(row.get("where", ()))})


def _by_place(authorities: Mapping[str, Authority]) -> dict[str, str]:
    """Country or region -> the data protection authority that a person there complains to."""
    return {row.region or row.country: row.id for row in authorities.values() if row.role == DATA_PROTECTION}
