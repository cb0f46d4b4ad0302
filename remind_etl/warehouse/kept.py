"""Connections that keep tables and plans: planning a statement over few rows takes longer than executing it."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import duckdb

from remind_etl.warehouse import sql
from remind_etl.warehouse.interruption import interruptible
from remind_etl.warehouse.parsing import parse_once
from remind_etl.warehouse.reading import new_reader

MOST_KEPT: Final = 4
"""Connections that wait in a process."""

MakeTables = Callable[[duckdb.DuckDBPyConnection], None]


class KeptReader:
    """A connection whose temporary tables stay. The rows in them, which a transaction puts there, do not."""

    def __init__(self, make_tables: MakeTables) -> None:
        """Make the tables."""
        self.db = new_reader()
        self._planned: dict[str, duckdb.Statement] = {}
        make_tables(self.db)

    def run(self, statement: str) -> duckdb.DuckDBPyConnection:
        """Execute a statement without parameters over few rows. It is planned at the first time."""
        if statement not in self._planned:
            names = {"planned": f"planned_{len(self._planned)}", "statement": statement}
            *plan, execute = sql.filled_statements("warehouse", "plan_once", **names)
            for step in plan:
                self.db.execute(step)
            self._planned[statement] = parse_once(execute)
        return self.db.execute(self._planned[statement])


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
                reader.db.execute("begin")
                yield reader
                reader.db.execute("rollback")
            except BaseException:
                reader.db.close()
                raise
        if len(free) < MOST_KEPT:
            free.append(reader)
        else:
            reader.db.close()
