"""Letters that were really approved, and workers that really run: shared by the tests of dispatch."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from casework import casefile
from casework.delivery.approving import deadline_of, seal_packet
from casework.delivery.packets import Packet, digest
from casework.store.database import writing
from desk.dispatch import dispatch_of
from desk.dispatch_client import Absent, worker_state

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("worker_process.py")
BODY = "Canary letter: please erase https://x.com/canary_handle/status/1"
PATIENCE = 20.0


def approved(home, *, body: str = BODY, channel: str = "email", to=None):
    """One letter of a fresh case, approved and sealed as the desk does it; its row in the queue and in the outbox."""
    case_id = home.a_case()
    opened = casefile.open_with_team(home.databases, case_id, "triage", home.installation.team_keys["triage"])
    step = next(step for step in opened.steps() if step.document == "doc-art17" and step.queue == "platform/x")
    packet = Packet(
        step_id=step.id,
        channel=channel,
        recipient="canary-privacy@example.org",
        subject="Canary subject",
        body=body,
        sha256=digest(body),
        approved_on=home.clock.now.date(),
        deadline=deadline_of(opened, step, home.law, home.clock.now),
    )
    with writing(home.databases.cases) as connection:
        key = to or home.installation.team_keys["dispatch"].public
        sealed = seal_packet(connection, opened, packet, key, home.clock.now)
    return opened, step.id, sealed.id


def dispatch_keys(home):
    return {1: home.installation.team_keys["dispatch"]}


def a_worker(home, senders):
    """A worker's dispatch in this process."""
    return dispatch_of(home.services(process="worker"), senders)


@contextlib.contextmanager
def worker_process(home, log: Path, *, now=None, die_at: str = "never"):
    """A worker in a process of its own, that answers at the socket of this home."""
    arguments = [home.folder, log, (now or home.clock.now).isoformat(), die_at]
    process = subprocess.Popen(
        [sys.executable, CHILD, *map(str, arguments)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until(lambda: process.poll() is not None or worker_state(socket_of(home)) != Absent())
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def socket_of(home) -> Path:
    return home.folder / "run" / "worker.sock"


def wait_until(holds) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)
