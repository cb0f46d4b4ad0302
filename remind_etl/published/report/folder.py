"""The report folder of a drop: `report.md`, `problems.csv`, `rows/<school>/<file>-<code>.csv`; and its tables."""

from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from remind_etl.files.spreadsheet import mark_formulas_in_relation, with_byte_order_mark
from remind_etl.published.report import page, rows
from remind_etl.published.report.past import past_uploads
from remind_etl.published.report.rows import ReadRecords
from remind_etl.published.store import Manifest, Published
from remind_etl.warehouse import problem_lists, traces


def publish_blocked(
    db: duckdb.DuckDBPyConnection, blocked: Manifest, published: Published, read_records: ReadRecords
) -> Manifest:
    """Publish what is wrong with the drop in the warehouse, which is not processed."""
    return published.publish_blocked(
        blocked,
        {**tables(db), **past_uploads(db, blocked, published), **traces.trace_tables(db)},
        partial(write_report, db, read_records, published.zone_of(blocked.district_id)),
    )


def tables(db: duckdb.DuckDBPyConnection) -> dict[str, duckdb.DuckDBPyRelation]:
    """The published tables of what is wrong with the drop in the warehouse."""
    return {"problem_groups": problem_lists.group_problems(db), "problems": problem_lists.list_problems(db)}


def write_report(
    db: duckdb.DuckDBPyConnection, read_records: ReadRecords, zone: ZoneInfo, folder: Path, manifest: Manifest
) -> None:
    """Fill an empty folder with the report on the drop in the warehouse, as the manifest tells of it.

    Its moments are in the time zone of the district. It is the district's own: it holds the values of its files.
    """
    problems = with_byte_order_mark(mark_formulas_in_relation(problem_lists.list_problems(db)))
    problems.write_csv(str(folder / "problems.csv"), header=True)
    folders = rows.write_rows(db, read_records, folder)
    (folder / "report.md").write_text(page.for_the_district(db, manifest, folders, zone), encoding="utf-8")
