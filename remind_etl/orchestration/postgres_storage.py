"""Dagster's records on Postgres, with a connection that stays open.

Dagster connects anew for each of the thousand statements of a run. That costs Postgres three times the work of the
statements. Its storages can keep a connection, as its webserver lets them do: `optimize_for_webserver`.
"""

import select
from typing import Any, Final

import sqlalchemy as sa
from dagster_postgres import DagsterPostgresStorage

STATEMENT_MILLISECONDS: Final = 300_000
"""How long a statement may take: retention deletes many rows at once."""

CONNECTION_SECONDS: Final = 600
"""After this time, a connection is opened anew."""

MOST_MORE: Final = 20
"""Further connections of a storage that threads may open at a time; they are closed after use."""


class PostgresStorage(DagsterPostgresStorage):
    """The class to name in `dagster.yaml`, with the configuration of `storage: postgres`."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Any:
        """The storage of Dagster, with a pool of connections in each of its parts."""
        storage = super().from_config_value(inst_data, config_value)
        for part in (storage.run_storage, storage.event_log_storage, storage.schedule_storage):
            part.optimize_for_webserver(STATEMENT_MILLISECONDS, CONNECTION_SECONDS, MOST_MORE)
        return storage


@sa.event.listens_for(sa.pool.QueuePool, "checkout")
def _refuse_closed(connection: Any, *_: object) -> None:
    """Let the pool connect anew where the server ended the connection, as after a restart of Postgres.

    An idle connection has nothing to read, unless the other side closed it.
    """
    if hasattr(connection, "fileno") and select.select([connection.fileno()], [], [], 0)[0]:
        raise sa.exc.DisconnectionError
