"""
Opens a case for whoever was given the right to: the person with their receipt, a team with its key.

Imported by the receipt pages and the desk only. What only adds to a case is in `records`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, RowMapping

from casework.errors import Tampered
from casework.records import CaseGone, Compartment, Kind, NewRecord, add_record, case_keys
from casework.store import contract, openings
from casework.store.database import Databases, empty_write_ahead, reading
from casework.store.shreds import shred, shred_key
from casework.submission import RECEIPT_READER, wrap_rows
from encryption.errors import CannotOpen
from encryption.keys import PrivateKey, PublicKey, unwrap_for_reader
from encryption.open import open_
from encryption.seal import seal_with_key
from encryption.token import Receipt, Token, open_with_key, session_keys

__all__ = [
    "CaseGone",
    "OpenedCase",
    "OpenedRecord",
    "OpenedStep",
    "add_record",
    "create_session",
    "end_session",
    "erase",
    "open_with_receipt",
    "open_with_team",
    "record_opening",
    "replace_receipt",
    "resume_session",
    "share_with",
]


@dataclass(frozen=True, kw_only=True)
class OpenedRecord:
    id: str
    seq: int
    kind: Kind
    on: dt.date
    value: Any


@dataclass(frozen=True, kw_only=True)
class OpenedStep:
    """A step as its row says it, and the sealed rest in `detail` (the plan's own id is `detail["id"]`)."""

    id: str
    queue: str
    document: str | None
    mode: str
    state: str
    due: str | None
    available_from: str | None
    closes: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, repr=False, kw_only=True)
class OpenedCase:
    """A case and the private halves that its reader was given; holds them, never writes them down."""

    case_id: str
    pairs: Mapping[Compartment, PrivateKey]
    cases: Engine

    def __repr__(self) -> str:
        return f"OpenedCase({self.case_id})"

    def read(self, *kinds: Kind, after: int = -1) -> list[OpenedRecord]:
        """Records of these kinds, oldest first; `after` is the `seq` of the last one already read."""
        rows = openings.records_of(self.cases, self.case_id, kinds, after)
        return [self._record(row) for row in rows]

    def latest(self, kind: Kind) -> Any:
        """The value of the newest record of a kind, or None."""
        found = self.read(kind)
        return found[-1].value if found else None

    def steps(self) -> list[OpenedStep]:
        """The steps of the case, the nearest clock first."""
        return [self._step(row) for row in openings.steps_of(self.cases, self.case_id)]

    def _record(self, row: RowMapping) -> OpenedRecord:
        body = open_(row["body"], key=self._key(row["compartment"]), context=contract.RECORD.context(**row))
        kind, on = Kind(row["kind"]), dt.date.fromisoformat(row["day"])
        return OpenedRecord(id=row["id"], seq=row["seq"], kind=kind, on=on, value=json.loads(body))

    def _step(self, row: RowMapping) -> OpenedStep:
        detail = open_(row["detail"], key=self._key("content"), context=contract.STEP.context(**row))
        clear = ("id", "queue", "document", "mode", "state", "due", "available_from", "closes")
        return OpenedStep(detail=json.loads(detail), **{name: row[name] for name in clear})

    def _key(self, compartment: str) -> PrivateKey:
        try:
            return self.pairs[Compartment(compartment)]
        except KeyError:
            # A reader of one compartment only: the other is as closed as to a stranger.
            raise CannotOpen from None


def open_with_receipt(databases: Databases, receipt: Receipt) -> OpenedCase:
    """
    Open a case for the person who holds its receipt.

    Raises
    ------
    CannotOpen
        The code is unknown, was replaced, or its case was erased: not told apart.
    """
    case_id = openings.case_of_receipt(databases.cases, receipt.id)
    if case_id is None:
        raise CannotOpen
    return _open(databases, case_id, RECEIPT_READER, receipt.key)


def open_with_team(databases: Databases, case_id: str, family: str, key: PrivateKey) -> OpenedCase:
    """
    Open a case for a team whose key a member has unlocked.

    Raises
    ------
    CannotOpen
        The team was not given this case, the key is of another epoch, or the case was erased.
    """
    return _open(databases, case_id, f"team:{family}", key, key.public.id.hex())


