"""Empties the district's warehouse for a drop and writes down what the drop is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

import duckdb

from remind_etl.catalogue.printable import printable
from remind_etl.landed import archive
from remind_etl.landed.copy import ARCHIVE, Drop
from remind_etl.schema import upload
from remind_etl.warehouse import connection, findings
from remind_etl.warehouse.findings import Finding

DAY_SECONDS: Final = 86_400


def start_warehouse(
    db: duckdb.DuckDBPyConnection,
    drop: Drop,
    others: Iterable[str] = (),
    basis: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Fill the tables of `landed`, with findings for files that are missing or oddly named.

    `others` are names of files that lay beside the drop. One of them, or of those in the drop's zip, may be meant for a
    file that is missing. `basis` has what the run rests on.
    """
    connection.empty_warehouse(db)
    db.execute("insert into landed.drops values (?, ?, ?)", [drop.district_id, drop.drop_id, drop.landed_at])
    for fact in basis.items():
        db.execute("insert into landed.basis values (?, ?)", [*fact])
    paths = drop.paths
    for file in drop.files:
        row = {**asdict(file), "file_name": file.file_name, "path": str(paths[file.file_name])}
        del row["mtime"]
        db.execute("insert into landed.files values ($name, $file_name, $sent_as, $path, $size, $sha256, $rows)", row)
    findings.record_findings(db, "landed/files", _findings(drop, (*others, *_in_zip(drop))))


def _in_zip(drop: Drop) -> list[str]:
    if not drop.files or ARCHIVE not in drop.others:
        return []
    return [printable(name) for name in archive.other_members(drop.open_file(ARCHIVE))]


def _findings(drop: Drop, others: Iterable[str]) -> list[Finding]:
    faults = [Finding(fault.code, fault.sent_as, detail=fault.why, remedy=fault.remedy) for fault in drop.faults]
    meant = {upload.likely_file(name): name for name in others}
    absent = upload.missing_files(drop.tables) if drop.files or not faults else ()  # of a refused zip all would be
    odd = [Finding("file_name", f.file_name, value=f.sent_as) for f in drop.files if f.sent_as != f.file_name]
    return faults + [_missing(file, meant.get(file)) for file in absent] + odd + [*_old(drop)]


def _old(drop: Drop) -> Iterator[Finding]:
    """The files that are more than a day older than the newest one. Unchanged files are usual, so this is only told."""
    times = {file.file_name: file.mtime for file in drop.files if file.mtime is not None}
    newest = max(times.values(), default=0)
    for name, time in times.items():
        days = (newest - time) // DAY_SECONDS
        if newest - time > DAY_SECONDS:
            yield Finding("old_file", name, detail="1 day" if days == 1 else f"{days:,} days")


def _missing(file: upload.File, meant: str | None) -> Finding:
    if meant is None:
        return Finding("missing_file", file.file_name)
    return Finding("missing_file", file.file_name, detail=f": {meant} may be this file", remedy="misnamed_file")
