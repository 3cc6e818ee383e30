"""
The intent of a message: two linear models and the distance to everything we were taught.

A bare threshold lets half of all foreign messages through, so there is an explicit class for
them (`off_topic`) and a floor on the cosine to the nearest training example as well.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions import context
from bot.understanding.linear import Floats, Linear, ngram_features, train
from casework.reader.encoder import Encoder, EncoderUnavailable

FALLBACK = "nlu_fallback"
TOLD = "tell"
PERPETRATOR = "perpetrator"
SHORT = 5  # words; a longer text at a free-text step is the answer, never a command
# Heard at every step, whatever else a text names.
CRIES = frozenset({"self_harm", "danger", "someone_near", "child_said"})
MARKS = frozenset("?👍👌👋🙏✅")  # said without a letter
COMMANDS = frozenset({"stop", "pause", "delete", "start_again", "not_safe"})  # costly when misheard


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Adds `intent` and `intent_ranking` to each message that has none yet."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._encoder = _load_encoder()
        self._labels: list[str] = []
        self._dense: Linear | None = None
        self._sparse: Linear | None = None
        self._taught: Floats = np.zeros((0, 0), dtype=np.float32)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"sure": 0.33, "cry": 0.5, "sure_of_command": 0.5, "near": 0.42, "dense_weight": 0.65}

    @staticmethod
    def required_packages() -> list[str]:
        return []

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and not m.get(TEXT).startswith("/")]
        texts = [m.get(TEXT) for m in examples]
        labels = [m.get(INTENT) for m in examples]
        self._sparse, self._labels = train(ngram_features(texts), labels, strength=8.0)
        if self._encoder:
            self._taught = self._encoder.encode(texts)
            self._dense, _ = train(self._taught, labels, strength=12.0)
        self._persist()
        return self._resource

    def _persist(self) -> None:
        arrays: dict[str, Any] = {"labels": np.array(self._labels), "taught": self._taught.astype(np.float16)}
        for name, model in (("dense", self._dense), ("sparse", self._sparse)):
            if model:
                arrays[f"{name}_weights"], arrays[f"{name}_bias"] = model.weights, model.bias
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "intents.npz", **arrays)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / "intents.npz") as arrays:
            component._restore(dict(arrays))
        return component

    def _restore(self, arrays: dict[str, Any]) -> None:
        self._labels = [str(label) for label in arrays["labels"]]
        self._taught = arrays["taught"].astype(np.float32)
        self._sparse = Linear(weights=arrays["sparse_weights"], bias=arrays["sparse_bias"])
        if self._encoder and "dense_weights" in arrays:
            self._dense = Linear(weights=arrays["dense_weights"], bias=arrays["dense_bias"])

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            # Tapped choices are read by Rasa's own message handler; the safety net came before us.
            if not text.startswith("/") and not message.get(INTENT):
                self._classify(message, text)
        return messages

    def _classify(self, message: Message, text: str) -> None:
        if not any(character.isalnum() or character in MARKS for character in text):
            return _set(message, [(FALLBACK, 1.0)])  # nothing that can be read, such as zero-width marks
        ranking, nearest = self._rank(text)
        if not _speaks_as_perpetrator(message):
            # Taken for one who did it, a person harmed is turned away: the classifier alone never decides that.
            ranking = [row for row in ranking if row[0] != PERPETRATOR]
        name, sure = ranking[0]
        if name in CRIES and sure >= self._config["cry"]:
            return _set(message, ranking[:5])
        current = context.peek()
        if current and (current.named or (current.free_text and len(text.split()) > SHORT)):
            return _set(message, [(TOLD, 1.0)])
        needed = self._config["sure_of_command" if name in COMMANDS or (current and current.free_text) else "sure"]
        if sure < needed or nearest < self._config["near"]:
            ranking = [(FALLBACK, 1.0 - sure), *ranking]
        return _set(message, ranking[:5])

    def _rank(self, text: str) -> tuple[list[tuple[str, float]], float]:
        """Intents by probability, and the cosine to the nearest training example (1.0 without encoder)."""
        if not self._sparse:
            return [(FALLBACK, 0.0)], 0.0
        odds, nearest = self._sparse.probabilities(ngram_features([text]))[0], 1.0
        if self._dense and self._encoder:
            vector = self._encoder.encode([text])
            share = self._config["dense_weight"]
            odds = share * self._dense.probabilities(vector)[0] + (1 - share) * odds
            nearest = float((self._taught @ vector[0]).max())
        order = np.argsort(-odds)
        return [(self._labels[i], float(odds[i])) for i in order], nearest


def _speaks_as_perpetrator(message: Message) -> bool:
    """Whether the reader found at least a trace of it, too weak to decide alone."""
    return any(e["entity"] == "safety" and e["value"] == PERPETRATOR for e in message.get(ENTITIES) or [])


def _set(message: Message, ranking: list[tuple[str, float]]) -> None:
    rows = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: sure} for name, sure in ranking]
    message.set(INTENT, rows[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, rows, add_to_output=True)


_encoder: list[Encoder | None] = []


def _load_encoder() -> Encoder | None:
    """One encoder a process: it weighs 155 MB. Without its wheel, n-grams alone; `recourse doctor` says so."""
    if not _encoder:
        try:
            _encoder.append(Encoder.load())
        except EncoderUnavailable:
            _encoder.append(None)
    return _encoder[0]
