"""Folders of this machine in which files are made before they are stored."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from remind_etl.files.durable import sync_to_disk

INCOMING: Final = ".incoming-"
"""The beginning of the name of a folder in which files are made."""


def make_folder(folder: Path) -> None:
    """Make the folder, and those above it, for their owner alone; their names are on disk when this returns."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_to_disk(folder.parent)


def delete_older(folders: Iterable[Path], before: datetime) -> None:
    """Delete those of the folders that were made before the moment."""
    for folder in folders:
        with suppress(FileNotFoundError):  # the process that made it deleted it meanwhile
            if folder.stat().st_mtime < before.timestamp():
                shutil.rmtree(folder)


@contextmanager
def make_incoming(folder: Path) -> Iterator[Path]:
    """A new folder in this one, which goes at the end."""
    make_folder(folder)
    made = Path(tempfile.mkdtemp(prefix=INCOMING, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
