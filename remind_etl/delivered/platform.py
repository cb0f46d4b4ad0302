"""The platform: what it holds of a district, and the one transaction that applies a plan."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from remind_etl.databases import migrate
from remind_etl.delivered import outside_accounts, writes
from remind_etl.delivered.connection import Answers, Connection, questions, transaction
from remind_etl.delivered.delivery import History, Link, Past, Plan, Receipt, State, Undo
from remind_etl.delivered.state_copy import StateCopies, columns_of
from remind_etl.delivered.tables import CHANGED_COLUMNS, CHANGES, DELIVERIES, LINKS, RECEIPT_JSON, TABLES
from remind_etl.errors import PlanStale, UsageError
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import ACCOUNTS, CONTACT_POINTS, KINDS, Kind

if TYPE_CHECKING:
    import pyarrow as pa


class PlatformStore:
    """The platform's records of districts. Nothing is ever deleted: a removed record has the time of its removal."""

    def __init__(self, url: str, copies: StateCopies | None = None) -> None:
        """Keep the platform's records at the URL. Of large districts, a copy is read if there is one."""
        self._url = url
        self._copies = copies

    @cached_property
    def engine(self) -> sa.Engine:
        """The database, opened and its schema brought up to date at the first use."""
        engine = migrate.open_engine(self._url, "delivered")
        migrate.apply_migrations(engine, "delivered")
        return engine

    def state(self, district_id: DistrictId, kinds: Sequence[Kind] = KINDS, *, keep_copy: bool = False) -> State:
        """What the platform holds of the district of these kinds, as of one moment.

        With `keep_copy`, a copy of all kinds is made first if the district is large and has no copy of now.
        """
        with transaction(self.engine) as db:
            last = _last(db, district_id)
            copy = self._copy(db, district_id, last, kinds, keep_copy) if last else None
            return State(last, copy or _records(db, district_id, kinds), _linked(db, district_id))

    def _copy(
        self, db: Connection, district_id: DistrictId, last: Receipt, kinds: Sequence[Kind], is_kept: bool
    ) -> Mapping[str, Path] | None:
        """The copy of a large district's records, made if it `is_kept` and there is none."""
        if self._copies is None or not _is_large(db, district_id):
            return None
        found = self._copies.find(district_id, last, kinds)
        if found or not is_kept:
            return found
        self._copies.keep(district_id, last, lambda kind: db.read_texts(_query(kind, district_id)))
        return self._copies.find(district_id, last, kinds)

    def held_elsewhere(self, district_id: DistrictId, contacts: "pa.Table") -> "pa.Table":
        """Those of the contact points (kind, value) that accounts outside of the district have.

        Such an account is another district's, or one that a person made for themselves: its records have NO_DISTRICT.
        Columns: value, account_id; first_name and last_name of the record that has the contact point; is_verified,
        which is `yes` or null; roles of one record of the account. So an account of several districts has several rows.
        """
        with transaction(self.engine) as db:
            return outside_accounts.contacts_held_outside(db, district_id, contacts)

    def links_anywhere(self) -> set[str]:
        """The ids of all accounts that some district has, or had, by a link."""
        with questions(self.engine) as db:
            return {str(account_id) for (account_id,) in db.all(sa.select(LINKS.c.account_id))}

    def links(self, district_id: DistrictId) -> list[Link]:
        """The accounts of the district that are linked and not removed, by id."""
        with questions(self.engine) as db:
            return [Link(*row) for row in db.all(outside_accounts.linked_outside(district_id))]

    def last_delivery(self, district_id: DistrictId) -> Receipt | None:
        """The newest receipt of the district."""
        with questions(self.engine) as db:
            return _last(db, district_id)

    def delivered_districts(self) -> set[str]:
        """The ids of all districts to which something was delivered."""
        with questions(self.engine) as db:
            return {str(district) for (district,) in db.all(sa.select(DELIVERIES.c.district_id).distinct())}

    def deliveries(self, district_id: DistrictId) -> list[Receipt]:
        """All receipts of the district, newest first."""
        with questions(self.engine) as db:
            return [_receipt(row) for row in db.all(_receipts(district_id))]

    def counts(self, district_id: DistrictId) -> dict[str, int]:
        """How many records of the district stand there, by name; accounts also by role."""
        with questions(self.engine) as db:
            found = db.all(sa.union_all(*(_count(name, *of, district_id) for name, of in _COUNTED.items())))
        return {str(name): int(records) for name, records in found}

    def previous_delivery(self, district_id: DistrictId, drop_id: str) -> int:
        """The number of the newest delivery that was not of the drop, but of another or an undoing; 0 if none was."""
        d, of_district = DELIVERIES.c, DELIVERIES.c.district_id == district_id
        is_other = (d.drop_id != drop_id) | d.undoes.is_not(None)
        with questions(self.engine) as db:
            newest = db.first(sa.select(sa.func.max(d.number)).where(of_district, is_other))
        return (newest and newest[0]) or 0

    def history(self, district_id: DistrictId, drop_id: str) -> History:
        """What that drop is compared with: the deliveries of other drops."""
        return History.of(self.deliveries(district_id), drop_id)

    def require_undoable(self, district_id: DistrictId, undo: Undo) -> None:
        """Raise UsageError if it names no delivery that can be undone, or what they changed is no longer kept."""
        with transaction(self.engine) as db:
            _undoable(db, district_id, undo)

    def past(self, district_id: DistrictId, undo: Undo) -> Past:
        """What an undoing of these deliveries rests on, as of one moment.

        Raises UsageError if it names no delivery that can be undone, or what they changed is no longer kept.
        """
        with transaction(self.engine) as db:
            receipts, pruned = _undoable(db, district_id, undo)
            undone, undoings = undo.with_earlier(receipts, pruned)
            number = sa.cast(CHANGES.c.number, sa.String).label("number")
            columns = (number, *(CHANGES.c[name] for name in CHANGED_COLUMNS))
            changes = db.texts(sa.select(*columns).where(_of(district_id), CHANGES.c.number >= min(undone)))
            state = State(receipts[0], _records(db, district_id, KINDS), _linked(db, district_id))
            newest = max(receipt.number for receipt in receipts if not receipt.undoes)
            return Past(undo, undone, undoings, changes, state, newest)

    def apply(self, district_id: DistrictId, plan: Plan) -> Receipt:
        """Apply the plan in one transaction; applied before, it is not applied again.

        Raises PlanStale if another delivery of the district came between plan and this, or an account to link has lost
        the email that is the evidence; TransientError if the database is busy.
        """
        import adbc_driver_manager

        stale = PlanStale(f"Another delivery for {district_id} came after the plan was made. Run it again.")
        lost = PlanStale(
            f"After the plan of {district_id} was made, an account that it links changed outside of the district. Run "
            "it again."
        )
        with transaction(self.engine) as db:
            writes.wait_for_writers(db)
            last = _last(db, district_id)
            if last and (last.number, last.plan_hash) == (plan.base + 1, plan.plan_hash):
                return last
            if State(last, {}).base != plan.base:
                raise stale
            links = plan.links
            if links is not None and links.num_rows and not outside_accounts.are_verified(db, district_id, links):
                raise lost
            receipt = plan.receipt(datetime.now(UTC).isoformat(timespec="milliseconds"))
            try:
                writes.sign_receipt(db, district_id, receipt)
            except adbc_driver_manager.IntegrityError as error:
                raise stale from error
            writes.write_plan(db, self.engine.dialect.name, district_id, plan, receipt)
            return receipt


