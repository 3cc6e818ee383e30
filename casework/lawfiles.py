"""The files of the legal data as they lie in a folder: bytes, the version that follows from them, tables."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from casework.errors import LawError

Row = dict[str, Any]
Texts = Mapping[str, bytes]  # name of the file -> what it holds, in the order of the names
FOLDER = Path(__file__).resolve().parent.parent / "data" / "law"
TABLES = frozenset(
    {
        "sources", "rights", "documents", "authorities", "platforms", "helplines", "safeguarding", "investigations",
        "uk_nations", "wording", "rights_table", "letters", "referrals_table", "areas", "country_aliases", "regional",
        "unknown_service_duties", "links", "names", "reports", "to_authorities", "follow_ups",
    }
)  # fmt: skip


def read_texts(folder: Path | None = None) -> Texts:
    """
    Every file of the folder, not of the folders in it.

    Raises
    ------
    LawError
        There is none.
    """
    files = sorted((folder or FOLDER).glob("*.yml"))
    if not files:
        raise LawError(f"no legal data in {folder or FOLDER}")
    return {path.name: path.read_bytes() for path in files}


def version_of(texts: Texts) -> str:
    digest = hashlib.sha256()
    for name, text in texts.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(text).digest())
    return f"sha256:{digest.hexdigest()[:16]}"


def tables_of(texts: Texts) -> Row:
    """
    All files as one mapping; tables of the same name are joined.

    Raises
    ------
    LawError
        A file is not YAML, or holds a table that nothing knows.
    """
    merged: Row = {}
    for name, text in texts.items():
        for table, rows in _parsed(name, text).items():
            if table not in TABLES:
                raise LawError(f"{name} has a table that is not known: {table}")
            merged[table] = merged[table] + rows if table in merged else rows
    return merged


def _parsed(name: str, text: bytes) -> Row:
    try:
        data = yaml.load(text, Loader=_loader())  # noqa: S506 (a safe loader, the C one where libyaml is there)
    except yaml.YAMLError as error:
        raise LawError(f"{name} is not YAML") from error
    if not isinstance(data, dict):
        raise LawError(f"{name} is not a mapping of tables")
    return data


def _loader() -> type[yaml.SafeLoader | yaml.CSafeLoader]:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
