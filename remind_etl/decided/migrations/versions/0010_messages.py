"""The messages to operators and districts, and which of them a district gets."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table and the column."""
    op.add_column("districts", sa.Column("messages", sa.String(16), nullable=False, server_default="problems"))
    op.create_table(
        "messages",
        sa.Column("message_id", sa.Integer, primary_key=True),
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), nullable=False),
        sa.Column("receiver", sa.String(16), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), index=True),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("district_id", "receiver", "event", "day"),
    )
