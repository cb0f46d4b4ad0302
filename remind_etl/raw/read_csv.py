"""Reads one landed file into its raw table, so that accepted + rejected + blank = records.

The fast path is DuckDB's strict reader, proven afterwards. Each record takes at least one physical line, so if accepted
and rejected records are as many as the lines below the header, each record is exactly one line and none was lost or
merged. And if each accepted record accounts for one delimiter less than the header has cells, and for those in its
cells, then none had a cell too many: DuckDB passes over an empty last one, which hides that the others are shifted.
Where the proof fails, or the bytes are not plain, `exact.py` reads record by record.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl import contract, sql
from remind_etl.raw import exact
from remind_etl.raw.header import Header, read_header
from remind_etl.raw.survey import Survey, survey
from remind_etl.warehouse import findings
from remind_etl.warehouse.findings import Finding

LONGEST_HEADER: Final = 1 << 16
"""Characters at the beginning of a file in which its header must end."""

BATCH: Final = 50_000
"""Rejected records that are written at a time."""

ENCODINGS: Final = {"utf-8-sig": "UTF-8 with a byte order mark", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


@dataclass(frozen=True)
class Counts:
    """Records of a file: accepted + rejected + blank = records."""

    records: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0


def read_file(db: duckdb.DuckDBPyConnection, file: contract.File, path: Path, scratch: Path) -> Counts | None:
    """Fill `raw.<file>_sent`, `raw.rejects`, `raw.gaps`, `raw.files`, and the findings of `raw/<file>`.

    A file that cannot be read as a whole leaves its table empty and a blocker among the findings: None. `scratch` is a
    folder in which the exact path may write.
    """
    found_by = f"raw/{file.name}"
    counts, found = _read(db, file, path, scratch)
    findings.record(db, found_by, found)
    db.execute(sql.read("raw", "findings"), {"found_by": found_by, "file": file.file_name, "record": file.record})
    if counts:
        db.execute(
            "insert into raw.files values ($file, $records, $accepted, $rejected, $blank)",
            {"file": file.file_name, **asdict(counts)},
        )
    return counts


def forget(db: duckdb.DuckDBPyConnection, file: contract.File) -> None:
    """Delete what an earlier try of reading the file left."""
    findings.forget(db, f"raw/{file.name}")
    for statement in sql.statements("raw", "forget"):
        db.execute(statement, {"file": file.file_name})


def _read(
    db: duckdb.DuckDBPyConnection, file: contract.File, path: Path, scratch: Path
) -> tuple[Counts | None, list[Finding]]:
    seen = survey(path)
    with exact.open_text(path, seen.encoding) as text:
        head = text.read(LONGEST_HEADER)
    header = read_header(file, head)
    if header is None:
        return None, [Finding("unreadable_file", file.file_name, detail=_why_unreadable(head))]
    found = list(header.findings)
    if not header.is_usable:
        return None, found
    counts = _read_fast(db, file, path, seen, header) if seen.is_plain else None
    counts = counts or _read_exact(db, file, path, seen, header, scratch)
    if seen.encoding in ENCODINGS:
        found.append(Finding("encoding", file.file_name, detail=ENCODINGS[seen.encoding]))
    if counts.blank:
        found.append(Finding("blank_line", file.file_name, detail=str(counts.blank)))
    if file.rosters and not counts.records:
        found.append(Finding("blank_optional_file", file.file_name))
    return counts, found


def _why_unreadable(head: str) -> str:
    if not head:
        return "it is empty"
    return "it is not a text file" if exact.NO_TEXT in head else "its first row names none of the columns"


def _load(
    db: duckdb.DuckDBPyConnection, file: contract.File, path: Path, delimiter: str, names: tuple[str, ...]
) -> int:
    """Load what DuckDB's strict reader accepts; returns the number of rows."""
    db.register("contract_columns", pa.schema([(c.name, pa.string()) for c in file.columns]).empty_table())
    for statement in sql.statements("raw", "records"):
        db.execute(statement)
    table, view = sql.statements("raw", file.name)
    sent = {"path": str(path), "delimiter": delimiter, "names": dict.fromkeys(names, "VARCHAR")}
    ((rows,),) = db.execute(table, sent).fetchall()
    db.execute(view)
    db.unregister("contract_columns")
    return int(rows)


def _read_fast(
    db: duckdb.DuckDBPyConnection, file: contract.File, path: Path, seen: Survey, header: Header
) -> Counts | None:
    """DuckDB's reading, or None if it cannot be proven."""
    accepted = _load(db, file, path, header.delimiter, header.names)
    errors = db.execute(sql.read("raw", "rejects")).fetchall()
    rejects = [reject for error in errors if (reject := _reject(header, *error))]
    if len(rejects) < len(errors) or accepted + len(rejects) != seen.lines - 1:
        return None
    between = (len(header.names) - 1) * (accepted + 1)
    elsewhere = seen.delimiters[header.delimiter] - between - sum(text.count(header.delimiter) for *_, text in errors)
    if elsewhere and elsewhere != _delimiters_in_cells(db, file, header.delimiter):
        return None
    _keep_rejects(db, file, rejects)
    db.execute(sql.read("raw", "gaps"), {"file": file.file_name})
    return Counts(accepted + len(rejects), accepted, len(rejects))


def _delimiters_in_cells(db: duckdb.DuckDBPyConnection, file: contract.File, delimiter: str) -> int:
    sent = {"sent": f"raw.{file.name}_sent", "delimiter": delimiter}
    ((found,),) = db.execute(sql.read("raw", "delimiters"), sent).fetchall()
    return int(found)


def _reject(header: Header, line: int, is_undecodable: bool, text: str) -> exact.Reject | None:
    """A record that DuckDB rejected, as the exact path rejects it; None if that path would not."""
    reject = exact.judge(line, text.strip("\r\n"), header.delimiter, len(header.names))
    if is_undecodable and (reject is None or reject.code != "stray_quote"):
        return exact.unreadable(line, text.split(header.delimiter))
    return reject


def _read_exact(
    db: duckdb.DuckDBPyConnection, file: contract.File, path: Path, seen: Survey, header: Header, scratch: Path
) -> Counts:
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    clean = scratch / f"{file.name}.csv"
    try:
        done = exact.rewrite(path, seen.encoding, header.delimiter, len(header.names), clean)
        loaded = _load(db, file, clean, ",", header.names)
    finally:
        clean.unlink(missing_ok=True)
    if loaded != done.accepted:
        raise AssertionError(f"{file.file_name}: {done.accepted} records were accepted, but {loaded} loaded")
    _keep_rejects(db, file, done.rejects)
    if done.gaps:
        ordinals, gaps = zip(*done.gaps, strict=True)
        rows = pa.table({"file": [file.file_name] * len(gaps), "from_row": ordinals, "gap": gaps})
        db.from_arrow(rows).insert_into("raw.gaps")
    return Counts(done.accepted + len(done.rejects) + done.blank, done.accepted, len(done.rejects), done.blank)


def _keep_rejects(db: duckdb.DuckDBPyConnection, file: contract.File, rejects: list[exact.Reject]) -> None:
    for start in range(0, len(rejects), BATCH):
        batch = rejects[start : start + BATCH]
        columns = (
            pa.repeat(file.file_name, len(batch)),
            pa.array([reject.line for reject in batch]),
            pa.array([reject.code for reject in batch]),
            pa.array([reject.detail for reject in batch], pa.string()),
            pa.array([reject.cells for reject in batch], pa.list_(pa.string())),
        )
        db.from_arrow(pa.table(columns, ["file", "line", "code", "detail", "cells"])).insert_into("raw.rejects")
