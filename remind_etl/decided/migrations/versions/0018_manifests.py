"""What each district published last, so that one query tells of all districts."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the table; the next run of a district writes its row."""
    op.create_table(
        "manifests",
        sa.Column("district_id", sa.String, primary_key=True),
        sa.Column("version", sa.String),
        sa.Column("manifest", sa.String),
    )
