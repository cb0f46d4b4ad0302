"""How much a district may have on the embedded SFTP server."""

import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Final

import asyncssh

from remind_etl.catalogue import uploads
from remind_etl.files.sent import size_in_words
from remind_etl.files.server_limits import ServerLimits

RECOUNT_BYTES: Final = 16 << 20
"""A session counts all files again after it has written so much of one file."""


class Allowance:
    """What one session of a district may still write below its folder.

    `open_files` are the files that all sessions of the district are writing. A deleted file keeps its bytes on the disk
    until they are closed.
    """

    def __init__(self, folder: Path, limits: ServerLimits, open_files: set[FileIO]) -> None:
        self._folder = folder
        self._limits = limits
        self.open_files = open_files
        self._counted = b""
        """The file that was written when all files were counted last."""
        self._counted_to = 0
        """To this size it may grow before they are counted again."""
        self._others = 0
        """Bytes of all files but that one."""

    def require_entry(self, full: bytes) -> None:
        """Count what is there before a file or folder is made or written.

        Raises SFTPFailure if there may be no more.
        """
        sizes = self._count(full, 0)
        if full not in sizes and len(sizes) >= self._limits.district_files:
            raise asyncssh.SFTPFailure(uploads.TOO_MANY_FILES.format(most=f"{self._limits.district_files:,}"))
        self.require_size(full, 0)

    def require_size(self, full: bytes, size: int) -> None:
        """Raise SFTPFailure if the file may not have so many bytes.

        Several files may be written at once, also in other sessions, so all are counted again from time to time.
        """
        if size > self._limits.file_bytes:
            raise asyncssh.SFTPFailure(uploads.UPLOAD_TOO_LARGE.format(most=size_in_words(self._limits.file_bytes)))
        if full != self._counted or size > self._counted_to:
            self._count(full, size)
        if self._others + size > self._limits.district_bytes:
            raise asyncssh.SFTPFailure(uploads.TOO_MANY_BYTES.format(most=size_in_words(self._limits.district_bytes)))

    def _count(self, full: bytes, size: int) -> dict[bytes, int]:
        """Count all files and folders. Returns their bytes by path."""
        sizes = {os.fsencode(path): found for path, found in _sizes(self._folder)}
        self._others = sum(sizes.values()) - sizes.get(full, 0) + sum(_deleted_sizes(self.open_files))
        self._counted, self._counted_to = full, size + RECOUNT_BYTES
        return sizes


def _sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """Each file and folder below a folder, with its bytes."""
    with os.scandir(folder) as entries:
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            yield entry.path, 0 if is_folder else entry.stat(follow_symlinks=False).st_size
            if is_folder:
                yield from _sizes(Path(entry.path))


def _deleted_sizes(files: set[FileIO]) -> Iterator[int]:
    """The bytes of each file that has no name any more."""
    for file in files:
        found = os.fstat(file.fileno())
        if not found.st_nlink:
            yield found.st_size
