"""What shows that a member was let in by the root: their certificate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "keys_0002"
down_revision = "keys_0001"


def upgrade() -> None:
    op.add_column("member", sa.Column("certificate", sa.LargeBinary(), nullable=True))
