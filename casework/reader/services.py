"""Which service runs a host, and what the shapes of its addresses mean: data/reader/platforms.yml and sites.yml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casework.reader.wordlists import WordListBroken

_LABELS = 8  # of a host, from its end, that are looked at
_END = r"/?(?:[?#]|$)"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_DOTS = str.maketrans({"。": ".", "．": ".", "｡": "."})
_DOOR = re.compile(r"^(?:www|m|mobile|old|new|web)\.")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One form of address, and what it leads to."""

    kind: str
    pattern: re.Pattern[str]
    over: str  # path | host | app: what the pattern is held against
    names_sharer: bool = False


@dataclass(frozen=True, kw_only=True)
class Service:
    """
    One site or app; Facebook and Instagram are two services of one platform.

    `platform` is an id of the law data, or nothing; `each_host` is a family of sites with an operator each.
    """

    id: str
    platform: str | None
    share: frozenset[str]
    shapes: tuple[Shape, ...]
    profile_suffices: bool = True
    search: bool = False
    each_host: bool = False


class Directory:
    """Finds the service of a host or of an app's scheme; `law` is platform id to domains, as the law data has them."""

    def __init__(
        self, platforms: Mapping[str, Any], sites: Mapping[str, Any], law: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._hosts: dict[str, Service] = {}
        self._wildcards: list[tuple[re.Pattern[str], Service]] = []
        self._schemes: dict[str, Service] = {}
        for key, row in platforms.items():
            self._add(_service(key, row, str(row.get("platform", key))), row, ())
        for key, row in sites.items():
            self._add(_service(key, row, None), row, (key,) if "." in key else ())
        for key, domains in law.items():
            first = self._first_of(key) or Service(id=key, platform=key, share=frozenset(), shapes=())
            self._know(first, (domain for domain in domains if domain not in self._hosts))

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(self._hosts)

    @property
    def schemes(self) -> frozenset[str]:
        return frozenset(self._schemes)

    def of_scheme(self, scheme: str) -> Service | None:
        return self._schemes.get(scheme)

    def of_host(self, host: str) -> tuple[Service | None, str]:
        """Return the service and the host by which it is known; for an unknown host, that host without its "www"."""
        labels = host.split(".")
        for at in range(max(0, len(labels) - _LABELS), len(labels) - 1):
            known = ".".join(labels[at:])
            if service := self._hosts.get(known):
                return service, known
        for pattern, service in self._wildcards:
            if pattern.fullmatch(host):
                return service, ".".join(labels[-2:])
        return None, _DOOR.sub("", host)

    def _first_of(self, platform: str) -> Service | None:
        services = [*self._hosts.values(), *(service for _, service in self._wildcards)]
        return next((service for service in services if service.platform == platform), None)

    def _add(self, service: Service, row: Mapping[str, Any], own: tuple[str, ...]) -> None:
        self._know(service, (*own, *map(str, row.get("hosts", ()))))
        self._wildcards += [(re.compile(pattern), service) for pattern in row.get("host_patterns", ())]
        self._schemes.update(dict.fromkeys(map(str, row.get("schemes", ())), service))

    def _know(self, service: Service, hosts: Iterable[str]) -> None:
        for host in hosts:
            if host.endswith(".*"):
                name = re.escape(host.removesuffix(".*"))
                country = r"\.(?:com|(?:com?\.)?[a-z]{2})"
                self._wildcards.append((re.compile(rf"(?:www\.|m\.|[a-z]{{2}}\.)?{name}{country}"), service))
            else:
                self._hosts[host] = service


def _service(key: str, row: Mapping[str, Any], platform: str | None) -> Service:
    return Service(
        id=key,
        platform=platform,
        share=frozenset(map(str, row.get("share", ()))),
        shapes=tuple(shapes(row.get("shapes", ()))),
        profile_suffices=row.get("only") != "profile",
        search=row.get("search") == "true",
        each_host=row.get("each_host") == "true",
    )


def shapes(rows: Iterable[list[str]]) -> Iterator[Shape]:
    """Read [kind, pattern] or [kind, pattern, sharer] rows."""
    for kind, patterns, *more in rows:
        for pattern in patterns.replace("{end}", _END).removeprefix("^").split("|^"):
            over = "host" if pattern.startswith("//") else "path" if pattern.startswith("/") else "app"
            try:
                compiled = re.compile(pattern)
            except re.error as error:
                raise WordListBroken("a shape of data/reader is no pattern") from error
            yield Shape(kind=kind, pattern=compiled, over=over, names_sharer=more == ["sharer"])


def ascii_host(host: str) -> str:
    """
    The host as the network knows it: full-width letters folded, other scripts in punycode.

    A Cyrillic "х.com" becomes xn--…, and so is never taken for the site that it imitates.
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", host.translate(_DOTS))).lower().rstrip(".")
    return ".".join(label if label.isascii() else _punycode(label) for label in folded.split("."))


def _punycode(label: str) -> str:
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return label
