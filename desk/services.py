"""What the desk and the worker are given from outside: databases, law, keys, and the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from casework.law import Law
from casework.store import audit
from casework.store.database import Databases
from desk.keyring import KeyRing, SecretMissing
from encryption import primitives
from encryption.keys import Manifest, PasswordParameters

if TYPE_CHECKING:
    from casework.store.ledger import Ledger

DESK, WORKER = "desk", "worker"


class Manifests(Protocol):
    """The manifest as it is signed now, and the way to sign the next one."""

    def current(self) -> Manifest: ...

    def changing(self) -> AbstractContextManager[Callable[[Manifest], None]]: ...


@dataclass(frozen=True, repr=False, kw_only=True)
class DeskServices:
    """Leads to the pepper and the signing seeds: never printed, never logged."""

    databases: Databases
    law: Law
    manifests: Manifests
    keyring: KeyRing
    ledger: Ledger
    clock: Callable[[], dt.datetime]
    process: str = DESK  # whose audit chain this process writes
    worker_socket: Path | None = None  # where the worker takes the dispatch key from a member of staff
    heads_folder: Path | None = None  # where the worker writes each day where the records end
    secure_cookies: bool = True
    insecure_password_cost: PasswordParameters | None = None  # tests only; None is the real cost

    def now(self) -> dt.datetime:
        return self.clock()

    @property
    def manifest(self) -> Manifest:
        return self.manifests.current()

    def record(self, entry: audit.Entry) -> None:
        """Sign one entry into the audit chain. Done before what it describes, so that nothing goes unwritten."""
        audit.append(self.databases.cases, self.process, entry, self.sign)

    def sign(self, message: bytes) -> bytes:
        """The signature of this process, under the key that the root signed for it."""
        # The newest that the root signed, not the newest that lies there: one that nobody signed proves nothing.
        # Where that one is lost, an older one that is left: the record must go on.
        family = f"audit-{self.process}"
        for key in reversed(self.manifest.verifying_keys(family)):
            with suppress(SecretMissing):
                return primitives.sign(self.keyring.audit_seed(family, key), message)
        raise SecretMissing
