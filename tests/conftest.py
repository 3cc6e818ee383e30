"""What every test shares: UTC, no network, cheap tests first, and one real service for those that need it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Cheap first; the browser last, since its driver leaves an event loop running in this thread.
ORDER = ("architecture", "unit", "scenarios", "integration", "conversations", "benchmarks", "e2e")
TALKS_TO_ITSELF = frozenset({"integration", "conversations", "benchmarks", "e2e"})
START_SECONDS = 300  # the first start trains

os.environ["TZ"] = "UTC"
time.tzset()
# A test decides on its own settings; what the developer's shell holds must not reach it.
for _name in [name for name in os.environ if name.startswith("RECOURSE_")]:
    del os.environ[_name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order by cost, and let the tests that start a server reach this machine alone."""
    items.sort(key=lambda item: ORDER.index(_kind(item)) if _kind(item) in ORDER else len(ORDER))
    for item in items:
        if _kind(item) in TALKS_TO_ITSELF:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))


def _kind(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT / "tests").parts[0]


@dataclass(kw_only=True)
class Service:
    """Intake, desk and worker as `recourse up` starts them, on a home of their own."""

    process: subprocess.Popen[str]
    home: Path
    url: str
    desk_url: str
    enrolment_link: str = ""
    printed: list[str] = field(default_factory=list)  # all that the processes wrote to their streams

    def wait_until_announced(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not any("Ctrl+C" in line for line in self.printed):
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail("the service did not start:\n" + "".join(self.printed))
            time.sleep(0.05)
        self.enrolment_link = next((line.strip() for line in self.printed if "/enrol#" in line), "")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def started(home: Path, **environment: str) -> Iterator[Service]:
    """An installation on this home, as `recourse up` starts it."""
    intake, desk = free_port(), free_port()
    command = [sys.executable, "-m", "recourse", "up", "--home", str(home)]
    command += ["--intake-port", str(intake), "--desk-port", str(desk)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # so that nothing of it outlives the tests, whatever happens to the first process
    )
    running = Service(process=process, home=home, url=f"http://127.0.0.1:{intake}", desk_url=f"http://127.0.0.1:{desk}")
    reader = threading.Thread(target=_collect, args=(running,), daemon=True)
    reader.start()
    try:
        running.wait_until_announced()
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join(5)
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One running installation for the whole test run; empty at first, filled by whoever uses it."""
    with started(tmp_path_factory.mktemp("service") / "var") as running:
        yield running


def _collect(running: Service) -> None:
    for line in running.process.stdout or ():
        running.printed.append(line)


@pytest.fixture(scope="session")
def service_url(service: Service) -> str:
    """Address of the public side."""
    return service.url


@pytest.fixture(scope="session")
def desk_url(service: Service) -> str:
    """Address of the desk."""
    return service.desk_url
