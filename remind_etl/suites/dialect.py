"""The SQLAlchemy dialect `duckgx`, through which Great Expectations reads a DuckDB file.

It exists because the public `duckdb-engine` cannot carry Great Expectations, which fetches a result after its
connection went back to the pool: SQLAlchemy rolls back there and DuckDB drops the pending result, so that every
expectation on rows fails. Here a cursor fetches all rows when it executes: good for counts and short lists only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import duckdb
from sqlalchemy import URL, NullPool, Pool, text, types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine import Connection as SqlConnection

NAME: Final = "duckgx"

_TYPES: Final = {
    "BIGINT": types.BigInteger,
    "INTEGER": types.Integer,
    "DOUBLE": types.Float,
    "BOOLEAN": types.Boolean,
    "DATE": types.Date,
    "TIMESTAMP": types.DateTime,
}

_COLUMNS: Final = text("""
    select column_name, data_type, is_nullable
    from duckdb_columns()
    where database_name = current_database()
        and schema_name = coalesce(:schema, current_schema())
        and table_name = :table
    order by column_index
""")


def connection_string(database: Path, search_path: str, settings: Mapping[str, str]) -> str:
    """The URL that reads a DuckDB file under these settings of DuckDB, looking for tables along `search_path`."""
    return URL.create(NAME, database=str(database), query={"search_path": search_path, **settings}).render_as_string()


class Cursor:
    """A DB-API cursor that holds its whole result."""

    arraysize = 1
    rowcount = -1
    lastrowid = None

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: Sequence[Sequence[Any]] | None = None

    def execute(self, statement: str, parameters: Iterable[object] = ()) -> None:
        """Run a statement and fetch its rows; raises what DuckDB raises."""
        self._db.execute(statement, list(parameters) or None)
        self.description = self._db.description
        self._rows = iter(self._db.fetchall() if self.description else ())

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """The next rows, at most `size`."""
        return list(islice(self._rows, size or self.arraysize))

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows that are left."""
        return list(self._rows)

    def close(self) -> None:
        """Let go of the rows."""
        self._rows = iter(())


class Connection:
    """A DB-API connection; what it does needs no transaction, because it only reads."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db

    def cursor(self) -> Cursor:
        """A cursor."""
        return Cursor(self._db)

    def commit(self) -> None:
        """Nothing: each statement is by itself."""

    def rollback(self) -> None:
        """Nothing: each statement is by itself."""

    def close(self) -> None:
        """Close the DuckDB connection."""
        self._db.close()


class DuckDB:
    """DuckDB as the DB-API module that SQLAlchemy asks for."""

    apilevel = "2.0"
    paramstyle = "qmark"
    threadsafety = 1
    Warning = duckdb.Warning
    Error = InterfaceError = duckdb.Error  # DuckDB has no InterfaceError
    DatabaseError = duckdb.DatabaseError
    DataError = duckdb.DataError
    IntegrityError = duckdb.IntegrityError
    InternalError = duckdb.InternalError
    NotSupportedError = duckdb.NotSupportedError
    OperationalError = duckdb.OperationalError
    ProgrammingError = duckdb.ProgrammingError

    @staticmethod
    def connect(database: str, *, search_path: str, **settings: str) -> Connection:
        """A read-only connection to a DuckDB file; raises what DuckDB raises."""
        db = duckdb.connect(database, read_only=True, config={**settings})
        db.execute("set enable_progress_bar = false")
        db.execute("set search_path = $search_path", {"search_path": search_path})
        return Connection(db)


class Dialect(PGDialect):
    """DuckDB for Great Expectations: SQL like Postgres's, columns from DuckDB's own catalogue."""

    name = NAME
    driver = "duckdb"
    default_paramstyle = "qmark"
    supports_statement_cache = False
    supports_server_side_cursors = False
    supports_sane_rowcount = False

    @classmethod
    def import_dbapi(cls) -> Any:
        """DuckDB."""
        return DuckDB

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """No pool: what is returned is closed, so that no connection outlives its use and blocks the next writer."""
        return NullPool

    def create_connect_args(self, url: URL) -> tuple[list[str], dict[str, Any]]:
        """The arguments of `connect`: the file, and the URL's query."""
        return [url.database or ":memory:"], dict(url.query)

    def initialize(self, connection: SqlConnection) -> None:
        """Ask the database nothing: Postgres's questions have no answer in DuckDB."""
        self.default_schema_name = "main"
        self.server_version_info = (16, 0)

    def on_connect(self) -> None:
        """Do nothing more with a new connection."""

    def get_columns(self, connection: SqlConnection, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """The columns of a table or view, of the current schema if none is named; none if there is no such table."""
        return [
            {"name": column, "type": _TYPES.get(kind, types.String)(), "nullable": is_nullable, "default": None}
            for column, kind, is_nullable in connection.execute(_COLUMNS, {"table": table_name, "schema": schema})
        ]

    def has_table(self, connection: SqlConnection, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is such a table or view."""
        return bool(self.get_columns(connection, table_name, schema))

    def get_pk_constraint(
        self, connection: SqlConnection, table_name: str, schema: str | None = None, **kw: Any
    ) -> Any:
        """No primary key: Great Expectations asks, and would use it only to list rows."""
        return {"constrained_columns": [], "name": None}


registry.register(NAME, __name__, Dialect.__name__)
