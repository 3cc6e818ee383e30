"""Erasing a case, in a test that is about something else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from casework import erasure
from casework.store.database import Databases
from casework.store.ledger import Ledger


def erase(databases: Databases, case_id: str) -> None:
    """As its person would, today."""
    home = Path(str(databases.keys.url.database)).parents[1]
    erasure.erase(databases, Ledger(home=home), case_id, dt.datetime.now(dt.UTC), "person")
