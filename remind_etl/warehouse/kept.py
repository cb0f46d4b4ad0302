"""Connections that are kept for the next request, each with tables for the few rows of one request."""

import hashlib
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from remind_etl.warehouse.interruption import interruptible
from remind_etl.warehouse.reading import new_reader

MOST_KEPT: Final = 4
"""Connections that wait in a process."""

MOST_PLANS: Final = 256
"""Statements whose plans a connection keeps."""


class KeptReader:
    """A connection that reads published tables, and tables that stay, for the few rows of one request.

    DuckDB takes longer to begin a statement than SQLite takes for a join of few rows. So `db`, of DuckDB, reads the
    published tables, and `few`, of SQLite, joins the rows that were found. Its rows go with their transaction.
    """

    def __init__(self, make_tables: "MakeTables") -> None:
        """Make the tables."""
        self.db = new_reader()
        self.few = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, cached_statements=MOST_PLANS
        )
        self.few.execute("pragma case_sensitive_like = true")  # as in DuckDB
        self.few.create_function("md5", 1, md5_of, deterministic=True)
        make_tables(self)

    def run(self, statement: str) -> sqlite3.Cursor:
        """Execute a statement over the few rows. It is planned at the first time."""
        return self.few.execute(statement)

    def close(self) -> None:
        """End both connections."""
        self.db.close()
        self.few.close()


MakeTables = Callable[[KeptReader], None]


class KeptReaders:
    """Readers with the same tables. One that nobody uses waits for the next request of its process."""

    def __init__(self, make_tables: MakeTables) -> None:
        """Readers whose tables this function makes."""
        self._make_tables = make_tables
        self._free: defaultdict[int, list[KeptReader]] = defaultdict(list)

    @contextmanager
    def reading(self) -> Iterator[KeptReader]:
        """A reader in a transaction, whose tables are empty before and after. An error ends the reader too."""
        free = self._free[os.getpid()]
        try:
            reader = free.pop()
        except IndexError:
            reader = KeptReader(self._make_tables)
        with interruptible(reader.db):
            try:
                reader.few.execute("begin")
                yield reader
                reader.few.execute("rollback")
            except BaseException:
                reader.close()
                raise
        if len(free) < MOST_KEPT:
            free.append(reader)
        else:
            reader.close()


def md5_of(text: str) -> str:
    """The hash of an id, as cells of rejected lines have it."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
