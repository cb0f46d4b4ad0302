"""What is wrong with the drop in the warehouse, as it is counted and published."""

from typing import Final

import duckdb

from remind_etl.catalogue.problems import Severity
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parsed

REMEDY_RULES: Final = ("remedies_of_values", "remedies_of_rows", "remedies_of_ids", "remedies_of_gates")
"""Each names remedies that fit better than those of the codes. A rule sees those of the rules before it."""


def listed(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """All problems, worst first, then by file and line."""
    return db.sql(sql.statements("warehouse", "found")[0])


def group_problems(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """Groups of like problems, worst first, with the remedy of what made them where that can be told.

    They stand in `report_groups` until the connection is closed or they are gathered anew.
    """
    for rule in REMEDY_RULES:
        for statement in sql.statements("warehouse", rule):
            db.execute(parsed(statement))
    db.execute(sql.statements("warehouse", "found")[1])
    return db.table("report_groups")


def by_severity(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Numbers of problems by severity, worst first."""
    counted = dict(db.execute("select severity, count(*) from valid.problems group by severity").fetchall())
    return {str(severity): counted.get(str(severity), 0) for severity in Severity}


def blockers(db: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The messages of what blocks the drop; of cells they quote headers only."""
    found = db.execute("select distinct message from valid.problems where severity = 'blocker' order by message")
    return tuple(message for (message,) in found.fetchall())
