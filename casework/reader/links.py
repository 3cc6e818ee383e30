"""Says what an address points at: which platform, a post or a results page, and whose trace a share link carries."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from casework.reader.addresses import plain
from casework.reader.wordlists import law_domains, read_data

_USABLE = frozenset({"post", "profile", "results"})


@dataclass(frozen=True, kw_only=True)
class Link:
    """
    What is known about an address without opening it: nothing is ever fetched.

    `why_not` is an id for the wording: home_page, results_page, private_page, redirect, short_link, not_an_address.
    """

    url: str  # byte for byte as the person gave it
    platform: str | None  # an id of data/law/platforms
    domain: str
    actionable: bool
    why_not: str | None = None
    handle: str | None = None
    without_tracking: str | None = None  # offered, never done unasked: the same address without share ids


@dataclass(frozen=True, kw_only=True)
class _Platform:
    id: str
    hosts: tuple[str, ...]
    wildcards: tuple[re.Pattern[str], ...]
    share: frozenset[str]
    handle: re.Pattern[str] | None
    addresses: tuple[tuple[str, re.Pattern[str]], ...]


class LinkInspector:
    """Judges addresses by the table of platforms."""

    def __init__(self, table: Mapping[str, Any], domains: Mapping[str, tuple[str, ...]]) -> None:
        self._platforms = tuple(_platform(key, row, domains.get(key, ())) for key, row in table["platforms"].items())
        self._share = frozenset(table["share_everywhere"])
        self._prefixes = tuple(table["share_prefixes"])
        self._short = frozenset(table["short_hosts"])
        self.known_hosts = frozenset(table["other_names"]).union(*(platform.hosts for platform in self._platforms))

    def inspect(self, url: str) -> Link:
        """Judge one address as a person gave it; never raises, whatever the text."""
        parts = _split(url)
        host = (parts.hostname or "").rstrip(".") if parts else ""
        if parts is None or "." not in host:
            return Link(url=url, platform=None, domain=host, actionable=False, why_not="not_an_address")
        platform = self._platform(host)
        kind = self._kind(parts, host, platform)
        return Link(
            url=url,
            platform=platform.id if platform else None,
            domain=re.sub(r"^(?:www|m|mobile|old|new|web)\.", "", host),
            actionable=kind in _USABLE,
            why_not=None if kind in _USABLE else kind,
            handle=_handle(parts, platform, kind),
            without_tracking=self._without_tracking(url, platform),
        )

    def _platform(self, host: str) -> _Platform | None:
        for platform in self._platforms:
            if any(host == known or host.endswith("." + known) for known in platform.hosts):
                return platform
            if any(pattern.fullmatch(host) for pattern in platform.wildcards):
                return platform
        return None

    def _kind(self, parts: SplitResult, host: str, platform: _Platform | None) -> str:
        if host in self._short:
            return "short_link"
        path = _path(parts)
        for kind, pattern in platform.addresses if platform else ():
            if pattern.search(path):
                return kind
        only_share_ids = all(
            self._is_share_id(pair.partition("=")[0], platform) for pair in parts.query.split("&") if pair
        )
        if not parts.path.strip("/") and only_share_ids:
            # "name.tumblr.com" is someone's page; "www.tumblr.com" is nobody's.
            return "profile" if _is_personal_host(host) and platform is None else "home_page"
        return "post"

    def _without_tracking(self, url: str, platform: _Platform | None) -> str | None:
        start = url.find("?")
        if start < 0:
            return None
        query, mark, fragment = url[start + 1 :].partition("#")
        kept = [pair for pair in query.split("&") if not self._is_share_id(pair.partition("=")[0], platform)]
        if len(kept) == len(query.split("&")):
            return None
        return url[:start] + ("?" + "&".join(kept) if kept else "") + mark + fragment

    def _is_share_id(self, name: str, platform: _Platform | None) -> bool:
        lowered = name.lower()
        return (
            name in self._share
            or lowered.startswith(self._prefixes)
            or (platform is not None and name in platform.share)
        )


@functools.cache
def inspector() -> LinkInspector:
    """The inspector over the project's own tables, read once."""
    return LinkInspector(read_data("platforms"), law_domains())


def inspect(url: str) -> Link:
    """Judge one address by the project's own tables."""
    return inspector().inspect(url)


def platform_names() -> Iterator[tuple[str, str]]:
    """Yield (what people call it, platform id or domain)."""
    table = read_data("platforms")
    for key, row in table["platforms"].items():
        yield from ((name, key) for name in row["names"])
    for domain, names in table["other_names"].items():
        yield from ((name, domain) for name in names)


def _platform(key: str, row: Mapping[str, Any], domains: tuple[str, ...]) -> _Platform:
    hosts = tuple(dict.fromkeys((*domains, *row["hosts"])))
    # Only the search pages of "google.*": files in Drive or Photos are another service of the same company.
    wildcards = (host.removesuffix(".*") for host in hosts if host.endswith(".*"))
    return _Platform(
        id=key,
        hosts=tuple(host for host in hosts if "*" not in host),
        wildcards=tuple(re.compile(rf"(?:www\.|m\.)?{re.escape(name)}\.(?:com?\.)?[a-z]{{2,3}}") for name in wildcards),
        share=frozenset(row["share"]),
        handle=re.compile(row["handle"]) if "handle" in row else None,
        addresses=tuple((kind, re.compile(pattern)) for kind, pattern in row["addresses"]),
    )


def _split(url: str) -> SplitResult | None:
    address = plain(url.strip())
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}:(?://|\\\\)", address):
        address = "https://" + address
    try:
        parts = urlsplit(address.replace("\\\\", "//", 1))
        parts.hostname, parts.port  # noqa: B018 - both raise on a broken address
    except ValueError:
        return None
    return parts


def _is_personal_host(host: str) -> bool:
    labels = [label for label in host.split(".") if label not in {"www", "m", "mobile"}]
    return len(labels) >= 3 and len(labels[-2]) > 3


def _path(parts: SplitResult) -> str:
    return unquote(parts.path) + (f"?{parts.query}" if parts.query else "")


def _handle(parts: SplitResult, platform: _Platform | None, kind: str) -> str | None:
    if platform is None or platform.handle is None or kind not in {"post", "profile"}:
        return None
    match = platform.handle.match(_path(parts))
    return match[1] if match and match[1] != "i" else None
