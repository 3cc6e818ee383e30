"""What the assistant says in one turn, as the turn API's messages; choices get opaque ids."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A tapped choice: the id is what the client knows, the payload stays with us."""

    id: str
    label: str
    payload: str


@dataclass(kw_only=True)
class Said:
    """One message; `data` holds what goes beside the text, such as documents or contacts."""

    kind: str = "text"
    text: str = ""
    choices: list[Choice] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def public(self) -> dict[str, Any]:
        """The message as a client sees it."""
        message: dict[str, Any] = {"kind": self.kind, "text": self.text, **self.data}
        if self.choices:
            message["choices"] = [{"id": c.id, "label": c.label} for c in self.choices]
            message["kind"] = "choices" if self.kind == "text" else self.kind
        return message


class TurnChannel(OutputChannel):  # type: ignore[misc]  # Rasa ships no types
    """Collects; sends nowhere."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    @classmethod
    def name(cls) -> str:
        return "recourse"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        data = dict(message.get("custom") or {})
        kind = str(data.pop("kind", "text"))
        text = str(message.get("text") or data.pop("text", "") or "")
        choices = [_choice(button) for button in message.get("buttons") or []]
        if text or choices or data:
            self.said.append(Said(kind=kind, text=text, choices=choices, data=data))


def _choice(button: dict[str, Any]) -> Choice:
    return Choice(id=secrets.token_urlsafe(9), label=str(button["title"]), payload=str(button["payload"]))
