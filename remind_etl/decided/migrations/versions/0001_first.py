"""Districts, their platform schools, school links, approvals, and the log of decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "districts",
        sa.Column("district_id", sa.String(63), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("region", sa.String(2), nullable=False),
        sa.Column("link_policy", sa.String(5), nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "platform_schools",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("platform_school_id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
    )
    op.create_table(
        "school_links",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("school_id", sa.String, primary_key=True),
        sa.Column("platform_school_id", sa.String),
        sa.Column("link", sa.String(9), nullable=False),
    )
    op.create_table(
        "approvals",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("plan_hash", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
    )
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), nullable=False, index=True),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
