"""From the interview's outcome to Rasa's dispatcher: which response, with which data beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn
from casework.interview.contacts import Contact, contacts_for, emergency_number, nearby
from casework.interview.draft import Draft, Path
from casework.interview.outcome import Say

CRISIS_SHOWN = ("GB", "US")
# Responses that are followed by the lines of the person's country.
WITH_CONTACTS: Mapping[str, str] = {
    "not_safe": "danger",
    "self_harm": "crisis",
    "self_harm_again": "crisis",
    "self_harm_now": "crisis",
    "danger": "danger",
    "child": "child",
    "child_other": "child",
    "child_unsure": "unsure",
    "perpetrator": "perpetrator",
    "human_lines": "adult",
    "hear_no": "adult",
    "threat": "adult",
    "other_needs_agreement": "adult",
    "police": "danger",
    "lines_here": "adult",
}
# Said in other words where there is nobody to show, or not at all.
SPEAKS_OF_CONTACTS = frozenset({"perpetrator", "human_lines"})
ONLY_WITH_CONTACTS = frozenset({"lines_here"})
SPEAKS_OF_ALL = frozenset({"human_lines", "lines_here"})


def utter(dispatcher: CollectingDispatcher, turn: Turn, draft: Draft, says: Iterable[Say]) -> None:
    for say in says:
        rows = contacts_beside(turn, draft, say.response)
        if say.response in ONLY_WITH_CONTACTS and not rows:
            continue
        alone = "_alone" if say.response in SPEAKS_OF_CONTACTS and not rows else ""
        choices = offered(turn, say.perhaps) if say.perhaps else []
        dispatcher.utter_message(response=f"utter_{say.response}{alone}", buttons=choices, **fillings(turn, draft, say))
        if rows:
            # A card of people to reach, from the law data; the text above it stays short.
            dispatcher.utter_message(json_message={"kind": "contact", "contacts": rows})


def offered(turn: Turn, intents: Iterable[str]) -> list[dict[str, str]]:
    """Intents as choices, by the words that people know them by, and a way out."""
    rows = [{"title": turn.services.book.label("meant", name), "payload": f"/{name}"} for name in intents]
    return [*rows, {"title": turn.services.book.label("meant", "other"), "payload": "/nlu_fallback"}]


def contacts_beside(turn: Turn, draft: Draft, response: str) -> list[Contact]:
    audience = WITH_CONTACTS.get(response)
    if audience is None:
        return []
    law, book, person = turn.services.law, turn.services.book, draft.facts.person
    pick = nearby if response in ONLY_WITH_CONTACTS else contacts_for
    rows = pick(law, book, person, audience_for(draft.path, audience))
    if response in SPEAKS_OF_ALL and draft.safety_seen:
        crisis = pick(law, book, person, "crisis")  # after a cry those who listen come first
        rows = [*crisis, *(row for row in rows if row not in crisis)][: book.most_contacts]
    return rows


def audience_for(path: Path, audience: str) -> str:
    """Whoever was led to the child or the perpetrator lines is not shown those for adults harmed."""
    if audience != "adult":
        return audience
    return {Path.CHILD: "child", Path.UNSURE_AGE: "unsure", Path.PERPETRATOR: "perpetrator"}.get(path, audience)


def fillings(turn: Turn, draft: Draft, say: Say) -> dict[str, Any]:
    """What fills the placeholders of a response: only what that response may hold."""
    law, person = turn.services.law, draft.facts.person
    values: dict[str, Any] = dict(say.params)
    if say.response in ("danger", "not_safe", "self_harm_now"):
        values["number"] = emergency_number(law, turn.services.book, person.country)
    if say.response.startswith("self_harm"):
        values["line"] = crisis_line(turn, draft)
    return values


def crisis_line(turn: Turn, draft: Draft) -> str:
    """The line to call; where the country is not known yet, those of the countries that most write from."""
    law, book, person = turn.services.law, turn.services.book, draft.facts.person
    places = [person] if person.country else [replace(person, country=area) for area in CRISIS_SHOWN]
    rows = [row for place in places for row in contacts_for(law, book, place, "crisis")[:1]]
    lines = [f"{row['name']}: {row.get('phone') or row.get('text') or row.get('web') or ''}" for row in rows]
    number = emergency_number(law, book, person.country)
    return "; ".join([*lines, number] if not person.country or not lines else lines)
