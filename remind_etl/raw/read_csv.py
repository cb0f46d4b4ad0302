"""Reads one landed file into its raw table, so that accepted + rejected + blank = records.

The fast path is DuckDB's strict reader, proven afterwards. Each record takes at least one physical line, so if it takes
as many records as there are lines below the header, each record is exactly one line, and none was lost or merged. If
also cells, delimiters, line ends and quotes come to the file's bytes, then nothing was passed over, such as an empty
cell too many (which hides that the others are shifted) or blanks before a quote. What is left are quotes where none may
stand: they are looked for where a cell has a quote, or a blank follows one. Where the proof fails, or the bytes are not
plain, `fallback_reader.py` reads record by record.
"""

import csv
from dataclasses import asdict, dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa

from remind_etl.raw import fallback_reader
from remind_etl.raw.cut import has_cut_record
from remind_etl.raw.header import LONGEST_HEADER, Header, read_header, why_unreadable
from remind_etl.raw.survey import Survey, survey_file
from remind_etl.raw.text import BLANKS, open_text
from remind_etl.schema import upload
from remind_etl.warehouse import findings, sql
from remind_etl.warehouse.findings import Finding
from remind_etl.warehouse.parsing import parse_once

LONGEST_CELL: Final = csv.field_size_limit()
"""Characters of a cell that the fallback reader reads; the contract allows far less."""

