"""SQLite gives the number of a deleted decision to no other: the sensor knows by it what is new."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Copy the table into one that keeps its highest number. Postgres does so already."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("decisions", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
