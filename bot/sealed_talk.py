"""What a conversation keeps between turns, and how it is sealed under the client's own key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.interview.draft import Draft, draft_from_dict
from casework.store import contract
from casework.store.conversations import StoredConversation, StoredTurn
from encryption.seal import seal_with_key
from encryption.token import ConversationKeys, open_with_key


@dataclass(frozen=True, kw_only=True)
class State:
    """What is sealed as the tracker: Rasa's state, the open choices, and what the next step takes."""

    tracker: dict[str, Any] | None = None
    choices: Mapping[str, tuple[str, str]] | None = None  # id → (payload, label)
    worded: Mapping[str, int] | None = None  # response → which of its wordings was said last

    @property
    def draft(self) -> Draft:
        return draft_from_dict((self.tracker or {}).get("slots", {}).get("draft"))

    @property
    def step(self) -> str | None:
        step = (self.tracker or {}).get("slots", {}).get("requested_slot")
        return str(step) if step else None


def opened_state(stored: StoredConversation, keys: ConversationKeys) -> State:
    if stored.tracker is None:
        return State()
    context = contract.TRACKER.context(id=stored.id)
    data = json.loads(open_with_key(stored.tracker, key=keys.key, context=context))
    choices = {k: (v[0], v[1]) for k, v in data["choices"].items()}
    return State(tracker=data["tracker"], choices=choices, worded=data["worded"])


def sealed_state(state: State, keys: ConversationKeys) -> bytes:
    data = {"tracker": state.tracker, "choices": state.choices or {}, "worded": state.worded or {}}
    context = contract.TRACKER.context(id=keys.conversation_id)
    return seal_with_key(json.dumps(data, ensure_ascii=False).encode(), key=keys.key, context=context)


def sealed_turn(record: dict[str, Any], seq: int, keys: ConversationKeys) -> StoredTurn:
    row = {"conversation_id": keys.conversation_id, "seq": seq, "kind": "turn"}
    context = contract.TURN.context(**row)
    body = seal_with_key(json.dumps(record, ensure_ascii=False).encode(), key=keys.key, context=context)
    return StoredTurn(seq=seq, kind="turn", body=body)


def opened_turn(turn: StoredTurn, keys: ConversationKeys) -> dict[str, Any]:
    context = contract.TURN.context(conversation_id=keys.conversation_id, seq=turn.seq, kind=turn.kind)
    record: dict[str, Any] = json.loads(open_with_key(turn.body, key=keys.key, context=context))
    return record
