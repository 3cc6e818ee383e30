"""Checks of plain values from a file or a sealed record: an error names the place, never the value. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from casework.errors import FactsError

E = TypeVar("E", bound=StrEnum)


def only(data: Mapping[str, Any], path: str, known: set[str]) -> None:
    unknown = sorted(str(key) for key in set(data) - known)
    if unknown:
        raise FactsError(f"{path} has a field that is not known: {', '.join(unknown)}")


def mapping(value: Any, path: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise FactsError(f"{path} must be a mapping")
    return value


def listed(value: Any, path: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise FactsError(f"{path} must be a list")
    return list(value)


def enum(kind: type[E], value: Any, path: str) -> E:
    try:
        return kind(str(value))
    except ValueError:
        raise FactsError(f"{path} must be one of: {', '.join(kind)}") from None


def enums(kind: type[E], value: Any, path: str) -> Iterable[E]:
    return [enum(kind, item, path) for item in listed(value, path)]


def text(value: Any, path: str) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise FactsError(f"{path} must be text")


def truth(value: Any, path: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise FactsError(f"{path} must be true or false")


def day(value: Any, path: str) -> dt.date | None:
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise FactsError(f"{path} must be a date like 2026-11-22") from None
