"""Accounts that belong to somebody outside of a district: who has a contact point, and which accounts are linked."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from remind_etl.delivered.connection import Connection
from remind_etl.delivered.tables import ASKED, LINKS, NO_DISTRICT, TABLES
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import ACCOUNTS, CONTACT_POINTS

if TYPE_CHECKING:
    import pyarrow as pa


def contacts_held_outside(db: Connection, district_id: DistrictId, contacts: "pa.Table") -> "pa.Table":
    """Those of the contact points (kind, value) that accounts outside of the district have, with these accounts."""
    contact, holder, record = TABLES[CONTACT_POINTS.name], TABLES[ACCOUNTS.name], TABLES[ACCOUNTS.name].alias()
    elsewhere = (contact.c.district_id < district_id) | (contact.c.district_id > district_id)
    is_any = db.first(sa.select(sa.literal(1)).select_from(contact).where(elsewhere).limit(1))
    db.ingest(ASKED, contacts if is_any else contacts.slice(0, 0))
    return db.texts(
        sa.select(
            contact.c.value,
            contact.c.account_id,
            holder.c.first_name,
            holder.c.last_name,
            record.c.roles,
            sa.case((contact.c.verified_at.is_(None), sa.null()), else_="yes").label("is_verified"),
        )
        .join(holder, (contact.c.district_id == holder.c.district_id) & (contact.c.account_id == holder.c.account_id))
        .join(record, contact.c.account_id == record.c.account_id)
        .where(
            sa.tuple_(contact.c.kind, contact.c.value).in_(sa.select(ASKED.c.kind, ASKED.c.value)),
            *(table.c.district_id != district_id for table in (contact, record)),
            *(table.c.removed_at.is_(None) for table in (contact, holder, record)),
        )
    )


def are_verified(db: Connection, district_id: DistrictId, links: "pa.Table") -> bool:
    """True if each account to link still has its email, verified."""
    held = contacts_held_outside(db, district_id, links.select(["kind", "value"]))
    verified = {(row["value"], row["account_id"]) for row in held.to_pylist() if row["is_verified"]}
    return {(row["value"], row["account_id"]) for row in links.to_pylist()} <= verified


def linked_outside(district_id: DistrictId) -> sa.Select[Any]:
    """The query of the accounts of the district that are linked and not removed, by id: the fields of a `Link`."""
    account, other, contact = TABLES[ACCOUNTS.name], TABLES[ACCOUNTS.name].alias(), TABLES[CONTACT_POINTS.name]
    ours = (account.c.district_id == LINKS.c.district_id) & (account.c.account_id == LINKS.c.account_id)
    contacts = sa.select(sa.func.count()).where(
        contact.c.district_id == LINKS.c.district_id,
        contact.c.account_id == LINKS.c.account_id,
        contact.c.removed_at.is_(None),
    )
    others = sa.select(sa.func.count()).where(
        other.c.account_id == LINKS.c.account_id, other.c.district_id.not_in([district_id, NO_DISTRICT])
    )
    of_link = (LINKS.c[name] for name in ("account_id", "rule", "number", "linked_at"))
    return (
        sa.select(*of_link, account.c.roles, account.c.teacher_id, contacts.scalar_subquery(), others.scalar_subquery())
        .join(account, ours)
        .where(LINKS.c.district_id == district_id, account.c.removed_at.is_(None))
        .order_by(LINKS.c.account_id)
    )
