"""
What both ends of the worker's socket share: where it is, who may be at the other end, and one bounded message.

Defends the dispatch keys on their way: the folder (0700) and the socket (0600) keep other users out, both
sides ask the kernel who the other is, and one short message a side is all that is ever read.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from casework.errors import RefuseToStart

# Hundreds of epochs fit; whatever is longer is no message of ours.
LONGEST = 64 * 1024
SECONDS = 2.0


class StrangerListens(RefuseToStart):
    """What is where the worker's socket should be belongs to another user, or others may write to its folder."""


class Garbled(ValueError):
    """That is no message of ours."""


def is_ours(connection: socket.socket) -> bool:
    """Whether the process on the other end runs as the same user; the kernel says, not the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return bool(uid == os.geteuid())


@contextlib.contextmanager
def folder_of(path: Path, *, make: bool = False) -> Iterator[int]:
    """The run folder as a handle: what is checked here is what is used, whatever happens to its name."""
    if make:
        path.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        found = os.fstat(handle)
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise StrangerListens
        yield handle
    finally:
        os.close(handle)


def address(folder: int, name: str) -> str:
    # An address of this kind ends after 107 bytes; the path of a home may be longer.
    return f"/proc/self/fd/{folder}/{name}"


def read(connection: socket.socket, deadline: float) -> Mapping[str, Any]:
    """One length and so many bytes of JSON, all before the deadline: a trickle ends as well."""
    (length,) = struct.unpack("!I", _exactly(connection, 4, deadline))
    if length > LONGEST:
        raise Garbled
    try:
        found = json.loads(_exactly(connection, length, deadline))
    except (ValueError, RecursionError):
        raise Garbled from None
    if not isinstance(found, dict):
        raise Garbled
    return found


def _exactly(connection: socket.socket, length: int, deadline: float) -> bytes:
    read = bytearray()
    while len(read) < length:
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        part = connection.recv(length - len(read))
        if not part:
            raise Garbled
        read += part
    return bytes(read)


def write(connection: socket.socket, value: Mapping[str, Any], deadline: float) -> None:
    data = json.dumps(value).encode()
    connection.settimeout(max(deadline - time.monotonic(), 0.001))
    connection.sendall(struct.pack("!I", len(data)) + data)
