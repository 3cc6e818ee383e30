"""From Rasa's tracker to the interview's reply: what was tapped, typed and found."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions.context import turn
from casework.interview.outcome import Found, Reply
from casework.interview.places import HIDES_ITS_SITE
from casework.reader.links import inspect

OPENING_INTENT = "start"


def reply_of(tracker: Tracker) -> Reply:
    now = turn()
    message: dict[str, Any] = tracker.latest_message or {}
    entities = message.get("entities") or []
    if now.tapped:
        value = next((str(e["value"]) for e in entities if e.get("entity") == "value"), None)
        return Reply(value=value or "", intent=intent_of(tracker))
    found = now.read if now.read is not None else tuple(_finding(e) for e in entities if "entity" in e)
    sure = float((message.get("intent") or {}).get("confidence") or 0.0)
    words = tuple(_found(*one) for one in found)
    perhaps = tuple(str(row["name"]) for row in message.get("intent_ranking", ())[1:3])
    return Reply(text=now.said or "", intent=intent_of(tracker), sure=sure, found=words, perhaps=perhaps)


def intent_of(tracker: Tracker) -> str | None:
    name = ((tracker.latest_message or {}).get("intent") or {}).get("name")
    return str(name) if name else None


def _finding(entity: dict[str, Any]) -> tuple[str, str, float]:
    return str(entity["entity"]), str(entity["value"]), float(entity.get("confidence_entity", 0.0))


def _found(field: str, value: str, confidence: float) -> Found:
    if field != "places.url":
        return Found(field=field, value=value, confidence=confidence)
    link = inspect(value)
    if link.platform is None and link.why_not in HIDES_ITS_SITE:
        return Found(field="places.hidden_link", value=value, confidence=confidence, why_not=link.why_not)
    return Found(
        field="places.link",
        value=f"{link.platform or link.domain} {value}",
        confidence=confidence,
        why_not=link.why_not,
        unknown_site=link.platform is None,
        clean=link.without_tracking,
    )
