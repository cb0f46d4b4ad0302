"""Plans the undoing of a delivery: what it took away comes back, and what it changed is as it was.

What it added stays, except what rests on a role that is taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from remind_etl.delivered.deliver import changed, ready
from remind_etl.delivered.delivery import Past, Plan
from remind_etl.schema.records import KINDS
from remind_etl.warehouse import changes, sql


@dataclass(frozen=True)
class Undoing:
    """The plan of it, and the numbers of records that are left as they are, by kind and reason."""

    plan: Plan
    left: Mapping[str, Mapping[str, int]]


def plan_undo(db: duckdb.DuckDBPyConnection, past: Past, removals_only: bool) -> Undoing:
    """Fill `planned` of a new database with what undoes the delivery, or its removals alone.

    What a later delivery changed again is left, and so is what would refer to an account or class that is removed, and
    a contact point that belongs to another account by now. So what was undone once is never undone again.
    """
    for kind in KINDS:
        db.register(f"platform_{kind.name}", past.state.records[kind.name])
    db.register("undone", past.changes)
    db.register("changed_since", past.changed_since)
    db.execute("set variable removals_only = $1", [removals_only])
    changes.empty_plan(db)
    for kind in KINDS:
        changes.run(db, "delivered", "undone_of_kind", kind)
    changes.create_view(db)
    for step in ("undo", "undo_rosters", "undo_roles"):
        for statement in sql.statements("delivered", step):
            db.execute(statement)
    for kind in KINDS:
        changes.run(db, "warehouse", "unchanged", kind)
    last, number = past.state.last or past.delivery, past.delivery.number
    counted = {"number": number, "base": past.state.base}
    ((plan_hash,),) = db.execute(sql.sql_text("delivered", "undo_hash"), counted).fetchall()
    of_drop = (last.drop_id, plan_hash, past.state.base, last.standing)
    plan = Plan(*of_drop, ready(db), changed(db), undoes=number, reused=last.reused)
    left: dict[str, dict[str, int]] = {}
    for kind, reason, count in db.execute(sql.sql_text("delivered", "left")).fetchall():
        left.setdefault(kind, {})[reason] = count
    return Undoing(plan, left)
