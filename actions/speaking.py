"""From the interview's outcome to Rasa's dispatcher: which response, with which data beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn
from casework.interview.contacts import contacts_for, emergency_number
from casework.interview.draft import Draft, Path
from casework.interview.outcome import Say
from casework.interview.summary import summarise

CRISIS_SHOWN = ("GB", "US")
# Responses that are followed by the lines of the person's country.
WITH_CONTACTS: Mapping[str, str] = {
    "not_safe": "danger",
    "self_harm": "crisis",
    "self_harm_again": "crisis",
    "danger": "danger",
    "child": "child",
    "child_unsure": "child",
    "perpetrator": "perpetrator",
    "human_lines": "adult",
    "hear_no": "adult",
    "threat": "adult",
    "other_needs_agreement": "adult",
    "police": "danger",
}


def utter(dispatcher: CollectingDispatcher, turn: Turn, draft: Draft, says: Iterable[Say]) -> None:
    for say in says:
        dispatcher.utter_message(response=f"utter_{say.response}", **fillings(turn, draft, say))
        audience = WITH_CONTACTS.get(say.response)
        if audience:
            utter_contacts(dispatcher, turn, draft, audience_for(draft.path, audience))


def audience_for(path: Path, audience: str) -> str:
    """Whoever was led to the child or the perpetrator lines is not shown those for adults harmed."""
    if audience != "adult":
        return audience
    if path.protects_a_child:
        return "child"
    return "perpetrator" if path is Path.PERPETRATOR else audience


def utter_contacts(dispatcher: CollectingDispatcher, turn: Turn, draft: Draft, audience: str) -> None:
    """A card of people to reach, from the law data; the text above it stays short."""
    rows = contacts_for(turn.services.law, turn.services.book, draft.facts.person, audience)
    if rows:
        dispatcher.utter_message(json_message={"kind": "contact", "contacts": rows})


def fillings(turn: Turn, draft: Draft, say: Say) -> dict[str, Any]:
    """What fills the placeholders of a response: only what that response may hold."""
    law, person = turn.services.law, draft.facts.person
    values: dict[str, Any] = dict(say.params)
    if say.response in ("danger", "not_safe"):
        values["number"] = emergency_number(law, turn.services.book, person.country)
    if say.response.startswith("self_harm"):
        values["line"] = crisis_line(turn, draft)
    if say.response == "understood":
        values["summary"] = summarise(draft, law, turn.services.book)
    return values


def crisis_line(turn: Turn, draft: Draft) -> str:
    """The line to call; where the country is not known yet, those of the countries that most write from."""
    law, book, person = turn.services.law, turn.services.book, draft.facts.person
    places = [person] if person.country else [replace(person, country=area) for area in CRISIS_SHOWN]
    rows = [row for place in places for row in contacts_for(law, book, place, "crisis")[:1]]
    lines = [f"{row['name']}: {row.get('phone') or row.get('text') or row.get('web') or ''}" for row in rows]
    number = emergency_number(law, book, person.country)
    return "; ".join([*lines, number] if not person.country or not lines else lines)
