"""Plans an undoing: the records are as they would be without what the undone deliveries took away or changed.

The people and classes that these deliveries added stay. What they added to others goes: see undo_added.sql. So does
what rests on a role that is taken back, and a teacher whose email goes back.
The plan follows from the set of undone deliveries. The order in which a person undoes them makes no difference.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl.delivered.deliver import changed, ready
from remind_etl.delivered.delivery import Changes, Past, Plan
from remind_etl.schema.records import ACCOUNTS, CLASSES, CONTACT_POINTS, KINDS, Kind
from remind_etl.warehouse import changes, sql
from remind_etl.warehouse.pipeline import run_step
from remind_etl.warehouse.platform_records import show_records
from remind_etl.warehouse.standing import standing_after_return

TRIES: Final = 2
"""How often accounts fall back: an account that fell back may need an id that another one was to get."""


@dataclass(frozen=True)
class Undoing:
    """The plan of it, and the numbers of records that it cannot bring back yet, by kind and reason.

    `later` are the numbers of the deliveries that changed such records again.
    """

    plan: Plan
    left: Mapping[str, Mapping[str, int]]
    later: Collection[int] = ()


def plan_undo(db: duckdb.DuckDBPyConnection, past: Past, taken_back: Collection[str] = ()) -> Undoing:
    """Fill `planned` of a new database with what undoes the deliveries, together with those undone before.

    These records are left as they are: a record that a later delivery changed again, a contact point that belongs to
    another account by now, the only email of another teacher, a removed teacher whose only email it is, what would
    refer to a removed account or class, and the accounts of `taken_back` links.
    """
    changes.empty_plan(db)
    _register(db, past, taken_back)
    _run(db, "undo_wishes")
    for kind in KINDS:
        changes.run_for_kind(db, "delivered", "undo_wished_of_kind", kind)
    for _ in range(TRIES):
        _fall_back(db, "undo_accounts", ACCOUNTS)
    _run(db, "undo_returned_emails")
    _run(db, "undo_later_contacts")
    is_settled = False
    while not is_settled:
        _fall_back(db, "undo_teachers_without_email", ACCOUNTS)
        _fall_back(db, "undo_contacts", CONTACT_POINTS)
        before = _kept_as_is(db)
        _fall_back(db, "undo_kept_emails", CONTACT_POINTS)
        is_settled = _kept_as_is(db) == before
    _fall_back(db, "undo_classes", CLASSES)
    _run(db, "undo_added")
    _run(db, "undo_references")
    _run(db, "undo_named_ids")
    _run(db, "undo_rosters")
    for kind in KINDS:
        changes.run_for_kind(db, "delivered", "undo_changes_of_kind", kind)
        changes.run_for_kind(db, "delivered", "undo_left_of_kind", kind)
    changes.create_view(db)
    return _undoing(db, past)


def _register(db: duckdb.DuckDBPyConnection, past: Past, taken_back: Collection[str]) -> None:
    show_records(db, past.state.records, KINDS)
    db.register("history", past.changes)
    numbers, removals_only = list(past.undone), list(past.undone.values())
    undone = {"number": pa.array(numbers, pa.int64()), "removals_only": pa.array(removals_only, pa.bool_())}
    db.register("undone_deliveries", pa.table(undone))
    db.register("undoings", pa.table({"number": pa.array(past.undoings, pa.int64())}))
    db.register("taken_back_links", pa.table({"account_id": pa.array(taken_back, pa.string())}))


def _run(db: duckdb.DuckDBPyConnection, step: str) -> None:
    run_step(db, "delivered", step)


def _fall_back(db: duckdb.DuckDBPyConnection, step: str, kind: Kind) -> None:
    """Find the records that cannot be as wished, and let them be as without any undoing."""
    _run(db, step)
    changes.run_for_kind(db, "delivered", "undo_fall_back_of_kind", kind)


def _kept_as_is(db: duckdb.DuckDBPyConnection) -> int:
    """How many contact points cannot be as wished."""
    ((count,),) = db.sql(
        "select count(*) from planned_steps.wished_contact_points where reason_code is not null"
    ).fetchall()
    return int(count)


def _in_memory(ready_changes: Mapping[str, Changes]) -> dict[str, Changes]:
    """The same changes when the database is closed."""
    return {name: Changes.of(of_kind.read().read_all()) for name, of_kind in ready_changes.items()}


def _undoing(db: duckdb.DuckDBPyConnection, past: Past) -> Undoing:
    last = past.state.last
    if last is None:
        raise ValueError("there is no delivery")
    base = past.state.base
    counted = {"first": past.undo.undoes, "last": past.undo.undoes_to, "base": base}
    ((plan_hash,),) = db.execute(sql.sql_text("delivered", "undo_hash"), counted).fetchall()
    returned = db.execute(sql.sql_text("delivered", "undo_standing"), {"newest": past.newest}).fetchall()
    of_drop = (last.drop_id, plan_hash, base, standing_after_return(last.standing, returned))
    plan = Plan(*of_drop, _in_memory(ready(db)), changed(db, base), undo=past.undo, reused=last.reused)
    left: dict[str, dict[str, int]] = {}
    later: set[int] = set()
    for kind, reason, count, deliveries in db.execute(sql.sql_text("delivered", "left")).fetchall():
        left.setdefault(kind, {})[reason] = count
        later.update(deliveries or ())
    return Undoing(plan, left, sorted(later))
