"""Reading published tables beside runs: in memory, with little of the machine."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

MEMORY: Final = "1GB"
THREADS: Final = 2


@contextmanager
def published_tables_of(tables: Mapping[str, Path | None]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database without a file, with a view of each Parquet file that is there. What does not fit goes to a file."""
    folder = Path(tempfile.gettempdir()) / f"remind-etl-reading-{os.getpid()}"  # made only if something does not fit
    limits: dict[str, str | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": str(folder),
    }
    with duckdb.connect(config=limits) as db:
        db.execute("set enable_progress_bar = false")
        for table, file in tables.items():
            if file:
                db.read_parquet(str(file)).create_view(table)
        yield db
