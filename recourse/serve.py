"""Runs the three processes: intake, desk and worker, each alone or all under one supervisor."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from rich.console import Console

from bot.runtime.model import current_model
from casework.errors import RefuseToStart
from casework.reader.encoder import Encoder, shared_encoder
from recourse import compose, hardening, logs
from recourse.home import create_if_empty, open_home
from recourse.settings import Settings

log = structlog.get_logger()
PATIENCE_SECONDS = 60.0
PROCESSES = ("intake", "desk", "worker")


class PortTaken(RefuseToStart):
    """Another program listens on that port. Choose another with --intake-port or --desk-port."""


def serve_intake(settings: Settings) -> None:
    logs.configure("intake")
    hardening.harden()
    with _kept_for_good():
        from bot.web.app import build_app

        services = compose.intake(settings)
        logs.configure("intake")
        announce(shared_encoder())
        app = build_app(services)
    _serve(app, settings.bind, settings.intake_port)


@contextlib.contextmanager
def _kept_for_good() -> Iterator[None]:
    """
    What is loaded here lives as long as the process: the garbage collector need not look through it again.

    Rasa, spaCy and the model are a million objects, looked through several times while they load and again in turns.
    """
    gc.disable()
    try:
        yield
        gc.collect()
        gc.freeze()
    finally:
        gc.enable()


def announce(encoder: Encoder | None) -> None:
    """Say so at every start where understanding works without its better half."""
    if encoder is None:
        log.warning("encoder_missing")


def serve_desk(settings: Settings) -> None:
    logs.configure("desk")
    hardening.harden()
    from desk.web.app import build_app

    _serve(build_app(compose.desk(settings)), settings.bind, settings.desk_port)


def serve_worker(settings: Settings) -> None:
    logs.configure("worker")
    hardening.harden()
    from desk import worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("started", process="worker")
    worker.run(compose.worker(settings), stop, settings.worker_seconds)


def _serve(app: object, bind: str, port: int) -> None:
    import uvicorn

    from recourse.head_timeout import HeadTimeout

    # No access log: it would hold addresses and times of people who need neither kept.
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # a Starlette application, typed loosely to keep the import late
        host=bind,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        ws="none",  # no WebSocket route exists, and Rasa pins a version that uvicorn cannot use
        http=HeadTimeout,  # httptools would take a head of any size
        h11_max_incomplete_event_size=64 * 1024,
        timeout_keep_alive=10,
        limit_concurrency=512,
    )
    log.info("listening", port=port)
    uvicorn.Server(config).run()


@dataclass(frozen=True, kw_only=True)
class Running:
    name: str
    process: subprocess.Popen[bytes]


def first_link(settings: Settings) -> str | None:
    """Create an empty home; the one-time enrolment link of its first caseworker, or None if it was in use."""
    now = compose.utc_now()
    new = create_if_empty(settings, now)
    if new is None:
        open_home(settings, now).databases.close()
        return None
    from desk.links import first_link as new_home_link

    home = open_home(settings, now)
    try:
        token = new_home_link(home.databases, new, now)
    finally:
        home.databases.close()
    # The secret is in the fragment: browsers send it to no server.
    return f"http://{settings.bind}:{settings.desk_port}/enrol#{token.text}"


def up(settings: Settings, console: Console) -> int:
    """Start everything, say where it is, wait; the exit code of the first process that ended."""
    logs.configure("supervisor")
    for port in (settings.intake_port, settings.desk_port):
        _require_free(settings.bind, port)
    link = first_link(settings)
    # A supervisor that is told to end takes its three processes with it.
    signal.signal(signal.SIGTERM, _as_interrupt)
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(_started(name, settings)) for name in PROCESSES]
        with console.status("Starting the assistant, the desk and the worker…"):
            _wait_until_up(settings, running)
        _announce(settings, console, link)
        return _watch(running)


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def train_if_needed(settings: Settings) -> None:
    """
    Train in a process of its own: the supervisor then never holds Rasa's memory.

    Raises
    ------
    RefuseToStart
        Training failed; its own last lines say why.
    """
    try:
        current_model(settings.root)
    except RefuseToStart:
        trained = subprocess.run([sys.executable, "-m", "recourse", "train"], check=False)  # our own module
        if trained.returncode:
            raise RefuseToStart("Training failed; its last lines are above.") from None


def _require_free(bind: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise PortTaken(f"{PortTaken.__doc__} ({port})") from error


@contextlib.contextmanager
def _started(name: str, settings: Settings) -> Iterator[Running]:
    arguments = [sys.executable, "-m", "recourse", name, "--home", str(settings.home)]
    arguments += ["--intake-port", str(settings.intake_port), "--desk-port", str(settings.desk_port)]
    process = subprocess.Popen(arguments, env=os.environ.copy())  # noqa: S603  # our own interpreter and module
    try:
        yield Running(name=name, process=process)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def _wait_until_up(settings: Settings, running: list[Running]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    for port in (settings.intake_port, settings.desk_port):
        while not _answers(settings.bind, port):
            dead = next((r for r in running if r.process.poll() is not None), None)
            if dead or time.monotonic() > deadline:
                raise RefuseToStart(f"{dead.name if dead else 'A process'} did not start; its last lines are above.")
            time.sleep(0.1)


def _answers(bind: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((bind, port), timeout=1):
        return True
    return False


def _announce(settings: Settings, console: Console, link: str | None) -> None:
    console.print(f"\n  The page people see   [bold]http://{settings.bind}:{settings.intake_port}/[/]", highlight=False)
    console.print(f"  The desk              [bold]http://{settings.bind}:{settings.desk_port}/[/]", highlight=False)
    if link:
        console.print("  First caseworker      open this one-time link and choose a name and password:")
        # Printed raw and unwrapped: a broken line would break the secret in it.
        console.out(f"  {link}", highlight=False)
    console.print("\n  Ctrl+C stops all three.\n")


def _watch(running: list[Running]) -> int:
    try:
        while True:
            for one in running:
                code = one.process.poll()
                if code is not None:
                    log.error("process_ended", process=one.name, state=code)
                    return code or 1
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
