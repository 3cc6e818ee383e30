"""
Adds sealed records to a case: needs the case's public keys only, so any process can, and none can read.

Imports nothing that opens; reading is in `casefile`.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select

from casework.errors import AskAgain, Tampered
from casework.store import contract
from casework.store.database import Databases, writing
from casework.store.moments import day
from casework.store.tables.cases import CASE_FILE, RECORD
from encryption.keys import PublicKey
from encryption.seal import seal


class CaseGone(AskAgain):
    """There is no such case."""


class Compartment(StrEnum):
    CONTENT = "content"
    IDENTITY = "identity"  # name, contact, signature: documents hold placeholders for these


KnownKeys = Mapping[Compartment, PublicKey]  # of the compartments that somebody has open


class Kind(StrEnum):
    """What a record is. Clear in the database, so no kind may say what happened to someone."""

    FACTS = "facts"
    PLAN = "plan"
    DOCUMENT = "document"
    TRANSCRIPT = "transcript"
    STATEMENT = "statement"
    IDENTITY = "identity"
    THREAD = "thread"  # a message between the person and the team
    NOTE = "note"  # of the team
    EVENT = "event"  # what stands behind a step's dated event: outcome, reference, consent
    OPENING = "opening"  # who opened the case, in which role and for what purpose


@dataclass(frozen=True, kw_only=True)
class NewRecord:
    kind: Kind
    value: Any  # plain JSON values


@dataclass(frozen=True, kw_only=True)
class CaseKeys:
    """The public halves of a case."""

    content: PublicKey
    identity: PublicKey

    def of(self, compartment: Compartment) -> PublicKey:
        return self.identity if compartment is Compartment.IDENTITY else self.content


def compartment_of(kind: Kind) -> Compartment:
    return Compartment.IDENTITY if kind is Kind.IDENTITY else Compartment.CONTENT


def new_id() -> str:
    return secrets.token_hex(16)


def encode(value: Any) -> bytes:
    """Plain values as the bytes that are sealed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def sealed_record(case_id: str, keys: CaseKeys, record: NewRecord, now: dt.datetime) -> dict[str, Any]:
    """A row of the record table, without its place in the case."""
    compartment = compartment_of(record.kind)
    row: dict[str, Any] = {
        "id": new_id(),
        "case_id": case_id,
        "kind": record.kind.value,
        "compartment": compartment.value,
        "day": day(now),
    }
    context = contract.RECORD.context(**row)
    return {**row, "body": seal(encode(record.value), to=keys.of(compartment), context=context)}


def case_keys(connection: Connection, case_id: str) -> CaseKeys:
    """
    The public keys of a case.

    Raises
    ------
    CaseGone
        It was erased, or never was.
    """
    columns = (CASE_FILE.c.content_key, CASE_FILE.c.identity_key)
    row = connection.execute(select(*columns).where(CASE_FILE.c.id == case_id)).one_or_none()
    if row is None:
        raise CaseGone
    return CaseKeys(content=PublicKey.from_bytes(row.content_key), identity=PublicKey.from_bytes(row.identity_key))


def require_own(stored: CaseKeys, keys: KnownKeys) -> None:
    """
    Refuse keys that are not those with which the case was opened.

    Raises
    ------
    Tampered
    """
    if any(stored.of(compartment) != key for compartment, key in keys.items()):
        raise Tampered


def append(
    connection: Connection, case_id: str, record: NewRecord, now: dt.datetime, keys: KnownKeys | None = None
) -> str:
    """
    Seal one record and add it in the caller's transaction; returns its id.

    `keys` are those of whoever has the case open. Threat: the keys in the row are exchanged between the check
    at the opening and this.
    """
    stored = case_keys(connection, case_id)
    require_own(stored, keys or {})
    row = sealed_record(case_id, stored, record, now)
    last = connection.execute(select(func.max(RECORD.c.seq)).where(RECORD.c.case_id == case_id)).scalar_one()
    connection.execute(insert(RECORD).values(**row, seq=0 if last is None else last + 1))
    return str(row["id"])


def add_record(
    databases: Databases, case_id: str, record: NewRecord, now: dt.datetime, keys: KnownKeys | None = None
) -> str:
    """
    Seal one record to a case and add it; returns its id. `keys` as in `append`.

    Raises
    ------
    CaseGone
        It was erased, or never was.
    Tampered
        Its public keys are not those with which it was opened.
    """
    with writing(databases.cases) as connection:
        return append(connection, case_id, record, now, keys)
