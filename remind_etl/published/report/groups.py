"""Groups of similar problems, worst first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from remind_etl.schema import upload
from remind_etl.warehouse import sql

if TYPE_CHECKING:
    import duckdb

Group = Mapping[str, Any]
"""A row with the columns of `valid.problem_groups`."""

OURS: Final = {column.name for file in upload.FILES for column in file.columns}


def gathered(db: "duckdb.DuckDBPyConnection") -> "duckdb.DuckDBPyRelation":
    """The groups that were gathered last."""
    return db.table("report_groups")


def rows(relation: "duckdb.DuckDBPyRelation") -> list[Group]:
    """The rows of a relation, by column."""
    return list(relation.to_arrow_table().to_pylist())


def without_shapes(db: "duckdb.DuckDBPyConnection") -> list[Group]:
    """The groups without shapes of values and without foreign names of columns, so without anything of a cell."""
    groups = rows(db.sql(sql.statements("published/report", "groups")[0]))
    return [{**group, "column": group["column"] if group["column"] in OURS else None} for group in groups]


def lines(group: Group) -> str:
    """The first lines of a group, in words."""
    first = ", ".join(str(line) for line in group["lines"] or () if line is not None)
    return f"{first}, …" if first and group["rows"] > len(group["lines"]) else first
