"""What is published of a district after a run: the platform's records, the plan, the problems, and counts of all."""

from dataclasses import replace
from typing import Final

import duckdb

from remind_etl import sql
from remind_etl.delivered.platform import State
from remind_etl.published import Manifest, Published
from remind_etl.warehouse import found

RECORDS: Final = ("accounts", "contact_points", "school_members", "guardianships", "classes", "class_members")


def publish(db: duckdb.DuckDBPyConnection, state: State, arrived_at: str, published: Published) -> Manifest:
    """Publish what the platform holds now, and the schools, problems and changes of the drop in the warehouse."""
    for name, rows in state.records.items():
        db.register(f"platform_{name}", rows)
    for statement in sql.statements("delivered", "report"):
        db.execute(statement)
    ((district_id, drop_id),) = db.execute("select district_id, drop_id from landed.drops").fetchall()
    ((plan_hash, held, kept, holds),) = db.execute(
        "select coalesce(hold_hash, plan_hash), held, kept, holds from planned.plans"
    ).fetchall()
    ((schools, people),) = db.execute("select schools, people from mapped.waiting").fetchall()
    changes = dict(
        db.execute("select \"action\", count(*) from planned.changes where state = 'go' group by all").fetchall()
    )
    manifest = Manifest(
        district_id=district_id,
        drop_id=drop_id,
        arrived_at=arrived_at,
        problems=found.by_severity(db),
        counts=dict(db.execute('select "name", records from report_counts').fetchall()),
        plan={**dict.fromkeys(("create", "update", "revive", "remove"), 0), **changes, "held": held, "kept": kept},
        plan_hash=plan_hash,
        holds=tuple(holds),
        waiting_schools=schools,
        waiting_people=people,
        delivered_drop_id=state.last.drop_id if state.last else None,
    )
    tables = {name: db.view(f"report_{name}") for name in (*RECORDS, "changes")}
    tables |= {"schools": db.table("mapped.schools"), "problems": found.listed(db)}
    return published.publish(manifest, tables)


def publish_state(db: duckdb.DuckDBPyConnection, state: State, published: Published, district_id: str) -> None:
    """Publish what the platform holds after an undoing, planned in this database; all else stays as it was."""
    before = published.manifest(district_id)
    if before is None:
        return
    for name, rows in state.records.items():
        db.register(f"platform_{name}", rows)
    for statement in sql.statements("delivered", "report"):
        db.execute(statement)
    counts = dict(db.execute('select "name", records from report_counts').fetchall())
    published.publish(replace(before, counts=counts), {name: db.view(f"report_{name}") for name in RECORDS})
