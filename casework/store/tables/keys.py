"""Tables of the key database: shred keys and the sealed keys of staff. Small, and backed up for days only."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

from casework.store.sealed import Sealed

METADATA = MetaData()

# Not sealed by design: it opens nothing alone, and deleting this row is what erases a case.
SHRED = Table(
    "shred",
    METADATA,
    Column("case_id", String(64), primary_key=True),
    Column("key", LargeBinary(32), nullable=False),
    Column("created_on", String(10), nullable=False, index=True),
)

MEMBER = Table(
    "member",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("role", String(32), nullable=False),  # caseworker | key_officer
    Column("public_key", LargeBinary, nullable=False),
    Column("totp", Sealed),  # sealed to the member's public key
    Column("totp_used", Integer, nullable=False, server_default="0"),  # last time step: a code works once
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("slow_until", Integer, nullable=False, server_default="0"),  # minutes since 1970
    Column("created_on", String(10), nullable=False),
    Column("removed_on", String(10)),
    Column("certificate", LargeBinary),  # that the root let them in, and to which teams
)

# One private key, several locks: each row is a copy under another secret of the same member.
MEMBER_LOCK = Table(
    "member_lock",
    METADATA,
    Column("member_id", ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("method", String(32), primary_key=True),  # password | recovery | passkey:<credential>
    Column("derivation", String, nullable=False),  # salt, cost and pepper id, as `encryption.passwords` writes them
    Column("private_key", Sealed, nullable=False),
)

# What a member may open: the private seed of a team family (or of the root) under their public key.
TEAM_WRAP = Table(
    "team_wrap",
    METADATA,
    Column("member_id", ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("family", String(32), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("seed", Sealed, nullable=False),
)

# A one-time link: its secret travels in the URL fragment, `id` and the key are derived from it.
ENROLMENT = Table(
    "enrolment",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("role", String(32), nullable=False),
    Column("seeds", Sealed, nullable=False),
    Column("expires_at", Integer, nullable=False),
    Column("invitation", LargeBinary(16)),  # id of what lies behind it: named in the manifest when the link ends unused
)

STAFF_SESSION = Table(
    "staff_session",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("member_id", ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("private_key", Sealed, nullable=False),  # under the session token, which only the browser holds
    Column("expires_at", Integer, nullable=False, index=True),
)

# Erasures that were begun: whatever dies, the worker and the next start finish them.
ERASURE = Table(
    "erasure",
    METADATA,
    Column("kind", String(16), primary_key=True),  # case | member
    Column("id", String(64), primary_key=True),
    Column("asked_by", String(16), nullable=False),  # person | desk
    Column("began_at", Integer, nullable=False),  # minutes since 1970
)

# One row: how far the ledger had come, which an older copy of this database does not know.
LEDGER_MARK = Table(
    "ledger_mark",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("given_up", Integer, nullable=False, server_default="0"),  # cases whose keys were in no copy
    Column("restored_on", String(10)),  # when older cases were last put in the place of newer ones
)
