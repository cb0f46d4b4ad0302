"""Reading one published table as it is, without the machinery for many files, which takes long to import."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def rows_of_file(file: Path, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The rows of a Parquet file, perhaps only some columns."""
    with pq.ParquetFile(file) as table:
        rows: list[dict[str, Any]] = table.read(columns=None if columns is None else [*columns]).to_pylist()
    return rows
