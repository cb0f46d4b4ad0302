"""The writes of the one transaction that applies a plan, in their order."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from remind_etl.delivered.connection import Connection
from remind_etl.delivered.delivery import Changes, Plan, Receipt
from remind_etl.delivered.tables import (
    BY_EMAIL_AND_NAME,
    CHANGED_COLUMNS,
    CHANGES,
    DELIVERIES,
    INCOMING,
    INCOMING_CHANGES,
    LINKS,
    RECEIPT_JSON,
    TABLES,
)
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import ACCOUNTS, CONTACT_POINTS, KINDS, Kind

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy.dialects import postgresql


def wait_for_writers(db: Connection) -> None:
    """Write nothing, first of all: SQLite lets a transaction wait for another's end only before it has read."""
    db.execute(sa.update(DELIVERIES).where(sa.false()).values(number=DELIVERIES.c.number))


def sign_receipt(db: Connection, district_id: DistrictId, receipt: Receipt) -> None:
    """Write the receipt, before the changes: of two deliveries on one base, the database lets one have the number."""
    texts = {name: json.dumps(getattr(receipt, name)) for name in RECEIPT_JSON}
    db.execute(sa.insert(DELIVERIES).values(**{**vars(receipt), **texts, "district_id": district_id}))


def write_plan(db: Connection, dialect: str, district_id: DistrictId, plan: Plan, receipt: Receipt) -> None:
    """Write what the plan changes, what was there before, and which accounts it links. `dialect` names the database."""
    _keep_changed(db, district_id, receipt.number, plan.changed)
    for kind in KINDS:
        _apply(db, dialect, kind, district_id, plan.changes.get(kind.name), receipt.delivered_at)
    _keep_links(db, district_id, receipt, plan.changes.get(ACCOUNTS.name))


def _keep_changed(db: Connection, district_id: DistrictId, number: int, changed: "pa.Table") -> None:
    if not changed.num_rows:
        return
    db.ingest(INCOMING_CHANGES, changed)
    columns = (INCOMING_CHANGES.c[name] for name in CHANGED_COLUMNS)
    rows = sa.select(sa.literal(district_id), sa.literal(number), *columns)
    db.execute(sa.insert(CHANGES).from_select(["district_id", "number", *CHANGED_COLUMNS], rows))


def _apply(
    db: Connection, dialect: str, kind: Kind, district_id: DistrictId, changes: Changes | None, now: str
) -> None:
    if changes is None or not changes.counts:
        return
    table = TABLES[kind.name]
    of_district = table.c.district_id == district_id
    if db.first(sa.select(sa.literal(1)).select_from(table).where(of_district).limit(1)):
        db.ingest(INCOMING[kind.name], changes.read())
        _remove(db, kind, district_id, now)
        _upsert(db, dialect, kind, district_id)
    else:
        db.append(table, _without_removals(changes.read()), district_id=district_id)


def _without_removals(changes: "pa.RecordBatchReader") -> "pa.RecordBatchReader":
    import pyarrow as pa
    import pyarrow.compute as pc  # it takes long, and most commands only read

    def batches() -> "Iterator[pa.RecordBatch]":
        for batch in changes:
            yield batch.filter(pc.not_equal(batch["action"], "remove"))

    return pa.RecordBatchReader.from_batches(changes.schema, batches())


def _remove(db: Connection, kind: Kind, district_id: DistrictId, now: str) -> None:
    """Mark as removed what the temporary table of incoming changes removes."""
    table, incoming = TABLES[kind.name], INCOMING[kind.name]
    removed = sa.select(*(incoming.c[k] for k in kind.key)).where(incoming.c.action == "remove")
    is_removed = sa.tuple_(*(table.c[k] for k in kind.key)).in_(removed)
    db.execute(sa.update(table).where(table.c.district_id == district_id, is_removed).values(removed_at=now))


def _insert(table: sa.Table, dialect: str) -> "sqlite.Insert | postgresql.Insert":
    """An insert that can replace rows. A command that only reads a SQLite file does not import the other dialect."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def _upsert(db: Connection, dialect: str, kind: Kind, district_id: DistrictId) -> None:
    """Write the records of all other incoming changes over those with the same key."""
    table, incoming = TABLES[kind.name], INCOMING[kind.name]
    records = sa.select(sa.literal(district_id), *(incoming.c[c] for c in kind.columns))
    insert = _insert(table, dialect).from_select(
        ["district_id", *kind.columns], records.where(incoming.c.action != "remove")
    )
    values: dict[str, Any] = {c: insert.excluded[c] for c in kind.columns if c not in kind.key}
    if kind is CONTACT_POINTS:
        # A contact point that was of another account is verified by nobody.
        is_same = table.c.account_id == insert.excluded.account_id
        values["verified_at"] = sa.case((is_same, table.c.verified_at), else_=sa.null())
    db.execute(
        insert.on_conflict_do_update(
            index_elements=["district_id", *kind.key], set_={**values, "removed_at": sa.null()}
        )
    )


def _keep_links(db: Connection, district_id: DistrictId, receipt: Receipt, changes: Changes | None) -> None:
    """Record the accounts that the delivery linked."""
    if changes is None or not changes.counts.get("link"):
        return
    import pyarrow.compute as pc

    accounts = changes.read().read_all()
    linked = accounts.filter(pc.equal(accounts["action"], "link")).select(["account_id"]).to_reader()
    number, now = receipt.number, receipt.delivered_at
    db.append(LINKS, linked, district_id=district_id, rule=BY_EMAIL_AND_NAME, number=number, linked_at=now)
