"""What is published of uploads so far: their figures, and marks of the problems of the newest two."""

from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from remind_etl.published.store import Manifest, Published
from remind_etl.schema.tables import PROBLEM_MARKS, UPLOADS, Table
from remind_etl.warehouse.pipeline import run_step

MOST: Final = 30
"""Uploads whose figures are kept."""

_TYPES: Final = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_()}


def past_uploads(
    db: duckdb.DuckDBPyConnection, manifest: Manifest, published: Published
) -> dict[str, duckdb.DuckDBPyRelation]:
    """The tables `uploads` and `problem_marks` with the drop in the warehouse, of which the manifest tells."""
    before = published.manifest(manifest.district_id)
    counts = manifest.counts if not manifest.blockers or before is None else before.counts
    this = {
        "drop_id": manifest.drop_id,
        "arrived_at": manifest.arrived_at,
        "accounts": counts.get("accounts", 0),
        "errors": manifest.problems.get("error", 0),
        "alerts": manifest.problems.get("alert", 0),
        "is_blocked": bool(manifest.blockers),
    }
    db.register("this_upload", pa.Table.from_pylist([this], _shape(UPLOADS)))
    for name, table in (("before_uploads", UPLOADS), ("before_marks", PROBLEM_MARKS)):
        if file := published.file_of_before(manifest.district_id, table.name):
            db.register(name, pq.read_table(file))
        else:
            db.register(name, _shape(table).empty_table())
    db.execute("set variable most_uploads = $most", {"most": MOST})
    run_step(db, "published/report", "past")
    return {table.name: db.view(f"report_{table.name}") for table in (UPLOADS, PROBLEM_MARKS)}


def _shape(table: Table) -> pa.Schema:
    return pa.schema([(column.name, _TYPES[column.type]) for column in table.columns])
