"""Tables of the conversation database: live talks and open receipts, gone within the hour, and what was put away."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

from casework.store.sealed import Sealed

METADATA = MetaData()

# `id` is an HKDF output of a token that only the client holds: it cannot be turned back into a key.
CONVERSATION = Table(
    "conversation",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("tracker", Sealed),
    Column("turns", Integer, nullable=False),  # how many rows `turn` holds; the next `seq`
    Column("touched_at", Integer, nullable=False, index=True),  # minutes since 1970
)

# Append-only: the transcript, one row for each exchange, and longer texts that bypass the assistant.
TURN = Table(
    "turn",
    METADATA,
    Column("conversation_id", ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),  # turn | statement
    Column("turn_key", LargeBinary(32)),  # hash of the client's id of this turn: a repeat finds its answer
    Column("body", Sealed, nullable=False),
    UniqueConstraint("conversation_id", "turn_key", name="one_answer_a_turn"),
)

# A receipt that was opened: the case's seeds under the session token, which only the browser holds.
CASE_SESSION = Table(
    "case_session",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("seeds", Sealed, nullable=False),
    Column("expires_at", Integer, nullable=False, index=True),  # minutes since 1970
    Index("sessions_of_a_case", "case_id"),
)

# A conversation that its person put away: the draft and the talk under a code that nobody here has seen.
PAUSED = Table(
    "paused",
    METADATA,
    Column("id", String(64), primary_key=True),  # an HKDF output of the code
    Column("body", Sealed, nullable=False),
    Column("expires_at", Integer, nullable=False, index=True),  # minutes since 1970
)
