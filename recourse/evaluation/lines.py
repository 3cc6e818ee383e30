"""Sentences with labels, as data/nlu, data/signals and tests/evaluation hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from casework.errors import AskAgain

TAUGHT = ("nlu", "signals")  # folders of data/
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, kw_only=True)
class Line:
    """`says` is the intent, or every label of a signal."""

    file: str
    says: tuple[str, ...]
    text: str


def read_yaml(path: Path) -> Any:
    """
    Read a file of ours.

    Raises
    ------
    AskAgain
        It is not there or is no YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe loader
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise AskAgain(f"{path.parent.name}/{path.name} cannot be read.") from error


def read_lines(path: Path) -> tuple[Line, ...]:
    """
    Every line in the order of the file.

    Raises
    ------
    AskAgain
        The file is not there or has another form.
    """
    content = read_yaml(path)
    try:
        groups = _intents(content["nlu"]) if "nlu" in content else _signals(content["examples"])
        found = tuple(Line(file=path.name, says=says, text=text) for says, texts in groups for text in texts)
    except (KeyError, TypeError, AttributeError) as error:
        raise AskAgain(f"{path.parent.name}/{path.name} is not a file of sentences with labels.") from error
    if not found:
        raise AskAgain(f"{path.parent.name}/{path.name} holds no sentence.")
    return found


def _intents(groups: Iterable[Any]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    for group in groups:
        texts = (line.strip().removeprefix("- ").strip() for line in group["examples"].splitlines())
        yield (str(group["intent"]),), [text for text in texts if text and not text.startswith("/")]


def _signals(groups: Iterable[Any]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    for group in groups:
        yield tuple(sorted(map(str, group["says"]))), list(map(str, group["lines"]))


def taught_lines(data: Path, folder: str) -> tuple[Line, ...]:
    """Every line of a folder of training data."""
    return tuple(line for path in sorted((data / folder).glob("*.yml")) for line in read_lines(path))


def bare(text: str) -> str:
    """The words alone, for finding what was said in training too."""
    folded = text.casefold().replace("’", "'").replace("'", "")
    words = _WORD.findall(folded)
    return " ".join(word for word in words if word.isalnum()) or " ".join(words)
