"""The files that one login of the embedded SFTP server sees, and what it may do with them."""

import asyncio
import fcntl
import os
import posixpath
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any, Final, Never, TypeVar, cast

import asyncssh
from typing_extensions import override

from remind_etl.catalogue import uploads
from remind_etl.catalogue.printable import printable
from remind_etl.dropped.accounts import REMOVE, RENAME, UPLOAD, UPLOAD_REFUSED
from remind_etl.dropped.allowance import Allowance

T = TypeVar("T")

Tell = Callable[[str, str, int | None], Awaitable[None]]
"""Takes what happened, the path of the file below `writable`, and its bytes if it was written."""

QUEUE_BYTES: Final = 4 << 20
"""How much a session may have read ahead of what its client has taken."""

MOST_OPEN: Final = 100
"""Files and folders that a session may have open. All sessions share the file descriptors of one process."""


@dataclass(frozen=True)
class Writable:
    """The folder in which a login writes, what hears of each change there, and how much there may be."""

    folder: Path
    tell: Tell
    allowance: Allowance


class ConfinedFiles(asyncssh.SFTPServer):
    """Reads below `top`, which the login sees as `/`, and writes in the folder of `own`, if that is given.

    A session begins in that folder, as it does on a production server, or else in `/`. `touch` hears of each request.
    No path leads through a link, not even one that lay there before; no operation makes a link, or sets owner or mode.
    """

    def __init__(
        self,
        chan: "asyncssh.SSHServerChannel[bytes]",
        top: Path,
        touch: Callable[[], object],
        own: Writable | None = None,
    ) -> None:
        super().__init__(chan, chroot=os.fsencode(top))
        self._touch = touch
        self._own = own
        self._written: dict[FileIO, bytes] = {}
        self._open = 0
        """Files and folders that are open."""
        self._writable = os.fsencode(own.folder.resolve()) + b"/" if own else None
        self._begins = b"/" + os.fsencode(own.folder.relative_to(top)) if own else b"/"

    @override
    def map_path(self, path: bytes) -> bytes:
        self._touch()
        full = super().map_path(posixpath.join(self._begins, path)).rstrip(b"/")
        # The chroot of asyncssh follows links that it did not make.
        if os.path.realpath(full) != full:
            raise asyncssh.SFTPPermissionDenied(uploads.LINKS_NOT_FOLLOWED)
        return full

    @override
    def exit(self) -> None:
        # Without a status, OpenSSH's scp fails after an upload that went well.
        if not self.channel.is_closing():
            self.channel.exit(0)

    @override
    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
        # To open a pipe would wait for its other end, and with it all sessions.
        if os.path.exists(full := self.map_path(path)) and not os.path.isfile(full):  # noqa: PTH110, PTH113
            raise asyncssh.SFTPFailure(uploads.ONLY_FILES)
        if pflags & ~asyncssh.FXF_READ:
            self._check_writable(path)
            await self._require(path, self._allowance.require_entry, self.map_path(path))
        self._check_open()
        file = cast(FileIO, super().open(path, pflags, asyncssh.SFTPAttrs(permissions=0o600)))
        self._open += 1
        if pflags & ~asyncssh.FXF_READ:
            self._written[file] = self.map_path(path)
            self._allowance.open_files.add(file)
        return file

    @override
    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        self._check_open()
        self._open += 1
        try:
            async for name in super().scandir(path):
                yield name
        finally:
            self._open -= 1

    @override
    async def close(self, file_obj: object) -> None:
        file = cast(FileIO, file_obj)
        size = os.fstat(file.fileno()).st_size
        if self._own:
            self._own.allowance.open_files.discard(file)
        file.close()
        self._open -= 1
        if (full := self._written.pop(file, None)) is not None:
            await self._say(UPLOAD, full, size)

    @override
    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        self._touch()
        file = cast(FileIO, file_obj)
        # The system puts the bytes at the end of a file that is open to append, whatever the offset is.
        is_appended = fcntl.fcntl(file, fcntl.F_GETFL) & os.O_APPEND
        start = os.fstat(file.fileno()).st_size if is_appended else offset
        await self._require_size(file, start + len(data))
        written = cast(int, super().write(file_obj, offset, data))
        # asyncssh copies a file on the server in one go: the other sessions would wait for its end.
        await asyncio.sleep(0)
        return written

    @override
    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        self._touch()
        # Clients ask for a whole file at once, and asyncssh would hold all of it.
        while self.channel.get_write_buffer_size() > QUEUE_BYTES and not self.channel.is_closing():
            await asyncio.sleep(0.001)
        return cast(bytes, super().read(file_obj, offset, size))

    @override
    async def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        self._check_writable(path)
        await self._require(path, self._allowance.require_entry, self.map_path(path))
        super().mkdir(path, asyncssh.SFTPAttrs(permissions=0o700))

    @override
    def rmdir(self, path: bytes) -> Any:
        self._check_writable(path)
        return super().rmdir(path)

    @override
    async def remove(self, path: bytes) -> None:
        self._check_writable(path)
        super().remove(path)
        await self._say(REMOVE, self.map_path(path))

    @override
    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._check_writable(oldpath, newpath)
        super().rename(oldpath, newpath)
        await self._say(RENAME, self.map_path(newpath))

    @override
    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._check_writable(oldpath, newpath)
        super().posix_rename(oldpath, newpath)
        await self._say(RENAME, self.map_path(newpath))

    @override
    async def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        self._check_writable(path)
        await self._require(path, self._allowance.require_entry, self.map_path(path))
        await self._require(path, partial(self._allowance.require_size, self.map_path(path)), attrs.size or 0)
        super().setstat(path, _size_and_times(attrs))

    @override
    async def lsetstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        await self.setstat(path, attrs)

    @override
    async def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        # A handle that only reads can still set times.
        file = cast(FileIO, file_obj)
        self._check_local(cast(bytes, file.name))
        await self._require_size(file, attrs.size or 0)
        super().fsetstat(file_obj, _size_and_times(attrs))

    @override
    def symlink(self, oldpath: bytes, newpath: bytes) -> Never:
        raise asyncssh.SFTPPermissionDenied(uploads.NO_LINKS)

    @override
    def link(self, oldpath: bytes, newpath: bytes) -> Never:
        raise asyncssh.SFTPPermissionDenied(uploads.NO_LINKS)

    @override
    def open56(self, path: bytes, desired_access: int, flags: int, attrs: asyncssh.SFTPAttrs) -> Never:
        raise asyncssh.SFTPOpUnsupported(uploads.ONLY_VERSION_3)

    async def _say(self, what: str, full: bytes, size: int | None = None) -> None:
        if self._own and self._writable:
            path = full.removeprefix(self._writable).decode(errors="replace")
            await self._own.tell(what, printable(path), size)

    @property
    def _allowance(self) -> Allowance:
        if self._own is None:
            raise asyncssh.SFTPPermissionDenied(uploads.NOT_WRITABLE)
        return self._own.allowance

    async def _require(self, path: bytes, check: Callable[[T], None], value: T) -> None:
        """Check what is over a limit, and tell of it."""
        try:
            check(value)
        except asyncssh.SFTPFailure:
            await self._say(UPLOAD_REFUSED, self.map_path(path))
            raise

    async def _require_size(self, file: FileIO, size: int) -> None:
        """Check the size that an open file would have, and tell once if it is over a limit: the upload has ended."""
        try:
            self._allowance.require_size(cast(bytes, file.name), size)
        except asyncssh.SFTPFailure:
            if (full := self._written.pop(file, None)) is not None:
                await self._say(UPLOAD_REFUSED, full)
            raise

    def _check_open(self) -> None:
        if self._open >= MOST_OPEN:
            raise asyncssh.SFTPFailure(uploads.TOO_MANY_OPEN.format(most=MOST_OPEN))

    def _check_writable(self, *paths: bytes) -> None:
        for path in paths:
            self._check_local(self.map_path(path))

    def _check_local(self, full: bytes) -> None:
        if self._writable is None or not full.startswith(self._writable):
            raise asyncssh.SFTPPermissionDenied(uploads.NOT_WRITABLE)


def _size_and_times(attrs: asyncssh.SFTPAttrs) -> asyncssh.SFTPAttrs:
    return asyncssh.SFTPAttrs(
        size=attrs.size, atime=attrs.atime, atime_ns=attrs.atime_ns, mtime=attrs.mtime, mtime_ns=attrs.mtime_ns
    )
