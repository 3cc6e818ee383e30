"""What a training reads, read once."""

from __future__ import annotations

from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData


class ReadOnce(RasaFileImporter):  # type: ignore[misc]  # Rasa ships no types
    """Rasa asks for the examples twice in a training and would parse and check every file each time."""

    def __init__(self, *places: Any, **named: Any) -> None:
        super().__init__(*places, **named)
        self._examples: TrainingData | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """As Rasa's own; whoever merges these into something else gets copies."""
        if self._examples is None:
            self._examples = super().get_nlu_data(language)
        return self._examples
