"""Connections to SQLite files that can also be read when the disk is full, or can only be read.

A file with write-ahead logging has a file beside it that its connections share. On such a disk SQLite cannot make it.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from remind_etl.errors import ReadOnly, disk_full, is_disk_read_only


class OfOneMoment(sqlite3.Connection):
    """A connection that can only read, and sees the file as it is at its beginning."""


class OnFullDisk(OfOneMoment):
    """Such a connection, because the disk of its file is full."""


def connect_to_file(
    _dialect: object, _record: object, places: tuple[Any, ...], options: dict[str, Any]
) -> sqlite3.Connection:
    """Connect to the file. If its disk is full or read-only, and no other process uses it, the connection only reads.

    The arguments are those of SQLAlchemy's event `do_connect`. Raises ReadOnly if a part of what was written is in the
    log of a process that did not end well, because SQLite must write to read it.
    """
    connection: sqlite3.Connection = sqlite3.connect(*places, **options)
    try:
        connection.execute("select 1 from sqlite_master limit 1").fetchall()  # needs the shared file
    except sqlite3.Error as error:
        connection.close()
        file = Path(places[0])
        is_full = disk_full(error) is not None
        if not file.exists() or not (is_full or is_disk_read_only(file)):
            raise
        if not _is_whole(file):
            if is_full:
                raise
            raise ReadOnly(_NOT_WHOLE.format(file=file)) from error
        address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        kind = OnFullDisk if is_full else OfOneMoment
        return kind(address, **{**options, "uri": True})
    return connection


def check_kept_connections(engine: sa.Engine) -> None:
    """Let the engine use a kept connection again only if it sees what a new one would see.

    It does not if the file or its log was put in the place of another, or if the connection is one of a moment.
    """
    file = Path(engine.url.database or "")

    def note(connection: sqlite3.Connection, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["files"] = None if isinstance(connection, OfOneMoment) else _identity(file)

    def check(_connection: object, record: sa.pool.ConnectionPoolEntry, _proxy: object) -> None:
        is_used_again = record.info.setdefault("is_used", False)
        record.info["is_used"] = True
        if is_used_again and record.info["files"] != _identity(file):
            raise sa.exc.DisconnectionError("The file is another one.")

    sa.event.listen(engine, "connect", note)
    sa.event.listen(engine, "checkout", check)


def _identity(file: Path) -> tuple[tuple[int, int] | None, ...]:
    """Tells the file and its log from others in their places."""
    found: list[tuple[int, int] | None] = []
    for path in (file, file.with_name(f"{file.name}-wal")):
        found.append(None)
        with suppress(FileNotFoundError):
            known = path.stat()
            found[-1] = known.st_dev, known.st_ino
    return tuple(found)


_NOT_WHOLE: Final = (
    "The disk of {file} can only be read, and what was written last is not in the file yet. Make the disk writable."
)


def _is_whole(file: Path) -> bool:
    """True if all that was written is in the file itself."""
    log = file.with_name(f"{file.name}-wal")
    return not log.exists() or log.stat().st_size == 0
