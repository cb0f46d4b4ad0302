"""What deliveries changed, for undo; which delivery one undid, and what it held."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table and the column."""
    op.add_column("deliveries", sa.Column("held", sa.String, nullable=False, server_default="{}"))
    op.add_column("deliveries", sa.Column("undoes", sa.BigInteger))
    op.create_table(
        "delivery_changes",
        sa.Column("district_id", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("before", sa.String),
        sa.Column("after", sa.String),
        sa.PrimaryKeyConstraint("district_id", "number", "kind", "id"),
    )
