"""The desk's side of the worker's socket: how the worker stands, handing it the dispatch keys, taking them back."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.errors import NeedsStaff, TryLater
from desk.dispatch import WorkerState
from desk.dispatch_wire import SECONDS, Garbled, StrangerListens, address, folder_of, is_ours, read, write
from encryption.keys import PrivateKey


class NotSigned(NeedsStaff):
    """One of these is not a dispatch key of the signed manifest. The worker took none of them."""


@dataclass(frozen=True)
class Absent:
    """No worker listens."""


def worker_state(path: Path) -> WorkerState | Absent:
    """
    How the worker stands.

    Raises
    ------
    StrangerListens, TryLater
    """
    return _asked(path, {"ask": "state"})


def unlock(path: Path, keys: Mapping[int, PrivateKey]) -> WorkerState | Absent:
    """
    Hand the worker dispatch keys, by epoch; it adds them to those it holds.

    Raises
    ------
    NotSigned, StrangerListens, TryLater
    """
    return _asked(path, {"ask": "unlock", "keys": {str(epoch): key.seed.hex() for epoch, key in keys.items()}})


def lock(path: Path) -> WorkerState | Absent:
    """
    Let the worker forget its keys.

    Raises
    ------
    StrangerListens, TryLater
    """
    return _asked(path, {"ask": "lock"})


def _asked(path: Path, request: Mapping[str, Any]) -> WorkerState | Absent:
    deadline = time.monotonic() + 2 * SECONDS
    try:
        with _connected(path) as connection:
            write(connection, request, deadline)
            return _state_in(read(connection, deadline))
    except (FileNotFoundError, ConnectionRefusedError):
        return Absent()
    except (PermissionError, NotADirectoryError):
        raise StrangerListens from None
    except (OSError, Garbled):
        # `from None`: what was written or read may be a key.
        raise TryLater("The worker did not answer.") from None


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[socket.socket]:
    with folder_of(path.parent) as folder, socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SECONDS)
        connection.connect(address(folder, path.name))
        # Before a key is written: whoever made that socket must be us.
        if not is_ours(connection):
            raise StrangerListens
        yield connection


def _state_in(answer: Mapping[str, Any]) -> WorkerState:
    if answer.get("refused") == "not_signed":
        raise NotSigned
    if "state" not in answer:
        raise TryLater
    found = dict(answer["state"])
    oldest, epochs = found.pop("oldest"), tuple(found.pop("epochs"))
    return WorkerState(**found, epochs=epochs, oldest=dt.date.fromisoformat(oldest) if oldest else None)
