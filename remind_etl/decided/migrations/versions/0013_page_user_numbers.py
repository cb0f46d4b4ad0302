"""SQLite gives the number of a removed person to nobody else: the audit of sign-ins names people by it."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Copy the table into one that keeps its highest number. Postgres does so already."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("page_users", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
