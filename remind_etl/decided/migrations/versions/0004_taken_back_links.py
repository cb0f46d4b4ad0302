"""Links to accounts outside of the district that a person took back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "taken_back_links",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("account_id", sa.String, primary_key=True),
        sa.Column("taken_back_by", sa.String, nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=False),
    )
