"""Where each record of the drop in the warehouse stands: ids, lines and codes, as they are published for `explain`.

So are the texts by which a person is found who stands in the files only.
"""

import duckdb

from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once


def trace_tables(db: duckdb.DuckDBPyConnection, live: str = "") -> dict[str, duckdb.DuckDBPyRelation]:
    """The tables that say what the files have, by the name under which they are published.

    `live` is what the names of the views of the platform's records begin with; blank if there are none.
    """
    _run(db, "known_people" if live else "nobody_known", tables=live)
    for step in ("search_forms", "traces", "sent_ids", "sent_people", "sent_terms"):
        _run(db, step)
    return {name: db.view(f"trace_{name}") for name in ("sent_rows", "sent_ids", "sent_terms", "reasons")}


def _run(db: duckdb.DuckDBPyConnection, step: str, **names: str) -> None:
    for statement in sql.filled_statements("warehouse", step, **names):
        db.execute(parse_once(statement))
