"""The words that letters are put together from, read once from templates/words.yml."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class Words:
    imagery: Mapping[str, str]
    acts: Mapping[str, str]
    generators: Mapping[str, Mapping[str, str]]
    places: Mapping[str, str]
    answers: Mapping[str, str]
    earlier: Mapping[str, str]
    wanted: Mapping[str, str]
    refused: Mapping[str, str]
    tida: Mapping[str, str]
    lines: Mapping[str, str]
    accounts: Mapping[str, str]
    messages: Mapping[str, str]
    notices: Mapping[str, str]
    blanks: Mapping[str, str]
    slots: Mapping[str, str]
    countries: Mapping[str, str]
    languages: Mapping[str, str]
    months: tuple[str, ...]


@functools.cache
def words() -> Words:
    data: dict[str, Any] = yaml.safe_load((TEMPLATES / "words.yml").read_text(encoding="utf-8"))
    return Words(**{**data, "months": tuple(data["months"])})
