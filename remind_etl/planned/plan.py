"""The difference between what should be and what was last delivered, and which changes of it wait."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import duckdb
import pyarrow as pa

from remind_etl.schema.limits import Limits
from remind_etl.schema.records import ACCOUNTS, ACTIONS, KINDS, Kind
from remind_etl.warehouse import changes, sql

Pause = Literal["all", "adds_only"]
"""What waits while a district is paused: every change, or all that takes something away."""


@dataclass(frozen=True)
class Planned:
    """A plan: its hash, its changes by action, held and paused changes, protected records, and the holds that wait.

    An approval names `hold_hash`, the hash of the held changes; it is None without any.
    """

    plan_hash: str
    hold_hash: str | None
    actions: Mapping[str, int]
    held: int
    paused: int
    protected: int
    holds: tuple[str, ...]


PEOPLE_RULES: Final = (
    "people_protected_by_rejected_rows",
    "people_protected_by_short_rows",
    "people_protected_by_waiting_schools",
    "people_protected_by_rows_without_account",
    "people_protected_by_their_schools",
    "people_protected_by_remaining_rows",
    "guardians_protected_by_their_students",
    "guardians_protected_by_remaining_rows",
    "guardians_protected_by_waiting_schools",
)
"""Each fills `planned_steps.protected_accounts`. A new rule about people is a new file, named here."""

CLASS_RULES: Final = ("classes_protected_by_rejected_rows", "classes_protected_by_their_schools")
MEMBERSHIP_RULES: Final = ("memberships_protected_by_classes", "memberships_protected_by_unreadable_enrollments")
"""Each fills `planned_steps.protected_changes`."""


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
    In a drop without rosters, classes and class memberships stay as they are. `approved_kinds` answers which holds a
    person approved under a `hold_hash`. `standing` has the number of records by hold before anything of this drop was
    delivered, if something was: the additions of a first run must not let a second run remove more.
    """
    for kind in KINDS:
        db.register(f"platform_{kind.name}", platform[kind.name])
    _compare(db)
    hold_hash = None
    if db.execute("from planned.changes limit 1").fetchall():
        limits = limits or Limits()
        _protect(db, limits)
        hold_hash = _hold(db, previous_delivery, approved_kinds, standing or {}, limits)
        _pause(db, pause)
        _run(db, "settled_contacts")
        changes.run(db, "warehouse", "unchanged", ACCOUNTS)
        _run(db, "families_without_contact", "people_without_memberships")
    _run(db, "plans", plan_hash=_plan_hash(db), hold_hash=hold_hash, base=base, pause=pause)
    for kind in KINDS:
        db.unregister(f"platform_{kind.name}")
    return _planned(db)


def _run(db: duckdb.DuckDBPyConnection, *steps: str, **parameters: Any) -> None:
    """Execute the files of these steps; each statement gets the parameters that it names."""
    for step in steps:
        for statement in sql.statements("planned", step):
            named = {name: value for name, value in parameters.items() if f"${name}" in statement}
            db.execute(statement, named or None)


def _run_for_each_kind(db: duckdb.DuckDBPyConnection, step: str) -> None:
    for kind in KINDS:
        changes.run(db, "planned", step, kind)


def _compare(db: duckdb.DuckDBPyConnection) -> None:
    """Fill the typed tables of changes, those of rosters only if the drop has them."""
    changes.begin(db)
    _run(db, "begin", "schools_of_records")
    _run_for_each_kind(db, "changes_of_kind")
    _run(db, "linked_accounts")
    changes.create_view(db)
    if not db.execute("select 1 from landed.files where \"name\" = 'classes'").fetchall():
        for kind in KINDS:
            if kind.rosters:
                db.execute(f"truncate planned.{kind.changes}")