def _undoable(db: Connection, district_id: DistrictId, undo: Undo) -> tuple[list[Receipt], set[int]]:
    """The receipts of the district, and the numbers of those whose changes are no longer kept.

    Raises UsageError if what the undo names cannot be undone.
    """
    receipts = [_receipt(row) for row in db.all(_receipts(district_id))]
    kept = {number for (number,) in db.all(sa.select(CHANGES.c.number).where(_of(district_id)).distinct())}
    # Pruning goes by age. A delivery without changes above a kept one was of a person who was forgotten.
    oldest = min(kept) if kept else len(receipts) + 1
    pruned = {r.number for r in receipts if r.number < oldest and r.changed_records}
    _check(district_id, undo, receipts, pruned)
    return receipts, pruned


def _of(district_id: DistrictId) -> sa.ColumnElement[bool]:
    return CHANGES.c.district_id == district_id


def _check(district_id: DistrictId, undo: Undo, receipts: Sequence[Receipt], pruned: Collection[int]) -> None:
    """Raise UsageError if it names no delivery that can be undone, or what they changed is no longer kept."""
    named = {r.number: r for r in receipts if undo.undoes <= r.number <= undo.undoes_to}
    see = "The history lists the deliveries."
    if undo.undoes not in named:
        raise UsageError(f"{district_id} has no delivery {undo.undoes}. {see}")
    if all(receipt.undoes for receipt in named.values()):
        raise UsageError(
            f"Delivery {undo.undoes} of {district_id} is an undo itself. "
            f"The next run delivers the drop in force again. {see}"
        )
    if lost := [str(n) for n, r in sorted(named.items()) if n in pruned and not r.undoes]:
        raise UsageError(f"The changes of delivery {', '.join(lost)} of {district_id} are no longer kept.")


