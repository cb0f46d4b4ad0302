"""Ends statements from another thread.

DuckDB looks for a signal only between two tasks of the main thread, and a task may take a minute. It looks for an
interruption after each chunk of rows.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

_OPEN: Final[list["duckdb.DuckDBPyConnection"]] = []
_LOCK: Final = threading.Lock()


@contextmanager
def interruptible(db: "duckdb.DuckDBPyConnection") -> Iterator[None]:
    """Let `interrupt_statements` end the statements of the connection. Close the connection only afterwards."""
    with _LOCK:
        _OPEN.append(db)
    try:
        yield
    finally:
        with _LOCK:
            _OPEN[:] = [other for other in _OPEN if other is not db]


def interrupt_statements() -> None:
    """End the statements that interruptible connections execute. A statement raises an error then."""
    with _LOCK:
        for db in _OPEN:
            db.interrupt()
