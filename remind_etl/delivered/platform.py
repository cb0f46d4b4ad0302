"""The platform: what it holds of a district, and the one transaction that applies a plan."""

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import adbc_driver_manager
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from remind_etl.databases import migrate
from remind_etl.delivered.connection import ONE_CREATOR, Connection, transaction
from remind_etl.delivered.delivery import History, Past, Plan, Receipt, State
from remind_etl.delivered.tables import ASKED, CHANGES, DELIVERIES, INCOMING, INCOMING_CHANGES, TABLES
from remind_etl.errors import PlanStale, UsageError
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import CONTACT_POINTS, KINDS, Kind


class PlatformStore:
    """The platform's records of districts. Nothing is ever deleted: a removed record has the time of its removal."""

    def __init__(self, url: str) -> None:
        """Keep the platform's records at the URL."""
        self._url = url

    @cached_property
    def engine(self) -> sa.Engine:
        """The database, opened and its schema brought up to date at the first use."""
        engine = migrate.engine(self._url)
        migrate.upgrade(engine, "delivered")
        return engine

    def state(self, district_id: DistrictId, kinds: Iterable[Kind] = KINDS) -> State:
        """What the platform holds of the district of these kinds, as of one moment."""
        with transaction(self.engine) as db:
            return _state(db, district_id, kinds)

    def held_elsewhere(self, district_id: DistrictId, contacts: pa.Table) -> pa.Table:
        """Those of the contact points (kind, value) that accounts outside of the district hold: value, account_id.

        Such an account is another district's, or one that a person made for themselves: its records have NO_DISTRICT.
        """
        with transaction(self.engine) as db:
            return _held_elsewhere(db, district_id, contacts)

    def last_delivery(self, district_id: DistrictId) -> Receipt | None:
        """The newest receipt of the district."""
        with transaction(self.engine) as db:
            return _last(db, district_id)

    def deliveries(self, district_id: DistrictId) -> list[Receipt]:
        """All receipts of the district, newest first."""
        with transaction(self.engine) as db:
            return [_receipt(row) for row in db.all(_receipts(district_id))]

    def previous_delivery(self, district_id: DistrictId, drop_id: str) -> int:
        """The number of the newest delivery that was not of the drop, but of another or an undoing; 0 if none was."""
        d, of_district = DELIVERIES.c, DELIVERIES.c.district_id == district_id
        is_other = (d.drop_id != drop_id) | d.undoes.is_not(None)
        with transaction(self.engine) as db:
            newest = db.first(sa.select(sa.func.max(d.number)).where(of_district, is_other))
        return (newest and newest[0]) or 0

    def history(self, district_id: DistrictId, drop_id: str) -> History:
        """What that drop is compared with: the deliveries of other drops."""
        return History.of(self.deliveries(district_id), drop_id)

    def past(self, district_id: DistrictId, number: int) -> Past:
        """What became of a delivery, as of one moment.

        Raises UsageError if there is no such delivery, or what it changed is no longer kept.
        """
        of_district = CHANGES.c.district_id == district_id
        with transaction(self.engine) as db:
            row = db.first(_receipts(district_id).where(DELIVERIES.c.number == number))
            if row is None:
                raise UsageError(
                    f"{district_id} has no delivery {number}. `remind-etl history {district_id}` lists the deliveries."
                )
            delivery = _receipt(row)
            changes = db.rows(CHANGES, _CHANGED, of_district & (CHANGES.c.number == number))
            if not changes.num_rows and any(set(actions) - {"create"} for actions in delivery.counts.values()):
                raise UsageError(f"The changes of delivery {number} of {district_id} are no longer kept.")
            since = db.rows(CHANGES, ("kind", "id"), of_district & (CHANGES.c.number > number))
            return Past(delivery, changes, since, _state(db, district_id))

    def apply(self, district_id: DistrictId, plan: Plan) -> Receipt:
        """Apply the plan in one transaction; applied before, it is not applied again.

        Raises PlanStale if another delivery came between plan and this, of the district, or of another that got a
        contact point of a new account; TransientError if the database is busy.
        """
        stale = PlanStale(f"Another delivery for {district_id} came after the plan was made. Run it again.")
        taken = PlanStale(
            f"After the plan of {district_id} was made, an account of another district got an email or phone of a new "
            "account. Run it again, and the two are linked."
        )
        new = plan.new_contacts
        with transaction(self.engine) as db:
            if new.num_rows:
                _wait_for_creators(db, self.engine.dialect.name)
            _wait_for_writers(db)
            last = _last(db, district_id)
            if last and (last.number, last.plan_hash) == (plan.base + 1, plan.plan_hash):
                return last
            if State(last, {}).base != plan.base:
                raise stale
            if new.num_rows and _gone(plan, _held_elsewhere(db, district_id, new)):
                raise taken
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            receipt = plan.receipt(now)
            try:
                _sign(db, district_id, receipt)
            except adbc_driver_manager.IntegrityError as error:
                raise stale from error
            _keep_changed(db, district_id, receipt.number, plan.changed)
            for kind in KINDS:
                _apply(db, self.engine.dialect.name, kind, district_id, plan.changes.get(kind.name), now)
            return receipt


