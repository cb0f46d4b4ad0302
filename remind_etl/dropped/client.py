"""Reads the districts' upload directories over SFTP, and never writes there."""

import posixpath
import socket
import stat
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final, Self, cast

import paramiko

from remind_etl.catalogue import drop_servers
from remind_etl.catalogue.printable import printable
from remind_etl.dropped.connection import Address, connect, deadline, explained
from remind_etl.dropped.listing import Entry, Listing
from remind_etl.dropped.requests import Found, Kind, Request, Task, run_tasks
from remind_etl.dropped.source import (
    MOST_ENTRIES,
    DropSource,
    changed_meanwhile,
    closed_directory,
    ids_among,
    not_a_directory,
    not_utf8,
    too_many_files,
    unreadable,
)
from remind_etl.errors import DistrictError, OperatorError
from remind_etl.files.sent import USUAL, SizeLimits
from remind_etl.schema.district_id import DistrictId

__all__ = ["Address", "DropServerClient"]

REQUEST_BYTES: Final = 255 * 1024
"""The most that OpenSSH answers to one read request. A server that answers less is read correctly, but slowly."""

AHEAD_BYTES: Final = 128 * REQUEST_BYTES
"""The most that is asked for ahead: as much may come for nothing, into memory, when reading is broken off."""

LEAST_BYTES_A_SECOND: Final = 100_000
"""A server that sends a file more slowly is in trouble."""


