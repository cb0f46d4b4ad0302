"""Dagster's events in SQLite, with connections that stay open.

Dagster's own storage makes an engine and a connection for each statement, and compiles the statement again. That was a
third of a small run. This storage has the same files and the same tables.

`SqliteEventLogStorage` is for `dagster.yaml`, and not for subclasses. What is replaced here are those methods that
Dagster asks of each SQL storage. It was seen in Dagster 1.13.27.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from dagster._core.storage.event_log import SqliteEventLogStorage

KEPT_OPEN: Final = 4
"""The number of files that stay open: the index of all runs, and those runs that were used last."""

INDEX: Final = "index"
"""The name of the file that Dagster reads for all runs together."""

BUSY_SECONDS: Final = 30
"""How long a statement waits for another process that writes, as in Dagster's own storage."""


class EventLog(SqliteEventLogStorage):
    """The events of each run in a file of its own, and an index of all."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, sa.Engine] = OrderedDict()
        self._known_tables: set[str] = set()
        self._alone = threading.Lock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "EventLog":
        """The storage as `dagster.yaml` says; `base_dir` is the folder of the instance."""
        return cls(str(Path(config_value["base_dir"]) / "history" / "runs"), inst_data)

    def run_connection(self, run_id: str | None = None) -> Any:
        """A connection to the file of a run, in a transaction."""
        return self._connection(str(run_id))

    def index_connection(self) -> Any:
        """A connection to the index, in a transaction."""
        return self._connection(INDEX)

    def has_table(self, table_name: str) -> bool:
        """True if the index has the table. A table that was found once stays."""
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    def wipe(self) -> None:
        """Delete all events. The files of the runs go too, so they are closed before."""
        self._close()
        super().wipe()

    def dispose(self) -> None:
        """Close all files."""
        self._close()
        super().dispose()

    @contextmanager
    def _connection(self, name: str) -> Iterator[sa.Connection]:
        with self._alone, self._engine(name).begin() as db:
            yield db

    def _engine(self, name: str) -> sa.Engine:
        if name not in self._engines:
            with super().run_connection(name):
                pass  # Dagster makes the file if it is new
            self._engines[name] = self._opened(name)
        self._engines.move_to_end(name)
        while len(self._engines) > KEPT_OPEN:
            oldest = next(other for other in self._engines if other != INDEX)
            self._engines.pop(oldest).dispose()
        return self._engines[name]

    def _opened(self, name: str) -> sa.Engine:
        allowed = {"timeout": BUSY_SECONDS, "check_same_thread": False}  # one thread at a time, by the lock
        engine = sa.create_engine(self.conn_string_for_shard(name), pool_size=1, connect_args=allowed)
        if name != INDEX:
            sa.event.listen(engine, "connect", _show_changes)
        return engine

    def _close(self) -> None:
        with self._alone:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _show_changes(connection: Any, _: Any) -> None:
    """Let each event reach the file of its run at once: Dagster's pages follow a run by the changes of this file."""
    connection.execute("pragma wal_autocheckpoint = 1")
