"""A complaint in the making: what the person gave so far and where the interview stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from casework.facts import Act, Facts, Origin, facts_from_dict, facts_to_dict


class Path(StrEnum):
    """Which journey this conversation is on. Only NORMAL leads to documents."""

    NORMAL = "normal"
    DECLINED = "declined"  # did not consent to hear about sex-life data
    CHILD = "child"  # under 18, then or now: nothing typed leads out of it
    UNSURE_AGE = "unsure_age"  # as CHILD, but a human decides
    PERPETRATOR = "perpetrator"  # no case, no document
    SEALED = "sealed"  # handed over; the conversation holds nothing any more

    @property
    def protects_a_child(self) -> bool:
        return self in (Path.CHILD, Path.UNSURE_AGE)


class WhoSends(StrEnum):
    ME = "me"
    TEAM = "team"  # needs a signed letter of authority


@dataclass(frozen=True, kw_only=True)
class Details:
    """Identity compartment: goes into no document text, only into its placeholders."""

    name: str | None = None
    email: str | None = None
    signature: str | None = None
    callback: str | None = None
    authority: str | None = None  # who acts for them: the host, once the team is to send


@dataclass(frozen=True, kw_only=True)
class Draft:
    path: Path = Path.NORMAL
    facts: Facts = field(default_factory=Facts)
    done: frozenset[str] = frozenset()  # steps answered or skipped
    trail: tuple[str, ...] = ()  # steps as they were answered, for going back
    pending: str | None = None  # a step outside the order: confirm, after_safety, human…
    details: Details = field(default_factory=Details)
    chosen: Mapping[str, str] = field(default_factory=dict)  # consent: recipient id → yes | leave_out
    consented: Mapping[str, str] = field(default_factory=dict)  # step id → SHA-256 of the text consented to
    recipients: tuple[str, ...] = ()  # whose documents were shown, in order
    answers: Mapping[str, str] = field(default_factory=dict)  # reaction, who_sends, keep_talk…
    read: tuple[str, ...] = ()  # fact paths just read from their words, to be confirmed
    maybe: tuple[tuple[str, str], ...] = ()  # (field, value) half understood: each becomes a closed question
    cleaner: tuple[tuple[str, str], ...] = ()  # (link as given, the same without a share id): to be offered
    told: frozenset[str] = frozenset()  # responses that are said once in a conversation
    shown_at: str | None = None  # the moment for which the letters were shown: submission uses the same
    has_statement: bool = False
    misses: int = 0  # messages in a row that were not understood
    safety_seen: int = 0

    def with_facts(self, **changes: Any) -> Draft:
        return replace(self, facts=replace(self.facts, **changes))

    def with_person(self, **changes: Any) -> Draft:
        return self.with_facts(person=replace(self.facts.person, **changes))

    def with_acts(self, *acts: Act) -> Draft:
        return self.with_facts(acts=self.facts.acts | set(acts))

    def finish(self, *steps: str) -> Draft:
        fresh = tuple(step for step in steps if step not in self.trail)
        return replace(self, done=self.done | set(steps), trail=self.trail + fresh, pending=None, misses=0)

    def reopen(self, *steps: str) -> Draft:
        kept = tuple(step for step in self.trail if step not in steps)
        return replace(self, done=self.done - set(steps), trail=kept, pending=None)

    def answer(self, key: str, value: str) -> Draft:
        return replace(self, answers={**self.answers, key: value})

    def came_from(self, path: str, origin: Origin) -> Draft:
        origins = dict(self.facts.origins) | {path: origin}
        return self.with_facts(origins=tuple(sorted(origins.items())))


def draft_to_dict(draft: Draft) -> dict[str, Any]:
    """Plain JSON values, for the sealed tracker."""
    data = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    data["facts"] = facts_to_dict(draft.facts)
    data["details"] = asdict(draft.details)
    data["done"] = sorted(draft.done)
    data["path"] = draft.path.value
    data["told"] = sorted(draft.told)
    for name in ("trail", "recipients", "read"):
        data[name] = list(data[name])
    for name in ("maybe", "cleaner"):
        data[name] = [list(pair) for pair in data[name]]
    for name in ("chosen", "consented", "answers"):
        data[name] = dict(data[name])
    return data


def draft_from_dict(data: Mapping[str, Any] | None) -> Draft:
    """The inverse of `draft_to_dict`; nothing yet gives an empty draft."""
    if not data:
        return Draft()
    # What was put away a week ago may come from an older version: a field that is gone is left behind.
    values = {name: value for name, value in data.items() if name in Draft.__dataclass_fields__}
    values["path"] = Path(values["path"])
    values["facts"] = facts_from_dict(values["facts"])
    values["details"] = Details(**values["details"])
    for name in ("done", "told"):
        values[name] = frozenset(values[name])
    for name in ("trail", "recipients", "read"):
        values[name] = tuple(values[name])
    for name in ("maybe", "cleaner"):
        values[name] = tuple((pair[0], pair[1]) for pair in values[name])
    return Draft(**values)


def only_child_and_country(draft: Draft, path: Path) -> Draft:
    """What the child path may hold: that it is the child path, and the country."""
    return Draft(path=path).with_person(country=draft.facts.person.country, uk_nation=draft.facts.person.uk_nation)
