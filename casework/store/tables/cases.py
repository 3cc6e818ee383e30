"""
Tables of the case database.

What is clear here is all that a thief of the database learns: queue, kind of document, last event,
dates (days; minutes only where the law counts hours), leases, retries, and padded sizes.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from casework.store.sealed import Sealed

METADATA = MetaData()
_DAY = String(10)  # 2026-11-22
_CLOCK = String(25)  # a day, or a minute in UTC: 2026-11-24T09:00:00+00:00


def _of_case(*, primary_key: bool = False) -> Column[str]:
    return Column("case_id", ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False)


# The public halves of both compartments: any process can add to a case, none can read it.
CASE_FILE = Table(
    "case_file",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("created_on", _DAY, nullable=False, index=True),
    Column("closed_on", _DAY),
    Column("content_key", LargeBinary, nullable=False),
    Column("identity_key", LargeBinary, nullable=False),
)

# Who can open a compartment: its private seed for one reader, sealed again under the case's shred key.
WRAP = Table(
    "wrap",
    METADATA,
    _of_case(primary_key=True),
    Column("compartment", String(16), primary_key=True),  # content | identity
    Column("reader", String(48), primary_key=True),  # team:triage … | receipt
    Column("key_id", String(32), primary_key=True),  # as in the envelope: tells the epoch of the reader's key
    Column("seed", Sealed, nullable=False),
    Index("wraps_by_key", "reader", "key_id", "compartment"),
)

# A person may have no code at all, or replace it: no row, or another one.
RECEIPT = Table(
    "receipt",
    METADATA,
    Column("id", String(64), primary_key=True),
    _of_case(),
    UniqueConstraint("case_id", name="one_receipt_a_case"),
)

RECORD = Table(
    "record",
    METADATA,
    Column("id", String(32), primary_key=True),
    _of_case(),
    Column("kind", String(16), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("compartment", String(16), nullable=False),
    Column("day", _DAY, nullable=False),
    Column("body", Sealed, nullable=False),
    UniqueConstraint("case_id", "seq", name="records_in_order"),
)

# `state` and `clock` are caches of `casework.states`; `step_event` is the truth.
STEP = Table(
    "step",
    METADATA,
    Column("id", String(32), primary_key=True),
    _of_case(),
    Column("queue", String(64), nullable=False),
    Column("document", String(48)),
    Column("mode", String(8), nullable=False),  # self | host
    Column("state", String(16), nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("clock", _CLOCK, nullable=False),  # what the queue is ordered by
    Column("due", _CLOCK),
    Column("available_from", _DAY),
    Column("closes", _DAY),
    Column("lease_owner", String(32)),
    Column("lease_until", Integer),  # minutes since 1970
    Column("detail", Sealed, nullable=False),  # recipient, legal basis and all else about the step
    Index("queue_by_clock", "queue", "settled", "clock", "id"),
    Index("queue_by_state", "queue", "state", "clock", "id"),
    Index("steps_to_count", "queue", "state"),  # half as wide as the one above: counting reads all of it
    Index("steps_of_a_case", "case_id"),
    Index("running_clocks", "state", "due"),
)

STEP_AFTER = Table(
    "step_after",
    METADATA,
    Column("step_id", ForeignKey("step.id", ondelete="CASCADE"), primary_key=True),
    Column("after_id", ForeignKey("step.id", ondelete="CASCADE"), primary_key=True, index=True),
)

STEP_EVENT = Table(
    "step_event",
    METADATA,
    Column("step_id", ForeignKey("step.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("day", _DAY, nullable=False),
)

# `casework/store/outbox.py` says what the states mean. The channel is not here: it would tell who left a contact.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", String(32), primary_key=True),
    _of_case(),
    Column("step_id", ForeignKey("step.id", ondelete="CASCADE")),
    Column("kind", String(16), nullable=False),  # notice | packet
    Column("packet", Sealed),  # to the dispatch key; emptied after proof of sending
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("retry_at", Integer, nullable=False, server_default="0"),  # minutes since 1970
    Column("lease_until", Integer, nullable=False, server_default="0"),
    Column("lease_owner", String(32)),  # which worker
    Column("key_id", String(32)),  # as in the envelope: which epoch of the dispatch key it waits for
    Column("day", _DAY),  # of a packet: when it was approved
    Column("reason", String(32)),  # a code: why it waits, or why it will not go
    # All that counting reads, in the order that taking the next one needs.
    Index("outbox_to_send", "state", "kind", "key_id", "retry_at", "day"),
    Index("outbox_of_a_case", "case_id"),
    Index("outbox_of_a_step", "step_id"),
)

# Outlives the cases it names: no foreign key, and nothing in `body` but codes, ids and days.
AUDIT = Table(
    "audit",
    METADATA,
    Column("process", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("prev", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)
