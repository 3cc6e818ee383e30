"""The desk behind a real server of its own and before a real browser, with a real case in it."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time

import pytest
import uvicorn

from casework.lawbook import load_law
from casework.store.database import migrate, open_databases
from desk.web.app import build_app
from encryption.keys import new_installation
from tests.integration.desk.homes import Clock, Home


@pytest.fixture
def home(tmp_path):
    databases = open_databases(tmp_path / "var")
    migrate(databases)
    # The browser's day is the real one: a date field will not take another.
    now = dt.datetime.now(dt.UTC)
    yield Home(
        folder=tmp_path / "var",
        databases=databases,
        installation=new_installation(now),
        law=load_law(),
        clock=Clock(now),
    )
    databases.close()


@pytest.fixture
def address(home):
    """Where this test's desk listens."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build_app(home.services()), log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture
def page(request, browser):
    """One window; a test may name the colour scheme."""
    context = browser.new_context(
        color_scheme=getattr(request, "param", "dark"), viewport={"width": 1280, "height": 900}
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()
