"""Reads a district's list of platform schools from a file."""

import csv
from pathlib import Path

from remind_etl.errors import UsageError


def read_platform_schools(file: Path) -> dict[str, str]:
    """The names of the platform's schools by id, from a CSV file with the columns platform_school_id and name.

    Raises UsageError if the file is no CSV in UTF-8, a column, an id or a name is missing, an id appears twice, or no
    school is in it: such a list would connect nobody.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            return _schools_of(csv.DictReader(text, strict=True), file)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{file} cannot be read as CSV in UTF-8 ({error}). Save it in that form.") from error


def _schools_of(rows: "csv.DictReader[str]", file: Path) -> dict[str, str]:
    if not {"platform_school_id", "name"} <= set(rows.fieldnames or ()):
        raise UsageError(f"{file} needs a header row with platform_school_id and name.")
    schools: dict[str, str] = {}
    for row in rows:
        school_id, name = (row["platform_school_id"] or "").strip(), (row["name"] or "").strip()
        if not school_id or not name or school_id in schools:
            raise UsageError(f"{file}, line {rows.line_num}: give each school a unique id and a name.")
        schools[school_id] = name
    if not schools:
        raise UsageError(
            f"{file} has no school below its header row. Export the schools of the platform again, and import that "
            "file. The list that was imported before stays."
        )
    return schools
