"""Limits of districts, refusals of what is held, and pauses."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column("districts", sa.Column("limits", sa.JSON, nullable=False, server_default="{}"))
    op.create_table(
        "refusals",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("plan_hash", sa.String(32), primary_key=True),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("refused_by", sa.String, nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "pauses",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("adds_only", sa.Boolean, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("paused_by", sa.String, nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
    )
