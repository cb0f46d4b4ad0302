"""Where each record of the drop in the warehouse stands: ids, lines and codes, as they are published for `explain`."""

import duckdb

from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once


def trace_tables(db: duckdb.DuckDBPyConnection) -> dict[str, duckdb.DuckDBPyRelation]:
    """The tables that say what the files have, by the name under which they are published."""
    for step in ("search_forms", "traces", "sent_ids"):
        for statement in sql.statements("warehouse", step):
            db.execute(parse_once(statement))
    return {name: db.view(f"trace_{name}") for name in ("sent_rows", "sent_ids", "reasons")}
