"""What is written like an account and is none: «@home», «@7pm», «@media», «face_v2.mp4», «case AB_12»."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BEFORE = 40  # characters in which a thing is named
_HOUR = re.compile(r"\d{1,2}(?:[.:h]\d{0,2})?(?:am|pm|h|ish|uhr|oclock)?", re.IGNORECASE)
_CODE_AFTER = re.compile(r"\(|\s?=[^=]|\s?\{|/|\\")
_CODE_BEFORE = re.compile(r"[$<{\\/=]$|--$")
_HELD_BY_NOTHING = re.compile(r"[\"'“‘«(\s:=#]*$")


class Accounts:
    """`words` are those of data/reader/domains.yml."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._never = frozenset(words["no_account"])
        self._companies = tuple(words["official"])
        self._files = tuple(f".{ending}" for ending in words["files"])
        things, said = ("|".join(map(re.escape, words[name])) for name in ("things", "said_of_things"))
        self._thing = re.compile(rf"\b(?:{things})(?:\s+(?:{said})\b){{0,3}}\W{{0,3}}$", re.IGNORECASE)

    def is_marked(self, name: str) -> bool:
        """Whether what stands after an @ is an account that somebody may have used."""
        plain = name.lstrip("@＠").rstrip(".-").lower()
        official = plain.startswith(self._companies) and plain.endswith(("support", "help", "safety", "care"))
        return not (
            plain in self._never
            or plain in self._companies
            or official
            or _HOUR.fullmatch(plain)
            or plain.endswith(self._files)
        )

    def is_named(self, text: str, start: int, end: int) -> bool:
        """Whether a bare word with figures or underscores is said to be an account, and not a file or a number."""
        before = text[max(0, start - _BEFORE) : start]
        held = _HELD_BY_NOTHING.sub("", before)
        return not (
            text[start:end].lower().endswith(self._files)
            or _CODE_AFTER.match(text, end)
            or _CODE_BEFORE.search(before)
            or self._thing.search(held + " ")
        )
