"""What each district has on the SFTP server, as ProFTPD counts it for its quotas."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "sftp_tallies",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("bytes_used", sa.BigInteger, nullable=False),
        sa.Column("files_used", sa.Integer, nullable=False),
    )
