"""An index that tells what hangs on a key without reading the wraps themselves."""

from __future__ import annotations

from alembic import op

revision = "cases_0004"
down_revision = "cases_0003"


def upgrade() -> None:
    op.drop_index("wraps_by_key", "wrap")
    op.create_index("wraps_by_key", "wrap", ["reader", "key_id", "compartment"], unique=False)
