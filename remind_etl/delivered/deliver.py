"""Applies the plan in the warehouse to the platform."""

from collections.abc import Callable
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa

from remind_etl.delivered.delivery import Changes, Plan, Receipt
from remind_etl.delivered.platform import PlatformStore
from remind_etl.schema.records import KINDS, Kind
from remind_etl.warehouse import changes, sql
from remind_etl.warehouse.standing import standing_of_plan


def deliver(
    db: duckdb.DuckDBPyConnection,
    platform: PlatformStore,
    in_force: str,
    force_older: bool = False,
    forcing: Callable[[str, int], None] = lambda _drop_id, _base: None,
) -> Receipt | None:
    """Apply `planned.changes` that are not held; returns the receipt, or None where nothing of the drop is left to do.

    A drop older than the one `in_force` is not delivered (None), unless `force_older`, and of a paused district nothing
    is. `forcing` hears first of an older drop and the delivery before it, so that a crash loses nothing of who forced
    it. Raises PlanStale if another delivery of the district came between plan and this, or an account to link has
    changed.
    """
    ((district_id, drop_id),) = _rows(db, "select district_id, drop_id from landed.drops")
    ((plan_hash, base, pause),) = _rows(db, "select plan_hash, base, pause from planned.plans")
    if pause == "all":
        return None
    removals = dict(_rows(db, "select kind, records from planned.holds where is_approved or not is_held"))
    held = dict(
        _rows(db, "select kind, count(*) from planned.change_states where state = 'held' group by kind order by kind")
    )
    reused = dict(_rows(db, "select record_id, detail from valid.findings where code = 'class_id_reused'"))
    links = db.sql(sql.sql_text("delivered", "link_evidence")).to_arrow_table()
    of_drop = (drop_id, plan_hash, base, standing_of_plan(db))
    plan = Plan(*of_drop, ready(db), changed(db, base), held, reused=reused, links=links, removals=removals)
    last = platform.last_delivery(district_id)
    is_done = drop_id == in_force and last and last.drop_id == drop_id and not plan.counts
    is_older = drop_id < in_force
    if is_done or (is_older and not force_older):
        return None
    if is_older:
        forcing(drop_id, base)
    return platform.apply(district_id, plan)


def not_delivered(db: duckdb.DuckDBPyConnection, in_force: str) -> str | None:
    """Why `deliver` delivered nothing of a drop that is not the one in force; None of that one."""
    ((drop_id, pause),) = _rows(db, "select drop_id, pause from landed.drops cross join planned.plans")
    if drop_id == in_force:
        return None
    paused = " The district is paused." if pause else ""
    return f"{drop_id} is {'older' if drop_id < in_force else 'newer'} than {in_force}, which is in force.{paused}"


def ready(db: duckdb.DuckDBPyConnection) -> dict[str, Changes]:
    """The changes of `planned.changes` that go through, by kind. Their records are read from the open connection."""
    counts: dict[str, dict[str, int]] = {}
    for name, action, changes_of_action in _rows(db, sql.sql_text("delivered", "ready_counts")):
        counts.setdefault(name, {})[action] = changes_of_action
    return {kind.name: Changes(counts[kind.name], partial(_ready, db, kind)) for kind in KINDS if kind.name in counts}


def changed(db: duckdb.DuckDBPyConnection, base: int) -> pa.Table:
    """What these changes do to records that were there at delivery `base`, as rows of `delivery_changes`."""
    return db.sql(sql.sql_text("delivered", "changed"), params={"base": base}).to_arrow_table()


def _ready(db: duckdb.DuckDBPyConnection, kind: Kind) -> pa.RecordBatchReader:
    return db.sql(sql.filled_statements("delivered", "ready", **changes.names_of_kind(kind))[0]).to_arrow_reader()


def _rows(db: duckdb.DuckDBPyConnection, text: str) -> list[Any]:
    return db.execute(text).fetchall()
