"""What is published of a district after a run: the platform's records, the plan, the problems, and counts of all."""

import hashlib
from dataclasses import replace
from functools import partial
from typing import Final

import duckdb
import pyarrow.parquet as pq

from remind_etl.delivered.delivery import State
from remind_etl.published.report import folder
from remind_etl.published.report.past import past_uploads
from remind_etl.published.report.rows import ReadRecords
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import ACTIONS, KINDS, Kind
from remind_etl.warehouse import changes, problem_lists, sql, traces
from remind_etl.warehouse.basis import read_basis
from remind_etl.warehouse.pipeline import run_step
from remind_etl.warehouse.platform_records import show_records

RECORDS: Final = {
    **{name: (name,) for name in ("accounts", "contact_points", "school_members", "guardianships", "classes")},
    "class_members": ("accounts", "guardianships", "class_memberships"),
    "removed": ("accounts", "classes"),
    "search_terms": ("accounts", "contact_points", "classes"),
}
"""The tables of what the platform holds, and of its removed records; and the kinds of record that each is made of."""

PLATFORM_STEPS: Final = ("live_records", "report", "report_counts")
"""The steps that make what is published of the platform."""

SEARCH_STEPS: Final = ("search_forms", "search_terms")
"""The steps in `warehouse` that prepare the search in it."""

LIVE: Final = "live_"
"""What the names of the views of records that are not removed begin with."""

HELD_STEP: Final = "held_rows"
"""The step in `warehouse` that lists what waits for a person."""


def publish(
    db: duckdb.DuckDBPyConnection, state: State, arrived_at: str, published: Published, read_records: ReadRecords
) -> Manifest:
    """Publish what the platform holds now, and the schools, problems and changes of the drop in the warehouse."""
    show_records(db, state.records, KINDS)
    _run_platform_steps(db)
    run_step(db, "delivered", "report_plan")
    run_step(db, "warehouse", HELD_STEP, changes="planned.changes", tables=LIVE, target=f"report_{HELD_STEP}")
    ((district_id, drop_id),) = db.execute("select district_id, drop_id from landed.drops").fetchall()
    ((plan_hash, hold_hash, held, paused, protected, holds, pause),) = db.execute(
        "select plan_hash, hold_hash, held, paused, protected, holds, pause from planned.plans"
    ).fetchall()
    ((schools, people),) = db.execute("select schools, people from mapped.waiting").fetchall()
    planned = dict(
        db.execute("select \"action\", count(*) from planned.change_states where state = 'go' group by all").fetchall()
    )
    before = published.manifest(district_id)
    manifest = Manifest(
        district_id=district_id,
        drop_id=drop_id,
        arrived_at=arrived_at,
        undone=before.undone if before and pause and (paused or held) else "",  # in a pause, it is not done again yet
        problems=problem_lists.count_by_severity(db),
        counts=dict(db.execute('select "name", records from report_counts').fetchall()),
        plan={
            **dict.fromkeys(ACTIONS, 0),
            **planned,
            "held": held,
            "paused": paused,
            "kept": protected,
        },
        plan_hash=plan_hash,
        hold_hash=hold_hash,
        holds=tuple(holds),
        people=_people(db),
        pause=pause or "",
        waiting_schools=schools,
        waiting_people=people,
        delivered_drop_id=state.last.drop_id if state.last else None,
        delivered_at=state.last.delivered_at if state.last else "",
        planned_drop_id=drop_id,
        basis=_basis(db, state),
        decisions_read_at=read_basis(db)[1],
    )
    tables = {name: db.view(f"report_{name}") for name in (*RECORDS, "changes", "creations", "holds", HELD_STEP)}
    tables["plans"] = _plans(db, published, district_id)
    tables |= {
        **folder.tables(db),
        **past_uploads(db, manifest, published),
        **traces.trace_tables(db, LIVE),
        "schools": db.table("mapped.schools"),
    }
    run_step(db, "delivered", "traces")
    tables |= {name: db.view(f"report_{name}") for name in ("reasons", "guardian_lines")}
    write = partial(folder.write_report, db, read_records, published.zone_of(district_id))
    return published.publish(manifest, tables, write, _digests(db))


def _run_platform_steps(db: duckdb.DuckDBPyConnection) -> None:
    for step in PLATFORM_STEPS:
        run_step(db, "delivered", step)
    for step in SEARCH_STEPS:
        run_step(db, "warehouse", step, tables=LIVE, target="report_search_terms")


def _digests(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The digests of what the tables of records are made of. A table whose digest is that of before keeps its file."""

    def of_kind(kind: Kind) -> str:
        changes.run_for_kind(db, "delivered", "digest_of_kind", kind)
        return f"{kind.name} {db.fetchall()}"

    # DuckDB promises no hash that is the same in each of its versions, and other rules make other tables.
    files = [*(("delivered", step) for step in PLATFORM_STEPS), *(("warehouse", step) for step in SEARCH_STEPS)]
    rules = "".join(sql.sql_text(*file) for file in files)
    made_by = f"{duckdb.__version__} {hashlib.sha256(rules.encode()).hexdigest()}"
    of_kinds = {kind.name: of_kind(kind) for kind in KINDS}
    return {name: ", ".join((made_by, *map(of_kinds.__getitem__, kinds))) for name, kinds in RECORDS.items()}


def _people(db: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """The plan in people's terms."""
    rows = db.execute("select term, left_so, if_approved from planned.people order by term").fetchall()
    return {term: {"now": left_so, "if_approved": if_approved} for term, left_so, if_approved in rows}


def _basis(db: duckdb.DuckDBPyConnection, state: State) -> dict[str, str]:
    """What the run rested on, with the delivery that its plan leads to. Empty if another delivery came between."""
    facts, _ = read_basis(db)
    ((base, plan_hash),) = db.execute("select base, plan_hash from planned.plans").fetchall()
    is_own = state.last and (state.last.number, state.last.plan_hash) == (base + 1, plan_hash)
    return facts | {"delivery": str(state.base)} if facts and (is_own or state.base == base) else {}


def _plans(db: duckdb.DuckDBPyConnection, published: Published, district_id: DistrictId) -> duckdb.DuckDBPyRelation:
    """The plans of the district's drops so far, this one among them."""
    this = db.view("report_plan")
    if not (before := published.file_of_before(district_id, "plans")):
        return this
    db.register("plans_before", pq.read_table(before))
    return db.sql(sql.sql_text("delivered", "plans"))


def publish_state(
    db: duckdb.DuckDBPyConnection, state: State, published: Published, district_id: DistrictId, undone: str
) -> None:
    """Publish what the platform holds after an undoing, planned in this database; all else stays as it was.

    `undone` names all deliveries that are undone now.
    """
    before = published.manifest(district_id)
    if before is None:
        return
    counts, at = delivered_counts(db, state), state.last.delivered_at if state.last else ""
    tables = {name: db.view(f"report_{name}") for name in RECORDS}
    manifest = replace(before, counts=counts, delivered_at=at, basis={}, undone=undone)
    published.publish(manifest, tables, digests=_digests(db))


def delivered_counts(db: duckdb.DuckDBPyConnection, state: State) -> dict[str, int]:
    """Records on the platform: accounts by role, classes, class members. The views of the records stay in `db`."""
    show_records(db, state.records, KINDS)
    _run_platform_steps(db)
    return dict(db.execute('select "name", records from report_counts').fetchall())
