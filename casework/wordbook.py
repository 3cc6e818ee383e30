"""Reads `data/interview`: labels for values, phrases for them, who to call, how a plan is explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from casework.consequences import TESTS
from casework.errors import RefuseToStart
from casework.explain import Consequence, Explanations
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
        explanations=load_explanations(folder),
    )


def load_explanations(folder: Path = FOLDER) -> Explanations:
    """
    Read explaining.yml and consequences.yml.

    Raises
    ------
    RefuseToStart
        A file is missing, or a consequence hangs on something that nobody can test.
    """
    explaining, weighed = _read(folder / "explaining.yml"), _read(folder / "consequences.yml")
    return Explanations(
        rests_on={letter: tuple(rights) for letter, rights in explaining["rests_on"].items()},
        words={group: {str(k): str(v) for k, v in rows.items()} for group, rows in explaining["words"].items()},
        consequences=tuple(_consequence(row) for row in weighed["consequences"]),
        sources=frozenset(weighed["sources"]),
    )


def _consequence(row: dict[str, Any]) -> Consequence:
    unknown = sorted({kind for way in row["when"] for kind in way} - set(TESTS))
    if unknown:
        raise RefuseToStart(f"consequences.yml: {row['id']} hangs on {unknown[0]}, which nobody can test")
    when = tuple({kind: tuple(map(str, values)) for kind, values in way.items()} for way in row["when"])
    texts = {name: str(row[name]) for name in ("id", "title", "text")}
    return Consequence(**texts, ways=tuple(row["ways"]), when=when, source=tuple(row["source"]))


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
