"""The sentence encoder as a Rasa featurizer: one row a message, for every component that comes after it."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding.component import Component
from casework.reader.encoder import meaning, shared_encoder
from casework.reader.linear import Floats, plain

ORIGIN = "bot.understanding.sentences"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(Component):
    """Adds the encoder's row as a dense sentence feature; nothing where the encoder is not installed."""

    def __init__(self, *graph: Any) -> None:
        super().__init__(*graph)
        self._encoder = shared_encoder()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        messages = [m for m in training_data.training_examples if _is_words(m)]
        if self._encoder:
            for message, row in zip(
                messages, self._encoder.encode_many([plain(m.get(TEXT)) for m in messages]), strict=True
            ):
                _give(message, row)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._encoder and _is_words(message):
                _give(message, self._encoder.encode([plain(message.get(TEXT))])[0])
        return messages


def sentence_row(message: Message) -> Floats | None:
    """The row that the featurizer gave this message, if it did."""
    found = [f for f in message.features if f.origin == ORIGIN]
    return np.asarray(found[0].features[0], dtype=np.float32) if found else None


def sentence_vector(message: Message) -> Floats | None:
    """Of that row the vector as published."""
    row = sentence_row(message)
    return None if row is None else meaning(row)


def _is_words(message: Message) -> bool:
    """Tapped choices are read by Rasa's own message handler."""
    text = message.get(TEXT) or ""
    return bool(text.strip()) and not text.startswith("/")


def _give(message: Message, row: Floats) -> None:
    message.add_features(Features(row[None, :], FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
