"""A member hands the worker the dispatch key from the desk; the worker is a real one behind a real socket."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest

from casework.store import audit
from desk import dispatch_socket
from desk.dispatch import dispatch_of
from desk.web.app import build_app
from tests.integration.desk.homes import form_of


@pytest.fixture
def app(home):
    return build_app(home.services(worker_socket=home.folder / "run" / "worker.sock"))


@contextmanager
def a_worker(home):
    dispatch = dispatch_of(home.services(process="worker"))
    stop = threading.Event()
    path = home.folder / "run" / "worker.sock"
    with dispatch_socket.serving(path, dispatch, home.clock, stop):
        for _ in range(200):
            if path.exists():
                break
            threading.Event().wait(0.02)
        yield dispatch
        stop.set()


@pytest.fixture
def worker(home):
    with a_worker(home) as dispatch:
        yield dispatch


def post(desk, path):
    return desk.post(path, data={"form": form_of(desk.get("/sending").text)})


def test_a_worker_is_locked_until_a_member_unlocks_it(desk, worker):
    assert "Locked" in desk.get("/sending").text

    assert post(desk, "/sending/unlock").headers["location"] == "/sending?done=unlocked"

    assert "Unlocked" in desk.get("/sending").text
    assert set(worker.held.all()) == {1}


def test_locking_makes_the_worker_forget(desk, worker):
    post(desk, "/sending/unlock")

    post(desk, "/sending/lock")

    assert "Locked" in desk.get("/sending").text
    assert worker.held.all() == {}


def test_who_unlocked_is_written_down(home, desk, worker):
    post(desk, "/sending/unlock")

    last = list(audit.entries(home.databases.cases, "desk"))[-1][1]
    assert (last.action, len(last.actor)) == ("dispatch_unlocked", 32)


def test_a_worker_that_was_started_again_is_locked(home, desk):
    with a_worker(home):
        post(desk, "/sending/unlock")
        assert "Unlocked" in desk.get("/sending").text
    with a_worker(home):
        assert "Locked" in desk.get("/sending").text


def test_without_a_worker_the_page_says_so_and_loses_nothing(desk):
    page = desk.get("/sending")

    assert page.status_code == 200
    assert "The worker does not answer" in page.text
    answer = desk.post("/sending/unlock", data={"form": form_of(desk.get("/").text)})
    assert "The worker does not answer" in answer.text
