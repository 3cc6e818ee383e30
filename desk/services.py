"""What the desk and the worker are given from outside: databases, law, keys, and the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from casework.law import Law
from casework.store import audit
from casework.store.database import Databases
from encryption import primitives
from encryption.keys import Manifest, PasswordParameters

PROCESS = "desk"


@dataclass(frozen=True, repr=False, kw_only=True)
class DeskServices:
    """Holds the pepper and the audit key: never printed, never logged."""

    databases: Databases
    law: Law
    manifest: Manifest
    pepper: bytes
    audit_key: bytes  # 32-byte Ed25519 seed of this process's audit chain
    clock: Callable[[], dt.datetime]
    secure_cookies: bool = True
    insecure_password_cost: PasswordParameters | None = None  # tests only; None is the real cost

    def now(self) -> dt.datetime:
        return self.clock()

    def record(self, entry: audit.Entry) -> None:
        """Sign one entry into the audit chain. Done before what it describes, so that nothing goes unwritten."""
        audit.append(self.databases.cases, PROCESS, entry, self._sign)

    def _sign(self, message: bytes) -> bytes:
        return primitives.sign(self.audit_key, message)
