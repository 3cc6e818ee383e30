"""
Finds addresses, e-mail addresses and @handles in free text, byte for byte.

Every pattern is linear in the text: bounded labels and no nested repetition, so that hostile input costs no more
than prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from casework.reader.accounts import Accounts

# "hxxps[:]//x[.]com" and "x[dot]com" are how careful people keep a link from opening.
_COLON = r"(?::|\[:\]|\(:\))"
_SCHEME = rf"(?:h(?:tt|xx|\*\*)ps?|ftp)(?:{_COLON}(?://|\\\\)|\[://\])"
_DOT = r"(?:\.|[\[({](?:\.|dot)[\])}]|\\\.)"
_SPOKEN_DOT = r"[ \t]{1,2}(?:dot|[\[({]dot[\])}]|[\[({]\.[\])}])[ \t]{1,2}"
_SPOKEN_SLASH = r"(?:[ \t]{1,2}(?:forward[ \t])?slash[ \t]{1,2}[\w.@=?&-]{1,100}){0,8}"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,8}}"
_SPOKEN_HOST = rf"{_LABEL}(?:(?:{_SPOKEN_DOT}|\.){_LABEL}){{1,4}}"
_REST = r"[^\s<>\"“”«»`]"
_TAIL = rf"(?::\d{{1,5}}(?!\d))?(?:(?:[/?#]|\[/\]){_REST}{{0,2000}})?"
# What exists on the person's own device or in one open tab only.
_LOCAL = (
    rf"(?:blob|filesystem):{_REST}{{1,500}}|(?:file|content|ph|assets-library)://{_REST}{{1,500}}"
    rf"|data:(?:image|video)/{_REST}{{1,20000}}|(?<![\w:/.])[a-z]:\\{_REST}{{2,300}}"
    rf"|(?<![\w./-])/(?:storage/emulated|sdcard|var/mobile|private/var|Users|home)/{_REST}{{1,300}}"
)
_NO_SWEARING = r"(?<![A-Za-z0-9_@.])(?<![A-Za-z0-9!#$%&][!#$%*&])"
_HANDLE = (
    rf"{_NO_SWEARING}[@＠][A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?!\.)){{0,39}}+(?:#\d{{4}}(?!\w))?(?![A-Za-z0-9_À-ɏ@＠]|://)"
)
_FEDERATED = rf"{_NO_SWEARING}@[A-Za-z0-9_][A-Za-z0-9_.-]{{0,39}}@{_LABEL}(?:\.{_LABEL}){{1,4}}"
_TAGGED = (
    r"(?<![\w#@/.&:-])(?!(?:case|ticket|ref|order|report|room|flat|unit|number|no|post|page|issue|crime|invoice|booking"
    r"|claim|job|file|id|log|article|version|bug|error|code|photo|pic|bed|seat|gate|bus|track|line|row|item|complaint"
    r"|incident)#)"
)
_TAG = _TAGGED + r"[a-z][\w.]{1,31}#\d{4}(?![\w#])"
# «The account is called so_and_so.2»: no mark, but said to be a name.
_NAMED = re.compile(
    r"\b(?P<told>(?:user ?name|handle|account|acct?|profile|page|channel|user|nick(?:name)?|kik|snap(?:chat)?|ig"
    r"|insta(?:gram)?|tik ?tok|telegram|discord|twitter|onlyfans|goes by|posts as|name|server"
    r"|called|named|posted by|uploaded by|by user|uploader|poster|author|accounts|signs as|signed as"
    r"|(?:posted|uploaded|run) by the same \w{2,12})"
    r"(?:[ \t]{1,2}(?:on|at|in|for)[ \t]\w{1,12})?"
    r"(?:[ \t]{0,2}[:=]|,(?=[ \t][\"'“‘])"
    r"|[ \t](?:is|was|called|named|name|goes|by|add|as|now|he|she|user(?:name)?)\b){0,4}"
    r"[ \t]{0,2}[\"'“‘«(]?)(?P<name>[A-Za-z_][A-Za-z0-9_.]{2,30})",
    re.IGNORECASE,
)
_UNDERSCORED = re.compile(
    r"(?<![\w@./:#-])(?!(?:img|dsc|pxl|vid|mov|screenshot|image|photo|video)_)"
    r"(?P<told>)(?P<name>[a-z][a-z0-9]{0,20}(?:_[a-z0-9]{1,20}){1,6}_{0,2})(?![\w@/]|\.\w)",
    re.IGNORECASE,
)
_SURELY_NAMED = re.compile(r"[:=\"'“‘«]|called|named|user ?name|handle", re.IGNORECASE)
_QUOTES = frozenset("\"'”’»“‘«")
_QUOTED = re.compile(
    r"(?:user ?name|handle|account|profile|channel|nick(?:name)?|uploader|poster|user|author|signs as)\b"
    r".{0,12}[\"'“‘«]$",
    re.IGNORECASE,
)
_LIKE_A_HANDLE = re.compile(r"(?=[^_0-9]*[_0-9])(?=(?:[^A-Za-z]*[A-Za-z]){2}).{4,}")
_DOTTED = re.compile(r"[a-z]{2,}\.[\w.]{2,}", re.IGNORECASE)
_NAMES_A_HOST = re.compile(rf"{_SCHEME}[^/?#]{{0,200}}?[^\W_]", re.IGNORECASE)
_HOST_OF = re.compile(rf"(?:{_SCHEME})?(?P<host>{_HOST})", re.IGNORECASE)
_SPOKEN_HOST_OF = re.compile(_SPOKEN_HOST, re.IGNORECASE)
_SPELLED_DOT = re.compile(rf"{_SPOKEN_DOT}|[\[({{](?:\.|dot)[\])}}]|\\\.", re.IGNORECASE)
_SPELLED_SLASH = re.compile(r"[ \t]{1,2}(?:forward[ \t])?slash[ \t]{1,2}", re.IGNORECASE)
_LOOKED_AT = 4_096
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?'\"*~’‘…“”。、！？，；：』」】）"
# Where the sentence goes on without a space: Chinese, Japanese or Korean script, or the seams of a Markdown link.
_NO_PATH = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef\uac00-\ud7af]|\]\(|\)\[")
_POSSESSIVE = re.compile(r"['’]s[.,;:!?]*$")


def _candidate(schemes: Iterable[str]) -> re.Pattern[str]:
    names = "|".join(re.escape(scheme) for scheme in sorted(schemes)) or "(?!)"
    return re.compile(
        rf"(?P<local>(?<![^\W_])(?:{_LOCAL}))"
        rf"|(?P<app>(?<![\w.-])(?:(?:{names})://{_REST}{{1,2000}}|vnd\.youtube:{_REST}{{1,200}}))"
        rf"|(?P<federated>{_FEDERATED})"
        rf"|(?P<tag>{_TAG})"
        rf"|(?P<email>[\w.+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,4}})"
        rf"|(?P<scheme>(?<![^\W_]){_SCHEME}{_REST}{{1,2000}})"
        rf"|(?P<bare>(?<![\w@./-]){_HOST}{_TAIL})"
        rf"|(?P<spoken>(?<![\w@./-])(?={_LABEL}{_SPOKEN_DOT}){_SPOKEN_HOST}{_SPOKEN_SLASH})"
        rf"|(?P<handle>{_HANDLE})"
        r"|(?P<user>(?<![\w/.])/?[ur]/[A-Za-z0-9_-]{3,21}(?!\w|/\w))",
        re.IGNORECASE,
    )


@dataclass(frozen=True, kw_only=True)
class Address:
    """A stretch of text that is an address, a handle or an e-mail address."""

    kind: str  # url | handle | email | local
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class AddressFinder:
    """Finds addresses; `domains` is data/reader/domains.yml, `schemes` those of apps."""

    def __init__(
        self, domains: dict[str, Any], known_hosts: frozenset[str], schemes: frozenset[str] = frozenset()
    ) -> None:
        self._candidate = _candidate(schemes)
        self._spoken = frozenset(domains["spoken"])
        self._alone = frozenset(domains["alone"])
        self._with_path = frozenset(domains["with_path"])
        self._plain = frozenset(domains["plain"])
        self._known = known_hosts
        self._accounts = Accounts(domains)

    def find(self, text: str) -> Iterator[Address]:
        """Yield addresses in the order of the text, never overlapping."""
        marked = list(self._marked(text))
        yield from sorted([*marked, *self._named(text, marked)], key=lambda address: address.start)

    def _named(self, text: str, marked: Sequence[Address]) -> Iterator[Address]:
        starts = [address.start for address in marked]
        taken = -1
        both = [*_NAMED.finditer(text), *_UNDERSCORED.finditer(text)]
        for match in sorted(both, key=lambda one: one.start("name")):
            name, start = match["name"].rstrip("."), match.start("name")
            at = bisect_right(starts, start)
            free = (at == 0 or marked[at - 1].end <= start) and (at == len(marked) or start + len(name) <= starts[at])
            dotted = _DOTTED.fullmatch(name) and _SURELY_NAMED.search(match["told"])
            quoted = _QUOTED.search(match["told"]) and text[match.end() : match.end() + 1] in _QUOTES
            likely = _LIKE_A_HANDLE.fullmatch(name) and not self._is_plain(name)
            an_account = self._accounts.is_named(text, start, start + len(name))
            if free and start > taken and an_account and (likely or dotted or quoted):
                taken = start + len(name)
                yield Address(kind="handle", text=name, start=start)

    def _is_plain(self, name: str) -> bool:
        """«on_top» is two everyday words and nobody's name."""
        return "_" in name and all(part in self._plain for part in name.lower().split("_") if part)

    def _marked(self, text: str) -> Iterator[Address]:
        position = 0
        while match := self._candidate.search(text, position):
            address = self._read(match)
            position = match.end() if address is None else address.end
            if address is not None:
                yield address

    def _read(self, match: re.Match[str]) -> Address | None:
        kind = str(match.lastgroup)
        found, start = match.group(), match.start()
        if kind == "email":
            return Address(kind="email", text=found, start=start)
        if kind == "handle" and not self._accounts.is_marked(found):
            return None
        if kind in {"handle", "user", "federated", "tag"}:
            return Address(kind="handle", text=found.rstrip(".-"), start=start)
        if kind == "spoken":
            return self._read_spoken(found, start)
        found = trim(found)
        if kind in {"local", "app"}:
            return Address(kind="local" if kind == "local" else "url", text=found, start=start)
        if kind == "scheme":
            return Address(kind="url", text=found, start=start) if _NAMES_A_HOST.match(found) else None
        return Address(kind="url", text=found, start=start) if self._is_address(found) else None

    def _read_spoken(self, found: str, start: int) -> Address | None:
        """«x dot com slash abc»; «polka dot dress» is none, so the ending must be one that people say."""
        match = _SPOKEN_HOST_OF.match(found)
        host = plain(match.group()).lower() if match else ""
        ending = host.split(".", 1)[-1]
        if host not in self._known and ending not in self._spoken and ending.rpartition(".")[2] not in self._spoken:
            return None
        return Address(kind="url", text=found.rstrip(_TRAILING), start=start)

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
    """The address with spelled marks and hxxp put right, for looking at; what the person gave is kept elsewhere."""
    address = _SPELLED_DOT.sub(".", address[:_LOOKED_AT]) + address[_LOOKED_AT:]
    if " " in address:
        address = _SPELLED_SLASH.sub("/", address)
    address = address.replace("[:]", ":").replace("(:)", ":").replace("[://]", "://").replace("[/]", "/")
    return re.sub(r"^h(?:xx|\*\*)p", "http", address, flags=re.IGNORECASE)


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
