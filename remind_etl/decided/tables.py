"""The tables of the decisions database; `migrations/` makes them."""

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()


class Moment(sa.TypeDecorator[datetime]):
    """A moment in UTC; SQLite would forget the time zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment with its time zone."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


DISTRICTS: Final = sa.Table(
    "districts",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("name", sa.String),
    sa.Column("region", sa.String),
    sa.Column("link_policy", sa.String),
    sa.Column("limits", sa.JSON),
    sa.Column("messages", sa.String),
    sa.Column("source", sa.String),
    sa.Column("quiet_seconds", sa.Integer),
    sa.Column("file_limits", sa.JSON),
    sa.Column("time_zone", sa.String),
    sa.Column("added_at", Moment),
)


def _of_district(primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("district_id", sa.String, sa.ForeignKey(DISTRICTS.c.district_id), primary_key=primary_key)


PLATFORM_SCHOOLS: Final = sa.Table(
    "platform_schools",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("platform_school_id", sa.String, primary_key=True),
    sa.Column("name", sa.String),
)
SCHOOL_LINKS: Final = sa.Table(
    "school_links",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("school_id", sa.String, primary_key=True),
    sa.Column("platform_school_id", sa.String),
    sa.Column("link", sa.String),
    sa.Column("school_name", sa.String),
)
APPROVALS: Final = sa.Table(
    "approvals",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("hold_hash", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
)
TAKEN_BACK_LINKS: Final = sa.Table(
    "taken_back_links",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("account_id", sa.String, primary_key=True),
    sa.Column("taken_back_by", sa.String),
    sa.Column("taken_back_at", Moment),
)
REFUSALS: Final = sa.Table(
    "refusals",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("hold_hash", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("why", sa.String),
    sa.Column("refused_by", sa.String),
    sa.Column("refused_at", Moment),
)
PAUSES: Final = sa.Table(
    "pauses",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("adds_only", sa.Boolean),
    sa.Column("ends_at", Moment),
    sa.Column("paused_by", sa.String),
    sa.Column("paused_at", Moment),
)
MANIFESTS: Final = sa.Table(
    "manifests",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("version", sa.String),
    sa.Column("manifest", sa.String),
)
SFTP_LOGINS: Final = sa.Table(
    "sftp_logins",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("password_hash", sa.String),
    sa.Column("is_disabled", sa.Boolean),
    sa.Column("password_made_at", Moment),
    sa.Column("last_login_at", Moment),
)
SFTP_KEYS: Final = sa.Table(
    "sftp_keys",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("kind", sa.String),
    sa.Column("public_key", sa.String),
    sa.Column("added_at", Moment),
)
SFTP_AUDIT: Final = sa.Table(
    "sftp_audit",
    METADATA,
    sa.Column("event_id", sa.Integer, primary_key=True),
    sa.Column("district_id", sa.String),
    sa.Column("what", sa.String),
    sa.Column("file", sa.String),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("client", sa.String),
    sa.Column("at", Moment),
)
"""What the SFTP servers saw. The district is null for a login that is of none, so it is no foreign key."""
SFTP_TALLIES: Final = sa.Table(
    "sftp_tallies",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("bytes_used", sa.BigInteger),
    sa.Column("files_used", sa.Integer),
)
"""ProFTPD alone reads and writes it."""
PAGE_USERS: Final = sa.Table(
    "page_users",
    METADATA,
    sa.Column("user_id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String),
    sa.Column("password_hash", sa.String),
    sa.Column("is_operator", sa.Boolean),
    sa.Column("added_at", Moment),
    sa.Column("signed_out_at", Moment),
)
"""Who signs in to the pages. Of a district are those of `administrators`."""
ADMINISTRATORS: Final = sa.Table(
    "administrators",
    METADATA,
    _of_district(primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey(PAGE_USERS.c.user_id), primary_key=True),
)
SIGN_INS: Final = sa.Table(
    "sign_ins",
    METADATA,
    sa.Column("sign_in_id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.Integer),
    sa.Column("what", sa.String),
    sa.Column("at", Moment),
)
"""The audit of sign-ins. A number stays after its person is removed, so it is no foreign key."""
MESSAGES: Final = sa.Table(
    "messages",
    METADATA,
    sa.Column("message_id", sa.Integer, primary_key=True),
    _of_district(),
    sa.Column("receiver", sa.String),
    sa.Column("event", sa.String),
    sa.Column("about", sa.String),
    sa.Column("facts", sa.JSON),
    sa.Column("day", sa.String),
    sa.Column("noted_at", Moment),
    sa.Column("tries", sa.Integer),
    sa.Column("next_try_at", Moment),
    sa.Column("sent_at", Moment),
)
"""Messages to people, and events of districts under the receiver `nobody`. No data of a person stands here."""
DECISIONS: Final = sa.Table(
    "decisions",
    METADATA,
    sa.Column("decision_id", sa.Integer, primary_key=True),
    _of_district(),
    sa.Column("what", sa.String),
    sa.Column("detail", sa.JSON),
    sa.Column("decided_by", sa.String),
    sa.Column("decided_at", Moment),
    sqlite_autoincrement=True,
)
