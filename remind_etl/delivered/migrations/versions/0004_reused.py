"""Which class ids a drop used again for another class."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column."""
    op.add_column("deliveries", sa.Column("reused", sa.String, nullable=False, server_default="{}"))
