"""
The worker's dispatch keys: none at the start, in memory once a member hands them over, never written.

Locked, it opens nothing: packets wait. Unlocked, it opens packets and notices, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import structlog

from casework.delivery.delivering import Delivered, Delivery
from casework.delivery.opening import by_key_id
from casework.delivery.retries import Sent, Stop
from casework.delivery.senders import Senders
from casework.store import outbox
from casework.store.audit import Entry
from casework.store.database import Databases
from casework.store.moments import today
from desk.services import DeskServices
from encryption.errors import BadKey
from encryption.hidden import Hidden
from encryption.keys import DISPATCH, Manifest, PrivateKey

log = structlog.get_logger()

# A round also lets clocks run out and sweeps: a long queue must not keep them from it.
LONGEST_SECONDS = 20.0
NO_SENDERS: Senders = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class WorkerState:
    """What the desk may know of the worker: whether it can send, and what waits, in numbers."""

    locked: bool
    epochs: tuple[int, ...]  # of the dispatch keys that it holds
    waiting: int  # packets
    without_key: int  # packets and notices that wait for a key it does not hold
    later: int  # of the packets: tried before, or no way out for them yet
    notices: int
    failed: int
    oldest: dt.date | None  # when the oldest packet that waits was approved


class HeldKeys(Hidden):
    """Dispatch keys by epoch, in memory; any thread may ask."""

    def __init__(self) -> None:
        self._by_epoch: Mapping[int, PrivateKey] = {}
        self._lock = threading.Lock()

    def add(self, keys: Mapping[int, PrivateKey]) -> None:
        with self._lock:
            self._by_epoch = {**self._by_epoch, **keys}

    def drop(self) -> None:
        with self._lock:
            self._by_epoch = {}

    def all(self) -> Mapping[int, PrivateKey]:
        return self._by_epoch


@dataclass(frozen=True, repr=False, kw_only=True)
class Dispatch(Hidden):
    """The worker's part in sending: which keys it was given, and what it may do with them."""

    databases: Databases
    manifest: Callable[[], Manifest]  # the current one, checked against the pinned root
    record: Callable[[str], None]  # called with a case id before a letter of that case goes out
    senders: Senders = field(default_factory=lambda: NO_SENDERS)
    worker: str = field(default_factory=lambda: secrets.token_hex(16))
    held: HeldKeys = field(default_factory=HeldKeys)

    def unlock(self, keys: Mapping[int, PrivateKey]) -> None:
        """
        Take dispatch keys, beside those held already.

        Raises
        ------
        BadKey
            One of them is not the private half of this epoch in the signed manifest; none was taken.
        """
        signed = {e.epoch: e.public_key for e in self.manifest().entries if e.family == DISPATCH}
        if not keys or any(signed.get(epoch) != key.public for epoch, key in keys.items()):
            raise BadKey
        # Before a key is taken, so that a failure leaves the worker locked. The senders may be others than before.
        outbox.try_again_now(self.databases.cases)
        self.held.add(keys)
        log.info("dispatch_unlocked", count=len(keys))

    def lock(self) -> None:
        """Forget all keys. What a sender has in its hands just now still goes out."""
        self.held.drop()
        log.info("dispatch_locked")

    def state(self, now: dt.datetime) -> WorkerState:
        keys = self.held.all()
        known = by_key_id(keys)
        found = outbox.waiting(self.databases.cases, now)
        return WorkerState(
            locked=not keys,
            epochs=tuple(sorted(keys)),
            waiting=found.packets,
            without_key=sum(count for key_id, count in found.by_key.items() if key_id not in known),
            later=found.later,
            notices=found.notices,
            failed=found.failed,
            oldest=found.oldest,
        )

    def deliver(self, clock: Callable[[], dt.datetime]) -> int:
        """Send what is due, for some seconds; how many letters and notices went out."""
        ends, sent = time.monotonic() + LONGEST_SECONDS, 0
        while time.monotonic() < ends:
            # Asked each time: locking the worker stops it after the letter in hand.
            keys = by_key_id(self.held.all())
            done = self._delivery(keys).deliver_next(clock()) if keys else None
            if done is None:
                break
            _tell(done)
            sent += isinstance(done.outcome, Sent)
        return sent

    def _delivery(self, keys: Mapping[str, PrivateKey]) -> Delivery:
        return Delivery(
            databases=self.databases, keys=keys, senders=self.senders, worker=self.worker, record=self.record
        )


def dispatch_of(services: DeskServices, senders: Senders = NO_SENDERS) -> Dispatch:
    """A locked worker's, that writes each sending into the audit chain of this process before it happens."""

    def record(case_id: str) -> None:
        services.record(Entry(actor=services.process, action="sent", on=today(services.now()), case_id=case_id))

    return Dispatch(databases=services.databases, manifest=lambda: services.manifest, record=record, senders=senders)


def _tell(done: Delivered) -> None:
    if done.trouble is not None:
        log.warning("sender_failed", kind=done.kind.value, error=done.trouble)
    if isinstance(done.outcome, Stop):
        log.warning("delivery_failed", kind=done.kind.value, state=done.outcome.reason)