def _protect(db: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    """Take out of the changes what is not absent, but left out or waiting to be linked."""
    _run(db, "left_out_cells", "delivered_people", "delivered_schools", "protected_schools")
    _run(db, "missing_schools", school_count=limits.school_count)
    _run(db, "losing_accounts", "named_guardians", *PEOPLE_RULES)
    _run(db, "records_of_protected_people", "guardianships_protected_by_students")
    _take_protected_out(db)
    _run(db, *CLASS_RULES)
    _take_protected_out(db)
    _run(db, "class_owners_protected_by_classes")
    _take_protected_out(db)
    _run(db, "removed_memberships", *MEMBERSHIP_RULES)
    _take_protected_out(db)


def _take_protected_out(db: duckdb.DuckDBPyConnection) -> None:
    if db.execute("from planned_steps.protected_changes limit 1").fetchall():
        _run(db, "protected_records")
        _run_for_each_kind(db, "take_protected_out")
        db.execute("truncate planned_steps.protected_changes")


def _hold(
    db: duckdb.DuckDBPyConnection,
    previous_delivery: int,
    approved_kinds: Callable[[str], Collection[str]],
    standing: Mapping[str, int],
    limits: Limits,
) -> str | None:
    """Hold what is above the limits, except what a person approved; returns the hash of what waits then."""
    _run(db, "lost_roles", "removed_records", "held_by_missing_schools")
    _run(db, "new_guardians", "held_by_new_guardians", guardians=limits.guardians)
    _run(db, "dependencies", "guardian_schools", "held_dependents")
    _run(db, "delivered_records", "counted_removals", "counted_records", "removal_counts")
    for hold, removals, delivered in db.fetchall():
        stood = standing.get(hold, delivered)
        allowed = limits.allowed(stood)
        row = [hold, removals, stood, allowed, removals > allowed, False]
        db.execute("insert into planned.holds values (?, ?, ?, ?, ?, ?)", row)
    _run(db, "held_by_removals", "held_dependents")
    hold_hash, approved = _held(db, previous_delivery), set[str]()
    # What is left when a hold was approved has a hash of its own, which may be approved before the first one is gone.
    while hold_hash and (more := set(approved_kinds(hold_hash)) - approved):
        approved |= more
        db.execute("update planned.holds set is_approved = list_contains(?, kind)", [sorted(approved)])
        hold_hash = _held(db, previous_delivery)
    if hold_hash:
        _run(db, "waits_for")
        _run_for_each_kind(db, "set_waits_for")
    return hold_hash


def _held(db: duckdb.DuckDBPyConnection, previous_delivery: int) -> str | None:
    """Mark the held changes; returns their hash, None without any."""
    if not db.execute("from planned.waits limit 1").fetchall():
        return None
    _run(db, "held_changes")
    _run_for_each_kind(db, "set_held")
    _run(db, "hold_hash", previous_delivery=previous_delivery)
    found = db.fetchone()
    return str(found[0]) if found else None


def _pause(db: duckdb.DuckDBPyConnection, pause: Pause | None) -> None:
    if pause == "adds_only":
        _run(db, "paused_changes")
        _run_for_each_kind(db, "set_paused")
    elif pause:
        _run_for_each_kind(db, "set_all_paused")


def _plan_hash(db: duckdb.DuckDBPyConnection) -> str:
    def of_kind(kind: Kind) -> str:
        changes.run(db, "planned", "hash_of_kind", kind)
        return f"{kind.name} {db.fetchall()}"

    _run(db, "plan_hash", changes=", ".join(map(of_kind, KINDS)))
    ((plan_hash,),) = db.fetchall()
    return str(plan_hash)


def _planned(db: duckdb.DuckDBPyConnection) -> Planned:
    (plan,) = db.execute("select plan_hash, hold_hash, held, paused, protected, holds from planned.plans").fetchall()
    plan_hash, hold_hash, held, paused, protected, holds = plan
    go = db.execute("select \"action\", count(*) from planned.changes where state = 'go' group by all").fetchall()
    return Planned(plan_hash, hold_hash, dict.fromkeys(ACTIONS, 0) | dict(go), held, paused, protected, tuple(holds))
