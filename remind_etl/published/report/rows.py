"""The rows to mend, as they were sent: a CSV file for each school, file and code."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from remind_etl.catalogue.statuses import REPORT
from remind_etl.files.spreadsheet import mark_formulas
from remind_etl.published.report.names import safe_names
from remind_etl.schema import upload
from remind_etl.warehouse import sql
from remind_etl.warehouse.pipeline import run_step

FOLDER: Final = "rows"
WITHOUT_SCHOOL: Final = "without_school"
"""The folder of rows that belong to no school of schools.csv, or of which that cannot be told."""

BEFORE: Final = ("line", "code", "column", "problem", "remedy")
"""The columns before those of the file."""

EXTRA: Final = "extra cell {number}"
"""The heading of a cell that stands after the last column of the header."""

BATCH: Final = 20_000
"""Records in memory at a time."""

_SHAPE: Final = pa.schema([("file", pa.string()), ("line", pa.int64()), ("cells", pa.list_(pa.string()))])


ReadRecords = Callable[[upload.File, Path, Iterable[tuple[int, bool]]], Iterator[tuple[int, list[str]]]]
"""Reads the records of a landed file that start on these lines, as they were sent; True where a quote is malformed."""


def header_of_rows(header: Sequence[str], widest: int) -> list[str]:
    """The header, with a heading for each cell that the widest row has beyond it."""
    return [*header, *(EXTRA.format(number=number + 1) for number in range(widest - len(header)))]


def write_rows(db: duckdb.DuckDBPyConnection, read_records: ReadRecords, folder: Path) -> dict[str | None, str]:
    """Write `rows/<school>/<file>-<code>.csv` below the folder, each row after its line, code, and what to do.

    Beside a row that repeats or contradicts others stand those others.
    No cell of them is a formula to a spreadsheet program.
    Returns the folders by school; None is for rows of no school.
    The files are UTF-8 with a byte order mark, without which spreadsheets garble names.
    """
    db.execute("set variable compared_row = $sentence", {"sentence": REPORT["compared_row"]})
    for step in ("rows", "compared"):
        run_step(db, "published/report", step)
    files = db.execute("from report_files").fetchall()
    headers = {f"{name}.csv": _read(db, read_records, upload.BY_NAME[name], Path(path)) for name, path in files}
    schools = db.execute("select distinct school_id from report_faults where school_id is not null").fetchall()
    names = safe_names(school_id for (school_id,) in schools)
    for (school_id, file, code, widest), rows in groupby(_rows(db), itemgetter(0, 1, 2, 3)):
        path = folder / FOLDER / names.get(school_id, WITHOUT_SCHOOL) / f"{Path(file).stem}-{code}.csv"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as text:
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(mark_formulas((*BEFORE, *header_of_rows(headers[file], widest))))
            writer.writerows(mark_formulas(cells) for *_, cells in rows)
    return {None: f"{FOLDER}/{WITHOUT_SCHOOL}", **{i: f"{FOLDER}/{name}" for i, name in names.items()}}


def _read(db: duckdb.DuckDBPyConnection, read_records: ReadRecords, file: upload.File, path: Path) -> list[str]:
    """Add the file's records to mend to report_records; returns its header as it was sent."""
    found = db.execute(sql.sql_text("published/report", "lines"), {"file": file.file_name}).fetchnumpy()
    lines = zip(map(int, found["line"]), map(bool, found["has_stray_quote"]), strict=True)
    records = read_records(file, path, chain([(1, False)], lines))
    _, header = next(records)
    while batch := list(islice(records, BATCH)):
        numbers, cells = zip(*batch, strict=True)
        rows = pa.table([pa.repeat(file.file_name, len(batch)), pa.array(numbers), pa.array(cells)], schema=_SHAPE)
        db.from_arrow(rows).insert_into("report_records")
    return header


def _rows(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows of report/mend.sql, a batch at a time."""
    result = db.execute(sql.sql_text("published/report", "mend"))
    while batch := result.fetchmany(BATCH):
        yield from batch
