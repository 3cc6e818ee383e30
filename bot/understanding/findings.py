"""The complaint reader as a Rasa entity extractor: each finding becomes an entity with its span."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from actions import context
from bot.safety import safety_intent
from bot.understanding.component import Component
from bot.understanding.sentences import sentence_row
from casework.reader import load_reader


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ComplaintReader(Component):
    """
    Reads facts and safety cues.

    Before the classifier: a safety cue decides the intent before any classifier or slot sees the message.
    """

    def __init__(self, *graph: Any) -> None:
        super().__init__(*graph)
        current = context.peek()
        self._reader = current.services.reader if current else load_reader()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            if not text.startswith("/"):
                self._read(message, text)
        return messages

    def _read(self, message: Message, text: str) -> None:
        current = context.peek()
        today = current.now.date() if current else dt.datetime.now(dt.UTC).date()
        findings = self._reader.read(text, today, sentence_row(message))
        entities = [
            {"entity": f.field, "value": f.value, "start": f.start, "end": f.end, "confidence_entity": f.confidence}
            for f in findings
        ]
        message.set(ENTITIES, entities, add_to_output=True)
        cue = safety_intent(findings)
        if cue:
            message.set(INTENT, {INTENT_NAME_KEY: cue, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
