"""Faults found by an asset, on their way to `valid.problems`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import duckdb
import pyarrow as pa

from remind_etl.warehouse.parsing import parse_once


@dataclass(frozen=True)
class Finding:
    """A fault: its code in the catalogue and where it stands; `detail` has counts and names of columns only.

    `remedy` names one that fits better than the code's; `codes` are those of the problems that a gate counts.
    """

    code: str
    file: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    detail: str | None = None
    remedy: str | None = None
    codes: tuple[str, ...] | None = None


_SHAPE = pa.schema(
    [("found_by", pa.string()), ("code", pa.string()), ("file", pa.string()), ("line", pa.int64())]
    + [(name, pa.string()) for name in ("column", "value", "record_type", "record_id", "school_id", "detail", "remedy")]
    + [("codes", pa.list_(pa.string()))]
)


def record_findings(db: duckdb.DuckDBPyConnection, found_by: str, findings: Iterable[Finding]) -> None:
    """Add findings of the asset `found_by` to `valid.findings`."""
    rows = [{"found_by": found_by, **asdict(finding)} for finding in findings]
    if rows:
        db.from_arrow(pa.Table.from_pylist(rows, schema=_SHAPE)).insert_into("valid.findings")


def clear_findings(db: duckdb.DuckDBPyConnection, found_by: str) -> None:
    """Delete what an asset found and left out before, with its reasons, so that a retry reports nothing twice."""
    db.execute(parse_once("delete from valid.findings where found_by = $found_by"), {"found_by": found_by})
    db.execute(parse_once("delete from valid.left_out where found_by = $found_by"), {"found_by": found_by})
    db.execute(parse_once("delete from reasons where found_by = $found_by"), {"found_by": found_by})
