"""The tables of the decisions database; `migrations/` makes them."""

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()


DISTRICTS: Final = sa.Table(
    "districts",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("name", sa.String),
    sa.Column("region", sa.String),
    sa.Column("link_policy", sa.String),
    sa.Column("password_hash", sa.String),
    sa.Column("added_at", sa.DateTime(timezone=True)),
)
PLATFORM_SCHOOLS: Final = sa.Table(
    "platform_schools",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("platform_school_id", sa.String, primary_key=True),
    sa.Column("name", sa.String),
)
SCHOOL_LINKS: Final = sa.Table(
    "school_links",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("school_id", sa.String, primary_key=True),
    sa.Column("platform_school_id", sa.String),
    sa.Column("link", sa.String),
)
APPROVALS: Final = sa.Table(
    "approvals",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("plan_hash", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
)
DECISIONS: Final = sa.Table(
    "decisions",
    METADATA,
    sa.Column("decision_id", sa.Integer, primary_key=True),
    sa.Column("district_id", sa.String),
    sa.Column("what", sa.String),
    sa.Column("detail", sa.JSON),
    sa.Column("decided_by", sa.String),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
)
