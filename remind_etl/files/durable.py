"""Writes files so that a crash leaves the old content or the new, and never a part of it."""

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put the content in the place of the file, with these permissions; it is on disk when this returns."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")  # two may write at once
    part = Path(name)
    try:
        with open(handle, "wb") as out:  # noqa: PTH123 - of a handle
            out.write(content)
            out.flush()
            os.fchmod(handle, mode)
            os.fsync(handle)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_to_disk(path.parent)


def sync_to_disk(path: Path) -> None:
    """Wait until the file, or the names in the folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
