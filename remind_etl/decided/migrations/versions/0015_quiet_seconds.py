"""How long the upload of a district must rest before it is taken."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the column; it is null where the setting of all districts holds."""
    op.add_column("districts", sa.Column("quiet_seconds", sa.Integer, nullable=True))
