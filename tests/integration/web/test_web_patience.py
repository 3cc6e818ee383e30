"""Callers who never come to the point, before a real server."""

import socket
import threading
import time

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from recourse.head_timeout import HeadTimeout

WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Hasty(HeadTimeout):
    head_seconds = 0.3


async def answer(_request):
    return PlainTextResponse("here")


@pytest.fixture
def calling():
    """Opens connections to a server that waits a third of a second."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", answer)])
    server = uvicorn.Server(uvicorn.Config(app, http=Hasty, ws="none", log_config=None, timeout_keep_alive=5))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started:
        time.sleep(0.02)
    opened = []

    def call(first):
        opened.append(socket.create_connection(listening.getsockname(), timeout=5))
        opened[-1].sendall(first)
        return opened[-1]

    yield call
    for each in opened:
        each.close()
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.mark.parametrize("half", [b"", b"GET / HT", WHOLE[:-2]])
def test_half_a_request_does_not_hold_a_place_for_ever(calling, half):
    assert calling(half).recv(100) == b""


def test_a_caller_who_trickles_is_hung_up_on_as_well(calling):
    line = calling(b"GET / HTTP/1.1\r\n")

    with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe, as it happens
        for _ in range(40):
            line.sendall(b"X: y\r\n")
            time.sleep(0.05)


def test_the_second_half_request_on_a_line_is_no_different(calling):
    line = calling(WHOLE)
    assert b"200 OK" in line.recv(1000)

    line.sendall(WHOLE[:-2])

    assert line.recv(100) == b""


def test_a_line_that_was_used_properly_stays_open(calling):
    line = calling(WHOLE)
    line.recv(1000)
    time.sleep(0.6)

    line.sendall(WHOLE)

    assert b"200 OK" in line.recv(1000)
