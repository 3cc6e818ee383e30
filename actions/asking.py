"""Questions that depend on what is known: the rest are plain responses that Rasa asks by itself."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.context import turn
from actions.hearing import OPENING_INTENT, intent_of
from casework.facts import ActingFor
from casework.interview.draft import Draft, Path, draft_from_dict
from casework.interview.merge import written
from casework.interview.places import lacking
from casework.interview.planning import letters_to, recipient_name
from casework.interview.story import AS_TOLD, may_use_story
from casework.interview.summary import read_back, site_name, summarise
from casework.routes import SEARCH_ENGINES

FORM = "complaint_form"
OPENING_BUBBLES = 4
EMERGENCY_SHOWN = ("GB", "EEA", "US")
# Asked in other words when someone acts for the person shown: the response's name ends in _other.
ABOUT_THEM = (
    "country", "nation", "region", "age_now", "age_in_image", "age_help", "happened", "wants", "known_as", "statement",
)  # fmt: skip


class _Ask(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Asks one step with its response; subclasses say what depends on the draft."""

    step = ""

    def name(self) -> str:
        return f"action_ask_{FORM}_{self.step}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        draft = draft_from_dict(tracker.get_slot("draft"))
        asked = f"utter_ask_{FORM}_{self.response(draft)}"
        dispatcher.utter_message(response=asked, buttons=self.more(draft), **self.params(draft))
        self.narrow(draft)
        return []

    def response(self, draft: Draft) -> str:
        if self.step not in ABOUT_THEM:
            return self.step
        if draft.path.protects_a_child:
            return f"{self.step}_child"
        other = draft.facts.person.acting_for is ActingFor.OTHER or draft.path is Path.PERPETRATOR
        return f"{self.step}_other" if other else self.step

    def params(self, draft: Draft) -> dict[str, Any]:
        return {}

    def more(self, draft: Draft) -> list[dict[str, str]]:
        """Choices that only this person has, after those of the response."""
        return []

    def narrow(self, draft: Draft) -> None:
        """Name the choices that were taken already; the output channel leaves them out."""


class AskHear(_Ask):
    """The opening, in short bubbles, then its one question."""

    step = "hear"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        if intent_of(tracker) == OPENING_INTENT:
            services = turn().services
            numbers = " / ".join(dict.fromkeys(services.book.emergency[area] for area in EMERGENCY_SHOWN))
            for bubble in range(1, OPENING_BUBBLES + 1):
                dispatcher.utter_message(response=f"utter_opening_{bubble}", emergency=numbers, hours=services.hours)
        return await super().run(dispatcher, tracker, domain)


# Rasa finds an action by its class: one for each question whose words depend on who is shown, and on nothing else.
ASK_ABOUT_THEM = tuple(
    type(f"Ask_{step}", (_Ask,), {"step": step, "__module__": __name__}) for step in ABOUT_THEM if step != "statement"
)


class AskStatement(_Ask):
    """Nobody has to write their story twice."""

    step = "statement"

    def more(self, draft: Draft) -> list[dict[str, str]]:
        if not may_use_story(draft):
            return []
        label = turn().services.book.label("statement", AS_TOLD)
        return [{"title": label, "payload": f'/answer{{"value": "{AS_TOLD}"}}'}]


class AskHappenedMore(_Ask):
    step = "happened_more"

    def narrow(self, draft: Draft) -> None:
        turn().extras["taken"] = sorted(draft.facts.acts)


class AskWantsMore(_Ask):
    step = "wants_more"

    def narrow(self, draft: Draft) -> None:
        turn().extras["taken"] = sorted(draft.facts.wants)


class AskWhereLink(_Ask):
    """Names the site where there are several, so that a link does not land at another."""

    step = "where_link"

    def response(self, draft: Draft) -> str:
        at = lacking(draft)
        if at is not None and draft.facts.places[at].platform in SEARCH_ENGINES:
            return "where_link_search"
        return "where_link_of" if len(draft.facts.places) > 1 else "where_link"

    def params(self, draft: Draft) -> dict[str, Any]:
        at = lacking(draft)
        services = turn().services
        return {} if at is None else {"place": site_name(draft.facts.places[at].platform, services.law, services.book)}


class AskConfirm(_Ask):
    step = "confirm"

    def params(self, draft: Draft) -> dict[str, Any]:
        return {"summary": summarise(draft, turn().services.law, turn().services.book)}


class AskMaybe(_Ask):
    """One thing that was half understood."""

    step = "maybe"

    def params(self, draft: Draft) -> dict[str, Any]:
        field, value = draft.maybe[0] if draft.maybe else ("", "")
        merged = written(draft, field, value)
        services = turn().services
        return {"summary": summarise(merged.draft, services.law, services.book, merged.changed)}


class AskReadBack(_Ask):
    step = "read_back"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        draft, services = draft_from_dict(tracker.get_slot("draft")), turn().services
        dispatcher.utter_message(response="utter_read_back", summary=read_back(draft, services.law, services.book))
        return await super().run(dispatcher, tracker, domain)


class AskPlan(_Ask):
    """With no letter to go, what is asked is whether to keep what there is."""

    step = "plan"

    def response(self, draft: Draft) -> str:
        return "plan" if draft.recipients else "plan_none"


class AskConsent(_Ask):
    """One yes a recipient, for everything that they would get."""

    step = "consent"

    def response(self, draft: Draft) -> str:
        return "consent_many" if len(self._letters(draft)) > 1 else "consent"

    def params(self, draft: Draft) -> dict[str, Any]:
        waiting = next((r for r in draft.recipients if r not in draft.chosen), "")
        name = recipient_name(waiting, draft, turn().services.law)
        return {"recipient": name, "count": len(self._letters(draft))}

    def _letters(self, draft: Draft) -> list[str]:
        waiting = next((r for r in draft.recipients if r not in draft.chosen), "")
        return letters_to(waiting, draft, turn().services.law)
