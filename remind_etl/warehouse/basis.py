"""What the run of a warehouse rests on, as its first step wrote it down."""

from typing import Final

import duckdb

READ_AT: Final = "decisions_read_at"
"""The name in `landed.basis` of the moment at which the run read the decisions: no part of what has to be the same."""


def read_basis(db: duckdb.DuckDBPyConnection) -> tuple[dict[str, str], str]:
    """What the run rests on, and when it read the decisions, in UTC as ISO 8601; both empty if that is not known."""
    facts: dict[str, str] = dict(db.execute('select "name", "value" from landed.basis').fetchall())
    return {name: value for name, value in facts.items() if name != READ_AT}, facts.get(READ_AT, "")
