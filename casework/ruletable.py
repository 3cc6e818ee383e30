"""The rows of rules.yml: what gives which right, which document goes to whom, what follows on it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One test of the rule table: a kind that rights.py knows, its values, and what to say when it fails."""

    kind: str
    values: tuple[str, ...]
    otherwise: str


@dataclass(frozen=True, kw_only=True)
class RightRule:
    right: str
    ways: tuple[tuple[Condition, ...], ...]  # any one of them is enough


@dataclass(frozen=True, kw_only=True)
class LetterRule:
    """A letter to a company that handles the image, for what the person wants or for what was done."""

    document: str
    wants: frozenset[str]
    acts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ReportRule:
    """A report that takes an image down, to whoever has this duty; it goes where its right applies."""

    document: str
    duty: str
    beside: bool = False  # the platform's own report goes as well


@dataclass(frozen=True, kw_only=True)
class AuthorityRule:
    """A report to an authority that nobody need be asked before."""

    document: str
    authority: str  # an authority, or "police"
    ways: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """What can be sent after a letter, when that became of it."""

    document: str
    to: str  # company | search | host | coordinator | an authority
    where: frozenset[str]  # countries and areas; empty for everywhere
    after: frozenset[str]  # the letters that it follows
    when: frozenset[str]  # words of earlier.py; any of them
    wants: frozenset[str] = frozenset()  # empty: whatever is wanted
    kind: frozenset[str] = frozenset({"platform"})  # whom the letter went to
    duty: str | None = None  # only to a company that the facts show to have it: osa, dsa, tida
    known: bool = False  # only to a service that has a row: whether a small site is bound, nobody can say from outside
    closes_months: int | None = None  # after the answer, or the letter where its day is not known


@dataclass(frozen=True, kw_only=True)
class ReferralRule:
    refer: str
    ways: tuple[tuple[Condition, ...], ...]
