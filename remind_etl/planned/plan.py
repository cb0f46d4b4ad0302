"""The difference between what should be and what was last delivered, and which changes of it wait."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import pyarrow as pa

from remind_etl.schema.limits import Limits
from remind_etl.schema.records import ACCOUNTS, ACTIONS, KINDS
from remind_etl.warehouse import sql

Pause = Literal["all", "adds_only"]
"""What waits while a district is paused: every change, or all that takes something away."""


@dataclass(frozen=True)
class Planned:
    """A plan: its hash, changes that go through by action, changes held and paused, records kept, the kinds that wait.

    `hold_hash` names the changes held, for a person to approve; it is None where none are.
    """

    plan_hash: str
    hold_hash: str | None
    actions: Mapping[str, int]
    held: int
    paused: int
    kept: int
    holds: tuple[str, ...]


def plan_changes(
    db: duckdb.DuckDBPyConnection,
    platform: Mapping[str, pa.Table],
    base: int,
    previous_delivery: int,
    approved_kinds: Callable[[str], Collection[str]],
    standing: Mapping[str, int] | None = None,
    limits: Limits | None = None,
    pause: Pause | None = None,
) -> Planned:
    """Fill the tables of the schema `planned`.

    `platform` has the records that the platform holds of the district since delivery `base`, by kind, removed ones too.
    `previous_delivery` is the newest delivery that was not of this drop: approvals lapse when it changes.
    In a drop without rosters, classes and class seats stay as they are. `approved_kinds` answers which kinds of
    holds a person approved under a `hold_hash`. `standing` has the number of records by kind of removal before
    anything of this drop was delivered, if something was: what a first run added must not let a second remove more.
    """
    for kind in KINDS:
        db.register(f"platform_{kind.name}", platform[kind.name])
    _run(db, "begin")
    _compare(db)
    hold_hash = None
    if db.execute("from planned.changes limit 1").fetchall():
        limits = limits or Limits()
        _keep(db, limits)
        hold_hash = _hold(db, previous_delivery, approved_kinds, standing or {}, limits)
        _pause(db, pause)
        _settle_contacts(db)
        _run(db, "people")
    hashes = {"plan_hash": _hash(db), "hold_hash": hold_hash}
    db.execute(sql.read("planned", "plans"), {**hashes, "base": base, "pause": pause})
    for kind in KINDS:
        db.unregister(f"platform_{kind.name}")
    return _planned(db)


def _run(db: duckdb.DuckDBPyConnection, name: str, **last: Any) -> None:
    """Execute the statements of a file; `last` are the parameters of the last one."""
    *statements, final = sql.statements("planned", name)
    for statement in statements:
        db.execute(statement)
    db.execute(final, last or None)


def _compare(db: duckdb.DuckDBPyConnection) -> None:
    has_rosters = bool(db.execute("select 1 from landed.files where \"name\" = 'classes'").fetchall())
    for kind in KINDS:
        if has_rosters or not kind.rosters:
            names = {"wanted": f"provisioned.{kind.name}", "delivered": f"platform_{kind.name}"}
            db.execute(sql.read("planned", "changes"), {"kind": kind.name, "key": list(kind.key), **names})


def _keep(db: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    """Take out of the changes what is not absent, but left out or waiting to be linked."""
    _run(db, "place")
    _run(db, "left_out")
    _run(db, "schools", school_count=limits.school_count)
    _run(db, "kept")
    _run(db, "kept_rosters")


def _hold(
    db: duckdb.DuckDBPyConnection,
    previous_delivery: int,
    approved_kinds: Callable[[str], Collection[str]],
    standing: Mapping[str, int],
    limits: Limits,
) -> str | None:
    """Hold what is above the limits, but for what a person approved; returns the hash of what waits then."""
    _run(db, "waits_schools")
    crowding, *statements = sql.statements("planned", "waits_contacts")
    db.execute(crowding, {"guardians": limits.guardians})
    for statement in statements:
        db.execute(statement)
    _run(db, "hangs")
    _run(db, "dependents")
    _run(db, "removals")
    for kind, removals, delivered in db.fetchall():
        stood = standing.get(kind, delivered)
        allowed = limits.allowed(stood)
        row = [kind, removals, stood, allowed, removals > allowed, False]
        db.execute("insert into planned.holds values (?, ?, ?, ?, ?, ?)", row)
    _run(db, "waits_removals")
    _run(db, "dependents")
    _run(db, "holds")
    hold_hash, approved = _hold_hash(db, previous_delivery), set[str]()
    # What is left when a kind was approved has a hash of its own, which may be approved before the first kind is gone.
    while hold_hash and (more := set(approved_kinds(hold_hash)) - approved):
        approved |= more
        db.execute("update planned.holds set is_approved = list_contains(?, kind)", [sorted(approved)])
        _run(db, "holds")
        hold_hash = _hold_hash(db, previous_delivery)
    _run(db, "waits_for")
    return hold_hash


def _pause(db: duckdb.DuckDBPyConnection, pause: Pause | None) -> None:
    if pause == "adds_only":
        _run(db, "pause")
    elif pause:
        db.execute("update planned.changes set state = 'paused', reason = 'the district is paused' where state = 'go'")


def _settle_contacts(db: duckdb.DuckDBPyConnection) -> None:
    """Leave off what accounts cannot have yet, because another account keeps it; keep what they do not lose yet."""
    staying, name, forget = sql.statements("planned", "contacts")
    db.execute(staying)
    db.execute(name, {"shape": json.dumps(dict.fromkeys(ACCOUNTS.columns, "VARCHAR"))})
    db.execute(forget)


def _hold_hash(db: duckdb.DuckDBPyConnection, previous_delivery: int) -> str | None:
    is_waiting = db.execute("select 1 from planned.changes where state = 'held' limit 1").fetchall()
    return _hash(db, previous_delivery) if is_waiting else None


def _hash(db: duckdb.DuckDBPyConnection, previous_delivery: int | None = None) -> str:
    ((plan_hash,),) = db.execute(sql.read("planned", "hash"), {"previous_delivery": previous_delivery}).fetchall()
    return str(plan_hash)


def _planned(db: duckdb.DuckDBPyConnection) -> Planned:
    (plan,) = db.execute("select plan_hash, hold_hash, held, paused, kept, holds from planned.plans").fetchall()
    plan_hash, hold_hash, held, paused, kept, holds = plan
    go = db.execute("select \"action\", count(*) from planned.changes where state = 'go' group by all").fetchall()
    return Planned(plan_hash, hold_hash, dict.fromkeys(ACTIONS, 0) | dict(go), held, paused, kept, tuple(holds))
