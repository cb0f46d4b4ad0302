"""Connections to the platform's database: for questions through SQLAlchemy, for rows in bulk Arrow through ADBC.

Arrow and ADBC take longer to import than most commands take, and a question needs neither.
"""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

import sqlalchemy as sa

from remind_etl.databases import migrate
from remind_etl.errors import database_trouble, is_of_the_disk

if TYPE_CHECKING:
    import pyarrow as pa
    from adbc_driver_manager import dbapi

WAIT_FOR_WRITERS: Final = "pragma busy_timeout = 60000"
"""How long a delivery waits for another district's to end, where the platform is one SQLite file."""

LARGE_CACHE: Final = "pragma cache_size = -262144"
"""KiB of pages that SQLite may keep in memory; its 2 MB make it read and write the pages of a large delivery again."""

ONE_MOMENT: Final = "set transaction isolation level repeatable read"
"""All that is read in the transaction stands as of its first statement, as it does in SQLite."""


class Answers(Protocol):
    """What gives the rows of queries with few rows."""

    def first(self, statement: sa.Executable) -> tuple[Any, ...] | None:
        """The first row that a query gives."""

    def all(self, statement: sa.Executable) -> list[tuple[Any, ...]]:
        """All rows that a query gives."""


class Questions:
    """A connection that only reads, and few rows."""

    def __init__(self, connection: sa.Connection) -> None:
        """Ask on the connection."""
        self._connection = connection

    def first(self, statement: sa.Executable) -> tuple[Any, ...] | None:
        """The first row that a query gives."""
        row = self._connection.execute(statement).first()
        return None if row is None else tuple(row)

    def all(self, statement: sa.Executable) -> list[tuple[Any, ...]]:
        """All rows that a query gives."""
        return [tuple(row) for row in self._connection.execute(statement)]


@contextmanager
def questions(engine: sa.Engine) -> Iterator[Questions]:
    """A connection to the engine's database for questions.

    Raises what the engine raises.
    """
    with engine.connect() as connection:
        yield Questions(connection)


class Connection:
    """One transaction. ADBC's drivers differ in their placeholders, so SQLAlchemy writes values in, quoted."""

    def __init__(self, connection: "dbapi.Connection", dialect: sa.Dialect) -> None:
        """Speak `dialect` on the connection."""
        self._connection = connection
        self._dialect = dialect

    def execute(self, statement: sa.Executable) -> None:
        """Execute a statement that gives no rows."""
        with self._connection.cursor() as cursor:
            cursor.execute(self._text(statement))

    def first(self, statement: sa.Executable) -> tuple[Any, ...] | None:
        """The first row that a query gives."""
        with self._connection.cursor() as cursor:
            cursor.execute(self._text(statement))
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row

    def all(self, statement: sa.Executable) -> list[tuple[Any, ...]]:
        """All rows that a query gives: few, for those in bulk there is `rows`."""
        with self._connection.cursor() as cursor:
            cursor.execute(self._text(statement))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def texts(self, query: sa.Select[Any]) -> "pa.Table":
        """The rows of a query for columns of text, as Arrow. An empty text is null."""
        return self.read_texts(query).read_all()

    def read_texts(self, query: sa.Select[Any]) -> "pa.RecordBatchReader":
        """The same, a part at a time, as long as the transaction lasts."""
        import pyarrow as pa

        schema = pa.schema([(column.name, pa.string()) for column in query.selected_columns])
        return pa.RecordBatchReader.from_batches(schema, self._batches(_without_nulls(query), schema))

    def _batches(self, query: sa.Select[Any], schema: "pa.Schema") -> "Iterator[pa.RecordBatch]":
        import pyarrow as pa
        import pyarrow.compute as pc

        with self._connection.cursor() as cursor:
            cursor.execute(self._text(query))
            for batch in cursor.fetch_record_batch():
                texts = [column.cast(pa.string()) for column in batch.columns]
                yield pa.record_batch([pc.if_else(pc.equal(text, ""), None, text) for text in texts], schema)

    def ingest(self, table: sa.Table, rows: "pa.Table | pa.RecordBatchReader") -> None:
        """Fill a new temporary table."""
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(table.name, rows, mode="create", temporary=True)

    def append(self, table: sa.Table, rows: "pa.RecordBatchReader", **constants: str | int) -> None:
        """Add rows to a table. A column without values among `rows` has the same one in each, else none."""
        import pyarrow as pa

        schema = pa.schema(
            (name, pa.int64() if isinstance(column.type, sa.Integer) else pa.string())
            for name, column in table.c.items()
        )

        def batches() -> "Iterator[pa.RecordBatch]":
            for batch in rows:
                columns = [
                    batch[name]
                    if name in batch.schema.names
                    else pa.repeat(pa.scalar(constants.get(name), type_), batch.num_rows)
                    for name, type_ in zip(schema.names, schema.types, strict=True)
                ]
                yield pa.record_batch(columns, schema)

        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(table.name, pa.RecordBatchReader.from_batches(schema, batches()), mode="append")

    def _text(self, statement: Any) -> str:
        return _compiled(statement, self._dialect)


@lru_cache(maxsize=256)
def _without_nulls(query: sa.Select[Any]) -> sa.Select[Any]:
    """The query with empty texts in the place of null.

    SQLite's driver guesses a column's type from its first rows, and fails where they are null and a later is not.
    """
    return query.with_only_columns(
        *(sa.func.coalesce(column, "").label(column.name) for column in query.selected_columns)
    )


@lru_cache(maxsize=256)
def _compiled(statement: Any, dialect: sa.Dialect) -> str:
    """Its text. A statement that is kept is compiled once; it takes longer than to execute it."""
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[Connection]:
    """A connection to the engine's database in one transaction: committed, or on an exception rolled back.

    Raises TransientError if the database does not answer in time, DiskFull or OperatorError if it cannot be used.
    """
    import adbc_driver_manager

    try:
        with _connect(engine) as connection:
            with connection.cursor() as cursor:
                for setting in (WAIT_FOR_WRITERS, LARGE_CACHE) if engine.dialect.name == "sqlite" else (ONE_MOMENT,):
                    cursor.execute(setting)
            yield Connection(connection, engine.dialect)
            connection.commit()
    except adbc_driver_manager.Error as error:
        if isinstance(error, adbc_driver_manager.OperationalError) or is_of_the_disk(error):
            raise database_trouble(error, migrate.named(engine.url, "delivered")) from error
        raise


def _connect(engine: sa.Engine) -> "dbapi.Connection":
    if engine.dialect.name == "sqlite":
        import adbc_driver_sqlite.dbapi as sqlite

        return sqlite.connect(engine.url.database)
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return _first_connection(url, os.getpid()).adbc_clone()


@cache
def _first_connection(url: str, _process: int) -> "dbapi.Connection":
    """A connection that stays open and idle. Its clones know the database's types, which take long to read."""
    import adbc_driver_postgresql.dbapi as postgresql

    connection: dbapi.Connection = postgresql.connect(url)
    connection.rollback()
    atexit.register(connection.close)
    return connection
