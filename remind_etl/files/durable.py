"""Writes files so that a crash leaves the old content or the new, and never a part of it."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put the content in the place of the file, with these permissions; it is on disk when this returns."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.chmod(mode)
    sync_to_disk(part)
    part.replace(path)


def sync_to_disk(path: Path) -> None:
    """Wait until the file, or the names in the folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
