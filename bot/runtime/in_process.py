"""Custom actions in this process: no action server, no second port, no tracker on a wire."""

from __future__ import annotations

from typing import Any

import structlog
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from casework.errors import NeedsStaff

log = structlog.get_logger()


class MalformedResult(NeedsStaff):
    """An action of ours returned what Rasa cannot use: a mistake in the code."""


class InProcessActions(EndpointConfig):  # type: ignore[misc]  # Rasa ships no types
    """
    Stands where Rasa expects an action server's address.

    An action that raises reaches neither the log as text nor the person as silence: the event name
    and the exception's class are logged, and the person gets `utter_busy`; the tracker stays as it was.
    """

    def __init__(self) -> None:
        # Without the selective domain Rasa serialises the whole domain for each call.
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *_args: Any, **kwargs: Any) -> dict[str, Any]:
        call = kwargs["json"]
        try:
            result: dict[str, Any] = _checked(await self._executor.run(call))
        # The last door: whatever an action raises, the person gets an answer and no word is logged.
        except Exception as error:  # noqa: BLE001
            log.error("action_failed", action=str(call.get("next_action")), error=type(error).__name__)
            return {"events": _unchanged(call), "responses": [{"response": "utter_busy"}]}
        return result


def _unchanged(call: dict[str, Any]) -> list[dict[str, Any]]:
    """The slots as they were: without any, Rasa would take the form for rejected and say nothing at all."""
    slots = call.get("tracker", {}).get("slots", {})
    return [{"event": "slot", "name": name, "value": slots.get(name)} for name in ("draft", "requested_slot")]


def check_results_ourselves() -> None:
    """
    Replace Rasa's JSON-schema check of each action result by a typed one.

    The stock check takes two thirds of a turn (33 ms → 11 ms, docs/decisions/0003). Our actions are
    typed; what remains to check is the shape that Rasa relies on.
    """
    # Checked in `request` already, where a failure still becomes an answer.
    RemoteAction._validate_action_result = staticmethod(bool)  # noqa: SLF001  # the documented seam does not exist


def _checked(result: Any) -> Any:
    if not isinstance(result, dict):
        raise MalformedResult("An action returned no mapping.")
    for name in ("events", "responses"):
        rows = result.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise MalformedResult(f"An action returned {name} that are not a list of mappings.")
    if not all(isinstance(event.get("event"), str) for event in result.get("events", [])):
        raise MalformedResult("An action returned an event without a name.")
    return result