def _count(
    name: str, table: sa.FromClause, condition: sa.ColumnElement[bool], district_id: DistrictId
) -> sa.Select[str, int]:
    stands = (table.c.district_id == district_id) & table.c.removed_at.is_(None)
    return sa.select(sa.literal(name), sa.func.count()).select_from(table).where(stands, condition)


_ACCOUNTS = TABLES[ACCOUNTS.name]
_CLASS_MEMBERS = sa.table("class_members", sa.column("district_id"), sa.column("removed_at"))
_COUNTED: Final[Mapping[str, tuple[sa.FromClause, sa.ColumnElement[bool]]]] = {
    "accounts": (_ACCOUNTS, sa.true()),
    **{f"{role}s": (_ACCOUNTS, _ACCOUNTS.c.roles.contains(role)) for role in ("teacher", "guardian", "student")},
    "contact_points": (TABLES[CONTACT_POINTS.name], sa.true()),
    "classes": (TABLES["classes"], sa.true()),
    "class_members": (_CLASS_MEMBERS, sa.true()),
}
"""The numbers of report_counts.sql: table or view, and the condition of its rows."""


def _records(db: Connection, district_id: DistrictId, kinds: Sequence[Kind]) -> "dict[str, pa.Table]":
    return {kind.name: db.texts(_query(kind, district_id)) for kind in kinds}


def _linked(db: Connection, district_id: DistrictId) -> frozenset[str]:
    linked = db.all(sa.select(LINKS.c.account_id).where(LINKS.c.district_id == district_id))
    return frozenset(account_id for (account_id,) in linked)


@lru_cache(maxsize=256)
def _query(kind: Kind, district_id: DistrictId) -> sa.Select[Any]:
    """All records of a kind. No column holds an empty text."""
    table = TABLES[kind.name]
    return sa.select(*(table.c[name] for name in columns_of(kind))).where(table.c.district_id == district_id)


@lru_cache(maxsize=256)
def _some(table: sa.Table, district_id: DistrictId, most: int) -> sa.Select[Any]:
    """The number of the district's records in the table, but no more are counted than `most`."""
    some = sa.select(sa.literal(1)).where(table.c.district_id == district_id).limit(most).subquery()
    return sa.select(sa.func.count()).select_from(some)


def _is_large(db: Connection, district_id: DistrictId) -> bool:
    """True if the district has more than few records."""
    counts = (db.all(_some(table, district_id, StateCopies.few_records + 1)) for table in TABLES.values())
    return any(total > StateCopies.few_records for total in accumulate(count for ((count,),) in counts))


def _last(db: Answers, district_id: DistrictId) -> Receipt | None:
    row = db.first(_receipts(district_id).limit(1))
    return _receipt(row) if row else None


def _receipts(district_id: DistrictId) -> sa.Select[Any]:
    """The receipts of a district, newest first."""
    columns = (DELIVERIES.c[f.name] for f in fields(Receipt))
    return sa.select(*columns).where(DELIVERIES.c.district_id == district_id).order_by(DELIVERIES.c.number.desc())


def _receipt(row: tuple[Any, ...]) -> Receipt:
    known = dict(zip((f.name for f in fields(Receipt)), row, strict=True))
    read = {name: json.loads(known[name]) for name in RECEIPT_JSON}
    return Receipt(**{**known, **read, "removals_only": bool(known["removals_only"])})  # SQLite has 0 and 1
