"""
Sends what waits: lease, open, check, hand to a sender, and after proof record it and shred the packet.

Killed anywhere, nothing is lost: what was not recorded as sent is sent again, under the same idempotency key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping

from casework import queues
from casework.clocks import Moment
from casework.delivery.notices import SafeContact
from casework.delivery.opening import opened_contact, opened_packet
from casework.delivery.packets import Packet
from casework.delivery.retries import Outcome, Retry, Stop, decide
from casework.delivery.senders import Outgoing, Sender, Senders
from casework.errors import Tampered
from casework.queues import Happening
from casework.states import EventKind
from casework.store import outbox
from casework.store.database import Databases, writing
from casework.store.moments import today
from casework.store.outbox import NO_SENDER, Kind
from encryption.errors import CannotOpen
from encryption.hidden import Hidden
from encryption.keys import PrivateKey

DAMAGED, STALE = "damaged", "stale"
PARKED = dt.timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What became of one row; nothing of what was in it."""

    kind: Kind
    outcome: Outcome | None  # None: it was not for us to send
    trouble: str | None = None  # class of what a sender raised


@dataclass(frozen=True, repr=False, kw_only=True)
class Delivery(Hidden):
    """One worker at work, with the dispatch keys that it was given."""

    databases: Databases
    keys: Mapping[str, PrivateKey]  # by key id
    senders: Senders
    worker: str
    record: Callable[[str], None]  # called with the case id before a letter goes out, for the audit

    def deliver_next(self, now: dt.datetime) -> Delivered | None:
        """
        Send the next thing that is due; None when there is none.

        A kind for which no sender is set up is not even opened.
        """
        kinds = [kind for kind, channels in self.senders.items() if channels]
        row = outbox.take(self.databases.cases, kinds, self.keys, self.worker, now)
        if row is None:
            return None
        try:
            return self._packet(row, now) if row["kind"] == Kind.PACKET else self._notice(row, now)
        except (CannotOpen, Tampered):
            return self._stop(row, Stop(reason=DAMAGED), now)

    def _packet(self, row: RowMapping, now: dt.datetime) -> Delivered:
        packet = opened_packet(row, self.keys)
        if packet.is_stale(today(now)):
            return self._stop(row, Stop(reason=STALE), now)
        message = Outgoing(
            kind=Kind.PACKET,
            recipient=packet.recipient,
            subject=packet.subject,
            body=packet.body,
            idempotency_key=row["idempotency_key"],
        )
        return self._attempt(row, packet, message, now)

    def _notice(self, row: RowMapping, now: dt.datetime) -> Delivered:
        contact = opened_contact(row, self.keys)
        if contact.address is None:
            with writing(self.databases.cases) as connection:
                outbox.rest_notice(connection, row["id"])
            return Delivered(kind=Kind.NOTICE, outcome=None)
        key = row["idempotency_key"]
        message = Outgoing(kind=Kind.NOTICE, recipient=contact.address, idempotency_key=key)
        return self._attempt(row, contact, message, now)

    def _attempt(self, row: RowMapping, item: Packet | SafeContact, message: Outgoing, now: dt.datetime) -> Delivered:
        sender = self.senders[message.kind].get(item.channel)
        with writing(self.databases.cases) as connection:
            if sender is None:
                outbox.postpone(connection, row["id"], self.worker, now + PARKED, NO_SENDER)
                return Delivered(kind=message.kind, outcome=None)
            attempt = outbox.begin(connection, row["id"], self.worker, now)
        if attempt is None:
            return Delivered(kind=message.kind, outcome=None)
        if message.kind is Kind.PACKET:
            self.record(row["case_id"])
        outcome, trouble = _sent(sender, message)
        self._settle(row, item, decide(outcome, attempt), now)
        return Delivered(kind=message.kind, outcome=decide(outcome, attempt), trouble=trouble)

    def _settle(self, row: RowMapping, item: Packet | SafeContact, outcome: Outcome, now: dt.datetime) -> None:
        if isinstance(outcome, Stop):
            self._stop(row, outcome, now)
            return
        with writing(self.databases.cases) as connection:
            if isinstance(outcome, Retry):
                outbox.postpone(connection, row["id"], self.worker, now + outcome.after, None)
            elif isinstance(item, SafeContact):
                outbox.rest_notice(connection, row["id"])
            elif outbox.finish_packet(connection, row["id"]):
                detail = {"reference": outcome.reference, "sha256": item.sha256, "channel": item.channel}
                _happened(connection, row, EventKind.SENT, detail, now, due=item.deadline.if_sent(now))

    def _stop(self, row: RowMapping, outcome: Stop, now: dt.datetime) -> Delivered:
        kind = Kind(row["kind"])
        with writing(self.databases.cases) as connection:
            failed = outbox.fail(connection, row["id"], self.worker, outcome.reason)
            if failed and row["step_id"] is not None:
                _happened(connection, row, EventKind.FAILED, {"reason": outcome.reason}, now)
        return Delivered(kind=kind, outcome=outcome)


def _sent(sender: Sender, message: Outgoing) -> tuple[Outcome, str | None]:
    try:
        return sender.send(message), None
    except Exception as error:  # noqa: BLE001 - a way out that is broken must not stop the others; it is tried again
        return Retry(), type(error).__name__


def _happened(
    connection: Connection,
    row: RowMapping,
    kind: EventKind,
    detail: Mapping[str, Any],
    now: dt.datetime,
    due: Moment | None = None,
) -> None:
    """The event of a step, in the transaction that shreds its packet: either both are there, or neither."""
    happening = Happening(kind=kind, on=today(now), detail={"by": "worker", **detail}, due=due)
    queues.record(connection, row["step_id"], happening, now)
