"""The worker's side of its socket: answers how it stands, and takes the dispatch keys that a member hands over."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from casework.errors import RecourseError
from desk.dispatch import Dispatch
from desk.dispatch_wire import SECONDS, Garbled, StrangerListens, address, folder_of, is_ours, read, write
from encryption.errors import BadKey
from encryption.keys import PrivateKey

log = structlog.get_logger()

LOCK = "worker.lock"
_LOOK_UP_SECONDS = 0.2
_AFTER_TROUBLE_SECONDS = 30.0

Clock = Callable[[], dt.datetime]
Over = Callable[[], bool]


@contextlib.contextmanager
def serving(path: Path, dispatch: Dispatch, clock: Clock, stop: threading.Event) -> Iterator[None]:
    """Answer in a thread of its own, until told to stop."""
    ended = threading.Event()

    def over() -> bool:
        return stop.is_set() or ended.is_set()

    thread = threading.Thread(target=_serve, args=(path, dispatch, clock, over), name="dispatch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(2 * SECONDS)


def _serve(path: Path, dispatch: Dispatch, clock: Clock, over: Over) -> None:
    while not over():
        try:
            with folder_of(path.parent, make=True) as folder, _place(folder, over) as mine:
                if mine:
                    _listen(folder, path.name, dispatch, clock, over)
        except Exception as error:  # noqa: BLE001 - without this thread nobody could unlock the worker again
            log.error("task_failed", action="hand_over", error=type(error).__name__)
            _pause(over)


def _pause(over: Over) -> None:
    ends = time.monotonic() + _AFTER_TROUBLE_SECONDS
    while time.monotonic() < ends and not over():
        time.sleep(_LOOK_UP_SECONDS)


@contextlib.contextmanager
def _place(folder: int, over: Over) -> Iterator[bool]:
    """
    Wait until no other worker answers here; False if told to stop first.

    The kernel takes the place from whoever dies, however they die: a socket that lies there then is nobody's.
    """
    handle = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        mine = _has_place(handle)
        if not mine:
            log.warning("second_worker")
        while not mine and not over():
            time.sleep(_LOOK_UP_SECONDS)
            mine = _has_place(handle)
        yield mine
    finally:
        os.close(handle)


def _has_place(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _listen(folder: int, name: str, dispatch: Dispatch, clock: Clock, over: Over) -> None:
    _clear(folder, name)
    with socket.socket(socket.AF_UNIX) as listener:
        # The file is born with the mode of the socket: there is no moment at which it is wider, and no
        # umask to change, which all threads of a process share.
        os.fchmod(listener.fileno(), 0o600)
        listener.bind(address(folder, name))
        try:
            listener.listen(8)
            listener.settimeout(_LOOK_UP_SECONDS)
            _answer_all(listener, dispatch, clock, over)
        finally:
            _clear(folder, name)


def _clear(folder: int, name: str) -> None:
    """Take away a socket that was left lying; anything else there is not ours to delete."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise StrangerListens
        os.unlink(name, dir_fd=folder)


def _answer_all(listener: socket.socket, dispatch: Dispatch, clock: Clock, over: Over) -> None:
    while not over():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection:
            try:
                _answer(connection, dispatch, clock)
            except (OSError, Garbled) as error:
                log.warning("hand_over_refused", error=type(error).__name__)


def _answer(connection: socket.socket, dispatch: Dispatch, clock: Clock) -> None:
    if not is_ours(connection):
        raise PermissionError
    deadline = time.monotonic() + SECONDS
    request = read(connection, deadline)
    write(connection, _reply(request, dispatch, clock), deadline + SECONDS)


def _reply(request: Mapping[str, Any], dispatch: Dispatch, clock: Clock) -> Mapping[str, Any]:
    try:
        _do(request, dispatch)
        found = asdict(dispatch.state(clock()))
    except BadKey:
        log.warning("hand_over_refused", error=BadKey.__name__)
        return {"refused": "not_signed"}
    except RecourseError as error:
        log.warning("hand_over_refused", error=type(error).__name__)
        return {"refused": "busy"}
    return {"state": {**found, "oldest": found["oldest"] and found["oldest"].isoformat()}}


def _do(request: Mapping[str, Any], dispatch: Dispatch) -> None:
    asked = request.get("ask")
    if asked == "unlock":
        dispatch.unlock(_keys_in(request))
    elif asked == "lock":
        dispatch.lock()
    elif asked != "state":
        raise Garbled


def _keys_in(request: Mapping[str, Any]) -> Mapping[int, PrivateKey]:
    try:
        return {int(epoch): PrivateKey.from_seed(bytes.fromhex(seed)) for epoch, seed in request["keys"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Garbled from None
