"""The difference between what should be and what was last delivered, and which removals of it wait."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl import sql
from remind_etl.kinds import ACCOUNTS, KINDS
from remind_etl.planned.holds import is_held

ACTIONS: Final = ("create", "link", "update", "revive", "remove")


@dataclass(frozen=True)
class Planned:
    """A plan: its hash, changes that go through by action, changes held, records kept, the kinds that wait.

    `hold_hash` names the changes held, for a person to approve; it is None where none are.
    """

    plan_hash: str
    hold_hash: str | None
    actions: Mapping[str, int]
    held: int
    kept: int
    holds: tuple[str, ...]


def plan_changes(
    db: duckdb.DuckDBPyConnection,
    platform: Mapping[str, pa.Table],
    base: int,
    approved_kinds: Callable[[str], Collection[str]],
    standing: Mapping[str, int] | None = None,
) -> Planned:
    """Fill the tables of the schema `planned`.

    `platform` has the records that the platform holds of the district since delivery `base`, by kind, removed ones too.
    In a drop without rosters, classes and class seats stay as they are. `approved_kinds` answers which kinds of
    removals a person approved under a `hold_hash`. `standing` has the number of records by kind of removal before
    anything of this drop was delivered, if something was: what a first run added must not let a second remove more.
    """
    for kind in KINDS:
        db.register(f"platform_{kind.name}", platform[kind.name])
    _run(db, "begin")
    _compare(db)
    _run(db, "kept")
    _run(db, "kept_rosters")
    hold_hash = _hold(db, approved_kinds, standing or {})
    _settle_contacts(db)
    hashes = {"plan_hash": _hash(db, only_held=False), "hold_hash": hold_hash}
    db.execute(sql.read("planned", "plans"), {**hashes, "base": base})
    for kind in KINDS:
        db.unregister(f"platform_{kind.name}")
    return _planned(db)


def _run(db: duckdb.DuckDBPyConnection, name: str) -> None:
    for statement in sql.statements("planned", name):
        db.execute(statement)


def _compare(db: duckdb.DuckDBPyConnection) -> None:
    has_rosters = bool(db.execute("select 1 from landed.files where \"name\" = 'classes'").fetchall())
    for kind in KINDS:
        if has_rosters or not kind.rosters:
            names = {"wanted": f"provisioned.{kind.name}", "delivered": f"platform_{kind.name}"}
            db.execute(sql.read("planned", "changes"), {"kind": kind.name, "key": list(kind.key), **names})


def _hold(
    db: duckdb.DuckDBPyConnection, approved_kinds: Callable[[str], Collection[str]], standing: Mapping[str, int]
) -> str | None:
    """Hold the removals of kinds that lose more than the limits allow, but for those that a person approved."""
    *statements, count = sql.statements("planned", "removals")
    for statement in statements:
        db.execute(statement)
    for kind, delivered, removals in db.execute(count).fetchall():
        stood = standing.get(kind, delivered)
        row = [kind, removals, stood, is_held(removals, stood), False]
        db.execute("insert into planned.removals values (?, ?, ?, ?, ?)", row)
    _run(db, "holds")
    hold_hash = _hold_hash(db)
    approved = list(approved_kinds(hold_hash)) if hold_hash else []
    if approved:
        db.execute("update planned.removals set is_approved = list_contains(?, kind)", [approved])
        _run(db, "holds")
    return _hold_hash(db)


def _settle_contacts(db: duckdb.DuckDBPyConnection) -> None:
    """Leave off what accounts cannot have yet, because another account keeps it."""
    staying, leave_off, forget = sql.statements("planned", "contacts")
    db.execute(staying)
    db.execute(leave_off, {"shape": json.dumps(dict.fromkeys(ACCOUNTS.columns, "VARCHAR"))})
    db.execute(forget)


def _hold_hash(db: duckdb.DuckDBPyConnection) -> str | None:
    is_waiting = db.execute("select 1 from planned.changes where state = 'held' limit 1").fetchall()
    return _hash(db, only_held=True) if is_waiting else None


def _hash(db: duckdb.DuckDBPyConnection, only_held: bool) -> str:
    ((plan_hash,),) = db.execute(sql.read("planned", "hash"), {"only_held": only_held}).fetchall()
    return str(plan_hash)


def _planned(db: duckdb.DuckDBPyConnection) -> Planned:
    (plan,) = db.execute("select plan_hash, hold_hash, held, kept, holds from planned.plans").fetchall()
    plan_hash, hold_hash, held, kept, holds = plan
    go = db.execute("select \"action\", count(*) from planned.changes where state = 'go' group by all").fetchall()
    return Planned(plan_hash, hold_hash, dict.fromkeys(ACTIONS, 0) | dict(go), held, kept, tuple(holds))
