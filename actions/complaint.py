"""The form's validation and the interruptions: where a message meets the interview."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Turn, turn
from actions.hearing import heard_since_last_turn, reply_of
from actions.speaking import utter, utter_contacts
from casework.errors import TryLater
from casework.interview.asides import interrupt
from casework.interview.draft import Draft, Path, draft_from_dict, draft_to_dict
from casework.interview.engine import respond
from casework.interview.outcome import Effect, Outcome
from casework.interview.planning import show_plan
from casework.interview.steps import next_step

HAND_OVERS = (Effect.SUBMIT, Effect.SUBMIT_TRIAGE, Effect.SUBMIT_CALLBACK)


class ValidateComplaintForm(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Lets the interview decide what the message changed, and names the next step to ask."""

    def name(self) -> str:
        return "validate_complaint_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        now, draft = turn(), draft_from_dict(tracker.get_slot("draft"))
        if heard_since_last_turn(tracker):
            draft = await act(dispatcher, now, respond(draft, reply_of(tracker), now.services.book))
        return remember(draft)


class ActionInterrupt(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Safety, stop, delete, a human, back: what may come at any step."""

    def name(self) -> str:
        return "action_interrupt"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        draft = draft_from_dict(tracker.get_slot("draft"))
        intent = str((tracker.latest_message or {}).get("intent", {}).get("name"))
        return [SlotSet("draft", draft_to_dict(await act(dispatcher, turn(), interrupt(draft, intent))))]


class ActionWhy(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Why the question at hand is asked."""

    def name(self) -> str:
        return "action_why"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        step = tracker.get_slot("requested_slot")
        dispatcher.utter_message(response=f"utter_why_{step}" if step else "utter_why")
        return []


class ActionHumanLines(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """The lines to call, for a question about the police."""

    def name(self) -> str:
        return "action_police"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        dispatcher.utter_message(response="utter_police")
        utter_contacts(dispatcher, turn(), draft_from_dict(tracker.get_slot("draft")), "danger")
        return []


async def act(dispatcher: CollectingDispatcher, now: Turn, outcome: Outcome) -> Draft:
    """Say what the outcome says and do what it asks for; the draft as it is afterwards."""
    utter(dispatcher, now, outcome.draft, outcome.says)
    now.effects |= outcome.effects
    if Effect.SHOW_PLAN in outcome.effects:
        return show_plan_of(dispatcher, now, outcome.draft)
    handing = next((e for e in HAND_OVERS if e in outcome.effects), None)
    return await hand_over(dispatcher, now, outcome.draft, handing) if handing else outcome.draft


def show_plan_of(dispatcher: CollectingDispatcher, now: Turn, draft: Draft) -> Draft:
    shown = show_plan(draft, now.services.law, now.now)
    dispatcher.utter_message(response="utter_plan_intro")
    dispatcher.utter_message(json_message={"kind": "plan", **shown.message})
    dispatcher.utter_message(response="utter_plan_outro" if shown.draft.recipients else "utter_plan_nothing_ready")
    return shown.draft


async def hand_over(dispatcher: CollectingDispatcher, now: Turn, draft: Draft, effect: Effect) -> Draft:
    """Seal the case. If the machine is busy nothing is lost: the same step is asked again."""
    try:
        # 20 ms of disk and key work: off the event loop, so that nobody else waits for it.
        await asyncio.to_thread(now.hand_over, draft, effect)
    except TryLater:
        dispatcher.utter_message(response="utter_busy")
        now.effects.discard(effect)
        return draft.reopen("seal") if effect is Effect.SUBMIT else draft
    response = {
        Effect.SUBMIT: "utter_submitted",
        Effect.SUBMIT_TRIAGE: "utter_human_triage_done",
        Effect.SUBMIT_CALLBACK: "utter_child_callback_done",
    }[effect]
    dispatcher.utter_message(response=response)
    now.effects.add(Effect.SHRED)
    return Draft(path=Path.SEALED)


def remember(draft: Draft) -> list[EventType]:
    """The draft, and the step that the form asks next. Steps without a response ask nothing."""
    return [SlotSet("draft", draft_to_dict(draft)), SlotSet("requested_slot", next_step(draft))]
