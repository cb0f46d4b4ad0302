"""The rows of a database copied into another, empty one: how decisions and platform move to Postgres."""

from typing import Final

import sqlalchemy as sa

from remind_etl.errors import UsageError

BATCH: Final = 5_000
"""Rows that are in memory at a time."""


def copy_rows(source: sa.Engine, target: sa.Engine, metadata: sa.MetaData) -> dict[str, int]:
    """Copy all rows of all tables, in one transaction; returns how many by table.

    Both have the same schema. Raises UsageError if the target has rows, for which nothing is changed, or is the source.
    """
    if source.url == target.url:
        raise UsageError("Source and target are the same database. Set the URL of the new one.")
    there = sa.inspect(source).get_table_names()
    tables = [table for table in metadata.sorted_tables if table.name in there]
    with source.connect() as read, target.begin() as write:
        for table in tables:
            if write.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise UsageError(f"The new database already has rows in {table.name}. Use an empty database.")
        return {table.name: _rows(read, write, table) for table in tables}


def _rows(read: sa.Connection, write: sa.Connection, table: sa.Table) -> int:
    copied = 0
    for rows in read.execution_options(yield_per=BATCH).execute(sa.select(table)).mappings().partitions():
        write.execute(sa.insert(table), [dict(row) for row in rows])
        copied += len(rows)
    if write.dialect.name == "postgresql":
        _count_on(write, table)
    return copied


def _count_on(db: sa.Connection, table: sa.Table) -> None:
    """Let the database continue its numbers after the highest copied number."""
    for column in table.primary_key:
        sequence = db.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
        if sequence and (highest := db.scalar(sa.select(sa.func.max(column)))):
            db.execute(sa.select(sa.func.setval(sequence, highest)))
