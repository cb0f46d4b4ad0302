"""Validates the rows of a raw table: types and normalises them, and reports what is wrong with each rejected row."""

from typing import Final

import duckdb

from remind_etl.schema import upload
from remind_etl.schema.upload import File
from remind_etl.valid import phones
from remind_etl.warehouse import findings, sql
from remind_etl.warehouse.parsing import parsed

PEOPLE: Final = ("teachers", "students")
"""The files whose rows are about people: they have phones, and a person may have several rows."""


def validate_file(db: duckdb.DuckDBPyConnection, file: File, region: str) -> None:
    """Fill `valid.<file>` from `raw.<file>`, with the findings of `valid/<file>` and the ids of rows left out.

    `region` is the two-letter country of phones without a country code.
    """
    place = {"found_by": f"valid/{file.name}", "file": file.file_name}
    findings.clear_findings(db, place["found_by"])
    db.execute(parsed("set variable column_limits = ?"), [{column.name: column.limit for column in file.columns}])
    _run(db, "faults")
    if file is not upload.SCHOOLS:
        _run(db, "places")
    if file.rosters:
        _run(db, "whereabouts")
    if file.name in PEOPLE:
        _run(db, "values")
        _blank_words(db, file)
        for statement in sql.filled("valid", "shared_ids", table=file.name, record=file.record):
            db.execute(parsed(statement))
        _run(db, f"{file.name}_phones")
        phones.normalise(db, region)
    if file is upload.STUDENTS:
        _run(db, "birthdays")
    _run(db, file.name)
    faults, left_out = sql.statements("valid", "found")
    db.execute(parsed(faults), {**place, "record": file.record})
    db.execute(parsed(left_out), place)
    if file is upload.ENROLLMENTS:
        _run(db, "enrollment_reasons")
    else:
        _run(db, "reasons", {**place, "record": file.record})
    if file.name in PEOPLE:
        _run(db, "people_found", {**place, "record": file.record})


def _blank_words(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Fill `words` and `sent`: a file without words for no value is read as it is."""
    tests = {
        column.name: f"valid.is_{'error_value' if column.name.endswith('_name') else 'null_word'}({column.name})"
        for column in file.columns
        if not column.required
    }
    names = {"table": file.name, "columns": ", ".join(tests), "has_word": " or ".join(tests.values())}
    for statement in sql.filled("valid", "words", **names):
        db.execute(parsed(statement))
    words = [name for (name,) in db.execute('select "column" from words order by all').fetchall()]
    blanked = ["line as line", *(f"case when not {tests[name]} then {name} end as {name}" for name in words)]
    for statement in sql.filled("valid", "sent", table=file.name, blanked=", ".join(blanked)):
        db.execute(parsed(statement))


def _run(db: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, str] | None = None) -> None:
    for statement in sql.statements("valid", name):
        db.execute(parsed(statement), parameters)
