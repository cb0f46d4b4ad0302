"""Empties the district's warehouse for a drop and writes down what the drop is."""

from dataclasses import asdict

import duckdb

from remind_etl import contract, warehouse
from remind_etl.landed.copy import Drop
from remind_etl.warehouse import findings
from remind_etl.warehouse.findings import Finding


def begin(db: duckdb.DuckDBPyConnection, drop: Drop) -> None:
    """Fill `landed.drops` and `landed.files`, with findings for files that are missing or oddly named."""
    warehouse.begin(db)
    db.execute("insert into landed.drops values (?, ?, ?)", [drop.district_id, drop.drop_id, drop.landed_at])
    for file in drop.files:
        row = {**asdict(file), "file_name": file.file_name, "path": str(drop.folder / file.file_name)}
        db.execute("insert into landed.files values ($name, $file_name, $sent_as, $path, $size, $sha256)", row)
    findings.record(db, "landed/files", _findings(drop))


def _findings(drop: Drop) -> list[Finding]:
    faults = [Finding("unreadable_file", fault.sent_as, detail=fault.why, remedy=fault.remedy) for fault in drop.faults]
    missing = [] if faults else [Finding("missing_file", f.file_name) for f in contract.missing_files(drop.tables)]
    odd = [Finding("file_name", f.file_name, value=f.sent_as) for f in drop.files if f.sent_as != f.file_name]
    return faults + missing + odd
