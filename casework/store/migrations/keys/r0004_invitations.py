"""Which invitation lies behind a one-time link, so that one that ends unused can be let go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "keys_0004"
down_revision = "keys_0003"


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("invitation", sa.LargeBinary(length=16), nullable=True))
