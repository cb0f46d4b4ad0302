"""Reading published tables beside runs: in memory, with little of the machine."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb

from remind_etl.files.temporary import folder_of_process
from remind_etl.warehouse.interruption import interruptible

MEMORY: Final = "1GB"
THREADS: Final = 1
"""Each request brings its own thread, and most queries read little."""


@contextmanager
def reading_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection without a file, whose temporary tables nobody else sees. What does not fit goes to a file.

    A signal that ends a command ends its statements.

    All connections of a process share the limits, and what DuckDB knows of the Parquet files.
    """
    with new_reader() as db, interruptible(db):
        yield db


def new_reader() -> duckdb.DuckDBPyConnection:
    """Such a connection, which the caller closes or keeps."""
    db = _database(os.getpid()).cursor()
    db.execute("set enable_progress_bar = false")
    return db


@contextmanager
def published_tables_of(tables: Mapping[str, Path | None]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Such a connection, with a view of each Parquet file that is there."""
    with reading_database() as db:
        for table, file in tables.items():
            if file:
                db.register(table, db.read_parquet(str(file)))
        yield db


def named_rows(found: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    """The rows by name of column. Few rows need no Arrow, which takes longer to import than to read them."""
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    """The database of this process: making one takes longer than most queries."""
    limits: dict[str, str | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "async_threads": 0,  # a file is in the memory of the system, so another thread only takes time to be called
        "temp_directory": str(folder_of_process()),
    }
    db = duckdb.connect(config=limits)
    db.execute("set global parquet_metadata_cache = true")  # a file is never written again; a cursor takes globals only
    return db
