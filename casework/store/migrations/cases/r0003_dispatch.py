"""What the worker needs to send from the outbox: whose lease, which key, since when, and why it waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cases_0003"
down_revision = "cases_0002"


def upgrade() -> None:
    for name, length in (("lease_owner", 32), ("key_id", 32), ("day", 10), ("reason", 32)):
        op.add_column("outbox", sa.Column(name, sa.String(length=length), nullable=True))
    op.drop_index("outbox_to_send", table_name="outbox")
    op.create_index("outbox_to_send", "outbox", ["state", "kind", "key_id", "retry_at", "day"], unique=False)
