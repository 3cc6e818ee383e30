"""Our own processes on a home of their own, and a client of the turn API, both on this machine only."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from casework.errors import RefuseToStart
from recourse.serve import first_link
from recourse.settings import Settings

HOST = "127.0.0.1"
PATIENCE_SECONDS = 120.0
JOURNEY = yaml.safe_load((Path(__file__).parent / "journey.yml").read_text(encoding="utf-8"))
TAP = "tap"
NOT_AN_ANSWER = ("why do you ask", "skip", "not sure")


class DidNotStart(RefuseToStart):
    """A process did not start, so there is nothing to measure. Run `recourse intake` alone to see why."""


class Ended(RefuseToStart):
    """A process ended while it was measured."""


@dataclass(frozen=True, kw_only=True)
class Process:
    popen: subprocess.Popen[bytes]
    port: int
    ready_seconds: float

    def memory_mb(self) -> float:
        """What the process holds in memory, its share of common pages included."""
        text = Path(f"/proc/{self.popen.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def cpu_seconds(self) -> float:
        """Processor time so far; unlike the clock, it does not count what else runs here."""
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def home_for(settings: Settings) -> Iterator[Settings]:
    """A fresh home in a temporary folder, with free ports; it is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="recourse-bench-") as folder:
        given = replace(settings, home=Path(folder) / "var", bind=HOST, intake_port=_free(), desk_port=_free())
        first_link(given)
        yield given


@contextlib.contextmanager
def running(name: str, settings: Settings) -> Iterator[Process]:
    """One of intake, desk and worker, up and answering."""
    port = settings.desk_port if name == "desk" else settings.intake_port
    command = [sys.executable, "-m", "recourse", name, "--home", str(settings.home)]
    command += ["--intake-port", str(settings.intake_port), "--desk-port", str(settings.desk_port)]
    started = time.perf_counter()
    popen = subprocess.Popen(  # noqa: S603  # our own interpreter and module
        command, cwd=settings.root, env={**os.environ, "RECOURSE_ROOT": str(settings.root)}, stderr=subprocess.DEVNULL
    )
    try:
        if name == "worker":
            time.sleep(3)  # it opens no port; by then its first round is over
        else:
            _wait_for_answer(popen, port, "/healthz" if name == "intake" else "/login")
        yield Process(popen=popen, port=port, ready_seconds=time.perf_counter() - started)
    finally:
        popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            popen.wait(10)
        popen.kill()
        popen.wait()


def _wait_for_answer(popen: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and popen.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == http.client.OK:
                return
        time.sleep(0.02)
    raise DidNotStart


def _free() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Client:
    """One person at the turn API, on one kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._token = ""
        self._choices: list[dict[str, str]] = []

    def start(self) -> float:
        """Begin anew; seconds until the opening was there."""
        self._token = ""
        seconds, body = self.ask("POST", "/api/v1/conversations", {})
        self._token = body["token"]
        self._heard(body)
        return seconds

    def say(self, line: str) -> float:
        """One turn; seconds until its answer was there. A step whose choice is over begins anew, uncounted."""
        turn = self._turn(line)
        seconds, body = self.ask("POST", "/api/v1/conversations/turn", turn)
        self._heard(body)
        return seconds

    def _turn(self, line: str) -> dict[str, str]:
        if line != TAP:
            return {"text": line}
        answers = [c for c in self._choices if not c["label"].casefold().startswith(NOT_AN_ANSWER)]
        return {"choice": answers[0]["id"]} if answers else {"text": "skip"}

    def _heard(self, body: dict[str, Any]) -> None:
        self._choices = [choice for message in body["messages"] for choice in message.get("choices", ())]

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[float, dict[str, Any]]:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        started = time.perf_counter()
        try:
            self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = self._connection.getresponse()
            raw = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Ended from error
        seconds = time.perf_counter() - started
        if answer.status >= http.client.BAD_REQUEST:
            raise DidNotStart(f"The service answered {answer.status} to {method} {path}.")
        return seconds, json.loads(raw) if raw else {}

    def close(self) -> None:
        self._connection.close()


def circle() -> Iterator[str]:
    """Lines for a conversation without end."""
    return itertools.cycle(JOURNEY["circle"])
