"""Reads the reader's word lists and patterns from data/reader, once, when the reader is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from casework.errors import RefuseToStart

DATA = Path(__file__).resolve().parents[2] / "data"


class WordListBroken(RefuseToStart):
    """A file of data/reader is missing or is not in the form that its first lines describe."""


def read_data(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Return the mapping in data/reader/<name>.yml."""
    path = (folder or DATA / "reader") / f"{name}.yml"
    try:
        with path.open(encoding="utf-8") as file:
            content = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe loader
    except (OSError, yaml.YAMLError) as error:
        raise WordListBroken(f"data/reader/{name}.yml cannot be read") from error
    if not isinstance(content, dict):
        raise WordListBroken(f"data/reader/{name}.yml must be a mapping")
    if _has_truth(content):
        raise WordListBroken(f"data/reader/{name}.yml has an unquoted on, off, yes or no")
    return content


def _has_truth(value: Any) -> bool:
    # YAML 1.1 reads those words as true and false, and the word would silently be missing.
    if isinstance(value, dict):
        return any(_has_truth(item) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return any(_has_truth(item) for item in value)
    return isinstance(value, bool)


def law_domains(path: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Platform id to domains, as the law data has them; empty while there is no such file."""
    path = path or DATA / "law" / "platforms.yml"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        content = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe loader
    rows = content.get("platforms", content) if isinstance(content, dict) else content
    if isinstance(rows, dict):
        rows = [{"id": key, **row} for key, row in rows.items() if isinstance(row, dict)]
    if not isinstance(rows, list):
        raise WordListBroken("data/law/platforms.yml holds no list of platforms")
    return {str(row["id"]): tuple(map(str, row.get("domains") or ())) for row in rows if "id" in row}
