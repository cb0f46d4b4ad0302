"""Dagster's events in SQLite, with connections that stay open.

Dagster's own storage makes an engine and a connection for each statement, and compiles the statement again. That was a
third of a small run. This storage has the same files and the same tables. It writes all that belongs to an event in one
transaction a file, and so for the events that announce the steps of a run.

It does not wait until each event is on the disk: a power cut may lose the last ones, but damages no file.

`SqliteEventLogStorage` is for `dagster.yaml`, and not for subclasses. What is replaced here are those methods that
Dagster asks of each SQL storage. It was seen in Dagster 1.13.27.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log import SqlEventLogStorageTable, SqliteEventLogStorage

KEPT_OPEN: Final = 4
"""The number of files that stay open: the index of all runs, and those runs that were used last."""

INDEX: Final = "index"
"""The name of the file that Dagster reads for all runs together."""

BUSY_SECONDS: Final = 30
"""How long a statement waits for another process that writes, as in Dagster's own storage."""

_PATTERN: Final[list[bytes]] = []
"""The file of a run without events, as Dagster made it in this process; to make one takes 0.1 seconds."""


class EventLog(SqliteEventLogStorage):
    """The events of each run in a file of its own, and an index of all."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, sa.Engine] = OrderedDict()
        self._known: set[str] = set()
        self._alone = threading.RLock()
        self._transactions: tuple[ExitStack, dict[str, sa.Connection]] | None = None
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
        """True if the index has the table."""
        return self._knows(table_name) or self._keep(table_name, super().has_table(table_name))

    def has_asset_key_col(self, column_name: str) -> bool:
        """True if the index's table of assets has the column."""
        return self._knows(column_name) or super().has_asset_key_col(column_name)

    def _has_asset_key_col_on_connection(self, conn: sa.Connection, column_name: str) -> bool:
        found = self._knows(column_name) or super()._has_asset_key_col_on_connection(conn, column_name)
        return self._keep(column_name, found)

    def has_secondary_index(self, name: str) -> bool:
        """True if the index was once filled with events of older versions."""
        return self._knows(name) or self._keep(name, super().has_secondary_index(name))

    def _knows(self, name: str) -> bool:
        """True if the table, column or migration was found once: it stays."""
        return name in self._known

    def _keep(self, name: str, is_found: bool) -> bool:
        if is_found:
            self._known.add(name)
        return is_found

    def store_event(self, event: dg.EventLogEntry) -> None:
        """Store an event in the file of its run, and what the index has of it."""
        self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[dg.EventLogEntry]) -> None:
        """Store events together: all of them, or on an exception none."""
        with self._together():
            for event in events:
                super().store_event(event)

    def wipe(self) -> None:
        """Delete all events. The files of the runs go too, so they are closed before."""
        self._close()
        self._known.clear()
        super().wipe()

    def dispose(self) -> None:
        """Close all files."""
        self._close()
        super().dispose()

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Let all connections to a file be one meanwhile, whose transaction ends with this."""
        connections: dict[str, sa.Connection] = {}
        with self._alone:
            with ExitStack() as ends:
                self._transactions = ends, connections
                try:
                    yield
                finally:
                    self._transactions = None
            for name in connections.keys() - {INDEX}:
                os.utime(self.path_for_shard(name))  # Dagster's pages follow a run by the changes of its file

    @contextmanager
    def _connection(self, name: str) -> Iterator[sa.Connection]:
        with self._alone:
            if not self._transactions:
                with self._engine(name).begin() as db:
                    yield db
                return
            ends, connections = self._transactions
            if name not in connections:
                connections[name] = ends.enter_context(self._engine(name).begin())
            yield connections[name]

    def _engine(self, name: str) -> sa.Engine:
        if name not in self._engines:
            if not _write_new(Path(self.path_for_shard(name))):
                self._make_file(name)
            self._engines[name] = self._opened(name)
        self._engines.move_to_end(name)
        while len(self._engines) > KEPT_OPEN:
            oldest = next(other for other in self._engines if other != INDEX)
            self._engines.pop(oldest).dispose()
        return self._engines[name]

    def _make_file(self, name: str) -> None:
        """Let Dagster look at the file, which it makes if it is new. The first new file of a run is the pattern."""
        with super().run_connection(name) as db:
            if name == INDEX or _PATTERN:
                return
            if not db.execute(sa.select(SqlEventLogStorageTable.c.id).limit(1)).first():
                _PATTERN.append(db.connection.driver_connection.serialize())

    def _opened(self, name: str) -> sa.Engine:
        allowed = {"timeout": BUSY_SECONDS, "check_same_thread": False}  # one thread at a time, by the lock
        engine = sa.create_engine(self.conn_string_for_shard(name), pool_size=1, connect_args=allowed)
        sa.event.listen(engine, "connect", lambda db, _: db.execute("pragma synchronous = normal"))
        return engine

    def _close(self) -> None:
        with self._alone:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _write_new(file: Path) -> bool:
    """Write the file of a run as Dagster makes it, faster; False where a file is there, or no pattern is known."""
    if not _PATTERN or file.exists():
        return False
    written = file.with_suffix(f".{os.getpid()}")
    written.write_bytes(_PATTERN[0])
    try:
        file.hardlink_to(written)
    except FileExistsError:
        return False
    finally:
        written.unlink()
    return True
