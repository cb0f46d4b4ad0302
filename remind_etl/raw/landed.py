"""Reads a file of the drop in the warehouse into its raw table."""

from pathlib import Path

import duckdb

from remind_etl.catalogue import uploads
from remind_etl.raw import read_csv
from remind_etl.raw.read_csv import Counts
from remind_etl.schema import upload
from remind_etl.warehouse import findings
from remind_etl.warehouse.findings import Finding


def read_landed(db: duckdb.DuckDBPyConnection, file: upload.File, scratch: Path) -> Counts | None:
    """Fill what `read_csv.read_file` fills, anew; None if the file was not sent or cannot be read as a whole."""
    read_csv.clear_reading(db, file)
    sent = db.execute('select "path", stated_rows from landed.files where "name" = ?', [file.name]).fetchall()
    if not sent:
        return None
    ((path, stated),) = sent
    counts = read_csv.read_file(db, file, Path(path), scratch)
    if counts and stated is not None and stated != (rows := counts.records - counts.blank):
        why = uploads.OTHER_ROWS.format(rows=f"{rows:,}", stated=f"{stated:,}")
        findings.record_findings(db, f"raw/{file.name}", [Finding("incomplete_upload", file.file_name, detail=why)])
    return counts
