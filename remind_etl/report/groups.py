"""Groups of like problems, worst first, as they are told."""

from collections.abc import Mapping
from typing import Any, Final

import duckdb

from remind_etl import contract, sql

Group = Mapping[str, Any]
"""A row with the columns of `valid.problem_groups`."""

OURS: Final = {column.name for file in contract.FILES for column in file.columns}

SPREADSHEET_REMEDIES: Final = {
    "lost_zeros": (
        "Only zeros in front are missing, here or in the file that has the ids: a spreadsheet removed them. "
        "Export that file again and do not save it from a spreadsheet, or format the column as text before."
    ),
    "curly_quotes": (
        'Values stand in curly quotes (“ ”), which hold nothing together: use straight ones ("), or leave them out.'
    ),
    "blank_columns": (
        "The last values of these rows are blank: delete the empty columns beside the table, and save again."
    ),
}
"""Remedies for groups of problems of which most were made by a spreadsheet, in the place of the catalogue's."""


def gather(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """The groups as they are now; where most of one were made by a spreadsheet, `fix` is the remedy of that.

    They stand until the connection is closed or they are gathered anew; all else here reads them.
    """
    db.execute(sql.read("report", "hints"), SPREADSHEET_REMEDIES)
    return told(db)


def told(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """The groups as they were gathered."""
    return db.table("report_groups")


def rows(relation: duckdb.DuckDBPyRelation) -> list[Group]:
    """The rows of a relation, by column."""
    return list(relation.to_arrow_table().to_pylist())


def without_shapes(db: duckdb.DuckDBPyConnection) -> list[Group]:
    """The groups without shapes of values and with no names of columns but ours: nothing of a cell."""
    groups = rows(db.sql(sql.statements("report", "groups")[0]))
    return [{**group, "column": group["column"] if group["column"] in OURS else None} for group in groups]


def lines(group: Group) -> str:
    """The first lines of a group, in words."""
    first = ", ".join(str(line) for line in group["lines"] or () if line is not None)
    return f"{first}, …" if first and group["rows"] > len(group["lines"]) else first
