"""The limits of a district's files, where they are not the usual ones."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column; it is an empty object where the usual limits hold."""
    op.add_column("districts", sa.Column("file_limits", sa.JSON, nullable=False, server_default="{}"))
