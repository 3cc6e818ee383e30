"""Says what an address points at: which platform, a post or a results page, and whose trace a share link carries."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from casework.reader.addresses import plain
from casework.reader.services import Directory, Service, Shape, ascii_host, shapes
from casework.reader.wordlists import law_domains, read_data

_LABELS = 8  # of a host, from its end
_LONGEST = 2_048  # characters of an address that are looked at
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,20}):")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_WEB = frozenset({"http", "https", "ftp", "ftps"})
_HIDING = {"short": "short_hosts", "links": "link_pages", "storage": "storage_hosts", "tool": "tool_hosts"}
_ALONE = frozenset({"vnd.youtube"})  # schemes that need no "//"
_NESTED = frozenset({"http:", "https", "image", "video", "blank"})  # blob:https://…, data:image/…, about:blank


@dataclass(frozen=True, kw_only=True)
class Link:
    """
    What is known about an address without opening it: nothing is ever fetched.

    `kind` is one of data/reader/platforms.yml, or "page" when the form is not known. `why_not` is an id for the
    wording, one of `reasons` in data/reader/sites.yml, or not_an_address.
    """

    url: str  # byte for byte as the person gave it
    platform: str | None  # an id of data/law/platforms; nothing for any other site
    domain: str
    actionable: bool
    why_not: str | None = None
    handle: str | None = None
    without_tracking: str | None = None  # offered, never done unasked: the same address without share ids
    service: str | None = None  # what runs the host: instagram and facebook are both meta
    kind: str = "page"
    id: str | None = None
    target: str | None = None  # where a redirect says that it leads, where it says so
    names_sharer: bool = False  # the path itself may show who shared it: nothing to take out, only another address
    share: tuple[str, ...] = ()  # the names of the share ids, in the order of the address


@dataclass(frozen=True, kw_only=True)
class _Seen:
    kind: str
    id: str | None = None
    handle: str | None = None
    names_sharer: bool = False


class LinkInspector:
    """Judges addresses by the tables of platforms and sites."""

    def __init__(
        self, platforms: Mapping[str, Any], sites: Mapping[str, Any], domains: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._directory = Directory(platforms["platforms"], sites["sites"], domains)
        self._share = frozenset(sites["share_everywhere"])
        self._prefixes = tuple(sites["share_prefixes"])
        self._anywhere = tuple(shapes(sites["anywhere"]))
        self._reasons: Mapping[str, str] = sites["reasons"]
        self._targets: tuple[str, ...] = tuple(map(str, sites["targets"]))
        self._hides = {host: kind for kind, name in _HIDING.items() for host in sites[name]}
        self._local_schemes = frozenset(sites["local_schemes"])
        self._local_hosts = frozenset(sites["local_hosts"])
        self.known_hosts = frozenset(sites["other_names"]) | self._directory.hosts | frozenset(self._hides)
        self.schemes = self._directory.schemes - _WEB

    def inspect(self, url: str) -> Link:
        """Judge one address as a person gave it; never raises, whatever the text."""
        address = plain(url.strip())
        scheme = _scheme_of(address)
        if scheme in self._local_schemes:
            return self._local(url)
        if scheme in self.schemes:
            return self._app_link(url, address, scheme)
        parts = _split(address)
        host = _host(parts) if parts else ""
        if parts is not None and self._is_local(host):
            return self._local(url)
        if parts is None or "." not in host or _is_no_host(host):
            return Link(url=url, platform=None, domain=host, actionable=False, why_not="not_an_address", kind="none")
        return self._web_link(url, parts, host)

    def _web_link(self, url: str, parts: SplitResult, host: str) -> Link:
        service, known = self._directory.of_host(host)
        seen = self._seen(parts, host, service)
        why_not = self._why_not(seen.kind, service)
        share = self._share_names(url, service)
        return Link(
            url=url,
            platform=service.platform if service else None,
            domain=_domain(service, host, known),
            actionable=why_not is None,
            why_not=why_not,
            handle=seen.handle,
            without_tracking=_without(url, share),
            service=service.id if service else None,
            kind=seen.kind,
            id=seen.id,
            target=self._target(parts) if seen.kind == "redirect" else None,
            names_sharer=seen.names_sharer,
            share=share,
        )

    def _app_link(self, url: str, address: str, scheme: str) -> Link:
        """An address that opens an app: it names the same post, but nobody can open it in a browser."""
        service = self._directory.of_scheme(scheme)
        seen = next((s for s in (_match(shape, address) for shape in service.shapes if shape.over == "app") if s),
                    _Seen(kind="app")) if service else _Seen(kind="app")  # fmt: skip
        why_not = self._why_not(seen.kind, service)
        return Link(url=url, platform=service.platform if service else None, domain=service.id if service else scheme,
                    actionable=why_not is None, why_not=why_not, handle=seen.handle, kind=seen.kind, id=seen.id,
                    service=service.id if service else None)  # fmt: skip

    def _local(self, url: str) -> Link:
        return Link(url=url, platform=None, domain="", actionable=False, why_not=self._reasons["local"], kind="local")

    def _is_local(self, host: str) -> bool:
        if host.rpartition(".")[2] in self._local_hosts:
            return True
        try:
            return not ipaddress.ip_address(host).is_global
        except ValueError:
            return False

    def _why_not(self, kind: str, service: Service | None) -> str | None:
        usable = (kind == "profile" and (service is None or service.profile_suffices)) or (
            kind == "results" and service is not None and service.search
        )
        return None if usable else self._reasons.get(kind)

    def _seen(self, parts: SplitResult, host: str, service: Service | None) -> _Seen:
        path = _path(parts)[:_LONGEST]
        whole = f"//{host[-_LONGEST:]}{path}"
        for shape in service.shapes if service else ():
            if shape.over != "app" and (seen := _match(shape, whole if shape.over == "host" else path)):
                return seen
        labels = host.split(".")[-_LABELS:]
        hides = next((self._hides[h] for h in (".".join(labels[at:]) for at in range(len(labels))) if h in self._hides),
                     None)  # fmt: skip
        if hides == "tool":
            return _Seen(kind="tool")
        if self._is_home(parts, service):
            # "name.example.org" is someone's page; "www.example.org" is nobody's.
            return _Seen(kind="profile" if _is_personal_host(host) and service is None and not hides else "home")
        if hides and service is None:
            return _Seen(kind=hides)
        if service is None and (seen := next(filter(None, (_match(s, path) for s in self._anywhere)), None)):
            return seen
        return _Seen(kind="page")

    def _is_home(self, parts: SplitResult, service: Service | None) -> bool:
        names = (pair.partition("=")[0] for pair in parts.query.split("&") if pair)
        return not parts.path.strip("/") and all(self._is_share_id(name, service) for name in names)

    def _target(self, parts: SplitResult) -> str | None:
        query = dict(parse_qsl(parts.query[:_LONGEST], max_num_fields=50)) if parts.query.count("&") < 50 else {}
        return next((query[name] for name in self._targets if "." in query.get(name, "")), None)

    def _share_names(self, url: str, service: Service | None) -> tuple[str, ...]:
        query = url.partition("?")[2].partition("#")[0]
        names = (pair.partition("=")[0] for pair in query.split("&"))
        return tuple(dict.fromkeys(name for name in names if name and self._is_share_id(name, service)))

    def _is_share_id(self, name: str, service: Service | None) -> bool:
        bare = unquote(name.removeprefix("amp;")).partition("[")[0]
        return (
            bare in self._share
            or bare.lower().startswith(self._prefixes)
            or (service is not None and bare in service.share)
        )


@functools.cache
def inspector() -> LinkInspector:
    """The inspector over the project's own tables, read once."""
    return LinkInspector(read_data("platforms"), read_data("sites"), law_domains())


