"""The people who sign in to the SIS Sync pages."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "page_users",
        sa.Column("user_id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("is_operator", sa.Boolean, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_out_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "administrators",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("page_users.user_id"), primary_key=True),
    )
