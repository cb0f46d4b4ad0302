"""The difference between what should be and what was last delivered, and which removals of it wait."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from remind_etl import sql
from remind_etl.kinds import KINDS
from remind_etl.planned.holds import is_held


@dataclass(frozen=True)
class Planned:
    """A plan: its hash, changes that go through by action, removals held, records kept, the kinds that wait."""

    plan_hash: str
    actions: Mapping[str, int]
    held: int
    kept: int
    holds: tuple[str, ...]


def plan_changes(
    db: duckdb.DuckDBPyConnection,
    platform: Mapping[str, pa.Table],
    base: int,
    approved_kinds: Callable[[str], Collection[str]],
) -> Planned:
    """Fill the tables of the schema `planned`.

    `platform` has the records that the platform holds of the district since delivery `base`, by kind, removed ones too.
    In a drop without rosters, classes and class seats stay as they are. `approved_kinds` answers which kinds of removals
    a person approved in the plan of a hash.
    """
    for statement in sql.statements("planned", "begin"):
        db.execute(statement)
    for kind in KINDS:
        db.register(f"platform_{kind.name}", platform[kind.name])
    has_rosters = bool(db.execute("select 1 from landed.files where \"name\" = 'classes'").fetchall())
    for kind in KINDS:
        if has_rosters or not kind.rosters:
            db.register("delivered", platform[kind.name])
            wanted = {"kind": kind.name, "key": list(kind.key), "wanted": f"provisioned.{kind.name}"}
            db.execute(sql.read("planned", "changes"), wanted)
            db.unregister("delivered")
    for statement in sql.statements("planned", "kept"):
        db.execute(statement)
    (plan_hash,) = db.execute(sql.read("planned", "hash")).fetchall()[0]
    _hold(db, approved_kinds(plan_hash))
    for kind in KINDS:
        db.unregister(f"platform_{kind.name}")
    db.execute(sql.read("planned", "plans"), {"plan_hash": plan_hash, "base": base})
    return _planned(db)


def _hold(db: duckdb.DuckDBPyConnection, approved: Collection[str]) -> None:
    """Hold the removals of kinds that lose more than the limits allow, but for those a person approved."""
    for kind, delivered, removals in db.execute(sql.read("planned", "removals")).fetchall():
        if is_held(removals, delivered):
            db.execute("insert into planned.holds values (?, ?, ?, ?)", [kind, removals, delivered, kind in approved])
    for statement in sql.statements("planned", "holds"):
        db.execute(statement)


def _planned(db: duckdb.DuckDBPyConnection) -> Planned:
    (plan_hash, held, kept, holds) = db.execute("select plan_hash, held, kept, holds from planned.plans").fetchall()[0]
    go = db.execute("select \"action\", count(*) from planned.changes where state = 'go' group by all").fetchall()
    actions = dict.fromkeys(("create", "update", "revive", "remove"), 0) | dict(go)
    return Planned(plan_hash, actions, held, kept, tuple(holds))