def inspect(url: str) -> Link:
    """Judge one address by the project's own tables."""
    return inspector().inspect(url)


def platform_names() -> Iterator[tuple[str, str, str]]:
    """Yield (what people call it, service, platform id or domain)."""
    sites = read_data("sites")
    for key, row in read_data("platforms")["platforms"].items():
        yield from ((name, key, row.get("platform", key)) for name in row["names"])
    for domain, row in sites["sites"].items():
        yield from ((name, domain, domain) for name in row["names"])
    for domain, names in sites["other_names"].items():
        yield from ((name, domain, domain) for name in names)


def _match(shape: Shape, text: str) -> _Seen | None:
    match = shape.pattern.match(text)
    if match is None:
        return None
    groups = match.groupdict()
    return _Seen(
        kind=shape.kind,
        id=groups.get("id"),
        handle=groups.get("handle"),
        names_sharer=shape.names_sharer,
    )


def _scheme_of(address: str) -> str:
    match = _SCHEME.match(address)
    if match is None:
        return ""
    scheme, rest = match[1].lower(), address[match.end() :]
    return scheme if scheme in _ALONE or rest.startswith("/") or rest[:5].lower() in _NESTED else ""


def _split(address: str) -> SplitResult | None:
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}:(?://|\\\\)", address):
        address = "https://" + address
    try:
        parts = urlsplit(address.replace("\\", "/"))
        parts.hostname, parts.port  # noqa: B018 - both raise on a broken address
    except ValueError:
        return None
    return parts


def _host(parts: SplitResult) -> str:
    host = unquote(parts.hostname or "")
    return "" if "\ufffd" in host else ascii_host(host)


def _is_no_host(host: str) -> bool:
    """A host that ends in a number is an IP address or nothing."""
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def _domain(service: Service | None, host: str, known: str) -> str:
    if service is None or service.each_host:
        return known
    return re.sub(r"^(?:www|m|mobile|old|new|web)\.", "", host) if service.platform else service.id


def _without(url: str, share: tuple[str, ...]) -> str | None:
    if not share:
        return None
    start = url.find("?")
    query, mark, fragment = url[start + 1 :].partition("#")
    kept = [pair for pair in query.split("&") if pair.partition("=")[0] not in share]
    return url[:start] + ("?" + "&".join(kept) if kept else "") + mark + fragment


def _is_personal_host(host: str) -> bool:
    labels = [label for label in host.split(".") if label not in {"www", "m", "mobile"}]
    return len(labels) >= 3 and len(labels[-2]) > 3


def _path(parts: SplitResult) -> str:
    path = re.sub(r"/{2,}", "/", unquote(parts.path)) or "/"
    return path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
