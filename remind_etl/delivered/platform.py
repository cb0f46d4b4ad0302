"""The platform's database: what it holds of a district, and the one transaction that applies a plan.

Rows go in and out as Arrow through ADBC; the statements are SQLAlchemy's, so the same code serves SQLite and Postgres.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import adbc_driver_manager
import adbc_driver_manager.dbapi
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from remind_etl import contract, migrate
from remind_etl.errors import PlanStale, TransientError
from remind_etl.kinds import KINDS, Kind

BUSY_SECONDS: Final = 60
"""How long a delivery waits for another district's to end, where the platform is one SQLite file."""


@dataclass(frozen=True)
class Receipt:
    """A delivery: its number in the district, the drop and plan it applied, counts of changes by kind and action."""

    number: int
    drop_id: str
    plan_hash: str
    counts: Mapping[str, Mapping[str, int]]
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


@dataclass(frozen=True)
class Plan:
    """What to deliver: the changes of each kind as rows with a column `action`, made on top of delivery `base`."""

    drop_id: str
    plan_hash: str
    base: int
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
        self._url = sa.make_url(url)
        self._engine = migrate.engine(url)
        migrate.upgrade(self._engine, "delivered")

    def state(self, district_id: str) -> State:
        """All that the platform holds of the district, as of one moment."""
        with self._connection() as db:
            last = self._last(db, district_id)
            return State(last, {kind.name: self._rows(db, kind, district_id) for kind in KINDS})

    def last_delivery(self, district_id: str) -> Receipt | None:
        """The newest receipt of the district."""
        with self._connection() as db:
            return self._last(db, district_id)

    def apply(self, district_id: str, plan: Plan) -> Receipt:
        """Apply the plan in one transaction; applied before, it is not applied again.

        Raises PlanStale if another delivery came between plan and this, TransientError if the database is busy.
        """
        try:
            with self._connection() as db:
                last = self._last(db, district_id)
                if last and last.number == plan.base + 1 and last.plan_hash == plan.plan_hash:
                    return last
                if State(last, {}).base != plan.base:
                    raise PlanStale(f"Something was delivered for {district_id} since the plan was made; run it again.")
                return self._apply(db, district_id, plan)
        except adbc_driver_manager.IntegrityError as error:
            raise PlanStale(f"Another delivery for {district_id} came first; run it again.") from error
        except adbc_driver_manager.OperationalError as error:
            raise TransientError(f"The platform's database did not answer: {type(error).__name__}.") from error

    def _apply(self, db: adbc_driver_manager.dbapi.Connection, district_id: str, plan: Plan) -> Receipt:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        receipt = Receipt(plan.base + 1, plan.drop_id, plan.plan_hash, plan.counts, now)
        for kind in KINDS:
            rows = plan.changes.get(kind.name)
            if rows is not None and rows.num_rows:
                self._apply_kind(db, kind, district_id, rows, now)
        self._execute(
            db,
            sa.insert(DELIVERIES).values(
                district_id=district_id,
                number=receipt.number,
                drop_id=receipt.drop_id,
                plan_hash=receipt.plan_hash,
                counts=json.dumps(receipt.counts),
                delivered_at=now,
            ),
        )
        return receipt

    def _apply_kind(
        self, db: adbc_driver_manager.dbapi.Connection, kind: Kind, district_id: str, rows: pa.Table, now: str
    ) -> None:
        table, stage = TABLES[kind.name], STAGES[kind.name]
        with db.cursor() as cursor:
            cursor.adbc_ingest(stage.name, rows, mode="create", temporary=True)
        is_removal = stage.c.action == "remove"
        self._execute(
            db,
            sa.update(table)
            .where(table.c.district_id == district_id)
            .where(sa.exists().where(is_removal, *(table.c[k] == stage.c[k] for k in kind.key)))
            .values(removed_at=now),
        )
        insert = self._insert(table).from_select(
            ["district_id", *kind.columns],
            sa.select(sa.literal(district_id), *(stage.c[c] for c in kind.columns)).where(sa.not_(is_removal)),
        )
        values = {c: insert.excluded[c] for c in kind.columns if c not in kind.key}
        self._execute(
            db,
            insert.on_conflict_do_update(
                index_elements=["district_id", *kind.key], set_={**values, "removed_at": None}
            ),
        )
        with db.cursor() as cursor:
            cursor.execute(str(sa.schema.DropTable(stage).compile(dialect=self._engine.dialect)))

    def _insert(self, table: sa.Table) -> Any:
        return (sqlite.insert if self._is_sqlite else postgresql.insert)(table)

    @property
    def _is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @contextmanager
    def _connection(self) -> Iterator[adbc_driver_manager.dbapi.Connection]:
        """A connection in one transaction: committed, or on an exception rolled back."""
        if self._is_sqlite:
            import adbc_driver_sqlite.dbapi

            connection = adbc_driver_sqlite.dbapi.connect(self._url.database or ":memory:")
        else:
            import adbc_driver_postgresql.dbapi

            url = self._url.set(drivername="postgresql")
            connection = adbc_driver_postgresql.dbapi.connect(url.render_as_string(hide_password=False))
        with connection:
            if self._is_sqlite:
                with connection.cursor() as cursor:
                    cursor.execute(f"pragma busy_timeout = {BUSY_SECONDS * 1000}")
            yield connection
            connection.commit()

    def _execute(self, db: adbc_driver_manager.dbapi.Connection, statement: sa.sql.Executable) -> None:
        with db.cursor() as cursor:
            cursor.execute(self._text(statement))

    def _text(self, statement: Any) -> str:
        """The statement with its values in it, quoted by SQLAlchemy: ADBC's drivers differ in their placeholders."""
        return str(statement.compile(dialect=self._engine.dialect, compile_kwargs={"literal_binds": True}))

    def _rows(self, db: adbc_driver_manager.dbapi.Connection, kind: Kind, district_id: str) -> pa.Table:
        table = TABLES[kind.name]
        columns = (*kind.columns, "removed_at")
        statement = sa.select(*(table.c[c] for c in columns)).where(
            table.c.district_id == contract.district_id(district_id)
        )
        with db.cursor() as cursor:
            cursor.execute(self._text(statement))
            rows = cursor.fetch_arrow_table()
        # A column without a value has no type of its own in SQLite.
        return rows.cast(pa.schema([(c, pa.string()) for c in columns]))

    def _last(self, db: adbc_driver_manager.dbapi.Connection, district_id: str) -> Receipt | None:
        d = DELIVERIES.c
        statement = (
            sa.select(d.number, d.drop_id, d.plan_hash, d.counts, d.delivered_at)
            .where(d.district_id == contract.district_id(district_id))
            .order_by(d.number.desc())
            .limit(1)
        )
        with db.cursor() as cursor:
            cursor.execute(self._text(statement))
            row = cursor.fetchone()
        return Receipt(row[0], row[1], row[2], json.loads(row[3]), row[4]) if row else None


_METADATA = sa.MetaData()
TABLES: Final = {
    kind.name: sa.Table(
        kind.name,
        _METADATA,
        *(sa.Column(name, sa.String) for name in ("district_id", *kind.columns, "removed_at")),
    )
    for kind in KINDS
}
STAGES: Final = {
    kind.name: sa.Table(
        f"incoming_{kind.name}", _METADATA, *(sa.Column(name, sa.String) for name in (*kind.columns, "action"))
    )
    for kind in KINDS
}
DELIVERIES: Final = sa.Table(
    "deliveries",
    _METADATA,
    sa.Column("district_id", sa.String),
    sa.Column("number", sa.BigInteger),
    *(sa.Column(name, sa.String) for name in ("drop_id", "plan_hash", "counts", "delivered_at")),
)
