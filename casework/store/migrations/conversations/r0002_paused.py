"""Conversations that were put away under a code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "conversations_0002"
down_revision = "conversations_0001"


def upgrade() -> None:
    op.create_table(
        "paused",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_paused_expires_at"), "paused", ["expires_at"], unique=False)
