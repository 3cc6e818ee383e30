"""
Run by the tests of dispatch: a worker of its own process, that may be told to kill itself.

Its way out writes the key and the hash of what it was given to a file, as a mail server would keep a
message: what stands there was sent. Arguments: home, log of what was sent, the time, and where to die:
at `opened` (before it is handed over), at `sent` (handed over, no proof yet), or `never`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import sys
import threading
from pathlib import Path

from casework.delivery.retries import Sent
from casework.store.database import open_databases
from casework.store.ledger import Ledger
from casework.store.outbox import Kind
from desk import worker
from desk.keyring import KeyRing
from desk.services import DeskServices
from recourse import hardening, logs
from recourse.key_providers import Files
from recourse.manifest_file import ManifestFile


class Post:
    def __init__(self, log: Path, die_at: str) -> None:
        self.log, self.die_at = log, die_at

    def send(self, message):
        if self.die_at == "opened":
            os.kill(os.getpid(), signal.SIGKILL)
        line = f"{message.idempotency_key} {hashlib.sha256(message.body.encode()).hexdigest()}\n"
        handle = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, line.encode())
        os.close(handle)
        if self.die_at == "sent":
            os.kill(os.getpid(), signal.SIGKILL)
        return Sent(reference="kept")


def main(home: Path, log: Path, now: dt.datetime, die_at: str) -> None:
    logs.configure("worker")
    hardening.harden()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    services = DeskServices(
        databases=open_databases(home),
        law=None,  # the worker decides no law
        manifests=ManifestFile(home / "keys" / "manifest.json", home / "keys" / "root.pub"),
        keyring=KeyRing(Files(home / "keys")),
        ledger=Ledger(home=home),
        clock=lambda: now,
        process="worker",
        worker_socket=home / "run" / "worker.sock",
    )
    worker.run(services, stop, 0.1, {Kind.PACKET: {"email": Post(log, die_at)}})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), dt.datetime.fromisoformat(sys.argv[3]), sys.argv[4])
