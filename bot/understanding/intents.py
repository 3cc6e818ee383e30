"""The intent classifier as a Rasa component, and what in a conversation outweighs it."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions import context
from bot.understanding.component import Component
from bot.understanding.deciding import FALLBACK, NOT_TAUGHT, Numbers, Ranking, decided, readable
from bot.understanding.sentences import sentence_vector
from casework.reader.classifier import Classifier
from casework.reader.linear import Floats, stacked

TOLD = "tell"
SHORT = 5  # words; a longer text at a free-text step is the answer, never a command
FILE = "intents.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(Component):
    """Adds `intent` and `intent_ranking` to each message that has none yet."""

    def __init__(self, *graph: Any) -> None:
        super().__init__(*graph)
        self._numbers = Numbers.of(self._config)
        self._gate = self._numbers.gate()
        self._classifier: Classifier | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return Numbers().to_dict()

    def train(self, training_data: TrainingData) -> Resource:
        examples = [
            m for m in training_data.intent_examples
            if m.get(TEXT) and not m.get(TEXT).startswith("/") and m.get(INTENT) not in NOT_TAUGHT
        ]  # fmt: skip
        texts, labels = [m.get(TEXT) for m in examples], [m.get(INTENT) for m in examples]
        vectors = stacked([sentence_vector(m) for m in examples])
        self._classifier = self._numbers.fit(texts, labels, vectors)
        with self._storage.write_to(self._resource) as folder:
            self._classifier.save(folder / FILE)
        return self._resource

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
        with model_storage.read_from(resource) as folder:
            component._classifier = Classifier.load(folder / FILE)
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            # Tapped choices are read by Rasa's own message handler; the safety net came before us.
            if not text.startswith("/") and not message.get(INTENT):
                _set(message, self._classified(text, sentence_vector(message)))
        return messages

    def _classified(self, text: str, vector: Floats | None) -> Ranking:
        if self._classifier is None or not readable(text):
            return [(FALLBACK, 1.0)]
        current = context.peek()
        if current and (current.named or (current.free_text and len(text.split()) > SHORT)):
            return [(TOLD, 1.0)]
        ranked = self._classifier.rank(text, vector)
        return decided(ranked, self._numbers, self._gate, free_text=bool(current and current.free_text))


def _set(message: Message, ranking: Ranking) -> None:
    rows = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: sure} for name, sure in ranking]
    message.set(INTENT, rows[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, rows, add_to_output=True)
