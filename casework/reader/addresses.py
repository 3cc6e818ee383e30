"""
Finds addresses, e-mail addresses and @handles in free text, byte for byte.

Every pattern is linear in the text: bounded labels and no nested repetition, so that hostile input costs no more
than prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SCHEME = r"(?:h(?:tt|xx)ps?|ftp)(?:://|:\\\\)"
# "x[.]com" and "x[dot]com" are how careful people keep a link from opening.
_DOT = r"(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\))"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,8}}"
_TAIL = r"(?::\d{1,5})?(?:[/?#][^\s<>\"“”«»`]{0,2000})?"

_CANDIDATE = re.compile(
    rf"(?P<email>[\w.+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,4}})"
    rf"|(?P<scheme>(?<![^\W_]){_SCHEME}[^\s<>\"“”«»`]{{1,2000}})"
    rf"|(?P<bare>(?<![\w@./-]){_HOST}{_TAIL})"
    r"|(?P<handle>(?<![A-Za-z0-9_@/.&!#$%*])[@＠][A-Za-z0-9_][A-Za-z0-9_.]{0,39}(?![@＠]|://))"
    r"|(?P<user>(?<![\w/.])/?[ur]/[A-Za-z0-9_-]{3,20}(?![\w/]))",
    re.IGNORECASE,
)
_NAMES_A_HOST = re.compile(rf"{_SCHEME}[^/?#]{{0,200}}?[^\W_]", re.IGNORECASE)
_HOST_OF = re.compile(rf"(?:{_SCHEME})?(?P<host>{_HOST})", re.IGNORECASE)
_SPELLED_DOT = re.compile(r"\[\.\]|\(\.\)|\[dot\]|\(dot\)", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?'\"*~’‘…“”。、！？，；：』」】）"
# Where the sentence goes on without a space: Chinese, Japanese or Korean script, or the seams of a Markdown link.
_NO_PATH = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef\uac00-\ud7af]|\]\(|\)\[")
_POSSESSIVE = re.compile(r"['’]s[.,;:!?]*$")


@dataclass(frozen=True, kw_only=True)
class Address:
    """A stretch of text that is an address, a handle or an e-mail address."""

    kind: str  # url | handle | email
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class AddressFinder:
    """Finds addresses; `domains` is data/reader/domains.yml."""

    def __init__(self, domains: dict[str, Any], known_hosts: frozenset[str]) -> None:
        self._alone = frozenset(domains["alone"])
        self._with_path = frozenset(domains["with_path"])
        self._known = known_hosts

    def find(self, text: str) -> Iterator[Address]:
        """Yield addresses in the order of the text, never overlapping."""
        position = 0
        while match := _CANDIDATE.search(text, position):
            address = self._read(match)
            position = match.end() if address is None else address.end
            if address is not None:
                yield address

    def _read(self, match: re.Match[str]) -> Address | None:
        kind = str(match.lastgroup)
        found, start = match.group(), match.start()
        if kind == "email":
            return Address(kind="email", text=found, start=start)
        if kind in {"handle", "user"}:
            return Address(kind="handle", text=found.rstrip("."), start=start)
        found = trim(found)
        if kind == "scheme":
            return Address(kind="url", text=found, start=start) if _NAMES_A_HOST.match(found) else None
        return Address(kind="url", text=found, start=start) if self._is_address(found) else None

    def _is_address(self, found: str) -> bool:
        host_match = _HOST_OF.match(found)
        if host_match is None:
            return False
        host = plain(host_match["host"]).lower()
        if host in self._known or host.startswith("www."):
            return True
        labels = host.split(".")
        last, last_two = labels[-1], ".".join(labels[-2:])
        if not last.isalpha():
            return False
        # "it.is/was" is no address, "sub.example.is/photo" and "example.is/photo" are: two letters alone need a path.
        has_path = len(found) > host_match.end() + 1 and found[host_match.end()] in "/?#:"
        if last in self._alone or last_two in self._alone:
            return not (len(labels) == 2 and len(labels[0]) == 1 and len(last) == 2)
        return has_path and (last in self._with_path or (len(last) == 2 and last.isascii()))


def plain(address: str) -> str:
    """The address with spelled dots and hxxp put right, for looking at; what the person gave is kept elsewhere."""
    address = _SPELLED_DOT.sub(".", address)
    return re.sub(r"^hxxp", "http", address, flags=re.IGNORECASE)


def trim(address: str) -> str:
    """Cut what belongs to the sentence: closing marks and brackets that were opened outside."""
    path = address.find("/", address.find("//") + 2)
    if end := _NO_PATH.search(address, max(path, 0)):
        address = address[: end.start()]
    address = _POSSESSIVE.sub("", address)
    surplus = {close: address.count(close) - address.count(opener) for close, opener in _PAIRS.items()}
    end_at = len(address)
    while end_at:
        last = address[end_at - 1]
        if last in surplus and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end_at -= 1
    return address[:end_at]
