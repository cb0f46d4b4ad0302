"""The name that a school had when a person decided about it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; of earlier decisions the name is not known."""
    op.add_column("school_links", sa.Column("school_name", sa.String))
