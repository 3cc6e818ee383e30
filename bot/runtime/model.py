"""The trained model and what it was trained from: a model that no longer matches is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from casework.errors import RefuseToStart
from casework.reader.encoder import encoder_mark
from casework.reader.signals import FILE as SIGNALS

TRAINING_FOLDERS = ("data/nlu", "data/rules", "data/stories", "data/responses")
SIGNAL_FOLDERS = ("data/signals",)
TRAINING_FILES = ("config.yml", "domain.yml")
CODE_FOLDERS = ("bot/understanding",)  # a model holds what these classes wrote
VECTORS = ("channels", "encoder", "graph")
UNDERSTANDING = ("classifier", "examples", "fitting", "layered", "linear", "signals", "training", "windows")
CODE_FILES = (
    "bot/runtime/domain.py",
    *(f"casework/reader/{name}.py" for name in (*VECTORS, *UNDERSTANDING)),
)
RECORD = "current.json"


class ModelMissing(RefuseToStart):
    """There is no trained model. Run `recourse train`."""


class ModelOutdated(RefuseToStart):
    """The model does not match config.yml, domain.yml and the training data. Run `recourse train`."""


@dataclass(frozen=True, kw_only=True)
class ModelRecord:
    """Written beside the model by `recourse train`."""

    file: str
    sha256: str
    signals_sha256: str
    trained_from: str  # fingerprint of the training data, configuration and components
    rasa: str


def fingerprint(root: Path) -> str:
    """SHA-256 over names and bytes of everything that a model is trained from, and whether there was an encoder."""
    digest = hashlib.sha256(encoder_mark().encode())
    paths = [root / name for name in (*TRAINING_FILES, *CODE_FILES)]
    for folder in (*TRAINING_FOLDERS, *SIGNAL_FOLDERS):
        paths += sorted((root / folder).rglob("*.yml"))
    for folder in CODE_FOLDERS:
        paths += sorted((root / folder).rglob("*.py"))
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def write_record(models: Path, model: Path, trained_from: str, rasa: str) -> ModelRecord:
    sums = {"sha256": _sha256(model), "signals_sha256": _sha256(models / SIGNALS)}
    record = ModelRecord(file=model.name, trained_from=trained_from, rasa=rasa, **sums)
    (models / RECORD).write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")
    return record


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def current_model(root: Path) -> Path:
    """
    The model that matches the working tree.

    Raises
    ------
    ModelMissing, ModelOutdated
        None was trained, it was altered since, or what it was trained from has changed.
    """
    models = root / "models"
    try:
        record = ModelRecord(**json.loads((models / RECORD).read_text(encoding="utf-8")))
        model = models / record.file
        same = (_sha256(model), _sha256(models / SIGNALS)) == (record.sha256, record.signals_sha256)
    except (OSError, ValueError, TypeError) as error:
        raise ModelMissing from error
    # A model file is as good as code: it is loaded only if it is the one that training wrote.
    if not same or record.trained_from != fingerprint(root):
        raise ModelOutdated
    return model