class DropServerClient(DropSource):
    """A connection to the drop server, open within `with`. For one thread at a time: paramiko would deadlock.

    A call while another one is not at its end raises RuntimeError, and disturbs the other one in nothing.
    Any method raises ConnectionTrouble if the connection fails, if nothing comes for `timeout` seconds, or if a file
    takes longer than that and LEAST_BYTES_A_SECOND allow.
    """

    def __init__(self, address: Address, timeout: float = 30, sizes: SizeLimits = USUAL) -> None:
        super().__init__(sizes)
        self._address = address
        self._timeout = timeout
        self._connection = ExitStack()
        self._sftp: paramiko.SFTPClient
        self._in_use = threading.Lock()

    def __enter__(self) -> Self:
        """Connect and log in.

        Raises HostKeyChanged, LoginRefused, or OperatorError if our keys cannot be read.
        """
        with ExitStack() as stack:
            self._sftp = connect(self._address, self._timeout, stack)
            self._connection = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def districts(self) -> list[DistrictId]:
        """Return the ids of the districts that have a directory."""
        with self._root_open():
            return ids_among(
                attributes.filename
                for attributes in self._sftp.listdir_attr(self._address.root)
                if stat.S_ISDIR(attributes.st_mode or 0)
            )

    def list_district(self, district: DistrictId) -> list[Entry] | None:
        """Return what the district's upload directory holds."""
        ((_, found),) = self._look([district])
        if isinstance(found, DistrictError):
            raise found
        return found

    def listings(self, districts: Iterable[DistrictId]) -> Iterator[tuple[DistrictId, Listing | DistrictError]]:
        """Yield each district's listing; many are asked for at once."""
        for district, found in self._look(districts):
            yield district, found if isinstance(found, DistrictError) else self.assess(found)

    def _look(self, districts: Iterable[DistrictId]) -> Iterator[tuple[DistrictId, list[Entry] | DistrictError | None]]:
        with self._alone():
            channel = cast(paramiko.Channel, self._sftp.get_channel())
            yield from run_tasks(channel, (self._upload_entries(district) for district in districts))

    def _upload_entries(self, district: DistrictId) -> Task[tuple[DistrictId, list[Entry] | DistrictError | None]]:
        directory = self._upload(district).encode()
        try:
            # A link could lead to the directory of another district.
            (itself,) = (yield Request(Kind.LSTAT, directory)).found
            if not stat.S_ISDIR(itself.mode):
                return district, not_a_directory(district)
            entries = yield from _directory_entries(directory)
            if len(entries) > MOST_ENTRIES:
                return district, too_many_files(district, MOST_ENTRIES)
            return district, [Entry(e.name.decode(), e.size, e.mtime, stat.S_ISREG(e.mode)) for e in entries]
        except PermissionError:
            return district, closed_directory(district)
        except UnicodeDecodeError:
            return district, not_utf8(district)
        except FileNotFoundError:
            pass
        # A root that is not mounted must not look like districts that never uploaded.
        try:
            yield Request(Kind.LSTAT, self._address.root.encode())
        except (FileNotFoundError, PermissionError) as e:
            raise self._closed_root() from e
        return district, None

    def _read(self, district: DistrictId, entry: Entry) -> Generator[bytes, None, None]:
        path = posixpath.join(self._upload(district), entry.name)
        left = entry.size

        def check(now: paramiko.SFTPAttributes) -> None:
            if _entry(entry.name, now) != entry:
                raise changed_meanwhile(district, entry)

        with self._alone(), self._file_deadline(entry):
            try:
                check(self._sftp.lstat(path))
                with self._sftp.open(path, "rb") as file:
                    for chunk in _contents(file, entry.size):
                        left -= len(chunk)
                        yield chunk
                    check(file.stat())
                # The handle has shown a file rewritten in place; the path shows one put in its place.
                check(self._sftp.lstat(path))
            except FileNotFoundError as e:
                raise changed_meanwhile(district, entry) from e
            except PermissionError as e:
                raise unreadable(district, entry) from e
        if left:
            raise changed_meanwhile(district, entry)

    def _file_deadline(self, entry: Entry) -> AbstractContextManager[None]:
        connection = cast(socket.socket, cast(paramiko.Channel, self._sftp.get_channel()).get_transport().sock)
        seconds = self._timeout + entry.size / LEAST_BYTES_A_SECOND
        return deadline(self._address, connection, seconds, drop_servers.THE_FILE.format(file=printable(entry.name)))

    def _upload(self, district: DistrictId) -> str:
        return posixpath.join(self._address.root, district, "upload")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Use the connection, and explain what goes wrong with it."""
        if not self._in_use.acquire(blocking=False):
            raise RuntimeError("A connection to the drop server serves one call at a time.")
        try:
            with explained(self._address):
                yield
        finally:
            self._in_use.release()

    @contextmanager
    def _root_open(self) -> Iterator[None]:
        with self._alone():
            try:
                yield
            except (FileNotFoundError, PermissionError, UnicodeDecodeError) as e:
                raise self._closed_root() from e

    def _closed_root(self) -> OperatorError:
        return OperatorError(drop_servers.ROOT_CLOSED.format(root=self._address.root))


def _directory_entries(directory: bytes) -> Task[list[Found]]:
    """All entries of a directory, but not many more than are read of one."""
    handle = (yield Request(Kind.OPENDIR, directory)).handle
    entries: list[Found] = []
    while len(entries) <= MOST_ENTRIES:
        answer = yield Request(Kind.READDIR, handle)
        if answer.is_end:
            break
        entries += [entry for entry in answer.found if entry.name not in (b".", b"..")]
    yield Request(Kind.CLOSE, handle)
    return entries


def _contents(file: paramiko.SFTPFile, size: int) -> Iterator[bytes]:
    """Yield the file's first `size` bytes, or what there is of them.

    More is asked for when half of what was asked for is still to come: the server never waits for a question.
    """
    file.MAX_REQUEST_SIZE = REQUEST_BYTES
    at, asked = 0, min(AHEAD_BYTES, size)
    _ask(file, asked)
    while at < size:
        length = min(REQUEST_BYTES, size - at)
        if asked < size and asked - at <= AHEAD_BYTES // 2:
            end = min(at + AHEAD_BYTES, size)
            chunk = _ask_and_read(file, (at, length), range(asked, end, REQUEST_BYTES), end)
            asked = end
        else:
            chunk = file.read(length)
        if not chunk:
            return
        at += len(chunk)
        yield chunk


def _ask(file: paramiko.SFTPFile, end: int) -> None:
    """Ask for the file's bytes up to `end`, the first of all.

    paramiko asks in a thread. An answer that came before the last question would make it believe that all is answered:
    it would read on one by one while the rest piles up. (Its max_concurrent_requests provokes this: 6 MB/s.) And the
    thread would fail aloud if the connection were closed meanwhile.
    """
    file.prefetch(end)
    _wait_until_asked()


def _ask_and_read(file: paramiko.SFTPFile, now: tuple[int, int], offsets: range, end: int) -> bytes:
    """Ask for the parts of the file at these offsets up to `end`, then read the part `now`, which was asked for before.

    `readv` passes over parts that were asked for. Many answers are still to come here. So paramiko cannot believe that
    all is answered.
    """
    parts = [(offset, min(REQUEST_BYTES, end - offset)) for offset in offsets]
    try:
        return next(iter(file.readv([now, *parts])))
    finally:
        _wait_until_asked()


def _wait_until_asked() -> None:
    for thread in threading.enumerate():
        # One of another client may be seen before it has started, and could not be joined.
        if "_prefetch_thread" in thread.name and thread.is_alive():
            thread.join()


def _entry(name: str, attributes: paramiko.SFTPAttributes) -> Entry:
    return Entry(name, attributes.st_size or 0, attributes.st_mtime or 0, stat.S_ISREG(attributes.st_mode or 0))
