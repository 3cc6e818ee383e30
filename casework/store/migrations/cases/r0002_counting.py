"""A narrow index to count the steps of each queue with."""

from __future__ import annotations

from alembic import op

revision = "cases_0002"
down_revision = "cases_0001"


def upgrade() -> None:
    op.create_index("steps_to_count", "step", ["queue", "state"], unique=False)
