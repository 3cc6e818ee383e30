"""Which wording of a response is said: each in its turn, so that nobody hears the same line twice in a row."""

from __future__ import annotations

import secrets
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator

from actions import context


class Wordings(TemplatedNaturalLanguageGenerator):  # type: ignore[misc]  # Rasa ships no types
    """Rasa draws a wording at random; here the first is drawn and the others follow in order."""

    def _random_response_for(
        self, utter_action: str, output_channel: str, filled_slots: dict[str, Any]
    ) -> dict[str, Any] | None:
        wordings = self.responses.get(utter_action) or []
        if not wordings:
            return None
        said = context.turn().worded
        last = said.get(utter_action)
        at = secrets.randbelow(len(wordings)) if last is None else (last + 1) % len(wordings)
        said[utter_action] = at
        wording: dict[str, Any] = wordings[at]
        return wording
