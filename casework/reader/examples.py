"""The sentences that the signals are learnt from: data/signals, and data/nlu for what those are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from casework.reader.wordlists import DATA, WordListBroken

LABELS = (
    "safety.self_harm", "safety.overdose", "safety.danger", "safety.coercion", "safety.minor", "safety.perpetrator",
    "acts.created", "acts.shared", "acts.threatened", "acts.extorted", "acts.searchable", "acts.trained_on",
    "wants.erase", "wants.stop_processing", "wants.know_who", "wants.preserve", "wants.regulator", "wants.police",
    "wants.compensation", "tried.platform", "tried.regulator", "tried.police", "tried.nobody", "answer.none",
    "answer.refused", "answer.partial", "answer.removed", "harm.work", "harm.home", "perpetrator.known",
    "perpetrator.unknown", "ongoing.yes", "ongoing.no",
)  # fmt: skip
SAFETY = frozenset(label for label in LABELS if label.startswith("safety."))
STORY = frozenset(LABELS) - SAFETY
# Intents of data/nlu whose examples are cues; those of `not_safe` are neither ordinary nor of one kind.
CUES = {
    "self_harm": "safety.self_harm", "danger": "safety.danger", "someone_near": "safety.coercion",
    "child_said": "safety.minor", "perpetrator": "safety.perpetrator",
}  # fmt: skip
UNCLEAR, TOLD = "not_safe", "tell"
ORDINARY = "safety_ordinary.yml"
ANSWERS = "safety_answers.yml"


@dataclass(frozen=True, kw_only=True)
class Example:
    """
    `says` holds labels; of labels that are not in `known` nobody said whether they are there.

    `ordinary`: what people tell whom nothing should be asked about; `typed`: what they say to an assistant, such as
    answers and questions. By these the alarm is set.
    """

    text: str
    says: frozenset[str]
    known: frozenset[str]
    ordinary: bool = False
    typed: bool = False


def read_examples(data: Path = DATA) -> tuple[Example, ...]:
    """
    Every example once, in the order of the files.

    Raises
    ------
    WordListBroken
        A file cannot be read or names a label that does not exist.
    """
    found = {one.text: one for file in sorted((data / "nlu").glob("*.yml")) for one in _of_intents(_read(file))}
    for file in sorted((data / "signals").glob("*.yml")):
        found |= {one.text: one for one in _of_signals(_read(file), file.name)}
    return tuple(found.values())


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe loader
    except (OSError, yaml.YAMLError) as error:
        raise WordListBroken(f"{path.name} cannot be read") from error


def _of_signals(content: Any, name: str) -> Iterator[Example]:
    about_safety = name.startswith("safety")
    for group in content["examples"]:
        says = frozenset(group["says"])
        if says - set(LABELS):
            raise WordListBroken(f"data/signals/{name} names a signal that does not exist")
        for line in group["lines"]:
            known = SAFETY | says if about_safety else frozenset(LABELS)
            yield Example(text=line, says=says, known=known, ordinary=name == ORDINARY, typed=name == ANSWERS)


def _of_intents(content: Any) -> Iterator[Example]:
    for group in content["nlu"]:
        intent = group["intent"]
        cue = CUES.get(intent)
        says = frozenset({cue} if cue else ())
        known = SAFETY if cue or intent == TOLD else frozenset(LABELS)
        for line in group["examples"].splitlines():
            text = line.removeprefix("- ").strip()
            if text and not text.startswith("/") and intent != UNCLEAR:
                yield Example(text=text, says=says, known=known, typed=not cue)
