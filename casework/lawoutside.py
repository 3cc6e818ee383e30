"""Reads what the legal data is compared with: collections of others (data/law/outside), our notes (data/law/review)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from casework.errors import LawError
from casework.lawcitations import Provisions
from casework.lawcompare import Collection, Reviewed
from casework.lawfiles import FOLDER
from casework.lawreview import Outside


def load_outside(folder: Path = FOLDER) -> Outside:
    """
    The collections and the notes.

    Raises
    ------
    LawError
        One of the files is not there or not in its form.
    """
    try:
        return Outside(
            collection=_collection(_json(folder / "outside" / "datenanfragen.json")),
            provisions=_provisions(_json(folder / "outside" / "gdpr.json"), _yaml(folder, "provisions")),
            reviewed=tuple(Reviewed(**row) for row in _yaml(folder, "contradictions")["reviewed"]),
            ages=_yaml(folder, "ages")["ages"],
            good_practice=_yaml(folder, "elements")["good_practice"],
        )
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise LawError("what the legal data is compared with cannot be read") from error


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _yaml(folder: Path, name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((folder / "review" / f"{name}.yml").read_text(encoding="utf-8")))


def _collection(data: dict[str, Any]) -> Collection:
    return Collection(
        authorities={ours: data["authorities"][theirs] for ours, theirs in data["of_authorities"].items()},
        companies={ours: tuple(data["companies"][one] for one in many) for ours, many in data["of_platforms"].items()},
    )


def _provisions(gdpr: dict[str, Any], ours: dict[str, Any]) -> Provisions:
    dsa = ours["dsa"]
    return Provisions(
        gdpr=gdpr["articles"],
        uk_added=frozenset(ours["uk_gdpr"]["added"]),
        uk_omitted=frozenset(ours["uk_gdpr"]["omitted"]),
        dsa={str(number): dsa["known"].get(str(number)) for number in range(1, dsa["articles"] + 1)},
        sections={act: frozenset(row["sections"]) for act, row in ours["acts"].items()},
    )
