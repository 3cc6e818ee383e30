"""The words that letters are put together from, read once from templates/words.yml."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class Words:
    imagery: Mapping[str, str]
    acts: Mapping[str, str]
    consent: Mapping[str, str]
    grievance: Mapping[str, str]
    generators: Mapping[str, Mapping[str, str]]
    places: Mapping[str, str]
    answers: Mapping[str, str]
    answers_dated: Mapping[str, str]
    refusals: Mapping[str, str]
    earlier: Mapping[str, str]
    wanted: Mapping[str, str]
    refused: Mapping[str, str]
    tida: Mapping[str, str]
    lines: Mapping[str, str]
    parts: Mapping[str, Mapping[str, str]]
    calendar: Mapping[str, str]
    accounts: Mapping[str, str]
    messages: Mapping[str, str]
    notices: Mapping[str, str]
    blanks: Mapping[str, str]
    slots: Mapping[str, str]
    regions: Mapping[str, str]
    countries: Mapping[str, str]
    languages: Mapping[str, str]
    months: tuple[str, ...]


@functools.cache
def words() -> Words:
    data: dict[str, Any] = yaml.safe_load((TEMPLATES / "words.yml").read_text(encoding="utf-8"))
    return Words(**{**data, "months": tuple(data["months"])})


def one_line(text: str) -> str:
    """Without line breaks, so that a word of somebody's cannot add a line to a letter."""
    return _BREAKS.sub(" ", text).strip()


def written(day: dt.date) -> str:
    """A day written out, as letters and the interview say it."""
    return f"{day.day} {words().months[day.month - 1]} {day.year}"
