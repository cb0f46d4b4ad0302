"""Judges the rows of a raw table: types and normalises them, and says what is wrong with each that is not taken."""

from typing import Final

import duckdb

from remind_etl import sql
from remind_etl.contract import File
from remind_etl.valid import phones
from remind_etl.warehouse import findings

WITH_PHONES: Final = ("teachers", "students")


def judge(db: duckdb.DuckDBPyConnection, file: File, region: str) -> None:
    """Fill `valid.<file>` from `raw.<file>`, with the findings of `valid/<file>` and the ids of rows left out.

    `region` is the two-letter country of phones without a country code.
    """
    found_by = f"valid/{file.name}"
    findings.forget(db, found_by)
    for name in ("known", "macros", "whereabouts"):
        for statement in sql.statements("valid", name):
            db.execute(statement)
    if file.name in WITH_PHONES:
        for statement in sql.statements("valid", f"{file.name}_phones"):
            db.execute(statement)
        phones.normalise(db, region)
    for statement in sql.statements("valid", file.name):
        db.execute(statement)
    place = {"found_by": found_by, "file": file.file_name}
    faults, left_out = sql.statements("valid", "found")
    db.execute(faults, {**place, "record": file.record})
    db.execute(left_out, place)
