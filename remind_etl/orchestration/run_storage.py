"""Dagster's record of runs in SQLite, without a wait for the disk at each of a run's thousand events.

Dagster opens and closes its databases for every event, and when the last connection closes, SQLite waits until all is
on the disk. What is kept here is history: of what was decided, delivered and published nothing rests on it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData


class RunHistory(DagsterSqliteStorage):
    """What Dagster keeps in SQLite files, in the places where it does by itself."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = EventLog(str(Path(base_dir) / "history" / "runs"))

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Any) -> "RunHistory":
        """As the instance makes it from `dagster.yaml`: `base_dir` is the instance's folder."""
        return cls.from_local(inst_data=inst_data, **config_value)


class EventLog(SqliteEventLogStorage):
    """A database a run, and the index of all.

    A power cut may spoil the log of the run that it cuts off, as nothing waits for the disk there. The index loses its
    last events at the most: its journal reaches the disk before they reach its file.
    """

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        if shard not in self._initialized_dbs:
            with super()._connect(shard):
                pass
        with self._db_lock, _engine(self.conn_string_for_shard(shard)).begin() as db:
            if shard == INDEX_SHARD_NAME:
                db.exec_driver_sql("pragma synchronous = normal")
                self._open_index.execute("select 1 from alembic_version")
            else:
                db.exec_driver_sql("pragma synchronous = off")
            yield db

    @cached_property
    def _open_index(self) -> sqlite3.Connection:
        """A connection that stays, so that no other is the last to close.

        Runs have none: the UI follows a run by the changes of its file, and those come with the close.
        """
        return sqlite3.connect(self.path_for_shard(INDEX_SHARD_NAME), check_same_thread=False)

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        self._open_index.close()


@lru_cache(maxsize=4)
def _engine(url: str) -> sa.Engine:
    """An engine that stays, and with it the statements that it compiled: Dagster would make one for each event."""
    return sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
