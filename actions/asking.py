"""Questions that depend on what is known: the rest are plain responses that Rasa asks by itself."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.context import turn
from casework.facts import ActingFor
from casework.interview.draft import Draft, Path, draft_from_dict
from casework.interview.planning import recipient_name
from casework.interview.summary import read_back, summarise

FORM = "complaint_form"
OPENING_BUBBLES = 4
EMERGENCY_SHOWN = ("GB", "EEA", "US")


class _Ask(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Asks one step with its response; subclasses say what depends on the draft."""

    step = ""

    def name(self) -> str:
        return f"action_ask_{FORM}_{self.step}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        draft = draft_from_dict(tracker.get_slot("draft"))
        dispatcher.utter_message(response=self.response(draft), **self.params(draft))
        self.narrow(dispatcher, draft)
        return []

    def response(self, draft: Draft) -> str:
        return f"utter_ask_{FORM}_{self.step}"

    def params(self, draft: Draft) -> dict[str, Any]:
        return {}

    def narrow(self, dispatcher: CollectingDispatcher, draft: Draft) -> None:
        """Name the choices that were taken already; the output channel leaves them out."""


class _AskAboutThem(_Ask):
    """About the person depicted: other words when someone acts for them."""

    def response(self, draft: Draft) -> str:
        other = draft.facts.person.acting_for is ActingFor.OTHER or draft.path is Path.PERPETRATOR
        return f"utter_ask_{FORM}_{self.step}{'_other' if other else ''}"


class AskHear(_Ask):
    """The opening, in short bubbles, then its one question."""

    step = "hear"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        if not turn().extras.get("opened"):
            turn().extras["opened"] = True
            services = turn().services
            numbers = " / ".join(dict.fromkeys(services.book.emergency[area] for area in EMERGENCY_SHOWN))
            for bubble in range(1, OPENING_BUBBLES + 1):
                dispatcher.utter_message(response=f"utter_opening_{bubble}", emergency=numbers, hours=services.hours)
        dispatcher.utter_message(response="utter_ask_complaint_form_hear")
        return []


class AskAgeNow(_AskAboutThem):
    step = "age_now"


class AskAgeInImage(_AskAboutThem):
    step = "age_in_image"


class AskHappened(_AskAboutThem):
    step = "happened"


class AskHappenedMore(_Ask):
    step = "happened_more"

    def narrow(self, dispatcher: CollectingDispatcher, draft: Draft) -> None:
        turn().extras["taken"] = sorted(draft.facts.acts)


class AskWantsMore(_Ask):
    step = "wants_more"

    def narrow(self, dispatcher: CollectingDispatcher, draft: Draft) -> None:
        turn().extras["taken"] = sorted(draft.facts.wants)


class AskConfirm(_Ask):
    step = "confirm"

    def params(self, draft: Draft) -> dict[str, Any]:
        return {"summary": summarise(draft, turn().services.law, turn().services.book)}


class AskReadBack(_Ask):
    step = "read_back"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        draft, services = draft_from_dict(tracker.get_slot("draft")), turn().services
        dispatcher.utter_message(response="utter_read_back", summary=read_back(draft, services.law, services.book))
        return await super().run(dispatcher, tracker, domain)


class AskConsent(_Ask):
    step = "consent"

    def params(self, draft: Draft) -> dict[str, Any]:
        waiting = next((r for r in draft.recipients if r not in draft.chosen), "")
        return {"recipient": recipient_name(waiting, draft, turn().services.law)}
