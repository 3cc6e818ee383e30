"""Reads the assistant's words from the data files, and measures them; shared by the tests beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parents[3] / "data"
HELD_OUT = Path(__file__).resolve().parents[2] / "evaluation" / "intents.yml"
ASK = "utter_ask_complaint_form_"
VOWELS = re.compile(r"[aeiouy]+")
WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
SENTENCE_END = re.compile(r"[.!?:;]+(?:\s|$)")
PLACEHOLDER = re.compile(r"{([^{}]+)}")
PAYLOAD = re.compile(r'/answer{{"value": "([^"]+)"}}')


@dataclass(frozen=True, kw_only=True)
class Variation:
    """One of the ways in which a response may be said."""

    response: str
    text: str
    buttons: tuple[tuple[str, str], ...]  # (title, payload)

    @property
    def values(self) -> list[str]:
        return [found.group(1) for _, payload in self.buttons if (found := PAYLOAD.fullmatch(payload))]

    @property
    def commands(self) -> set[str]:
        return {payload for _, payload in self.buttons if not PAYLOAD.fullmatch(payload)}


def load(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        return dict(yaml.load(file, Loader=yaml.CSafeLoader))


@cache
def responses() -> dict[str, list[Variation]]:
    found: dict[str, list[Variation]] = {}
    for path in sorted((DATA / "responses").glob("*.yml")):
        for name, rows in load(path)["responses"].items():
            if name in found:
                raise ValueError(f"{name} stands in two files")
            found[name] = [_variation(name, row) for row in rows]
    return found


def _variation(name: str, row: dict[str, Any]) -> Variation:
    buttons = tuple((b["title"], b["payload"]) for b in row.get("buttons", ()))
    return Variation(response=name, text=row["text"], buttons=buttons)


def variations() -> list[Variation]:
    return [one for rows in responses().values() for one in rows]


def questions() -> list[Variation]:
    return [one for one in variations() if one.response.startswith(ASK)]


def examples(*paths: Path) -> dict[str, list[str]]:
    """Intent → its examples, from Rasa's training format."""
    found: dict[str, list[str]] = {}
    for path in paths:
        for block in load(path)["nlu"]:
            rows = [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]
            found.setdefault(block["intent"], []).extend(rows)
    return found


@cache
def training() -> dict[str, list[str]]:
    return examples(*sorted((DATA / "nlu").glob("*.yml")))


@cache
def held_out() -> dict[str, list[str]]:
    return examples(HELD_OUT)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid et al. 1975): the US school year that can read it."""
    words = WORD.findall(text)
    sentences = [part for part in SENTENCE_END.split(text) if WORD.search(part)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    """Groups of vowels, less a silent -e or -ed."""
    word = re.sub(r"[^a-z]", "", word.casefold())
    count = len(VOWELS.findall(word))
    silent_e = word.endswith("e") and not word.endswith(("le", "ee", "ye"))
    silent_ed = word.endswith("ed") and not word.endswith(("ted", "ded"))
    return max(1, count - int(silent_e or silent_ed))


def word_count(text: str) -> int:
    return len(WORD.findall(text))
