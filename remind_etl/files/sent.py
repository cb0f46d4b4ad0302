"""Files that a district sent, before they are copied, and how large they may be."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from remind_etl.catalogue import uploads
from remind_etl.errors import DISK_FULL, DiskFull

RESERVE_BYTES: Final = 100_000_000
"""Room that a copy leaves in any case, for the databases and for the runs of other districts."""

CopyFile = Callable[[Path], tuple[int, str]]
"""Copies a file to the path it is given; returns its size in bytes and its SHA-256."""


class Sent(NamedTuple):
    """A file to land: the name it was sent under, its size in bytes, what copies it, and the time that it has.

    The time is in seconds of the clock of its server, and may only be compared with others of it.
    """

    name: str
    size: int
    copy: CopyFile
    mtime: int | None = None


class TooLarge(NamedTuple):
    """A file that must not be copied, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class SizeLimits:
    """How many bytes a district may send."""

    file_bytes: int = 2_000_000_000
    """In one CSV file."""
    drop_bytes: int = 4_000_000_000
    """In all files of a drop, or in its zip."""

    def too_large(self, sizes: Iterable[tuple[str, int]]) -> list[TooLarge]:
        """The files that are too large, by name and size; if only all together are, the largest."""
        files = list(sizes)
        over = [
            TooLarge(name, uploads.FILE_TOO_LARGE.format(size=size_in_words(size), most=size_in_words(most)))
            for name, size in files
            if size > (most := self._most(name))
        ]
        total = sum(size for _, size in files)
        if over or total <= self.drop_bytes:
            return over
        why = uploads.DROP_TOO_LARGE.format(size=size_in_words(total), most=size_in_words(self.drop_bytes))
        return [TooLarge(max(files, key=lambda file: file[1])[0], why)]

    def _most(self, name: str) -> int:
        return self.drop_bytes if name.casefold().endswith(".zip") else self.file_bytes


USUAL: Final = SizeLimits()
"""Several times what the largest district has."""


def require_space(folder: Path, size: int) -> None:
    """Raise DiskFull unless the disk of the folder has room for so many bytes and as many again for what follows."""
    if shutil.disk_usage(folder).free < 2 * size + RESERVE_BYTES:
        raise DiskFull(DISK_FULL)


def size_in_words(size: int) -> str:
    """A size for people."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"
