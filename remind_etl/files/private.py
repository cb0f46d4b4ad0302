"""Folders that only their owner may open."""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from remind_etl.errors import UsageError

UMASK: Final = 0o077
"""The permissions of group and others, which nothing of ours has."""


def make_private(folder: Path, ours: Collection[str]) -> None:
    """Make the folder if it is new, and close it if it is open, with all that is in it.

    `ours` are the names that may be in it, also as the beginning of a name with a suffix (`platform.db-wal`).
    Raises UsageError if the folder is open and has other files, or belongs to another account.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not folder.stat().st_mode & UMASK:
        return
    # A folder that was named by mistake, such as /tmp, must stay as it is.
    if strange := next((path.name for path in folder.iterdir() if path.name.split("-")[0] not in ours), None):
        close = f", or close this one with `chmod 700 {folder}`" if not _is_used_by_others(folder) else ""
        raise UsageError(
            f"Others may open {folder}, and it has files that are not ours ({strange!r}). "
            f"Name a folder of its own in REMIND_ETL_HOME{close}."
        )
    try:
        for path in (folder, *_below(folder)):
            path.chmod(path.stat().st_mode & ~UMASK)
    except PermissionError as error:
        raise UsageError(
            f"Others may open {folder}, and it belongs to another account. Name a folder of its own in REMIND_ETL_HOME."
        ) from error


def _is_used_by_others(folder: Path) -> bool:
    """True if other accounts may use the folder, such as /tmp: if it were closed, they would lose it."""
    found = folder.stat()
    return found.st_uid != os.geteuid() or bool(found.st_mode & (stat.S_ISVTX | stat.S_IWGRP | stat.S_IWOTH))


def _below(folder: Path) -> Iterator[Path]:
    """The files and folders in the folder, without links: these may lead out of it."""
    for root, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if not (path := Path(root, name)).is_symlink())
