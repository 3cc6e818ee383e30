"""The form's validation and the interruptions: where a message meets the interview."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import FORM
from actions.context import Turn, turn
from actions.hearing import OPENING_INTENT, intent_of, reply_of
from actions.speaking import utter
from casework.errors import TryLater
from casework.handover import TextChanged
from casework.interview.asides import aside, interrupt
from casework.interview.beside import is_beside
from casework.interview.draft import Draft, Path, WhoSends, draft_from_dict, draft_to_dict
from casework.interview.engine import respond
from casework.interview.outcome import Effect, Outcome, Say
from casework.interview.planning import (
    TO_SIGN,
    Shown,
    as_sent_by_them,
    first_due,
    show_authority,
    show_plan,
    written_day,
)
from casework.interview.steps import next_step
from casework.interview.story import with_story

HAND_OVERS = (Effect.SUBMIT, Effect.SUBMIT_TRIAGE, Effect.SUBMIT_CALLBACK)


class ValidateComplaintForm(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Lets the interview decide what the message changed, and names the next step to ask."""

    def name(self) -> str:
        return "validate_complaint_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        now, draft, intent = turn(), draft_from_dict(tracker.get_slot("draft")), intent_of(tracker)
        if intent != OPENING_INTENT and not now.answered:
            reply = reply_of(tracker)
            if is_beside(intent or "", reply, draft, now.services.book):
                # The form steps back, so that the rule for this intent (data/rules/asides.yml) applies.
                return [ActionExecutionRejected(FORM)]
            outcome = respond(draft, reply, now.services.book)
            draft = await act(dispatcher, now, with_story(draft, reply, outcome))
        return [*kept(draft), SlotSet("requested_slot", next_step(draft))]


class ActionInterrupt(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Safety, stop, delete, a human, back: what may come at any step."""

    def name(self) -> str:
        return "action_interrupt"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        now, draft = turn(), draft_from_dict(tracker.get_slot("draft"))
        now.answered = True
        reply = reply_of(tracker)
        outcome = interrupt(draft, intent_of(tracker) or "", reply, now.services.book)
        return kept(await act(dispatcher, now, with_story(draft, reply, outcome)))


class ActionAside(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """A question or remark of theirs, answered before the same question is asked again."""

    def name(self) -> str:
        return "action_aside"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        now, draft = turn(), draft_from_dict(tracker.get_slot("draft"))
        now.answered = True
        reply = reply_of(tracker)
        outcome = aside(draft, intent_of(tracker) or "", reply)
        return kept(await act(dispatcher, now, with_story(draft, reply, outcome)))


async def act(dispatcher: CollectingDispatcher, now: Turn, outcome: Outcome) -> Draft:
    """Say what the outcome says and do what it asks for; the draft as it is afterwards."""
    utter(dispatcher, now, outcome.draft, outcome.says)
    now.effects |= outcome.effects
    if Effect.SHOW_PLAN in outcome.effects:
        return show_plan_of(dispatcher, now, outcome.draft)
    if Effect.SHOW_AUTHORITY in outcome.effects:
        services = now.services
        shown = show_authority(outcome.draft, services.host, services.law, services.book, now.now)
        dispatcher.utter_message(response="utter_authority_intro")
        dispatcher.utter_message(json_message={"kind": "plan", **shown.message})
        return shown.draft
    if Effect.SENT_BY_THEM in outcome.effects:
        return as_sent_by_them(outcome.draft, now.services.law, now.now)
    handing = next((e for e in HAND_OVERS if e in outcome.effects), None)
    return await hand_over(dispatcher, now, outcome.draft, handing) if handing else outcome.draft


def show_plan_of(dispatcher: CollectingDispatcher, now: Turn, draft: Draft) -> Draft:
    shown = show_plan(draft, now.services.law, now.services.book, now.now)
    ready = bool(shown.draft.recipients)
    dispatcher.utter_message(response=_plan_intro(shown))
    dispatcher.utter_message(json_message={"kind": "plan", **shown.message})
    if shown.weighed:
        dispatcher.utter_message(response="utter_plan_weigh")
        dispatcher.utter_message(json_message={"kind": "plan", **shown.weighed})
    if ready:
        dispatcher.utter_message(response="utter_plan_outro")
    return shown.draft


def _plan_intro(shown: Shown) -> str:
    if TO_SIGN in shown.draft.consented:
        return "utter_plan_to_sign"
    if shown.draft.recipients:
        return "utter_plan_intro"
    return "utter_plan_nothing_ready" if shown.message["clocks"] else "utter_plan_too_little"


async def hand_over(dispatcher: CollectingDispatcher, now: Turn, draft: Draft, effect: Effect) -> Draft:
    """Seal the case. If the machine is busy nothing is lost: the same step is asked again."""
    try:
        # 20 ms of disk and key work: off the event loop, so that nobody else waits for it.
        await asyncio.to_thread(now.hand_over, draft, effect)
    except TryLater:
        dispatcher.utter_message(response="utter_busy")
        now.effects.discard(effect)
        return _before(draft, effect)
    except TextChanged:
        # The law data changed between reading and sealing: nothing goes that was not read as it is.
        now.effects.discard(effect)
        dispatcher.utter_message(response="utter_plan_again")
        return show_plan_of(dispatcher, now, draft.reopen("who_sends", "keep_talk", "seal"))
    utter(dispatcher, now, draft, _said_when_done(draft, effect, now))
    now.effects.add(Effect.SHRED)
    return Draft(path=Path.SEALED)


def _before(draft: Draft, effect: Effect) -> Draft:
    """The draft as it was asked, so that the same answer can be given once more."""
    if effect is Effect.SUBMIT:
        return draft.reopen("seal")
    pending = {Effect.SUBMIT_TRIAGE: "triage_note", Effect.SUBMIT_CALLBACK: "callback"}[effect]
    return replace(draft, pending=pending)


def _said_when_done(draft: Draft, effect: Effect, now: Turn) -> Iterable[Say]:
    if effect is Effect.SUBMIT_TRIAGE:
        return [Say(response="human_triage_done")]
    if effect is Effect.SUBMIT_CALLBACK:
        return [Say(response="child_callback_done")]
    due = first_due(draft, now.services.law)
    if due is None:
        return [Say(response="submitted")]
    by_team = draft.answers.get("who_sends") == WhoSends.TEAM
    clock = "submitted_clock" if by_team else "submitted_self"
    return [Say(response="submitted"), Say(response=clock, params={"date": written_day(due)})]


def kept(draft: Draft) -> list[EventType]:
    return [SlotSet("draft", draft_to_dict(draft))]
