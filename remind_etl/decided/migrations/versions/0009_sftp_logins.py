"""The SFTP logins of districts get their own tables, and views that another SFTP server can read."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Move the password hashes, and add the keys, the audit and the views."""
    op.create_table(
        "sftp_logins",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.Column("password_made_at", sa.DateTime(timezone=True)),
        sa.Column("last_login_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "sftp_keys",
        sa.Column("district_id", sa.String(63), sa.ForeignKey("districts.district_id"), primary_key=True),
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    # ProFTPD adds rows too, so the database gives the number. A district may be unknown, so it is no foreign key.
    op.create_table(
        "sftp_audit",
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("district_id", sa.String(63), index=True),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("file", sa.Text),
        sa.Column("bytes", sa.BigInteger),
        sa.Column("client", sa.String(64)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.execute(
        "insert into sftp_logins (district_id, password_hash, is_disabled) "
        "select district_id, password_hash, false from districts"
    )
    op.execute("alter table districts drop column password_hash")
    op.execute(
        "create view sftp_users as select district_id as login, password_hash from sftp_logins where not is_disabled"
    )
    op.execute(
        "create view sftp_user_keys as "
        "select sftp_keys.district_id as login, sftp_keys.public_key from sftp_keys "
        "join sftp_logins on sftp_logins.district_id = sftp_keys.district_id where not sftp_logins.is_disabled"
    )
