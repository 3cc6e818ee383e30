"""
Opens a case for whoever was given the right to: the person with their receipt, a team with its key.

Imported by the receipt pages and the desk only. What only adds to a case is in `records`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from casework.errors import Tampered
from casework.opened import OpenedCase, OpenedRecord, OpenedStep
from casework.records import CaseGone, Compartment, Kind, NewRecord, add_record, append, case_keys, new_id
from casework.store import contract, epochs, openings
from casework.store.database import Databases, reading, writing
from casework.store.openings import StoredWrap
from casework.store.shreds import shred_key
from casework.submission import RECEIPT_READER, TRIAGE, wrap_rows
from encryption.errors import CannotOpen
from encryption.keys import PrivateKey, PublicKey, new_private_key, new_shred_key, unwrap_for_reader
from encryption.seal import seal_with_key
from encryption.token import Receipt, Token, open_with_key, receipt_or_decoy, session_keys

__all__ = [
    "CaseGone",
    "OpenedCase",
    "OpenedRecord",
    "OpenedStep",
    "add_record",
    "create_session",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "log_in",
    "open_with_receipt",
    "open_with_team",
    "record_opening",
    "replace_receipt",
    "resume_session",
    "share_with",
    "share_with_team",
    "take_from",
]


def open_with_receipt(databases: Databases, receipt: Receipt) -> OpenedCase:
    """
    Open a case for the person who holds its receipt.

    Raises
    ------
    CannotOpen
        The code is unknown, was replaced or given up, or its case was erased: not told apart.
    """
    found = openings.case_of_receipt(databases.cases, receipt.id)
    # Threat: a clock at the door. Where nothing is found the same queries are asked for a case that never
    # was, and wraps made on the spot are opened: a failure takes its time from none of the reasons.
    shred_with = shred_key(databases.keys, found or new_id())
    case_id = found if found and shred_with else new_id()
    wraps = openings.wraps_of(databases.cases, case_id, RECEIPT_READER)
    if shred_with is None or not wraps:
        _decoy(databases, case_id, receipt.key)
        raise CannotOpen
    pairs = _unwrapped(wraps, case_id, RECEIPT_READER, receipt.key, shred_with)
    return _with_own_keys(OpenedCase(case_id=case_id, pairs=pairs, cases=databases.cases))


def _decoy(databases: Databases, case_id: str, key: bytes) -> None:
    """The work of opening a case, on one that is forgotten again at once."""
    shred_with = new_shred_key()
    pairs = {compartment: new_private_key() for compartment in Compartment}
    rows = wrap_rows(case_id, pairs, reader=RECEIPT_READER, to=key, shred_key=shred_with)
    wraps = [StoredWrap(**{name: row[name] for name in ("compartment", "key_id", "seed")}) for row in rows]
    _unwrapped(wraps, case_id, RECEIPT_READER, key, shred_with)
    with suppress(CaseGone), reading(databases.cases) as connection:
        case_keys(connection, case_id)


def open_with_team(databases: Databases, case_id: str, family: str, key: PrivateKey) -> OpenedCase:
    """
    Open a case for a team whose key a member has unlocked.

    Raises
    ------
    CannotOpen
        The team was not given this case, the key is of another epoch, or the case was erased.
    """
    return _open(databases, case_id, f"team:{family}", key)


def _open(databases: Databases, case_id: str, reader: str, key: PrivateKey) -> OpenedCase:
    shred_with = shred_key(databases.keys, case_id)
    wraps = openings.wraps_of(databases.cases, case_id, reader, key.public.id.hex())
    if shred_with is None or not wraps:
        raise CannotOpen
    pairs = _unwrapped(wraps, case_id, reader, key, shred_with)
    return _with_own_keys(OpenedCase(case_id=case_id, pairs=pairs, cases=databases.cases))


def _unwrapped(
    wraps: Iterable[StoredWrap], case_id: str, reader: str, key: PrivateKey | bytes, shred_with: bytes
) -> dict[Compartment, PrivateKey]:
    pairs = {}
    for wrap in wraps:
        context = contract.WRAP.context(case_id=case_id, compartment=wrap.compartment, reader=reader)
        seed = unwrap_for_reader(wrap.seed, key=key, shred_key=shred_with, context=context)
        pairs[Compartment(wrap.compartment)] = PrivateKey.from_seed(seed)
    return pairs


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


def share_with_team(databases: Databases, opened: OpenedCase, family: str, teams: Mapping[str, PublicKey]) -> None:
    """Give a case to the team that must act now, unless it has it already."""
    if family in teams and not openings.wraps_of(databases.cases, opened.case_id, f"team:{family}"):
        share_with(databases, opened, family, teams[family])


def take_from(databases: Databases, case_id: str, family: str) -> None:
    """
    Take a case from a team that it was handed to. What somebody has read or copied, nobody can take back.

    Raises
    ------
    ValueError
        It is the triage team's: somebody must be able to open every case.
    """
    if family == TRIAGE:
        raise ValueError("Every case stays with triage.")
    epochs.drop_wraps(databases.cases, case_id, f"team:{family}")


def replace_receipt(databases: Databases, opened: OpenedCase, receipt: Receipt | None, now: dt.datetime) -> None:
    """
    Make another code, or none, the way back to this case; the old one stops at once.

    That it was changed, and on which day, is written into the case in the same transaction: nobody
    changes the code of a person who never sees it.
    """
    rows = _wraps(databases, opened, RECEIPT_READER, receipt.key) if receipt else []
    value = {"role": "you", "purpose": "new_code" if receipt else "no_code"}
    with writing(databases.cases) as connection:
        openings.replace_receipt(connection, opened.case_id, receipt.id if receipt else None, rows)
        append(connection, opened.case_id, NewRecord(kind=Kind.OPENING, value=value), now, opened.keys)


def _wraps(databases: Databases, opened: OpenedCase, reader: str, to: PublicKey | bytes) -> list[dict[str, Any]]:
    shred_with = shred_key(databases.keys, opened.case_id)
    if shred_with is None:
        raise CaseGone
    return wrap_rows(opened.case_id, opened.pairs, reader=reader, to=to, shred_key=shred_with)


def log_in(databases: Databases, typed: str, now: dt.datetime) -> Token:
    """
    Open a case with a typed code, write that into it, and keep it open for 15 idle minutes.

    Raises
    ------
    CannotOpen
        The code was mistyped, or as `open_with_receipt`: not told apart, neither by the answer nor by
        the work that comes before it. Or it was changed in this very moment.
    """
    receipt = receipt_or_decoy(typed)
    opened = open_with_receipt(databases, receipt)
    record_opening(databases, opened.case_id, role="you", purpose="receipt", now=now)
    token = create_session(databases, opened, now)
    # Asked again: whoever changes the code ends the sessions that are there, and this one came after.
    if openings.case_of_receipt(databases.cases, receipt.id) != opened.case_id:
        end_session(databases, token)
        raise CannotOpen
    return token


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


def end_other_sessions(databases: Databases, opened: OpenedCase, token: Token) -> None:
    """Lock the case for everybody but the holder of this token."""
    openings.end_sessions_of(databases.conversations, opened.case_id, but=session_keys(token).id)


def end_sessions(databases: Databases, opened: OpenedCase) -> None:
    openings.end_sessions_of(databases.conversations, opened.case_id)


def record_opening(databases: Databases, case_id: str, *, role: str, purpose: str, now: dt.datetime) -> None:
    """Tell the person, in their own case, in which role and for what purpose it was opened."""
    value = {"role": role, "purpose": purpose}
    add_record(databases, case_id, NewRecord(kind=Kind.OPENING, value=value), now)
