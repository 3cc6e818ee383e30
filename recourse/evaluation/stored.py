"""models/evaluation.json: the last figures, with the model and the numbers that gave them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.runtime.model import current_model
from bot.understanding.deciding import Numbers
from casework.errors import AskAgain
from casework.reader.encoder import encoder_mark
from casework.reader.signals import FILE as SIGNALS

FILE = Path("models") / "evaluation.json"


class NotMeasured(AskAgain):
    """The current model has not been measured. Run `recourse eval`."""


def circumstances(numbers: Numbers, now: dt.datetime) -> dict[str, Any]:
    """When, on what and with which numbers something was measured."""
    machine = {"cores": os.cpu_count(), "load_1_min": round(os.getloadavg()[0], 2), "python": platform.python_version()}
    return {
        "measured_at": now.isoformat(timespec="seconds"),
        "machine": machine,
        "encoder": encoder_mark(),
        "numbers": numbers.to_dict(),
    }


def model_mark(root: Path) -> str:
    """
    One digest of all that was trained.

    Raises
    ------
    ModelMissing, ModelOutdated
        There is no current model.
    """
    model = current_model(root)
    return hashlib.sha256(model.read_bytes() + (model.parent / SIGNALS).read_bytes()).hexdigest()


def read_stored(root: Path) -> dict[str, Any]:
    """What was measured so far; empty when nothing was or the file is spoilt."""
    try:
        content = json.loads((root / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def store(root: Path, figures: Mapping[str, Any]) -> None:
    """Put these parts in the place of those of the same name."""
    path = root / FILE
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps({**read_stored(root), **figures}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(path)


def own_figures(root: Path) -> dict[str, Any]:
    """
    The stored figures of the current model on our own sets.

    Raises
    ------
    NotMeasured
        There are none, or they are those of another model.
    """
    own = read_stored(root).get("own")
    if not isinstance(own, dict) or own.get("model") != model_mark(root):
        raise NotMeasured
    return own
