"""The time zone in which the pages of a district show dates."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column; it is null where the time zone of the settings holds."""
    op.add_column("districts", sa.Column("time_zone", sa.String, nullable=True))
