"""Dagster's records on Postgres, over connections that stay open as long as the instance is used.

Dagster connects anew for each of the thousand statements of a run. That costs Postgres six times the work of the
statements. Its storages can keep a connection, as its webserver lets them do: `optimize_for_webserver`.
"""

import select
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, Self

import sqlalchemy as sa
from dagster_postgres import PostgresEventLogStorage, PostgresRunStorage
from typing_extensions import override

POOL: Final = {"statement_timeout": 300_000, "pool_recycle": 600, "max_overflow": 20}
"""Milliseconds that a statement may take, seconds after which a connection is opened anew, and how many more threads
may open; those are closed after use."""


class _KeptConnection(ABC):
    """Lets a storage of Dagster keep its connection as long as the instance is used."""

    @abstractmethod
    def any_connection(self) -> AbstractContextManager[sa.Connection]:
        """A connection of the storage."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Self:
        """A storage that keeps its connection."""
        made = cls(config_value["postgres_url"], inst_data=inst_data)  # type: ignore[call-arg]
        made.optimize_for_webserver(**POOL)
        return made

    def optimize_for_webserver(self, *args: Any, **kwargs: Any) -> None:
        """Keep a connection open."""
        super().optimize_for_webserver(*args, **kwargs)  # type: ignore[misc]
        with self.any_connection() as db:
            self._pooled = db.engine

    def dispose(self) -> None:
        """Close the connection. Else each run would leave one to Python's garbage collection."""
        super().dispose()  # type: ignore[misc]
        self._pooled.dispose()


class RunStorage(_KeptConnection, PostgresRunStorage):
    """The class to name as `run_storage` in `dagster.yaml`, with the configuration of Dagster's own."""

    @override
    def any_connection(self) -> AbstractContextManager[sa.Connection]:
        return self.connect()


class EventLogStorage(_KeptConnection, PostgresEventLogStorage):
    """The class to name as `event_log_storage` in `dagster.yaml`, with the configuration of Dagster's own."""

    @override
    def any_connection(self) -> AbstractContextManager[sa.Connection]:
        return self.index_connection()


@sa.event.listens_for(sa.pool.QueuePool, "checkout")
def _refuse_closed(connection: Any, *_: object) -> None:
    """Let the pool connect anew where the server ended the connection, as after a restart of Postgres.

    An idle connection has nothing to read, unless the other side closed it.
    """
    if hasattr(connection, "fileno") and select.select([connection.fileno()], [], [], 0)[0]:
        raise sa.exc.DisconnectionError
