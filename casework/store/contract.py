"""
Every sealed column, and which immutable values of its row are bound into the ciphertext.

A sealed value opens only where it was written: moved to another row, column, case, kind or
compartment it does not open (tests/integration/store/test_contract.py tries each of them).
Values that may change (a state, a date, an owner) must never appear here.
"""

from __future__ import annotations

from dataclasses import dataclass

from encryption.envelope import Context


@dataclass(frozen=True, kw_only=True)
class SealedField:
    """One sealed column; `case`, `record`, `kind` and `compartment` name columns, or are ="literals"."""

    database: str  # conversations | cases | keys
    table: str
    column: str
    case: str = "="
    record: tuple[str, ...] = ()
    kind: str = "="
    compartment: str = "="

    @property
    def id(self) -> str:
        return f"{self.table}.{self.column}"

    def context(self, **row: object) -> Context:
        """The associated data of this column in `row`; a missing column is a `KeyError`."""

        def value(source: str) -> str:
            return source[1:] if source.startswith("=") else str(row[source])

        return Context(
            table=self.table,
            column=self.column,
            case=value(self.case),
            # Ids, numbers and fixed names hold no slash, so the join cannot be read two ways.
            record="/".join(str(row[column]) for column in self.record),
            kind=value(self.kind),
            compartment=value(self.compartment),
        )


TRACKER = SealedField(database="conversations", table="conversation", column="tracker", case="id", kind="=tracker")
TURN = SealedField(
    database="conversations", table="turn", column="body", case="conversation_id", record=("seq",), kind="kind"
)
CASE_SESSION = SealedField(
    database="conversations", table="case_session", column="seeds", case="case_id", record=("id",), kind="=seeds"
)
PAUSED = SealedField(database="conversations", table="paused", column="body", record=("id",), kind="=paused")

WRAP = SealedField(
    database="cases",
    table="wrap",
    column="seed",
    case="case_id",
    # Not the key id: it is in the envelope itself, and a re-wrap must not need the seed.
    record=("reader",),
    kind="=seed",
    compartment="compartment",
)
RECORD = SealedField(
    database="cases",
    table="record",
    column="body",
    case="case_id",
    record=("id",),
    kind="kind",
    compartment="compartment",
)
STEP = SealedField(
    database="cases",
    table="step",
    column="detail",
    case="case_id",
    record=("id",),
    kind="=step",
    compartment="=content",
)
OUTBOX = SealedField(
    database="cases",
    table="outbox",
    column="packet",
    case="case_id",
    record=("id",),
    kind="kind",
    compartment="=dispatch",
)

TOTP = SealedField(database="keys", table="member", column="totp", record=("id",), kind="=totp")
MEMBER_LOCK = SealedField(
    database="keys", table="member_lock", column="private_key", record=("member_id", "method"), kind="=private_key"
)
TEAM_WRAP = SealedField(
    database="keys", table="team_wrap", column="seed", record=("member_id", "family", "epoch"), kind="=seed"
)
ENROLMENT = SealedField(database="keys", table="enrolment", column="seeds", record=("id",), kind="=seeds")
STAFF_SESSION = SealedField(
    database="keys", table="staff_session", column="private_key", record=("id",), kind="=private_key"
)

CONTRACT: tuple[SealedField, ...] = (
    TRACKER,
    TURN,
    CASE_SESSION,
    PAUSED,
    WRAP,
    RECORD,
    STEP,
    OUTBOX,
    TOTP,
    MEMBER_LOCK,
    TEAM_WRAP,
    ENROLMENT,
    STAFF_SESSION,
)
