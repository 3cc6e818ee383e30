"""Reads `data/interview`: the labels for values, the phrases people use for them, and who to call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from casework.errors import RefuseToStart
from casework.interview.options import VALUES, Wordbook, normalise

FOLDER = Path(__file__).resolve().parent.parent / "data" / "interview"


def load_wordbook(folder: Path = FOLDER) -> Wordbook:
    """
    Read labels.yml, synonyms.yml and contacts.yml.

    Raises
    ------
    RefuseToStart
        A file is missing, or one phrase of a step stands for two values.
    """
    labels, synonyms, contacts = (_read(folder / f"{name}.yml") for name in ("labels", "synonyms", "contacts"))
    return Wordbook(
        labels={group: {str(k): str(v) for k, v in rows.items()} for group, rows in labels.items()},
        phrases={step: _phrases(step, values) for step, values in synonyms.items()},
        contacts={name: tuple(ids) for name, ids in contacts.items() if isinstance(ids, list)},
        most_contacts=int(contacts["most"]),
        emergency={str(k): str(v) for k, v in contacts["emergency"].items()},
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8") as file:
            return dict(yaml.load(file, Loader=yaml.CSafeLoader))
    except (OSError, yaml.YAMLError) as error:
        raise RefuseToStart(f"{path.name} cannot be read") from error


def _phrases(step: str, values: dict[str, list[str]]) -> dict[str, str]:
    known: dict[str, str] = {}
    for value, phrases in values.items():
        if step in VALUES and step not in ("country", "where") and str(value) not in VALUES[step]:
            raise RefuseToStart(f"synonyms.yml has a value at {step} that the interview does not know: {value}")
        for phrase in phrases:
            key = normalise(str(phrase))
            if known.setdefault(key, str(value)) != str(value):
                raise RefuseToStart(f"synonyms.yml has one phrase at {step} for two values: {key}")
    return known
