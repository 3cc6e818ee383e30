"""Erasures that were begun, and how far the ledger had come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "keys_0003"
down_revision = "keys_0002"


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("began_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id"),
    )
    op.create_table(
        "ledger_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("given_up", sa.Integer(), server_default="0", nullable=False),
        sa.Column("restored_on", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
