"""A made-up district of any size: its five files, the same bytes for the same request on every machine."""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import duckdb

from remind_etl.errors import UsageError
from remind_etl.schema import upload
from remind_etl.warehouse import sql
from remind_etl.warehouse.memory import memory_database

MOST_STUDENTS: Final = 1_400_000
"""Above it, the made-up phone numbers would run out."""

_STEPS: Final = ("draws", "district_schools", "pupils", "guardians", "staff", "lessons")


def write_sample(folder: Path, students: int, seed: int, untidy: float = 0.0) -> dict[str, int]:
    """Write a district's five files into `folder`, a share `untidy` of their rows wrong; give the rows by file.

    Raises UsageError if the request cannot be met.
    """
    if not 1 <= students <= MOST_STUDENTS:
        raise UsageError(f"A sample must have 1 to {MOST_STUDENTS:,} students.")
    if not 0 <= untidy <= 1:
        raise UsageError("The untidy share must be between 0 and 1, such as 0.02.")
    folder.mkdir(parents=True, exist_ok=True)
    with memory_database() as db:
        with as_file(files("remind_etl") / "sample" / "names.csv") as names:
            db.execute(sql.sql_text("sample", "words"), {"names": str(names)})
        request = {"students": students, "seed": seed, "untidy": round(untidy * 1_000_000)}
        db.execute(sql.sql_text("sample", "request"), request)
        for step in _STEPS:
            db.execute(sql.sql_text("sample", step))
        return {file.name: _write(db, file, folder, untidy > 0) for file in upload.FILES}


def _write(db: duckdb.DuckDBPyConnection, file: upload.File, folder: Path, is_untidy: bool) -> int:
    db.execute(sql.sql_text("sample", file.name))
    columns = [column.name for column in file.columns]
    target = {
        "file": file.name,
        "columns": [*columns, "Notes"] if is_untidy and file is upload.STUDENTS else columns,
        "path": str(folder / file.file_name),
        "quote": "" if file is upload.ENROLLMENTS else '"',
    }
    (written,) = db.execute(sql.sql_text("sample", "write"), target).fetchone() or (0,)
    return int(written)
