"""Counts the rows of a table, and of them those that a rule is about: one pass over a table, however many rules."""

from typing import Final

import duckdb

from remind_etl.catalogue.raw_rules import columns_with_a_gate
from remind_etl.errors import OperatorError
from remind_etl.schema import tables, upload
from remind_etl.schema.upload import File
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once

_MORE: Final = {
    ("raw", "students"): ("raw_students",),
    ("raw", "enrollments"): ("raw_enrollments",),
    ("valid", "schools"): ("valid_unique_ids",),
    ("valid", "classes"): ("valid_unique_ids",),
    ("valid", "students"): ("valid_students",),
    ("valid", "teachers"): ("valid_teachers",),
    ("provisioned", "contact_points"): ("provisioned_contact_points_of_files",),
    ("provisioned", "guardianships"): ("provisioned_guardianships_of_files",),
}
"""The files of counts that not every table of a stage has."""


def count_rows(db: duckdb.DuckDBPyConnection, stage: str, table: str) -> dict[str, int]:
    """The counts of `<stage>.<table>` by name.

    Raises OperatorError if the table cannot be read, or its file was not.
    """
    counts: dict[str, int] = {}
    for (query,) in _queries(stage, table):
        try:
            rows = db.execute(parse_once(query)).fetchall()
        except duckdb.CatalogException:
            raise OperatorError(f"There is no table {stage}.{table}, or no table that it is compared with.") from None
        except duckdb.Error as error:  # its text may quote a cell
            raise OperatorError(f"{stage}.{table} cannot be counted: {type(error).__name__}.") from None
        if len(rows) != 1 or None in rows[0]:
            raise OperatorError(f"{stage}.{table} cannot be counted: its file was not read.")
        counts |= dict(zip((name for name, *_ in db.description or ()), rows[0], strict=True))
    return counts


def _queries(stage: str, table: str) -> list[tuple[str, ...]]:
    more = _MORE.get((stage, table), ())
    if stage == "provisioned":
        return [sql.statements("suites", name) for name in (f"provisioned_{table}", *more)]
    file = upload.BY_NAME[table]
    names = (stage, *more)
    return [sql.filled_statements("suites", name, **_named(file)) for name in names]


def _named(file: File) -> dict[str, str]:
    """What the files of counts name."""
    (valid,) = (table for table in tables.VALID if table.name == f"valid.{file.name}")
    normal = {sent.name: column.name for sent, column in zip(file.columns, valid.columns[1:], strict=False)}
    required = [column.name for column in file.columns if column.required]
    needed = [normal[name] for name in required if name != "teacher_email"]
    if file is upload.ENROLLMENTS:
        needed.append('"role"')
    return {
        "table": file.name,
        "id_column": file.id_column,
        # The view of enrollments joins their lines, which takes longer than to count.
        "source": f"{file.name}_sent" if file is upload.ENROLLMENTS else file.name,
        "required": "|".join(required),
        "blank": " or ".join(f"{name} is null" for name in columns_with_a_gate(file)),
        "incomplete": " or ".join(f"{name} is null" for name in needed),
    }
