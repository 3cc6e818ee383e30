"""The socket between desk and worker: who may talk there, what is read, and what is left lying."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import struct
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from casework.errors import TryLater
from desk import dispatch_socket, dispatch_wire
from desk.dispatch_client import Absent, NotSigned, lock, unlock, worker_state
from desk.dispatch_wire import StrangerListens, is_ours
from encryption.keys import new_private_key
from tests.integration.desk.dispatching import a_worker, dispatch_keys, socket_of, wait_until

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def serve(home):
    """Starts answering in this process, at the home's own place or another; ends with the test."""
    with contextlib.ExitStack() as until_the_end:

        def start(path=None, *, wait=True):
            dispatch, stop = a_worker(home, {}), threading.Event()
            path = path or socket_of(home)
            until_the_end.enter_context(dispatch_socket.serving(path, dispatch, home.clock, stop))
            if wait:
                wait_until(lambda: worker_state(path) != Absent())
            return dispatch, stop

        yield start


def said(home, data: bytes) -> bytes:
    """What the worker answers to these bytes."""
    with dispatch_wire.folder_of(socket_of(home).parent) as folder, socket.socket(socket.AF_UNIX) as raw:
        raw.connect(dispatch_wire.address(folder, "worker.sock"))
        raw.settimeout(10)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            raw.sendall(data)
            raw.shutdown(socket.SHUT_WR)
            return raw.recv(1 << 16)
        return b""


def framed(value) -> bytes:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return struct.pack("!I", len(data)) + data


def test_nobody_else_may_even_see_the_socket_whatever_the_umask(home, serve):
    before = os.umask(0)
    try:
        serve()
    finally:
        os.umask(before)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (home.folder / "run").iterdir()}
    assert modes == {"worker.sock": 0o600, "worker.lock": 0o600}
    assert stat.S_IMODE((home.folder / "run").stat().st_mode) == 0o700


def test_keys_are_handed_over_and_taken_back(home, serve):
    dispatch, _ = serve()

    assert worker_state(socket_of(home)).locked
    assert unlock(socket_of(home), dispatch_keys(home)).epochs == (1,)
    assert dispatch.held.all()[1].seed == home.installation.team_keys["dispatch"].seed
    assert lock(socket_of(home)).locked
    assert dispatch.held.all() == {}


def test_a_key_of_somebody_else_is_refused_and_nothing_is_taken(home, serve):
    dispatch, _ = serve()

    with pytest.raises(NotSigned):
        unlock(socket_of(home), {**dispatch_keys(home), 2: new_private_key()})

    assert dispatch.held.all() == {}


@pytest.mark.parametrize("there", ["no folder", "no socket", "a socket that a dead worker left"])
def test_where_no_worker_listens_there_is_none(home, there):
    path = socket_of(home)
    if there != "no folder":
        path.parent.mkdir(mode=0o700)
    if there.startswith("a socket"):
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))

    assert worker_state(path) == unlock(path, dispatch_keys(home)) == Absent()


def test_a_socket_that_a_dead_worker_left_is_replaced(home, serve):
    path = socket_of(home)
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))

    serve()

    assert worker_state(path).locked


def test_anything_else_in_its_place_is_left_alone(home, serve):
    path = socket_of(home)
    path.parent.mkdir(mode=0o700)
    path.write_text("somebody's notes")

    with capture_logs() as logs:
        serve(wait=False)
        wait_until(lambda: logs)

    assert (logs[0]["event"], logs[0]["error"]) == ("task_failed", "StrangerListens")
    assert path.read_text() == "somebody's notes"


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o711])
def test_a_folder_that_others_may_enter_is_not_used(home, serve, mode):
    folder = socket_of(home).parent
    folder.mkdir()
    folder.chmod(mode)

    with capture_logs() as logs:
        serve(wait=False)
        wait_until(lambda: logs)

    assert logs[0]["error"] == "StrangerListens"
    with pytest.raises(StrangerListens):
        unlock(socket_of(home), dispatch_keys(home))


