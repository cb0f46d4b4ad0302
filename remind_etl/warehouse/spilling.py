"""Sees how much of a statement's rows DuckDB writes to the disk, because its memory is too small for them.

DuckDB 2.0 puts the number of its process into the names of these files, and deletes them as soon as it can.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOOK_SECONDS: Final = 0.25


@dataclass
class Spill:
    """The most bytes that this process had in a temporary folder of DuckDB at one look."""

    folder: Path
    most: int = 0

    def look(self) -> None:
        """Count the bytes of the files that are there now."""
        sizes = (_size(path) for path in self.folder.glob(f"duckdb_temp_{os.getpid()}_*"))
        self.most = max(self.most, sum(sizes))


@contextmanager
def watching_spill(folder: Path) -> Iterator[Spill]:
    """Look at the folder again and again meanwhile."""
    spill, ended = Spill(folder), threading.Event()

    def look_until_the_end() -> None:
        while not ended.wait(LOOK_SECONDS):
            spill.look()

    watcher = threading.Thread(target=look_until_the_end, name="spill", daemon=True)
    watcher.start()
    try:
        yield spill
    finally:
        ended.set()
        watcher.join()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # it was deleted since
        return 0
