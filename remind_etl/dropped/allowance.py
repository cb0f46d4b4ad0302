"""How much a district may have on the embedded SFTP server."""

import os
from collections.abc import Iterator
from pathlib import Path

import asyncssh

from remind_etl.catalogue import uploads
from remind_etl.files.sent import size_in_words
from remind_etl.files.server_limits import ServerLimits


class Allowance:
    """What one session of a district may still write below its folder."""

    def __init__(self, folder: Path, limits: ServerLimits) -> None:
        self._folder = folder
        self._limits = limits
        self._others = 0
        """Bytes of all files but the one that was opened last."""

    def require_entry(self, full: bytes) -> None:
        """Count what is there before a file or folder is made or written.

        Raises SFTPFailure if there may be no more.
        """
        sizes = {os.fsencode(path): size for path, size in _sizes(self._folder)}
        self._others = sum(sizes.values()) - sizes.get(full, 0)
        if full not in sizes and len(sizes) >= self._limits.district_files:
            raise asyncssh.SFTPFailure(uploads.TOO_MANY_FILES.format(most=f"{self._limits.district_files:,}"))
        self.require_size(0)

    def require_size(self, size: int) -> None:
        """Raise SFTPFailure if the file that was opened last may not have so many bytes."""
        if size > self._limits.file_bytes:
            raise asyncssh.SFTPFailure(uploads.UPLOAD_TOO_LARGE.format(most=size_in_words(self._limits.file_bytes)))
        if self._others + size > self._limits.district_bytes:
            raise asyncssh.SFTPFailure(uploads.TOO_MANY_BYTES.format(most=size_in_words(self._limits.district_bytes)))


def _sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """Each file and folder below a folder, with its bytes."""
    with os.scandir(folder) as entries:
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            yield entry.path, 0 if is_folder else entry.stat(follow_symlinks=False).st_size
            if is_folder:
                yield from _sizes(Path(entry.path))
