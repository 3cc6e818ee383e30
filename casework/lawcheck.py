"""Refuses legal data that refers to rows that are not there or that would show unverified law as fact. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from casework.clocks import Clock
from casework.earlier import WHEN
from casework.errors import LawError
from casework.followups import RECIPIENTS
from casework.law import Law
from casework.regulators import POLICE
from casework.rights import TESTS
from casework.ruletable import Condition

WORDS = {
    "name": {"none", "chosen", "legal"},
    "contact": {"none", "any", "reply", "email"},
    "location": {"none", "account", "link"},
}
ALPHA_2 = 2  # ISO 3166-1
CLOCKS = frozenset(Clock)


def check(law: Law) -> None:
    """
    Check every reference of the legal data.

    Raises
    ------
    LawError
        Names the first row that refers to nothing.
    """
    _check_evidence(law)
    _check_documents(law)
    _check_platforms(law)
    _check_rules(law)
    _check_routes(law)
    for country in law.areas["EEA"] - law.regional | {"GB"}:
        _known(country, law.data_authorities, "a data protection authority is missing for")


def _known(key: str | None, table: Collection[str], what: str) -> None:
    if key is not None and key not in table:
        raise LawError(f"{what} {key}")


def _check_evidence(law: Law) -> None:
    tables = (law.rights, law.documents, law.authorities, law.platforms, law.helplines, law.safeguarding,
              law.investigations, law.uk_nations)  # fmt: skip
    for table in tables:
        for key, row in table.items():
            if not row.evidence.source:
                raise LawError(f"the row {key} has no source")
            for source in row.evidence.source:
                _known(source, law.sources, f"the row {key} names an unknown source:")
            if row.evidence.verified and all(law.sources[s].kind == "background" for s in row.evidence.source):
                raise LawError(f"the row {key} says it is verified, but rests on background knowledge")


def _check_documents(law: Law) -> None:
    for row in law.documents.values():
        _known(row.right, law.rights, f"{row.id} rests on an unknown right:")
        _known(row.clock, CLOCKS, f"{row.id} runs on an unknown clock:")
        for field, words in WORDS.items():
            _known(getattr(row.requires, field), words, f"{row.id} requires an unknown {field}:")


def _check_platforms(law: Law) -> None:
    for row in law.platforms.values():
        _known(row.lead, law.authorities, f"{row.id} has an unknown lead authority:")
        _known(row.coordinator, law.authorities, f"{row.id} has an unknown coordinator:")
        if not {"EEA", "GB"} <= set(row.controllers):
            raise LawError(f"{row.id} does not say who answers in the EEA and the UK")


def _check_rules(law: Law) -> None:
    for rule in law.right_rules:
        _known(rule.right, law.rights, "the rule table names an unknown right:")
        _check_ways(rule.right, rule.ways, law)
        if any(not line.otherwise for way in rule.ways for line in way):
            raise LawError(f"the rule for {rule.right} does not say why it may not apply")
        hopeless = all(any(line.kind == "never" for line in way) for way in rule.ways)
        if not law.rights[rule.right].evidence.verified and not hopeless:
            raise LawError(f"the rule for {rule.right} would show a right that is not verified")
    for referral in law.referral_rules:
        _known(referral.refer, law.helplines.keys() | law.authorities.keys(), "referred to, but unknown:")
        _check_ways(referral.refer, referral.ways, law)
    for letter in law.letters:
        _known(letter.document, law.documents, "the letters name an unknown document:")


def _check_routes(law: Law) -> None:
    """The tables that say which document goes to whom."""
    named = {rule.document for table in (law.reports, law.authority_rules, law.follow_ups) for rule in table}
    for document in sorted(named):
        _known(document, law.documents, "the routes name an unknown document:")
    for straight in law.authority_rules:
        _known(straight.authority, law.authorities.keys() | {POLICE}, "the routes name an unknown authority:")
        _check_ways(straight.document, straight.ways, law)
    for follow_up in law.follow_ups:
        _known(follow_up.to, law.authorities.keys() | RECIPIENTS, f"{follow_up.document} goes to nobody known:")
        for document in follow_up.after:
            _known(document, law.documents, f"{follow_up.document} follows on an unknown document:")
        for word in follow_up.when:
            _known(word, WHEN, f"{follow_up.document} waits for something unknown:")


def _check_ways(name: str, ways: Iterable[Iterable[Condition]], law: Law) -> None:
    for way in ways:
        for line in way:
            _known(line.kind, TESTS, f"the rule for {name} has an unknown test:")
            if line.kind == "country":
                for value in line.values:
                    if value not in law.areas and len(value) != ALPHA_2:
                        raise LawError(f"the rule for {name} names an unknown country: {value}")
