"""Applies the plan in the warehouse to the platform."""

import json
from typing import Any

import duckdb

from remind_etl import sql
from remind_etl.delivered.platform import Plan, PlatformStore, Receipt
from remind_etl.kinds import KINDS


def deliver(db: duckdb.DuckDBPyConnection, platform: PlatformStore) -> Receipt | None:
    """Apply `planned.changes` that are not held; returns the receipt, or None where the drop was delivered before.

    Raises PlanStale if another delivery came between plan and this.
    """
    district_id, drop_id = _row(db, "select district_id, drop_id from landed.drops")
    plan_hash, base = _row(db, "select plan_hash, base from planned.plans")
    changes = {}
    for kind in KINDS:
        parameters = {
            "kind": kind.name,
            "key": list(kind.key),
            "wanted": f"provisioned.{kind.name}",
            "shape": json.dumps(dict.fromkeys(kind.columns, "VARCHAR")),
        }
        changes[kind.name] = db.sql(sql.read("delivered", "ready"), params=parameters).to_arrow_table()
    plan = Plan(drop_id, plan_hash, base, changes)
    last = platform.last_delivery(district_id)
    if last and last.drop_id == drop_id and not plan.counts:
        return None
    return platform.apply(district_id, plan)


def _row(db: duckdb.DuckDBPyConnection, text: str) -> Any:
    return db.execute(text).fetchall()[0]
