"""The pipeline as people meet it: encoder, reader, classifier and numbers of intake, outside a conversation."""

from __future__ import annotations

import datetime as dt
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.runtime.model import ModelMissing, current_model
from bot.safety import safety_intent
from bot.understanding.deciding import Numbers, readable
from casework.reader import Finding, Reader
from casework.reader.classifier import Classifier
from casework.reader.encoder import Encoder, meaning, shared_encoder
from casework.reader.linear import Floats, plain
from recourse import compose
from recourse.evaluation.intents import Judged
from recourse.evaluation.lines import read_yaml
from recourse.settings import Settings

CLASSIFIER = "bot.understanding.intents.IntentClassifier"
# Whether the net hears that somebody is near, or the classifier that it is not safe to talk: the page goes quiet.
SAME_ANSWER = {"someone_near": "not_safe"}
WEIGHTS = "/intents.npz"  # in the archive that Rasa writes


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """What the graph of config.yml runs for one message, in its order."""

    encoder: Encoder | None
    reader: Reader
    classifier: Classifier
    numbers: Numbers

    def row(self, text: str) -> Floats | None:
        words = plain(text)
        return self.encoder.encode([words])[0] if self.encoder and words else None

    def findings(self, text: str, today: dt.date) -> tuple[Finding, ...]:
        return self.reader.read(text, today, self.row(text))

    def judge(self, text: str, label: str, today: dt.date) -> Judged:
        """A safety cue decides before the classifier sees the message."""
        row = self.row(text)
        vector = None if row is None else meaning(row)
        cue = safety_intent(self.reader.read(text, today, row))
        return Judged(
            label=label,
            cue=SAME_ANSWER.get(cue or "", cue),
            ranked=self.classifier.rank(text, vector) if readable(text) else None,
        )


def load_shipped(settings: Settings) -> Shipped:
    """
    Load what `recourse train` left.

    Raises
    ------
    ModelMissing, ModelOutdated
        As at the start of intake.
    """
    model = current_model(settings.root)
    return Shipped(
        encoder=shared_encoder(),
        reader=compose.services(settings).reader,
        classifier=_classifier_in(model),
        numbers=read_numbers(settings.root),
    )


def read_numbers(root: Path) -> Numbers:
    """The classifier's row in config.yml."""
    rows: Iterable[dict[str, Any]] = read_yaml(root / "config.yml")["pipeline"]
    return Numbers.of(next((row for row in rows if row["name"] == CLASSIFIER), {}))


def _classifier_in(model: Path) -> Classifier:
    with tarfile.open(model) as archive, tempfile.TemporaryDirectory() as folder:
        member = next((one for one in archive.getmembers() if one.name.endswith(WEIGHTS)), None)
        content = archive.extractfile(member) if member else None
        if content is None:
            raise ModelMissing
        weights = Path(folder) / WEIGHTS.strip("/")
        weights.write_bytes(content.read())
        return Classifier.load(weights)
