"""The SQLAlchemy dialect `duckgx`, through which Great Expectations reads an open DuckDB connection.

The public `duckdb-engine` cannot carry Great Expectations, which fetches a result after its connection went back to
the pool. SQLAlchemy rolls back there, and DuckDB drops the pending result. Here a cursor fetches all rows when it
executes: good for counts and short lists only.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, Final

import duckdb
from sqlalchemy import URL, NullPool, Pool, text, types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine import Connection as SqlConnection

CONNECTION_STRING: Final = "duckgx://"
"""The URL of the connection that `lend_schema` hands over."""

_open: Final[ContextVar["Connection"]] = ContextVar("duckgx_connection")

_PATH: Final = "set search_path = $path"

_COLUMNS: Final = text("""
    select column_name, is_nullable
    from duckdb_columns()
    where database_name = current_database()
        and schema_name = coalesce(:schema, current_schema())
        and table_name = :table
    order by column_index
""")


@contextmanager
def lend_schema(db: duckdb.DuckDBPyConnection, schema: str) -> Iterator["Connection"]:
    """Let the engines of this dialect read that schema of the connection meanwhile.

    They see its open transaction, and never end it. After an exception the connection is of no more use: DuckDB aborts
    a transaction in which a statement fails.
    """
    connection = Connection(db)
    token = _open.set(connection)
    ((before,),) = db.execute("select current_setting('search_path')").fetchall()
    db.execute(_PATH, {"path": schema})
    try:
        yield connection
        db.execute(_PATH, {"path": before})
    finally:
        _open.reset(token)


class Cursor:
    """A DB-API cursor that holds its whole result."""

    arraysize = 1
    rowcount = -1
    lastrowid = None

    def __init__(self, db: duckdb.DuckDBPyConnection, errors: list[str]) -> None:
        self._db = db
        self._errors = errors
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: Sequence[Sequence[Any]] | None = None

    def execute(self, statement: str, parameters: Iterable[object] = ()) -> None:
        """Run a statement and fetch its rows; raises what DuckDB raises."""
        try:
            self._db.execute(statement, list(parameters) or None)
        except duckdb.Error as error:
            self._errors.append(type(error).__name__)
            raise
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
    """A DB-API connection that only reads, so the transaction and the end of the real one are not its concern."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db
        self.errors: list[str] = []
        """The kinds of errors so far. The first one aborts the transaction, so it is the cause of the others."""

    def cursor(self) -> Cursor:
        """A cursor."""
        return Cursor(self._db, self.errors)

    def commit(self) -> None:
        """Do nothing."""

    def rollback(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


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
    def connect() -> Connection:
        """The connection that `lend_schema` handed over; raises LookupError if there is none."""
        return _open.get()


class Dialect(PGDialect):
    """DuckDB for Great Expectations: SQL like Postgres's, columns from DuckDB's own catalogue."""

    name = "duckgx"
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
        """No pool: the next use may be of another connection."""
        return NullPool

    def create_connect_args(self, url: URL) -> tuple[list[str], dict[str, Any]]:
        """The arguments of `connect`."""
        return [], {}

    def initialize(self, connection: SqlConnection) -> None:
        """Ask the database nothing: Postgres's questions have no answer in DuckDB."""
        self.default_schema_name = "main"
        self.server_version_info = (16, 0)

    def on_connect(self) -> None:
        """Do nothing more with a new connection."""

    def get_columns(self, connection: SqlConnection, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """The columns of a table or view; no columns if there is no such table."""
        return [
            {"name": column, "type": types.String(), "nullable": is_nullable, "default": None}
            for column, is_nullable in connection.execute(_COLUMNS, {"table": table_name, "schema": schema})
        ]

    def has_table(self, connection: SqlConnection, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is such a table or view."""
        return bool(self.get_columns(connection, table_name, schema))

    def get_pk_constraint(
        self, connection: SqlConnection, table_name: str, schema: str | None = None, **kw: Any
    ) -> Any:
        """No primary key: Great Expectations asks, and would use it only to list rows."""
        return {"constrained_columns": [], "name": None}


registry.register("duckgx", __name__, Dialect.__name__)
