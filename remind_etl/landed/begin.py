"""Empties the district's warehouse for a drop and writes down what the drop is."""

import duckdb
import pyarrow as pa

from remind_etl import contract, warehouse
from remind_etl.landed.copy import Drop
from remind_etl.warehouse import findings
from remind_etl.warehouse.findings import Finding


def begin(db: duckdb.DuckDBPyConnection, drop: Drop) -> None:
    """Fill `landed.drops` and `landed.files`, with findings for files that are missing or oddly named."""
    warehouse.begin(db)
    db.execute("insert into landed.drops values (?, ?, ?)", [drop.district_id, drop.drop_id, drop.landed_at])
    rows = [(f.name, f.file_name, f.sent_as, str(drop.folder / f.file_name), f.size, f.sha256) for f in drop.files]
    if rows:
        names = ("name", "file_name", "sent_as", "path", "size", "sha256")
        db.from_arrow(pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])).insert_into(
            "landed.files"
        )
    findings.record(db, "landed/files", _findings(drop))


def _findings(drop: Drop) -> list[Finding]:
    faults = [Finding("unreadable_file", "the zip", detail=fault) for fault in drop.faults]
    missing = [] if faults else [Finding("missing_file", f.file_name) for f in contract.missing_files(drop.tables)]
    odd = [Finding("file_name", f.file_name, value=f.sent_as) for f in drop.files if f.sent_as != f.file_name]
    return faults + missing + odd
