"""The public side before real databases and law, without the assistant: what surrounds the routes is under test here."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.conversation import Conversations
from bot.web.app import IntakeServices, build_app
from casework.law import Law
from casework.lawbook import load_law
from casework.store.database import Databases, migrate, open_databases
from casework.store.ledger import Ledger
from encryption.token import Token

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


class Visitor:
    """Sends requests as a browser would; what the application raises on is raised here too, as a server would see it."""

    def __init__(self, app: Any) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=app)
        self._http = httpx.AsyncClient(transport=transport, base_url="https://intake.example")
        self.bearer = {"Authorization": f"Bearer {Token.new().text}"}

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        return self._runner.run(self._http.request(method, path, **given))

    def close(self) -> None:
        self._runner.run(self._http.aclose())
        self._runner.close()


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Databases]:
    opened = open_databases(tmp_path)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def visitor(law: Law, databases: Databases, tmp_path: Path) -> Iterator[Visitor]:
    # No assistant: who wants to talk meets an error that nobody foresaw, which is what a bug is.
    missing: Any = None
    talks = Conversations(missing, missing, databases, dict, lambda: NOW)
    services = IntakeServices(
        conversations=talks, databases=databases, ledger=Ledger(home=tmp_path), law=law, clock=lambda: NOW
    )
    visitor = Visitor(build_app(services))
    yield visitor
    visitor.close()
