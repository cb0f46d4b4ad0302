"""Applies the plan in the warehouse to the platform."""

import json
from typing import Any

import duckdb
import pyarrow as pa

from remind_etl import sql
from remind_etl.delivered.platform import Plan, PlatformStore, Receipt
from remind_etl.kinds import KINDS, Kind


def deliver(db: duckdb.DuckDBPyConnection, platform: PlatformStore) -> Receipt | None:
    """Apply `planned.changes` that are not held; returns the receipt, or None where nothing of the drop is left to do.

    Of a paused district nothing is applied. Raises PlanStale if another delivery came between plan and this.
    """
    ((district_id, drop_id),) = _rows(db, "select district_id, drop_id from landed.drops")
    ((plan_hash, base, pause),) = _rows(db, "select plan_hash, base, pause from planned.plans")
    if pause == "all":
        return None
    standing = dict(_rows(db, "select kind, delivered from planned.holds"))
    plan = Plan(drop_id, plan_hash, base, standing, {kind.name: _ready(db, kind) for kind in KINDS})
    last = platform.last_delivery(district_id)
    if last and last.drop_id == drop_id and not plan.counts:
        return None
    return platform.apply(district_id, plan)


def _ready(db: duckdb.DuckDBPyConnection, kind: Kind) -> pa.Table:
    shape = json.dumps(dict.fromkeys(kind.columns, "VARCHAR"))
    return db.sql(sql.read("delivered", "ready"), params={"kind": kind.name, "shape": shape}).to_arrow_table()


def _rows(db: duckdb.DuckDBPyConnection, text: str) -> list[Any]:
    return db.execute(text).fetchall()
