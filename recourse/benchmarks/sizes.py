"""What is carried: the installed packages, and the widget over the wire."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from casework.errors import RefuseToStart
from recourse.settings import Settings

Figures = Mapping[str, float]

BLOCK = 512  # bytes, whatever the file system's own blocks are: so says stat(2)
FIRST = ("/widget/frame", "/widget/recourse.js")  # the conversation, and the one script that a host page names
# What a page, a style or a module makes the browser fetch.
LINKED = re.compile(
    r"""(?:src|href)=["']([^"'#]+\.(?:js|css|svg))["']|(?:^|\s)(?:import|from)\s*["']([^"']+)["']|url\(["']?([^"')]+)"""
)


class PageMissing(RefuseToStart):
    """A file that the widget names is not served."""


def measure_environment(settings: Settings) -> Figures:
    """Files of the packages in requirements.lock in whole blocks as they lie on disk, compiled modules included."""
    lock = (settings.root / "requirements.lock").read_text(encoding="utf-8")
    names = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)
    return {"size": sum(_size_of(name) for name in names) / 1024 / 1024}


def _size_of(distribution: str) -> int:
    files = metadata.distribution(distribution).files or ()
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_blocks * BLOCK for path in paths if path.is_file())


def measure_widget(port: int) -> Figures:
    """Everything that opening the conversation fetches, each file compressed as a reverse proxy would."""
    base = f"http://127.0.0.1:{port}"
    waiting = [urljoin(base, path) for path in FIRST]
    bodies: dict[str, bytes] = {}
    elsewhere: set[str] = set()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while waiting:
        address = waiting.pop()
        if address in bodies:
            continue
        bodies[address] = _fetched(connection, urlsplit(address).path)
        for match in LINKED.finditer(bodies[address].decode("utf-8", "replace")):
            linked = urljoin(address, next(filter(None, match.groups())))
            (waiting.append if linked.startswith(base) else elsewhere.add)(linked)
    connection.close()
    size = sum(len(gzip.compress(body, 6)) for body in bodies.values())
    return {"size": size / 1000, "third-party": float(len(elsewhere)), "files": float(len(bodies))}


def _fetched(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise PageMissing
    return body
