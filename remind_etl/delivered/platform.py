"""The platform: what it holds of a district, and the one transaction that applies a plan."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import adbc_driver_manager
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from remind_etl import contract, migrate
from remind_etl.delivered.connection import Connection, transaction
from remind_etl.delivered.tables import ASKED, DELIVERIES, INCOMING, TABLES
from remind_etl.errors import PlanStale
from remind_etl.kinds import CONTACT_POINTS, KINDS, Kind


@dataclass(frozen=True)
class Receipt:
    """A delivery: its number in the district, the drop and plan it applied, counts of changes by kind and action.

    `standing` has the records that stood before anything of the drop was delivered, by kind of removal.
    """

    number: int
    drop_id: str
    plan_hash: str
    counts: Mapping[str, Mapping[str, int]]
    standing: Mapping[str, int]
    delivered_at: str


@dataclass(frozen=True)
class State:
    """The newest receipt of a district, and by kind all its records; `removed_at` is null where one is not removed."""

    last: Receipt | None
    records: Mapping[str, pa.Table]

    @property
    def base(self) -> int:
        """The number of the newest delivery, 0 before the first."""
        return self.last.number if self.last else 0

    def standing(self, drop_id: str) -> Mapping[str, int]:
        """The records that stood before that drop, by kind of removal; nothing if it is not the one delivered last."""
        return self.last.standing if self.last and self.last.drop_id == drop_id else {}


@dataclass(frozen=True)
class Plan:
    """What to deliver: the changes of each kind as rows with a column `action`, made on top of delivery `base`."""

    drop_id: str
    plan_hash: str
    base: int
    standing: Mapping[str, int]
    changes: Mapping[str, pa.Table]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers of changes by kind and action."""
        return {
            kind: {c["values"]: c["counts"] for c in rows["action"].value_counts().to_pylist()}
            for kind, rows in self.changes.items()
            if rows.num_rows
        }


class PlatformStore:
    """The platform's records of districts. Nothing is ever deleted: a removed record has the time of its removal."""

    def __init__(self, url: str) -> None:
        """Open the database and bring its schema up to date."""
        self._engine = migrate.engine(url)
        migrate.upgrade(self._engine, "delivered")

    def state(self, district_id: str, kinds: Iterable[Kind] = KINDS) -> State:
        """What the platform holds of the district of these kinds, as of one moment."""
        contract.district_id(district_id)
        with transaction(self._engine) as db:
            last = _last(db, district_id)
            return State(last, {kind.name: _records(db, kind, district_id) for kind in kinds})

    def held_elsewhere(self, district_id: str, contacts: pa.Table) -> pa.Table:
        """Those of the contact points (kind, value) that accounts outside of the district hold: value, account_id.

        Such an account is another district's, or one that a person made for themselves: its records have NO_DISTRICT.
        """
        table, columns = TABLES[CONTACT_POINTS.name], ("value", "account_id")
        outside = (table.c.district_id != contract.district_id(district_id), table.c.removed_at.is_(None))
        asked = sa.tuple_(table.c.kind, table.c.value).in_(sa.select(ASKED.c.kind, ASKED.c.value))
        with transaction(self._engine) as db:
            db.ingest(ASKED, contacts)
            return db.rows(table, columns, sa.and_(asked, *outside))

    def last_delivery(self, district_id: str) -> Receipt | None:
        """The newest receipt of the district."""
        with transaction(self._engine) as db:
            return _last(db, contract.district_id(district_id))

    def apply(self, district_id: str, plan: Plan) -> Receipt:
        """Apply the plan in one transaction; applied before, it is not applied again.

        Raises PlanStale if another delivery came between plan and this, TransientError if the database is busy.
        """
        contract.district_id(district_id)
        stale = PlanStale(f"Something was delivered for {district_id} since the plan was made; run it again.")
        with transaction(self._engine) as db:
            _wait_for_writers(db)
            last = _last(db, district_id)
            if last and (last.number, last.plan_hash) == (plan.base + 1, plan.plan_hash):
                return last
            if State(last, {}).base != plan.base:
                raise stale
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            receipt = Receipt(plan.base + 1, plan.drop_id, plan.plan_hash, plan.counts, plan.standing, now)
            try:
                _sign(db, district_id, receipt)
            except adbc_driver_manager.IntegrityError as error:
                raise stale from error
            for kind in KINDS:
                _apply(db, self._engine.dialect.name, kind, district_id, plan.changes.get(kind.name), now)
            return receipt


def _records(db: Connection, kind: Kind, district_id: str) -> pa.Table:
    table = TABLES[kind.name]
    return db.rows(table, (*kind.columns, "removed_at"), table.c.district_id == district_id)


def _last(db: Connection, district_id: str) -> Receipt | None:
    d = DELIVERIES.c
    row = db.first(
        sa.select(d.number, d.drop_id, d.plan_hash, d.counts, d.standing, d.delivered_at)
        .where(d.district_id == district_id)
        .order_by(d.number.desc())
        .limit(1)
    )
    return Receipt(row[0], row[1], row[2], json.loads(row[3]), json.loads(row[4]), row[5]) if row else None


def _wait_for_writers(db: Connection) -> None:
    """Write nothing, first of all: SQLite lets a transaction wait for another's end only before it has read."""
    db.execute(sa.update(DELIVERIES).where(sa.false()).values(number=DELIVERIES.c.number))


def _sign(db: Connection, district_id: str, receipt: Receipt) -> None:
    """Write the receipt, before the changes: of two deliveries on one base, the database lets one have the number."""
    texts = {"counts": json.dumps(receipt.counts), "standing": json.dumps(receipt.standing)}
    db.execute(sa.insert(DELIVERIES).values(**{**vars(receipt), **texts, "district_id": district_id}))


def _apply(db: Connection, dialect: str, kind: Kind, district_id: str, rows: pa.Table | None, now: str) -> None:
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
