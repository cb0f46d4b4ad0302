"""The platform's records of a district in a warehouse: views `platform_<kind>` over rows in memory, or over a file."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from remind_etl.schema.records import Kind

Records: TypeAlias = pa.Table | Path
"""Rows, or a Parquet file with the same columns."""


def show_records(db: duckdb.DuckDBPyConnection, records: Mapping[str, Records], kinds: Iterable[Kind]) -> None:
    """Make the views of these kinds."""
    for kind in kinds:
        rows = records[kind.name]
        db.register(f"platform_{kind.name}", db.read_parquet(str(rows)) if isinstance(rows, Path) else rows)


def hide_records(db: duckdb.DuckDBPyConnection, kinds: Iterable[Kind]) -> None:
    """Drop the views."""
    for kind in kinds:
        db.unregister(f"platform_{kind.name}")


def has_rows(records: Records) -> bool:
    """True unless there are none."""
    if isinstance(records, pa.Table):
        return bool(records.num_rows)
    import pyarrow.parquet as pq

    metadata: Any = pq.read_metadata(records)
    return bool(metadata.num_rows)


def load_records(records: Records) -> pa.Table:
    """The rows, in memory."""
    if isinstance(records, pa.Table):
        return records
    import pyarrow.parquet as pq

    return pq.read_table(records)
