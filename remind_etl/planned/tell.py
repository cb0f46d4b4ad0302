"""The plan as it is told on a run's page: counts, and ids of records; no contact point, name or other value."""

from typing import Any, Final

import duckdb

from remind_etl.catalogue.markdown import code_span, markdown_table
from remind_etl.warehouse import sql

IDS: Final = ("id", "school")
"""The columns with ids of the district."""

FIRST: Final = 20
"""Changes, and schools, that are shown."""


def counts(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Numbers of changes by kind and action, such as `accounts create`, and of people by term."""
    by_kind, by_term, *_ = sql.statements("planned", "tell")
    return dict(db.execute(by_kind).fetchall()) | dict(db.execute(by_term).fetchall())


def changes_by_school(db: duckdb.DuckDBPyConnection) -> str:
    """Numbers of changes by school, the most first, in Markdown."""
    return _markdown(db, sql.statements("planned", "tell")[2])


def first_changes(db: duckdb.DuckDBPyConnection) -> str:
    """The first changes, what waits before what goes, removals before others, in Markdown."""
    return _markdown(db, sql.statements("planned", "tell")[3])


def _markdown(db: duckdb.DuckDBPyConnection, statement: str) -> str:
    found = db.execute(statement, {"first": FIRST})
    columns, rows = [column[0] for column in found.description or ()], found.fetchall()
    if not rows:
        return "Nothing changes."
    return "\n".join(markdown_table(columns, [list(map(_shown, columns, row)) for row in rows]))


def _shown(column: str, value: Any) -> Any:
    """A cell; ids are words of the district."""
    return code_span(value) if column in IDS and value is not None else value
