"""The place that each district uploads to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column."""
    op.add_column("districts", sa.Column("source", sa.String(31), nullable=False, server_default="main"))
