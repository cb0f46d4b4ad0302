"""Reads a file of the drop in the warehouse into its raw table."""

from pathlib import Path

import duckdb

from remind_etl.raw import read_csv
from remind_etl.raw.read_csv import Counts
from remind_etl.schema import upload


def read_landed(db: duckdb.DuckDBPyConnection, file: upload.File, scratch: Path) -> Counts | None:
    """Fill what `read_csv.read_file` fills, anew; None if the file was not sent or cannot be read as a whole."""
    read_csv.clear_reading(db, file)
    sent = db.execute('select "path" from landed.files where "name" = ?', [file.name]).fetchall()
    return read_csv.read_file(db, file, Path(sent[0][0]), scratch) if sent else None
