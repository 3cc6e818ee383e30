"""The words that the pages themselves say follow the house voice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

TEMPLATES = Path(__file__).resolve().parents[3] / "bot" / "web" / "templates"
AVOID = re.compile(
    r"\b(victim|incident|users?|submit(ted)?|unfortunately|simply|just|easy|alleged|revenge porn|child porn\w*|brave)\b",
    re.IGNORECASE,
)


def said(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return " ".join(values(json.loads(text)))
    return re.sub(r"<[^>]*>|\{%.*?%\}|\{\{.*?\}\}", " ", text)


def values(level: Any) -> list[str]:
    return [level] if isinstance(level, str) else [v for below in level.values() for v in values(below)]


@pytest.mark.parametrize(
    "path", sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.json")]), ids=lambda path: path.name
)
def test_no_page_says_a_word_that_hurts_or_belittles(path: Path) -> None:
    assert AVOID.findall(said(path)) == []


def test_no_text_can_close_the_element_that_carries_it() -> None:
    raw = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.json"))

    assert not re.search(r"<|\{\{|\{%|\{#", raw)