_AS_JSON = ("counts", "standing", "held", "reused", "removals")
_CHANGED = ("kind", "id", "action", "before", "after")
_HELD = ["value", "account_id"]


def _state(db: Connection, district_id: DistrictId, kinds: Iterable[Kind] = KINDS) -> State:
    last = _last(db, district_id)
    return State(last, {kind.name: _records(db, kind, district_id) for kind in kinds})


def _records(db: Connection, kind: Kind, district_id: DistrictId) -> pa.Table:
    table = TABLES[kind.name]
    return db.rows(table, (*kind.columns, "removed_at"), table.c.district_id == district_id)


def _last(db: Connection, district_id: DistrictId) -> Receipt | None:
    row = db.first(_receipts(district_id).limit(1))
    return _receipt(row) if row else None


def _receipts(district_id: DistrictId) -> sa.Select[Any]:
    """The receipts of a district, newest first."""
    columns = (DELIVERIES.c[f.name] for f in fields(Receipt))
    return sa.select(*columns).where(DELIVERIES.c.district_id == district_id).order_by(DELIVERIES.c.number.desc())


def _receipt(row: tuple[Any, ...]) -> Receipt:
    known = dict(zip((f.name for f in fields(Receipt)), row, strict=True))
    return Receipt(**{**known, **{name: json.loads(known[name]) for name in _AS_JSON}})


def _held_elsewhere(db: Connection, district_id: DistrictId, contacts: pa.Table) -> pa.Table:
    table = TABLES[CONTACT_POINTS.name]
    outside = (table.c.district_id != district_id, table.c.removed_at.is_(None))
    asked = sa.tuple_(table.c.kind, table.c.value).in_(sa.select(ASKED.c.kind, ASKED.c.value))
    db.ingest(ASKED, contacts)
    return db.rows(table, tuple(_HELD), sa.and_(asked, *outside))


def _gone(plan: Plan, held: pa.Table) -> bool:
    """True if another account holds what was free, or somebody else's, when the plan was made."""
    return bool(held.join(plan.held_elsewhere, _HELD, join_type="left anti").num_rows)


def _wait_for_creators(db: Connection, dialect: str) -> None:
    """Of deliveries that may create accounts, let one be applied at a time, whatever the district.

    Else two could look up one contact point, find it free, and each give it to an account of their own. SQLite has one
    writer anyway. Postgres locks before the transaction has its moment in time, so that it sees what it waited for.
    """
    if dialect == "postgresql":
        db.execute(sa.text(ONE_CREATOR))


def _wait_for_writers(db: Connection) -> None:
    """Write nothing, first of all: SQLite lets a transaction wait for another's end only before it has read."""
    db.execute(sa.update(DELIVERIES).where(sa.false()).values(number=DELIVERIES.c.number))


def _sign(db: Connection, district_id: DistrictId, receipt: Receipt) -> None:
    """Write the receipt, before the changes: of two deliveries on one base, the database lets one have the number."""
    texts = {name: json.dumps(getattr(receipt, name)) for name in _AS_JSON}
    db.execute(sa.insert(DELIVERIES).values(**{**vars(receipt), **texts, "district_id": district_id}))


def _keep_changed(db: Connection, district_id: DistrictId, number: int, changed: pa.Table) -> None:
    if not changed.num_rows:
        return
    db.ingest(INCOMING_CHANGES, changed)
    columns = (INCOMING_CHANGES.c[name] for name in _CHANGED)
    rows = sa.select(sa.literal(district_id), sa.literal(number), *columns)
    db.execute(sa.insert(CHANGES).from_select(["district_id", "number", *_CHANGED], rows))


def _apply(db: Connection, dialect: str, kind: Kind, district_id: DistrictId, rows: pa.Table | None, now: str) -> None:
    if rows is None or not rows.num_rows:
        return
    table, incoming = TABLES[kind.name], INCOMING[kind.name]
    db.ingest(incoming, rows)
    is_removal = incoming.c.action == "remove"
    db.execute(
        sa.update(table)
        .where(
            table.c.district_id == district_id,
            sa.tuple_(*(table.c[k] for k in kind.key)).in_(
                sa.select(*(incoming.c[k] for k in kind.key)).where(is_removal)
            ),
        )
        .values(removed_at=now)
    )
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table).from_select(
        ["district_id", *kind.columns],
        sa.select(sa.literal(district_id), *(incoming.c[c] for c in kind.columns)).where(sa.not_(is_removal)),
    )
    values = {c: insert.excluded[c] for c in kind.columns if c not in kind.key}
    db.execute(
        insert.on_conflict_do_update(
            index_elements=["district_id", *kind.key], set_={**values, "removed_at": sa.null()}
        )
    )
