"""The last of the deliveries that one undid, and whether it undid only their removals."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns. An earlier undoing undid one delivery; whether only its removals is not known."""
    op.add_column("deliveries", sa.Column("undoes_to", sa.BigInteger))
    op.add_column("deliveries", sa.Column("removals_only", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("update deliveries set undoes_to = undoes where undoes is not null")
