"""The hash of held changes has its own name, because a plan has another hash."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Rename the columns."""
    op.execute("alter table approvals rename column plan_hash to hold_hash")
    op.execute("alter table refusals rename column plan_hash to hold_hash")
