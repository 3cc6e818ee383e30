"""From Rasa's tracker to the interview's reply: what was tapped, typed and found."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions.context import turn
from casework.interview.outcome import Found, Reply
from casework.reader.links import inspect

QUIET_ACTIONS = frozenset({"action_listen", "complaint_form", "action_extract_slots", "action_session_start", None})
OPENING_INTENT = "start"


def heard_since_last_turn(tracker: Tracker) -> bool:
    """Whether the last message is the form's to answer: not the opening, and no aside took it already."""
    if _intent(tracker) == OPENING_INTENT:
        return False
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return True
        if event.get("event") == "action" and event.get("name") not in QUIET_ACTIONS:
            return False
    return False


def reply_of(tracker: Tracker) -> Reply:
    message: dict[str, Any] = tracker.latest_message or {}
    entities = message.get("entities") or []
    if turn().tapped:
        value = next((str(e["value"]) for e in entities if e.get("entity") == "value"), None)
        return Reply(value=value, intent=_intent(tracker))
    text = turn().said or ""
    return Reply(text=text, intent=_intent(tracker), found=tuple(_found(e, text) for e in entities if "entity" in e))


def _intent(tracker: Tracker) -> str | None:
    name = ((tracker.latest_message or {}).get("intent") or {}).get("name")
    return str(name) if name else None


def _found(entity: dict[str, Any], text: str) -> Found:
    field, value = str(entity["entity"]), str(entity["value"])
    if field == "places.url":
        link = inspect(value)
        field, value = "places.link", f"{link.platform or link.domain} {value}"
    span = text[int(entity.get("start", 0)) : int(entity.get("end", 0))]
    return Found(field=field, value=value, confidence=float(entity.get("confidence_entity", 0.0)), text=span)