def test_a_folder_that_leads_elsewhere_is_not_followed(home, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    socket_of(home).parent.symlink_to(elsewhere)

    with pytest.raises(StrangerListens):
        unlock(socket_of(home), dispatch_keys(home))


def test_a_home_with_a_path_longer_than_an_address_may_be(home, serve, tmp_path):
    path = tmp_path / ("a" * 90) / ("b" * 90) / "run" / "worker.sock"
    path.parent.parent.mkdir(parents=True)

    serve(path)

    assert worker_state(path).locked


def test_it_ends_with_the_worker_and_leaves_no_socket(home, serve):
    _, stop = serve()

    stop.set()

    wait_until(lambda: not socket_of(home).exists())
    assert worker_state(socket_of(home)) == Absent()


GARBAGE = {
    "nothing": b"",
    "half a length": b"\x00\x00",
    "less than it says": struct.pack("!I", 50) + b"{",
    "more than is read": struct.pack("!I", 2**32 - 1) + b"x" * 70_000,
    "no JSON": framed(b"\xff\xfe"),
    "nested": framed(b"[" * 60_000),
    "no request": framed([1]),
    "a number": framed(7),
    "nothing asked": framed({}),
    "something else asked": framed({"ask": "open"}),
    "no keys": framed({"ask": "unlock"}),
    "keys of no kind": framed({"ask": "unlock", "keys": ["00"]}),
    "an epoch of no kind": framed({"ask": "unlock", "keys": {"first": "00"}}),
    "a seed of no kind": framed({"ask": "unlock", "keys": {"1": 5}}),
    "a short seed": framed({"ask": "unlock", "keys": {"1": "00"}}),
    "a seed of zeros": framed({"ask": "unlock", "keys": {"1": "00" * 96}}),
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_opens_nothing_and_stops_nothing(home, serve, data):
    serve()

    with capture_logs() as logs:
        answer = said(home, data)

    assert b"state" not in answer
    assert worker_state(socket_of(home)).locked
    assert {line["event"] for line in logs} <= {"hand_over_refused"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_leave_it_answering(home, serve, data):
    if worker_state(socket_of(home)) == Absent():
        serve()

    said(home, framed(data))

    assert worker_state(socket_of(home)).locked


def test_somebody_who_says_nothing_holds_nobody_up_for_long(home, serve):
    serve()
    with dispatch_wire.folder_of(socket_of(home).parent) as folder, socket.socket(socket.AF_UNIX) as silent:
        silent.connect(dispatch_wire.address(folder, "worker.sock"))
        began = time.monotonic()

        assert worker_state(socket_of(home)).locked

    assert time.monotonic() - began < 2 * dispatch_wire.SECONDS


def test_a_trickle_ends_at_the_deadline_too(home, serve):
    serve()
    began = time.monotonic()
    with dispatch_wire.folder_of(socket_of(home).parent) as folder, socket.socket(socket.AF_UNIX) as slow:
        slow.connect(dispatch_wire.address(folder, "worker.sock"))
        slow.sendall(struct.pack("!I", 1_000))
        with contextlib.suppress(BrokenPipeError):
            while time.monotonic() - began < 10:
                slow.sendall(b"x")
                time.sleep(0.1)

    assert time.monotonic() - began < 2 * dispatch_wire.SECONDS


def test_a_worker_that_hangs_up_on_the_keys_does_not_put_them_into_the_error(home):
    path, keys = socket_of(home), dispatch_keys(home)
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as rude:
        rude.bind(str(path))
        rude.listen(1)

        def hang_up():
            rude.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()

        with pytest.raises(TryLater) as caught:
            unlock(path, keys)
        thread.join(5)

    assert caught.value.__cause__ is None
    assert keys[1].seed.hex() not in str(caught.value)


def test_the_kernel_says_who_is_at_the_other_end():
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert is_ours(one)


def as_nobody(work) -> int:
    """The exit code of a process that does this as another user."""
    child = os.fork()
    if child == 0:
        code = 99
        with contextlib.suppress(BaseException):
            code = work()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@as_root
def test_another_user_who_gets_through_to_the_socket_is_not_answered(home, serve):
    dispatch, _ = serve()
    run = socket_of(home).parent
    folder = os.open(run, os.O_RDONLY | os.O_DIRECTORY)

    def work() -> int:
        os.setuid(NOBODY)
        with socket.socket(socket.AF_UNIX) as raw:
            raw.connect(dispatch_wire.address(folder, "worker.sock"))
            raw.settimeout(10)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                raw.sendall(framed({"ask": "state"}))
                return 1 if raw.recv(10) else 0
            return 0

    # As if both walls had been taken down by mistake.
    run.chmod(0o711)
    socket_of(home).chmod(0o666)
    with capture_logs() as logs:
        assert as_nobody(work) == 0
    os.close(folder)

    assert [(line["event"], line["error"]) for line in logs] == [("hand_over_refused", "PermissionError")]
    assert dispatch.held.all() == {}


@as_root
def test_keys_are_not_handed_to_a_program_of_another_user(home):
    path = socket_of(home)
    path.parent.mkdir(mode=0o700)
    ready, heard = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(path))
            os.setuid(NOBODY)
            listener.listen(1)
            os.write(ready[1], b"r")
            os.write(heard[1], listener.accept()[0].recv(100) or b"-")
        os._exit(0)
    os.read(ready[0], 1)

    with pytest.raises(StrangerListens):
        unlock(path, dispatch_keys(home))

    assert os.read(heard[0], 100) == b"-"
    os.waitpid(child, 0)
    for end in (*ready, *heard):
        os.close(end)
