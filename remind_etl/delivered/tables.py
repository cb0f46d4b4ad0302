"""The tables of the platform's database; `migrations/` makes them."""

from typing import Final

import sqlalchemy as sa

from remind_etl.schema.records import CONTACT_POINTS, KINDS

METADATA: Final = sa.MetaData()

TABLES: Final = {
    kind.name: sa.Table(
        kind.name,
        METADATA,
        *(sa.Column(name, sa.String, primary_key=name in kind.key) for name in ("district_id", *kind.columns)),
        sa.Column("removed_at", sa.String),
        *([sa.Column("verified_at", sa.String)] if kind is CONTACT_POINTS else []),
    )
    for kind in KINDS
}
"""`verified_at` is written by the platform, when a person proves that the contact point is theirs."""

INCOMING: Final = {
    kind.name: sa.Table(
        f"incoming_{kind.name}", METADATA, *(sa.Column(name, sa.String) for name in (*kind.columns, "action"))
    )
    for kind in KINDS
}
"""Temporary tables of the changes on their way in."""

ASKED: Final = sa.Table("incoming_asked", METADATA, sa.Column("kind", sa.String), sa.Column("value", sa.String))
"""A temporary table of contact points that are looked up."""

NO_DISTRICT: Final = ""
"""The district of accounts that people made for themselves, which the platform writes and we only read."""

DELIVERIES: Final = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    *(
        sa.Column(name, sa.String)
        for name in ("drop_id", "plan_hash", "counts", "standing", "delivered_at", "held", "reused", "removals")
    ),
    sa.Column("undoes", sa.BigInteger),
    sa.Column("undoes_to", sa.BigInteger),
    sa.Column("removals_only", sa.Boolean),
)

RECEIPT_JSON: Final = ("counts", "standing", "held", "reused", "removals")
"""The columns of a delivery that have JSON."""

BY_EMAIL_AND_NAME: Final = "email_and_name"
"""The rule of today's links: equal verified email and equal name. Earlier links have the rule `former_rule`."""

LINKS: Final = sa.Table(
    "account_links",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("account_id", sa.String, primary_key=True),
    sa.Column("rule", sa.String),
    sa.Column("number", sa.BigInteger),
    sa.Column("linked_at", sa.String),
)
"""The accounts of a district that belong to somebody outside of it too, and the rule that linked them."""

CHANGED_COLUMNS: Final = ("kind", "id", "action", "before", "after")
"""The columns of a delivery's change, after those that name the delivery."""

CHANGES: Final = sa.Table(
    "delivery_changes",
    METADATA,
    sa.Column("district_id", sa.String, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    *(sa.Column(name, sa.String) for name in ("action", "before", "after")),
)
"""What deliveries changed, or added to an account or class that was there, the records before and after as JSON."""

INCOMING_CHANGES: Final = sa.Table(
    "incoming_changes", METADATA, *(sa.Column(name, sa.String) for name in CHANGED_COLUMNS)
)
