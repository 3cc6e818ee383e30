"""The trained model and what it was trained from: a model that no longer matches is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from casework.errors import RefuseToStart

TRAINING_FOLDERS = ("data/nlu", "data/rules", "data/stories", "data/responses")
TRAINING_FILES = ("config.yml", "domain.yml")
CODE_FOLDERS = ("bot/understanding",)  # a model holds what these classes wrote
CODE_FILES = ("bot/runtime/domain.py",)
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
    trained_from: str  # fingerprint of the training data, configuration and components
    rasa: str


def fingerprint(root: Path) -> str:
    """SHA-256 over names and bytes of everything that a model is trained from."""
    digest = hashlib.sha256()
    paths = [root / name for name in (*TRAINING_FILES, *CODE_FILES)]
    for folder in TRAINING_FOLDERS:
        paths += sorted((root / folder).rglob("*.yml"))
    for folder in CODE_FOLDERS:
        paths += sorted((root / folder).rglob("*.py"))
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def write_record(models: Path, model: Path, trained_from: str, rasa: str) -> ModelRecord:
    sha256 = hashlib.sha256(model.read_bytes()).hexdigest()
    record = ModelRecord(file=model.name, sha256=sha256, trained_from=trained_from, rasa=rasa)
    (models / RECORD).write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")
    return record


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
        sha256 = hashlib.sha256(model.read_bytes()).hexdigest()
    except (OSError, ValueError, TypeError) as error:
        raise ModelMissing from error
    # A model file is as good as code: it is loaded only if it is the one that training wrote.
    if sha256 != record.sha256 or record.trained_from != fingerprint(root):
        raise ModelOutdated
    return model
