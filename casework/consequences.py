"""Choices with two sides, told before a yes: which of them matter for what is shown, and their words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from casework import validity
from casework.explain import Consequence, PlanView, listed


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A choice with two sides as it is shown: the words, with the letters that it is about filled in."""

    id: str
    title: str
    text: str
    ways: tuple[str, ...]


def weigh(about: PlanView) -> tuple[Weighed, ...]:
    """The choices that matter for what is shown, in the order of the data."""
    return tuple(_weighed(row, about) for row in about.book.consequences if _matters(row, about))


def weighed(about: PlanView) -> dict[str, Any] | None:
    """The same as plain JSON values, with all of it as one text for plainer channels; None where there is nothing."""
    rows = weigh(about)
    if not rows:
        return None
    parts = ("\n".join((row.title, row.text, *(f"- {way}" for way in row.ways))) for row in rows)
    choices = [{**asdict(row), "ways": list(row.ways)} for row in rows]
    return {"text": "\n\n".join(parts), "weighed": choices}


def _matters(row: Consequence, about: PlanView) -> bool:
    return any(all(set(values) & TESTS[kind](about) for kind, values in way.items()) for way in row.when)


def _weighed(row: Consequence, about: PlanView) -> Weighed:
    joiner = about.book.say("list", "and")
    values = {name: listed(titles, joiner) for name, titles in _fillings(about).items() if titles}
    ways = tuple(filled for way in row.ways if (filled := _filled(way, values)))
    return Weighed(id=row.id, title=row.title, text=row.text, ways=ways)


def _filled(text: str, values: Mapping[str, str]) -> str | None:
    try:
        return text.format_map(values)
    except KeyError:
        return None  # it would be about no letter at all


def _fillings(about: PlanView) -> Mapping[str, list[str]]:
    documents = [about.law.documents[name] for name in _letters(about)]
    named = [row.title for row in documents if row.requires.name == "legal"]
    passed = [row.title for row in documents if _passes_on(row.id, about)]
    return {"named": named, "unnamed": [row.title for row in documents if row.title not in named], "passed": passed}


def _passes_on(document: str, about: PlanView) -> bool:
    told = validity.discloses(about.law.documents[document], about.facts)
    return any(one.audience != "recipient" for one in told)


def _letters(about: PlanView) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.document for step in about.steps if step.document))


def _tells(about: PlanView) -> set[str]:
    rows = (about.law.documents[name] for name in _letters(about))
    told = (one for row in rows for one in validity.discloses(row, about.facts))
    return {f"{one.audience}:{fact}" for one in told for fact in one.facts}


TESTS: Mapping[str, Callable[[PlanView], set[str]]] = MappingProxyType(
    {
        "letters": lambda about: set(_letters(about)),
        "companies": lambda about: {each.id for each in about.view.recipients},
        "wants": lambda about: {want.value for want in about.facts.wants},
        "acts": lambda about: {act.value for act in about.facts.acts},
        "where": lambda about: set(about.view.person.areas),
        "reaction": lambda about: {about.reaction or "not_asked"},
        "name": lambda about: {about.law.documents[name].requires.name for name in _letters(about)},
        "tells": _tells,
    }
)