def _open(
    databases: Databases, case_id: str, reader: str, key: PrivateKey | bytes, key_id: str | None = None
) -> OpenedCase:
    shred_with = shred_key(databases.keys, case_id)
    wraps = openings.wraps_of(databases.cases, case_id, reader, key_id)
    if shred_with is None or not wraps:
        raise CannotOpen
    pairs = {}
    for wrap in wraps:
        context = contract.WRAP.context(case_id=case_id, compartment=wrap.compartment, reader=reader)
        seed = unwrap_for_reader(wrap.seed, key=key, shred_key=shred_with, context=context)
        pairs[Compartment(wrap.compartment)] = PrivateKey.from_seed(seed)
    return _with_own_keys(OpenedCase(case_id=case_id, pairs=pairs, cases=databases.cases))


def _with_own_keys(opened: OpenedCase) -> OpenedCase:
    """
    Check that what is added to the case from now on is sealed to its own keys.

    The public keys lie in clear: whoever can write to the database could put others there and read
    all that follows.

    Raises
    ------
    Tampered
    """
    with reading(opened.cases) as connection:
        stored = case_keys(connection, opened.case_id)
    if any(getattr(stored, name.value) != pair.public for name, pair in opened.pairs.items()):
        raise Tampered
    return opened


def share_with(databases: Databases, opened: OpenedCase, family: str, key: PublicKey) -> None:
    """Give a team what this reader can open: a hand-over, or a new epoch of a team's key."""
    rows = _wraps(databases, opened, f"team:{family}", key)
    openings.add_wraps(databases.cases, opened.case_id, rows)


def replace_receipt(databases: Databases, opened: OpenedCase, receipt: Receipt | None) -> None:
    """Make another code, or none, the way back to this case; the old one stops at once."""
    rows = _wraps(databases, opened, RECEIPT_READER, receipt.key) if receipt else []
    openings.replace_receipt(databases.cases, opened.case_id, None if receipt is None else receipt.id, rows)


def _wraps(databases: Databases, opened: OpenedCase, reader: str, to: PublicKey | bytes) -> list[dict[str, Any]]:
    shred_with = shred_key(databases.keys, opened.case_id)
    if shred_with is None:
        raise CaseGone
    return wrap_rows(opened.case_id, opened.pairs, reader=reader, to=to, shred_key=shred_with)


def create_session(databases: Databases, opened: OpenedCase, now: dt.datetime) -> Token:
    """Keep an opened case open for 15 idle minutes to whoever holds the token; any process can serve it."""
    token = Token.new()
    keys = session_keys(token)
    seeds = json.dumps({name.value: pair.seed.hex() for name, pair in opened.pairs.items()}).encode()
    context = contract.CASE_SESSION.context(case_id=opened.case_id, id=keys.id)
    session = openings.StoredSession(case_id=opened.case_id, seeds=seal_with_key(seeds, key=keys.key, context=context))
    openings.keep_session(databases.conversations, keys.id, session, now)
    return token


def resume_session(databases: Databases, token: Token, now: dt.datetime) -> OpenedCase:
    """
    The case that `create_session` kept open, for another 15 minutes.

    Raises
    ------
    CannotOpen
        The session is unknown or over, or the case was erased.
    """
    keys = session_keys(token)
    session = openings.renew_session(databases.conversations, keys.id, now)
    if session is None or not openings.exists(databases.cases, session.case_id):
        raise CannotOpen
    context = contract.CASE_SESSION.context(case_id=session.case_id, id=keys.id)
    seeds = json.loads(open_with_key(session.seeds, key=keys.key, context=context))
    pairs = {Compartment(name): PrivateKey.from_seed(bytes.fromhex(seed)) for name, seed in seeds.items()}
    return _with_own_keys(OpenedCase(case_id=session.case_id, pairs=pairs, cases=databases.cases))


def end_session(databases: Databases, token: Token) -> None:
    openings.end_session(databases.conversations, session_keys(token).id)


def record_opening(databases: Databases, case_id: str, *, role: str, purpose: str, now: dt.datetime) -> None:
    """Tell the person, in their own case, in which role and for what purpose it was opened."""
    value = {"role": role, "purpose": purpose}
    add_record(databases, case_id, NewRecord(kind=Kind.OPENING, value=value), now)


def erase(databases: Databases, case_id: str) -> None:
    """
    Make a case unreadable for ever, then delete it; each part repeatable, in this order.

    From the first line on nobody opens it, not even with a copy of the other databases.
    """
    shred(databases.keys, case_id)
    empty_write_ahead(databases.keys)  # where the row goes on lying as it was; if busy, the worker's next round does it
    openings.end_sessions_of(databases.conversations, case_id)
    openings.delete_case(databases.cases, case_id)
