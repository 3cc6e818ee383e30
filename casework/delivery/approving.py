"""From an opened case to a packet that waits: the desk seals what was approved, and can no longer read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework import records
from casework.casefile import OpenedCase, OpenedStep
from casework.delivery.packets import GOOD_FOR_DAYS, Deadline, NotAPacket, Packet
from casework.errors import AskAgain
from casework.law import Law
from casework.plan import plan
from casework.queues import NoSuchStep
from casework.records import Compartment
from casework.sending import due_if_sent
from casework.standing import standing
from casework.store import contract, outbox
from casework.store.moments import day
from casework.store.outbox import Kind, State
from casework.store.tables.cases import STEP
from encryption.envelope import key_id_of
from encryption.keys import PublicKey
from encryption.primitives import derive, mac
from encryption.seal import seal


class BeingSent(AskAgain):
    """A letter of this step is on its way just now."""


@dataclass(frozen=True, kw_only=True)
class SealedPacket:
    id: str
    created: bool  # False: this very text was approved for this step before, and waits or is out


def seal_packet(
    connection: Connection, opened: OpenedCase, packet: Packet, to: PublicKey, now: dt.datetime
) -> SealedPacket:
    """
    Seal an approved letter to the dispatch key, in the caller's transaction.

    Approved twice it is one packet. Another text for the same step takes the place of one that waits;
    one that failed or was cancelled may be approved again.

    Raises
    ------
    NotAPacket, NoSuchStep, BeingSent
        Nothing was sealed, nothing that waits was touched.
    """
    if not packet.is_whole():
        raise NotAPacket
    _require_step_of(connection, opened.case_id, packet.step_id)
    key = idempotency_key(opened, packet)
    before = outbox.with_idempotency_key(connection, key)
    if before is not None and before["state"] in (State.PENDING, State.SENT):
        return SealedPacket(id=before["id"], created=False)
    if outbox.is_held(connection, packet.step_id, now):
        raise BeingSent
    outbox.cancel(connection, packet.step_id, outbox.REPLACED, now)
    return _seal(connection, opened.case_id, packet, to, now, row_id=before["id"] if before else None, key=key)


def idempotency_key(opened: OpenedCase, packet: Packet) -> str:
    """
    What this text for this step is known by, here and to whoever receives it.

    Keyed with the case's own secret: most of a letter can be guessed, and a plain hash of it in a clear
    column would tell a thief of the database whether they guessed right.
    """
    secret = derive(opened.pairs[Compartment.CONTENT].seed, "idempotency key")
    return mac(secret, f"{packet.step_id}/{packet.sha256}".encode()).hex()


def deadline_of(opened: OpenedCase, step: OpenedStep, law: Law, now: dt.datetime) -> Deadline:
    """When the recipient must have acted, whichever day in the next weeks the letter goes out."""
    first, case = now.date(), standing(opened, law)
    at_once = due_if_sent(case, step, law, first, now)
    if isinstance(at_once, dt.datetime):
        hours = (at_once - now.replace(second=0, microsecond=0)) // dt.timedelta(hours=1)
        return Deadline(hours=hours)
    known = case.first_and_today
    if not known or not step.document:
        return Deadline()
    days = [first + dt.timedelta(days=later) for later in range(GOOD_FOR_DAYS + 1)]
    steps = ([s for facts in known for s in plan(facts, law, on).steps if s.id == step.plan_id] for on in days)
    return Deadline(first=first, days=tuple(found[-1].due if found else None for found in steps))


def _seal(
    connection: Connection,
    case_id: str,
    packet: Packet,
    to: PublicKey,
    now: dt.datetime,
    *,
    row_id: str | None,
    key: str,
) -> SealedPacket:
    row = {"id": row_id or records.new_id(), "case_id": case_id, "kind": Kind.PACKET.value}
    envelope = seal(records.encode(packet.to_dict()), to=to, context=contract.OUTBOX.context(**row))
    fresh = {"packet": envelope, "key_id": key_id_of(envelope).hex(), "day": day(now)}
    if row_id is not None:
        outbox.revive(connection, row_id, **fresh)
    else:
        more = {"step_id": packet.step_id, "idempotency_key": key, "state": State.PENDING.value}
        outbox.add(connection, {**row, **more, **fresh})
    return SealedPacket(id=row["id"], created=True)


def _require_step_of(connection: Connection, case_id: str, step_id: str) -> None:
    # Only steps of the case that is open: a step id from elsewhere is no way into another case.
    found = connection.execute(select(STEP.c.case_id).where(STEP.c.id == step_id)).scalar_one_or_none()
    if found != case_id:
        raise NoSuchStep
