"""
A signed chain of what each process did: opened, decided, exported, changed a key.

Each row holds the hash of the one before it and a signature over both, so an edit, a swap or a
gap shows. A cut at the end shows only against a head that was exported before.
Entries hold codes, ids and days; never a word of a person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select

from casework.errors import Tampered
from casework.store.database import reading, writing
from casework.store.tables.cases import AUDIT

_START = bytes(32)
_LABEL = b"recourse/v1/audit"

Sign = Callable[[bytes], bytes]  # Ed25519 over the message
Check = Callable[[bytes, bytes], None]  # message, signature; raises when it is not the key's own


@dataclass(frozen=True, kw_only=True)
class Entry:
    actor: str  # member id, "receipt", or the process itself
    action: str  # opened | sent | exported | erased | key_signed | member_removed …
    on: dt.date
    case_id: str = ""
    purpose: str = ""  # a code


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where a chain ends: what is exported daily."""

    process: str
    seq: int  # -1: nothing yet
    hash: bytes


def append(cases: Engine, process: str, entry: Entry, sign: Sign) -> Head:
    """Add one entry to the chain of a process; returns the new head."""
    body = json.dumps({**vars(entry), "on": entry.on.isoformat()}, sort_keys=True).encode()
    with writing(cases) as connection:
        before = _head(connection, process)
        message = _message(process, before.seq + 1, before.hash, body)
        values = {"process": process, "seq": before.seq + 1, "prev": before.hash, "body": body}
        connection.execute(insert(AUDIT).values(**values, signature=sign(message)))
    return Head(process=process, seq=before.seq + 1, hash=hashlib.sha256(message).digest())


def verify(cases: Engine, process: str, check: Check, *, exported: Head | None = None) -> Head:
    """
    Walk a chain from its first entry; returns its head.

    Raises
    ------
    Tampered
        An entry was edited, moved, removed, signed by another key, or the chain ends before `exported`.
    """
    head = Head(process=process, seq=-1, hash=_START)
    found = exported is None or exported == head
    for row in _rows(cases, process):
        # SQLite keeps any type in any column: an edit by hand may have turned bytes into text.
        if row.seq != head.seq + 1 or row.prev != head.hash or not isinstance(row.body, bytes):
            raise Tampered(f"The audit chain of {process} is broken at entry {head.seq + 1}.")
        message = _message(process, row.seq, row.prev, row.body)
        _check(check, message, row, process)
        head = Head(process=process, seq=row.seq, hash=hashlib.sha256(message).digest())
        found = found or head == exported
    if not found:
        raise Tampered(f"The audit chain of {process} does not hold the head that was exported.")
    return head


def entries(cases: Engine, process: str) -> Iterator[tuple[int, Entry]]:
    """The entries of a chain in order, unverified."""
    for row in _rows(cases, process):
        body = json.loads(row.body)
        yield row.seq, Entry(**{**body, "on": dt.date.fromisoformat(body["on"])})


def cases_opened_by(cases: Engine, process: str, actor: str) -> int:
    """How many cases a member opened, by the record."""
    opened = (entry for _, entry in entries(cases, process) if entry.actor == actor and entry.action == "opened")
    return len({entry.case_id for entry in opened})


def processes(cases: Engine) -> list[str]:
    with reading(cases) as connection:
        return list(connection.execute(select(AUDIT.c.process).distinct().order_by(AUDIT.c.process)).scalars())


def holds(cases: Engine, head: Head) -> bool:
    """Whether a chain still has this entry, as it was; nothing else is looked at."""
    if head.seq < 0:
        return True
    with reading(cases) as connection:
        row = connection.execute(select(AUDIT).where(AUDIT.c.process == head.process, AUDIT.c.seq == head.seq)).first()
    if row is None or not isinstance(row.body, bytes):
        return False
    return hashlib.sha256(_message(head.process, row.seq, row.prev, row.body)).digest() == head.hash


def heads(cases: Engine) -> list[Head]:
    """Where each chain ends now, unverified."""
    names = processes(cases)
    with reading(cases) as connection:
        return [_head(connection, name) for name in names]


def _check(check: Check, message: bytes, row: Row[Any], process: str) -> None:
    try:
        check(message, row.signature)
    except Exception as error:
        raise Tampered(f"Entry {row.seq} of the audit chain of {process} has no valid signature.") from error


def _head(connection: Connection, process: str) -> Head:
    query = select(AUDIT).where(AUDIT.c.process == process).order_by(AUDIT.c.seq.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return Head(process=process, seq=-1, hash=_START)
    message = _message(process, row.seq, row.prev, row.body)
    return Head(process=process, seq=row.seq, hash=hashlib.sha256(message).digest())


def _message(process: str, seq: int, prev: bytes, body: bytes) -> bytes:
    parts = (_LABEL, process.encode(), seq.to_bytes(8, "big"), prev, body)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _rows(cases: Engine, process: str) -> list[Row[Any]]:
    with reading(cases) as connection:
        query = select(AUDIT).where(AUDIT.c.process == process).order_by(AUDIT.c.seq)
        return list(connection.execute(query).all())
