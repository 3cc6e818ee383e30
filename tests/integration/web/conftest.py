"""The public side before real databases and law, without the assistant: what surrounds the routes is under test here."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from bot.conversation import Conversations
from bot.web.app import IntakeServices, build_app
from casework.law import Law
from casework.lawbook import load_law
from casework.store.database import Databases, migrate, open_databases
from casework.store.ledger import Ledger
from casework.submission import submit
from encryption.keys import TEAM_FAMILIES, Installation, new_installation
from encryption.token import Token, conversation_keys
from tests.integration.desk.homes import a_submission

CURRENT = "/api/v1/cases/current"
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


# A case and its person, on days that move when they are told to.


class Days:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def pass_(self, days: int) -> None:
        self.now += dt.timedelta(days=days)

    def __call__(self) -> dt.datetime:
        return self.now


class Case:
    """One person with their code, before the receipt API."""

    def __init__(self, visitor: Visitor, code: str) -> None:
        self.visitor, self.code = visitor, code

    def _bearer(self) -> dict[str, str]:
        token = self.visitor.ask("POST", "/api/v1/cases/open", json={"receipt": self.code}).json()["token"]
        return {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **given: Any) -> Any:
        return self.visitor.ask(method, CURRENT + path, headers=self._bearer(), **given)

    def read(self) -> dict[str, Any]:
        return self.ask("GET", "").json()

    def row(self, document: str) -> dict[str, Any]:
        return next(step for step in self.read()["steps"] if step["document"] == document)

    def next(self) -> dict[str, dict[str, Any]]:
        return {step["document"]: step for step in self.read()["next"]}

    def record(self, document: str, kind: str, on: dt.datetime, **told: str) -> int:
        path = f"/steps/{self.row(document)['id']}/events"
        return self.ask("POST", path, json={"kind": kind, "on": on.date().isoformat(), **told}).status_code

    def text(self, step: str) -> str:
        return self.ask("GET", f"/documents/{quote(step, safe='')}.txt").text

    def agree(self, step: str, sha256: str) -> int:
        return self.ask("POST", f"/steps/{quote(step, safe='')}/consent", json={"sha256": sha256}).status_code


@pytest.fixture(scope="module")
def installation() -> Installation:
    return new_installation(NOW)


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def keys() -> Any:
    return conversation_keys(Token.new())


@pytest.fixture
def case(
    law: Law, databases: Databases, tmp_path: Path, installation: Installation, days: Days, keys: Any
) -> Iterator[Case]:
    nobody_talks: Any = None
    services = IntakeServices(
        conversations=nobody_talks,
        databases=databases,
        ledger=Ledger(home=tmp_path),
        law=law,
        clock=days,
        teams=lambda: {family: installation.team_keys[family].public for family in TEAM_FAMILIES},
        openings_per_second=1000.0,
    )
    visitor = Visitor(build_app(services))
    submit(databases, a_submission(installation, law, NOW, case_id=keys.case_id, receipt=keys.receipt), NOW)
    yield Case(visitor, keys.receipt.code)
    visitor.close()