ENCODINGS: Final = {"utf-8-sig": "UTF-8 with a byte order mark", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


@dataclass(frozen=True)
class Counts:
    """Records of a file: accepted + rejected + blank = records."""

    records: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    ends_in_reject: bool = field(default=False, compare=False)
    """True if no record is accepted after the last rejected record."""
    last_column: str | None = field(default=None, compare=False)
    """The column of the last cell of a row, if it is one of ours."""


def read_file(db: duckdb.DuckDBPyConnection, file: upload.File, path: Path, scratch: Path) -> Counts | None:
    """Fill `raw.<file>_sent`, `raw.rejects`, `.gaps`, `.inner_cells`, `.files`, and the findings of `raw/<file>`.

    A file that cannot be read as a whole leaves its table empty and a blocker among the findings: None. `scratch` is a
    folder in which the fallback reader may write.
    """
    found_by = f"raw/{file.name}"
    seen = survey_file(path)
    counts, found = _read(db, file, path, seen, scratch)
    findings.record_findings(db, found_by, found)
    for statement in sql.statements("raw", "findings"):
        db.execute(parse_once(statement), {"found_by": found_by, "file": file.file_name, "record": file.record})
    if counts:
        db.execute(
            "insert into raw.files "
            "values ($file, $records, $accepted, $rejected, $blank, $unended_line, $unended_column)",
            {
                "file": file.file_name,
                **_numbers(counts),
                "unended_line": seen.unended_line,
                "unended_column": counts.last_column if seen.unended_line else None,
            },
        )
    return counts


def _numbers(counts: Counts) -> dict[str, int]:
    return {name: number for name, number in asdict(counts).items() if name not in ("ends_in_reject", "last_column")}


def clear_reading(db: duckdb.DuckDBPyConnection, file: upload.File) -> None:
    """Delete what an earlier try of reading the file left."""
    findings.clear_findings(db, f"raw/{file.name}")
    for statement in sql.statements("raw", "forget"):
        db.execute(parse_once(statement), {"file": file.file_name})


def _read(
    db: duckdb.DuckDBPyConnection, file: upload.File, path: Path, seen: Survey, scratch: Path
) -> tuple[Counts | None, list[Finding]]:
    with open_text(path, seen.encoding) as text:
        head = text.read(LONGEST_HEADER)
    header = read_header(file, head)
    if header is None:
        why, remedy = why_unreadable(file, head)
        return None, [Finding("unreadable_file", file.file_name, detail=why, remedy=remedy)]
    if seen.is_endless:
        return None, [Finding("unreadable_file", file.file_name, detail="one of its lines is too long for a table")]
    found = list(header.findings)
    if not header.is_usable:
        return None, found
    counts = _read_fast(db, file, path, seen, header, head) if seen.is_plain else None
    counts = counts or _read_with_fallback(db, file, path, seen, header, scratch)
    if counts.ends_in_reject and has_cut_record(path, seen.encoding, header):
        found.append(Finding("cut_off_file", file.file_name))
    if seen.encoding in ENCODINGS:
        found.append(Finding("encoding", file.file_name, detail=ENCODINGS[seen.encoding]))
    if seen.has_old_line_ends and seen.encoding != "utf-16":
        found.append(Finding("line_ends", file.file_name))
    if seen.end_signs:
        found.append(Finding("end_sign", file.file_name))
    if counts.blank:
        found.append(Finding("blank_line", file.file_name, detail=str(counts.blank)))
    if file.rosters and not counts.records:
        found.append(Finding("blank_optional_file", file.file_name))
    return replace(counts, last_column=header.last_column), found


def _load(db: duckdb.DuckDBPyConnection, file: upload.File, path: Path, delimiter: str, names: tuple[str, ...]) -> int:
    """Load what DuckDB's strict reader accepts; returns the number of rows."""
    columns = [*(column.name for column in file.columns), "extra"]
    db.register("contract_columns", pa.schema([(name, pa.string()) for name in columns]).empty_table())
    db.execute(parse_once(sql.sql_text("raw", "records")))
    sent = {"path": str(path), "delimiter": delimiter, "names": dict.fromkeys(names, "VARCHAR")}
    ((rows,),) = db.execute(parse_once(sql.statements_of_file("raw", "file", file)[0]), sent).fetchall()
    db.unregister("contract_columns")
    return int(rows)


def _finish(db: duckdb.DuckDBPyConnection, file: upload.File, are_untidy: bool) -> None:
    """Trim the cells where any needs it, and show the table with lines."""
    _, trimmed, bare, view = sql.statements_of_file("raw", "file", file)
    for statement in (*([trimmed] if are_untidy else []), bare, view):
        db.execute(parse_once(statement))


def _read_fast(
    db: duckdb.DuckDBPyConnection, file: upload.File, path: Path, seen: Survey, header: Header, head: str
) -> Counts | None:
    """DuckDB's reading, or None if it cannot be proven."""
    accepted = _load(db, file, path, header.delimiter, header.names)
    if accepted != seen.lines - 1:
        return None
    cells = _cells(db, file, seen.has_other_blanks, header)
    first = next(StringIO(head, newline="")).rstrip("\r\n").replace('"', "").encode()
    if seen.text_bytes != len(first) + cells.size + accepted * (len(header.names) - 1):
        return None
    if cells.longest > LONGEST_CELL or cells.doubtful_records:
        return None
    may_stray = cells.have_quotes or seen.has_blank_after_quote
    if may_stray and fallback_reader.has_malformed_quote(path, seen.encoding, header.delimiter):
        return None
    _finish(db, file, cells.are_untidy)
    return Counts(accepted, accepted)


class _Cells(NamedTuple):
    """What the accepted cells are like, as told by cells.sql."""

    size: int
    longest: int
    have_quotes: bool
    are_untidy: bool
    doubtful_records: int


def _cells(db: duckdb.DuckDBPyConnection, file: upload.File, has_other_blanks: bool, header: Header) -> _Cells:
    sent = {"sent": f"raw.{file.name}_sent", "has_other_blanks": has_other_blanks}
    first = "extra" if header.names[0].startswith("extra") else header.names[0]
    (judged,) = sql.filled_statements("raw", "cells", first=first)
    return _Cells(*db.execute(parse_once(judged), sent).fetchall()[0])


def _read_with_fallback(
    db: duckdb.DuckDBPyConnection, file: upload.File, path: Path, seen: Survey, header: Header, scratch: Path
) -> Counts:
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    clean = scratch / f"{file.name}.csv"
    accepted = rejected = blank = 0
    last_start = last_reject = 0
    try:
        for portion in fallback_reader.rewrite_records(path, seen.encoding, header, clean):
            accepted += len(portion.starts)
            rejected += len(portion.rejects)
            blank += portion.blank
            last_start = portion.starts[-1] if portion.starts else last_start
            last_reject = portion.rejects[-1].line if portion.rejects else last_reject
            _keep_rejects(db, file, portion.rejects, header)
            _keep_gaps(db, file, portion.gaps)
            _keep_inner(db, file, portion.inner)
            _keep_repairs(db, file, portion.repairs, header)
        loaded = _load(db, file, clean, header.delimiter, header.names)
    finally:
        clean.unlink(missing_ok=True)
    if loaded != accepted:
        raise AssertionError(f"{file.file_name}: {accepted} records were accepted, but {loaded} loaded")
    _finish(db, file, _cells(db, file, True, header).are_untidy)
    return Counts(accepted + rejected + blank, accepted, rejected, blank, last_reject > last_start)


def _keep_rejects(
    db: duckdb.DuckDBPyConnection, file: upload.File, rejects: list[fallback_reader.Reject], header: Header
) -> None:
    if rejects:
        columns = (
            pa.repeat(file.file_name, len(rejects)),
            pa.array([reject.line for reject in rejects]),
            pa.array([reject.code for reject in rejects]),
            pa.array([reject.detail for reject in rejects], pa.string()),
            pa.array([reject.cells for reject in rejects], pa.list_(pa.string())),
            pa.array([_school_of(reject, header) for reject in rejects], pa.string()),
        )
        db.from_arrow(pa.table(columns, ["file", "line", "code", "detail", "cells", "school_id"])).insert_into(
            "raw.rejects"
        )


def _school_of(reject: fallback_reader.Reject, header: Header) -> str | None:
    """The cell of school_id, if it is the first: any other may have been moved by what is wrong with the row."""
    return next(iter(reject.cells), None) if header.names[0] == "school_id" else None


def _keep_gaps(db: duckdb.DuckDBPyConnection, file: upload.File, gaps: list[tuple[int, int]]) -> None:
    if gaps:
        ordinals, lines = zip(*gaps, strict=True)
        rows = pa.table({"file": [file.file_name] * len(gaps), "from_row": ordinals, "gap": lines})
        db.from_arrow(rows).insert_into("raw.gaps")


def _keep_inner(db: duckdb.DuckDBPyConnection, file: upload.File, inner: list[fallback_reader.Inner]) -> None:
    if inner:
        lines, columns, cells, schools = zip(*inner, strict=True)
        names = pa.repeat(file.file_name, len(inner))
        values = [names, lines, pa.array(columns, pa.string()), cells, pa.array(schools, pa.string())]
        rows = pa.table(values, ["file", "line", "column", "cells", "school_id"])
        db.from_arrow(rows).insert_into("raw.inner_cells")


def _keep_repairs(
    db: duckdb.DuckDBPyConnection, file: upload.File, repairs: list[fallback_reader.Repair], header: Header
) -> None:
    if repairs:
        cells = [dict(zip(header.names, repair.cells, strict=True)) for repair in repairs]
        columns = (
            pa.repeat(file.file_name, len(repairs)),
            pa.array([repair.line for repair in repairs]),
            pa.array([repair.code for repair in repairs]),
            pa.array([repair.detail for repair in repairs], pa.string()),
            pa.array([row[file.id_column].strip(BLANKS) for row in cells], pa.string()),
            pa.array([row["school_id"].strip(BLANKS) for row in cells], pa.string()),
        )
        names = ["file", "line", "code", "detail", "record_id", "school_id"]
        db.from_arrow(pa.table(columns, names)).insert_into("raw.repairs")
