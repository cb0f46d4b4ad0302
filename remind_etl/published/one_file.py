"""Reading one published table as it is, without the machinery for many files, which takes long to import."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def rows_of_file(file: Path, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The rows of a Parquet file, perhaps only some columns."""
    with pq.ParquetFile(file) as table:
        rows: list[dict[str, Any]] = table.read(columns=None if columns is None else [*columns]).to_pylist()
    return rows


@lru_cache(maxsize=256)
def kept_rows_of_file(file: Path, columns: tuple[str, ...] | None = None) -> tuple[Mapping[str, Any], ...]:
    """The same of a small published table, which a process reads once: the file of a publication never changes."""
    return tuple(rows_of_file(file, columns))
