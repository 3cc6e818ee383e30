"""
Rasa's tracker, kept by us: sealed between turns, in memory during one, and never more than it needs.

Stock stores write every word several times in clear, and on any error fall back to memory in
silence. Here the runtime opens the sealed state, lends it for one turn through a context variable,
and seals what comes back; without a lent state this store refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from casework.errors import RefuseToStart

KEPT_EVENTS = 20


@dataclass
class Lent:
    """The state of one conversation during one turn: plain JSON values, or None for a new one."""

    state: dict[str, Any] | None


_lent: ContextVar[Lent | None] = ContextVar("lent_tracker", default=None)


class NoConversation(RefuseToStart):
    """The tracker store was used outside a turn."""


def lend(state: dict[str, Any] | None) -> tuple[Lent, Any]:
    lent = Lent(state)
    return lent, _lent.set(lent)


def take_back(mark: Any) -> None:
    _lent.reset(mark)


class SealedTrackerStore(TrackerStore):  # type: ignore[misc]  # Rasa ships no types
    """Reads and writes the lent state only; knows no key, no file and no other conversation."""

    def __init__(self, domain: Domain | None = None) -> None:
        super().__init__(domain)
        self.domain = domain or Domain.empty()

    async def save(self, tracker: DialogueStateTracker) -> None:
        _current().state = trimmed(tracker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        state = _current().state
        return rebuilt(sender_id, state, self.domain) if state else None

    async def keys(self) -> Iterable[str]:
        return ()


def _current() -> Lent:
    lent = _lent.get()
    if lent is None:
        raise NoConversation
    return lent


def trimmed(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Slots, the active form, and the last events without anybody's words."""
    domain_slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
    events = [_wordless(event) for event in tracker.events if not isinstance(event, BotUttered | SlotSet)]
    return {"slots": domain_slots, "loop": tracker.active_loop_name, "events": _last_turns(events)}


def _wordless(event: Event) -> dict[str, Any]:
    """Policies need intents and actions; texts stay in the sealed transcript alone."""
    if isinstance(event, UserUttered):
        event = UserUttered(text=None, intent=event.intent, timestamp=0.0)
    data: dict[str, Any] = event.as_dict()
    for name in ("timestamp", "metadata", "message_id", "input_channel"):
        data.pop(name, None)
    return data


def _last_turns(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last events, beginning after a listen: a policy must not see half a turn."""
    kept = events[-KEPT_EVENTS:]
    listens = (i for i, e in enumerate(kept) if e.get("event") == "action" and e.get("name") == ACTION_LISTEN_NAME)
    first = next(listens, None)
    return kept if first is None or len(events) <= KEPT_EVENTS else kept[first + 1 :]


def rebuilt(sender_id: str, state: dict[str, Any], domain: Domain) -> DialogueStateTracker:
    slots = [SlotSet(name, value) for name, value in state["slots"].items()]
    loop = [ActiveLoop(state["loop"])] if state["loop"] else []
    start = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), *slots, *loop]
    past = [_event(data) for data in state["events"]]
    first = [] if past and _is_listen(past[0]) else [ActionExecuted(ACTION_LISTEN_NAME)]
    # The slots once more at the end: replayed form events reset `requested_slot`.
    return DialogueStateTracker.from_events(
        sender_id, [*start, *first, *past, *loop, *slots, *_listening(past)], slots=domain.slots, domain=domain
    )


@cache
def _kinds() -> dict[str, type[Event]]:
    """Rasa looks for an event's class among all subclasses anew for each event: 3 ms a turn."""
    return {kind.type_name: kind for kind in all_subclasses(Event) if kind.type_name}


def _event(data: dict[str, Any]) -> Event:
    event = _kinds()[data["event"]]._from_parameters({"timestamp": 0.0, **data})  # noqa: SLF001  # as Rasa's own reader does
    if event is None:
        raise RefuseToStart("The tracker holds an event that this Rasa does not know.")
    return event


def _is_listen(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _listening(past: list[Event]) -> list[Event]:
    return [] if not past or _is_listen(past[-1]) else [ActionExecuted(ACTION_LISTEN_NAME)]
