"""Connections to SQLite files that can also be read when the disk is full.

A file with write-ahead logging has a file beside it that its connections share. On a full disk SQLite cannot make it.
"""

import sqlite3
from pathlib import Path
from typing import Any

from remind_etl.errors import disk_full


class OnFullDisk(sqlite3.Connection):
    """A connection that can only read, because the disk of its file is full."""


def connect_to_file(
    _dialect: object, _record: object, places: tuple[Any, ...], options: dict[str, Any]
) -> sqlite3.Connection:
    """Connect to the file. If the disk is full, and no other process uses the file, the connection can only read.

    The arguments are those of SQLAlchemy's event `do_connect`.
    """
    connection: sqlite3.Connection = sqlite3.connect(*places, **options)
    try:
        connection.execute("select 1 from sqlite_master limit 1").fetchall()  # needs the shared file
    except sqlite3.Error as error:
        connection.close()
        if disk_full(error) is None or not _is_whole(Path(places[0])):
            raise
        address = f"{Path(places[0]).resolve().as_uri()}?mode=ro&immutable=1"
        return OnFullDisk(address, **{**options, "uri": True})
    return connection


def _is_whole(file: Path) -> bool:
    """True if all that was written is in the file itself."""
    log = file.with_name(f"{file.name}-wal")
    return file.exists() and (not log.exists() or log.stat().st_size == 0)
