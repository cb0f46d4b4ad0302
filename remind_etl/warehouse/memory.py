"""A database of DuckDB without a file, for what a command computes beside runs."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from remind_etl.files.temporary import temporary_folder
from remind_etl.warehouse.interruption import interruptible


@contextmanager
def memory_database(**config: str | int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that is gone in the end; a signal ends its statements. `config` are settings of DuckDB.

    What does not fit into memory goes to temporary files.
    """
    with temporary_folder() as folder, duckdb.connect(config={**config, "temp_directory": str(folder)}) as db:
        db.execute("set enable_progress_bar = false")
        with interruptible(db):
            yield db
