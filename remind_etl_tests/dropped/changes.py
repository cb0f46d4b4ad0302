"""What happens to a file on the server, also while it is read."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from remind_etl.dropped.listing import Entry
from remind_etl.dropped.source import DropSource
from remind_etl_tests.ids import NORTH

LONG_AGO: Final = 1_600_000_000


def put(directory: Path, name: str, content: bytes) -> Entry:
    """Put a file there whose time lies so far back that any later change shows in whole seconds."""
    path = directory / name
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return Entry(name, len(content), LONG_AGO, is_regular=True)


def rewrite(file: Path) -> int:
    """Write over the content in place, as scp does."""
    with file.open("r+b") as out:
        return out.write(b"1" * file.stat().st_size)


CHANGES: Final[dict[str, Callable[[Path], object]]] = {
    "rewritten": rewrite,
    "truncated": lambda file: os.truncate(file, 1_000_000),
    "emptied": lambda file: os.truncate(file, 0),
    "grown": lambda file: os.truncate(file, 20_000_001),
    "replaced": lambda file: (
        file.with_name("new").write_bytes(b"1" * 20_000_000) and file.with_name("new").replace(file)
    ),
    "removed": lambda file: file.unlink(),
    "rewritten, then replaced by its like": lambda file: (
        rewrite(file) and put(file.parent, "new", b"1" * 20_000_000) and file.with_name("new").replace(file)
    ),
}
"""What a client does to a file of twenty million bytes."""


def fetch_while(client: DropSource, entry: Entry, part: Path, act: Callable[[], object]) -> None:
    """Copy a file of north to the path, and act while it is read. Raises what the copying raises."""
    os.mkfifo(part)  # a copy into a pipe waits while nobody empties it: the act falls in the middle
    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(client.fetch, NORTH, entry, part)
        with part.open("rb") as pipe:
            pipe.read(1)
            act()
            while pipe.read(1 << 20):
                pass
        fetching.result()
