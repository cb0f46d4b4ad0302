"""A refusal is of one kind of held changes. Earlier ones were of all, which a blank kind says."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Copy the refusals into a table whose key has the kind."""
    op.create_table(
        "refusals_of_kinds",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("hold_hash", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("refused_by", sa.String, nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "insert into refusals_of_kinds (district_id, hold_hash, kind, why, refused_by, refused_at) "
        "select district_id, hold_hash, '', why, refused_by, refused_at from refusals"
    )
    op.drop_table("refusals")
    op.rename_table("refusals_of_kinds", "refusals")
