"""
Seals a finished complaint and puts its steps into the queues: all of it, or nothing.

Runs in intake. It makes the case's two key pairs, wraps their private halves to those who may
read, and forgets them: a moment later not even this process can open what it wrote.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from casework import records
from casework.caseparts import NewStep, event_rows, step_row
from casework.delivery.notices import SafeContact, sealed_notice
from casework.errors import RefuseToStart
from casework.records import CaseKeys, Compartment, Kind, NewRecord, new_id
from casework.store import contract, openings, shreds
from casework.store.database import Databases, empty_write_ahead, reading, writing
from casework.store.moments import day
from casework.store.shreds import keep_shred_key
from casework.store.tables.cases import CASE_FILE, OUTBOX, RECEIPT, RECORD, STEP, STEP_AFTER, STEP_EVENT, WRAP
from encryption.envelope import key_id_of
from encryption.keys import PrivateKey, PublicKey, new_private_key, wrap_for_reader
from encryption.token import Receipt

Pairs = Mapping[Compartment, PrivateKey]
TRIAGE = "triage"
RECEIPT_READER = "receipt"
_FAMILIES = frozenset({TRIAGE, "platform", "regulator", "safeguarding"})


@dataclass(frozen=True, kw_only=True)
class Submission:
    case_id: str
    receipt: Receipt | None  # None: the person chose to have no code
    records: tuple[NewRecord, ...]
    teams: Mapping[str, PublicKey]  # current public key of each team family
    steps: tuple[NewStep, ...] = ()
    identity: Mapping[str, Any] = field(default_factory=dict)
    notice: SafeContact | None = None  # where a content-free notice may go
    dispatch: PublicKey | None = None  # with it a notice is always written, an empty one too


@dataclass(frozen=True, kw_only=True)
class SubmittedCase:
    case_id: str
    receipt_id: str | None
    created: bool  # False: this submission had arrived before
    steps: Mapping[str, str]  # id in the plan → id in the queues; empty on a repeat


def submit(databases: Databases, submission: Submission, now: dt.datetime) -> SubmittedCase:
    """
    Store one case with its records, wraps, steps and notices.

    Killed at any point, it leaves the whole case or none of it; repeated, it gives the same case and
    receipt. The shred key comes first and alone: without a case it means nothing and is swept.
    """
    if _exists_already(databases, submission.case_id):
        return _repeated(submission)
    shred_key = keep_shred_key(databases.keys, submission.case_id, secrets.token_bytes(32), now)
    rows, ids = _sealed_rows(submission, shred_key, now)
    with writing(databases.cases) as connection:
        if _exists(connection, submission.case_id):
            return _repeated(submission)
        for table, values in rows:
            if values:
                connection.execute(insert(table), values)
    return SubmittedCase(case_id=submission.case_id, receipt_id=_receipt_id(submission), created=True, steps=ids)


def take_back(databases: Databases, case_id: str) -> None:
    """
    Undo a submission of which its person was never told; repeatable.

    No erasure: nobody knows of it, and the same person may hand over under the same id a moment later. Rows
    first: killed in between, what is left is a key without a case, which is swept.
    """
    openings.delete_case(databases.cases, case_id)
    shreds.shred(databases.keys, case_id)
    empty_write_ahead(databases.keys)


def family_of(queue: str) -> str:
    """The team family that works a queue: the part before the slash."""
    family = queue.split("/", 1)[0]
    return family if family in _FAMILIES else TRIAGE


def families_for(queues: tuple[str, ...]) -> tuple[str, ...]:
    """Who may read a case: triage always, and the families that must act on it."""
    return tuple(sorted({TRIAGE, *(family_of(queue) for queue in queues)}))


def _exists_already(databases: Databases, case_id: str) -> bool:
    with reading(databases.cases) as connection:
        return _exists(connection, case_id)


def _exists(connection: Connection, case_id: str) -> bool:
    return connection.execute(select(CASE_FILE.c.id).where(CASE_FILE.c.id == case_id)).first() is not None


def _repeated(submission: Submission) -> SubmittedCase:
    receipt_id = _receipt_id(submission)
    return SubmittedCase(case_id=submission.case_id, receipt_id=receipt_id, created=False, steps={})


def _receipt_id(submission: Submission) -> str | None:
    return submission.receipt.id if submission.receipt else None


def _sealed_rows(
    submission: Submission, shred_key: bytes, now: dt.datetime
) -> tuple[list[tuple[Any, list[dict[str, Any]]]], dict[str, str]]:
    # All sealing happens before the transaction opens: the writer's lock is held for inserts only.
    pairs = {Compartment.CONTENT: new_private_key(), Compartment.IDENTITY: new_private_key()}
    keys = CaseKeys(content=pairs[Compartment.CONTENT].public, identity=pairs[Compartment.IDENTITY].public)
    ids = {step.id: new_id() for step in submission.steps}
    case_row = {
        "id": submission.case_id,
        "created_on": day(now),
        "content_key": keys.content.raw,
        "identity_key": keys.identity.raw,
    }
    receipt = submission.receipt
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (CASE_FILE, [case_row]),
        (WRAP, _wraps(submission, pairs, shred_key)),
        (RECEIPT, [{"id": receipt.id, "case_id": submission.case_id}] if receipt else []),
        (RECORD, _records(submission, keys, now)),
        (STEP, [step_row(submission.case_id, step, ids, keys, now) for step in submission.steps]),
        (STEP_AFTER, [row for step in submission.steps for row in _after_rows(ids, step)]),
        (STEP_EVENT, [row for step in submission.steps for row in event_rows(step, ids[step.id], now)]),
        (OUTBOX, _notice(submission)),
    ]
    return rows, ids


def _wraps(submission: Submission, pairs: Pairs, shred_key: bytes) -> list[dict[str, Any]]:
    readers: dict[str, PublicKey | bytes] = {}
    for family in families_for(tuple(step.queue for step in submission.steps)):
        if family not in submission.teams:
            raise RefuseToStart(f"The {family} team has no public key.")
        readers[f"team:{family}"] = submission.teams[family]
    if submission.receipt is not None:
        readers[RECEIPT_READER] = submission.receipt.key
    return [
        row
        for reader, key in readers.items()
        for row in wrap_rows(submission.case_id, pairs, reader=reader, to=key, shred_key=shred_key)
    ]


def wrap_rows(
    case_id: str, pairs: Pairs, *, reader: str, to: PublicKey | bytes, shred_key: bytes
) -> list[dict[str, Any]]:
    """The right of one reader to open each of these compartments, as rows of the wrap table."""
    rows = []
    for compartment, pair in pairs.items():
        row = {"case_id": case_id, "compartment": compartment.value, "reader": reader}
        context = contract.WRAP.context(**row)
        seed = wrap_for_reader(pair.seed, to=to, shred_key=shred_key, context=context)
        rows.append({**row, "key_id": key_id_of(seed).hex(), "seed": seed})
    return rows


def _records(submission: Submission, keys: CaseKeys, now: dt.datetime) -> list[dict[str, Any]]:
    # An identity record always, also an empty one: its absence would tell who stayed anonymous.
    identity = NewRecord(kind=Kind.IDENTITY, value=dict(submission.identity))
    consents = tuple(
        NewRecord(kind=Kind.EVENT, value={"step": step.id, "kind": "consented", "sha256": step.consented})
        for step in submission.steps
        if step.consented
    )
    every = (*submission.records, identity, *consents)
    return [
        {**records.sealed_record(submission.case_id, keys, record, now), "seq": seq} for seq, record in enumerate(every)
    ]


def _after_rows(ids: Mapping[str, str], step: NewStep) -> list[dict[str, str]]:
    # A step that is not part of this case cannot be waited for; the sealed detail still names it.
    return [{"step_id": ids[step.id], "after_id": ids[before]} for before in step.after if before in ids]


def _notice(submission: Submission) -> list[dict[str, Any]]:
    if submission.dispatch is not None:
        # Always one, also without an address: its absence would tell who left no contact.
        return [sealed_notice(submission.case_id, submission.notice or SafeContact(), submission.dispatch)]
    if submission.notice is not None:
        raise RefuseToStart("There is no dispatch key to seal a notice to.")
    return []
