"""Reads the districts' upload directories over SFTP, and never writes there."""

import hashlib
import os
import posixpath
import stat
import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Self

import paramiko

from remind_etl.dropped.connection import Address, connect, explained
from remind_etl.dropped.listing import Entry, Listing, assess_upload
from remind_etl.errors import DistrictError, DropUnstable, OperatorError, UsageError
from remind_etl.files.sent import USUAL, Sent, SizeLimits
from remind_etl.schema.district_id import DistrictId, district_id

__all__ = ["Address", "DropServerClient"]

REQUEST_BYTES: Final = 255 * 1024
"""The most that OpenSSH answers to one read request. A server that answers less is read correctly, but slowly."""

MOST_ENTRIES: Final = 5_000
"""Names that are read of one directory: a drop has five, and one district must not hold up the others."""

AHEAD_BYTES: Final = 128 * REQUEST_BYTES
"""What is asked for at once: as much may come for nothing, into memory, when reading is broken off."""


class DropServerClient:
    """A connection to the drop server, open within `with`. For one thread at a time: paramiko would deadlock.

    Any method raises ConnectionTrouble if the connection fails or nothing comes for `timeout` seconds.
    """

    def __init__(self, address: Address, timeout: float = 30, sizes: SizeLimits = USUAL) -> None:
        self._address = address
        self._sizes = sizes
        self._timeout = timeout
        self._connection = ExitStack()
        self._sftp: paramiko.SFTPClient

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
        """Return the ids of the districts that have a directory, sorted; other names are passed over.

        Raises OperatorError if the root is missing or closed to us.
        """
        with self._root_open():
            names = (
                attributes.filename
                for attributes in self._sftp.listdir_attr(self._address.root)
                if stat.S_ISDIR(attributes.st_mode or 0)
            )
            return sorted(district for name in names for district in _district_ids(name))

    def list_district(self, district: DistrictId) -> list[Entry] | None:
        """Return what the district's upload directory holds, links not followed; None if there is no such directory.

        Raises DistrictError if the directory cannot be read, OperatorError if the root is missing.
        """
        directory = self._upload(district)
        with explained(self._address):
            try:
                # A link could lead to the directory of another district.
                if not stat.S_ISDIR(self._sftp.lstat(directory).st_mode or 0):
                    raise DistrictError(f"The upload directory of {district} is a file or a link, not a directory.")
                listed = self._sftp.listdir_iter(directory, read_aheads=1)  # with more, paramiko mixes up answers
                entries = [_entry(attributes.filename, attributes) for attributes in islice(listed, MOST_ENTRIES + 1)]
            except PermissionError as e:
                raise DistrictError(f"The upload directory of {district} cannot be read: permission denied.") from e
            except UnicodeDecodeError as e:
                raise DistrictError(
                    f"A file name in the upload directory of {district} is not UTF-8. Rename the file."
                ) from e
            except FileNotFoundError:
                pass
            else:
                if len(entries) > MOST_ENTRIES:
                    raise DistrictError(
                        f"The upload directory of {district} has more than {MOST_ENTRIES:,} files. Delete old files."
                    )
                return entries
        # A root that is not mounted must not look like districts that never uploaded.
        with self._root_open():
            self._sftp.lstat(self._address.root)
        return None

    def listing(self, district: DistrictId) -> Listing:
        """Return what the district's upload directory holds, judged; raises as `list_district` does."""
        return assess_upload(self.list_district(district) or [], self._sizes)

    def upload(self, district: DistrictId, fingerprint: str) -> list[Sent]:
        """The files of the upload with this fingerprint, each copied as `fetch` does.

        Raises DropUnstable if another upload lies there by now, or none that is complete; else as `list_district`.
        """
        listing = self.listing(district)
        if listing.fingerprint != fingerprint or not listing.is_complete:
            raise DropUnstable(f"The files of {district} changed after they were listed. A later run takes them.")
        marks = [listing.mark] if listing.mark and listing.mark.size else []
        return [
            Sent(entry.name, entry.size, partial(self.fetch, district, entry)) for entry in (*listing.files, *marks)
        ]

    def fetch(self, district: DistrictId, entry: Entry, part: Path) -> tuple[int, str]:
        """Copy the listed file to `part`; return its size in bytes and its sha256 in hex.

        `part` is on disk when this returns and removed when this raises: DropUnstable if the file is not, or does not
        stay, as it was listed; DistrictError if it is no regular file or cannot be read; OperatorError if `part` cannot
        be written.
        """
        digest = hashlib.sha256()
        try:
            with part.open("wb") as out, closing(self._read(district, entry)) as chunks:
                for chunk in chunks:
                    out.write(chunk)
                    digest.update(chunk)
                out.flush()
                os.fsync(out.fileno())
        except BaseException as e:
            part.unlink(missing_ok=True)
            if isinstance(e, OSError):  # what the server did wrong has become an error of ours before
                raise OperatorError(f"The copy of {entry.name} of {district} cannot be written: {e.strerror}.") from e
            raise
        return entry.size, digest.hexdigest()

    def _read(self, district: DistrictId, entry: Entry) -> Generator[bytes, None, None]:
        """Yield the file's bytes; if the end is reached without an exception, they are the listed file's."""
        if not entry.is_regular or "/" in entry.name:
            raise DistrictError(f"{entry.name} of {district} is a directory or a link. Upload it as a file.")
        path = posixpath.join(self._upload(district), entry.name)
        changed = DropUnstable(f"{entry.name} of {district} changed after it was listed.")
        left = entry.size

        def check(now: paramiko.SFTPAttributes) -> None:
            if _entry(entry.name, now) != entry:
                raise changed

        with explained(self._address):
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
                raise changed from e
            except PermissionError as e:
                raise DistrictError(f"{entry.name} of {district} cannot be read: permission denied.") from e
        if left:
            raise changed

    def _upload(self, district: DistrictId) -> str:
        return posixpath.join(self._address.root, district, "upload")

    @contextmanager
    def _root_open(self) -> Iterator[None]:
        with explained(self._address):
            try:
                yield
            except (FileNotFoundError, PermissionError, UnicodeDecodeError) as e:
                raise OperatorError(f"The SFTP server's directory {self._address.root} cannot be listed.") from e


def _contents(file: paramiko.SFTPFile, size: int) -> Iterator[bytes]:
    """Yield the file's first `size` bytes, or what there is of them."""
    file.MAX_REQUEST_SIZE = REQUEST_BYTES
    at = 0
    while at < size:
        if at % AHEAD_BYTES == 0:
            _ask(file, min(at + AHEAD_BYTES, size))
        chunk = file.read(min(REQUEST_BYTES, size - at))
        if not chunk:
            return
        at += len(chunk)
        yield chunk


def _ask(file: paramiko.SFTPFile, end: int) -> None:
    """Ask for the file's bytes up to `end`.

    paramiko asks in a thread. An answer that came before the last question would make it believe that all is answered:
    it would read on one by one while the rest piles up. (Its max_concurrent_requests provokes this: 6 MB/s.) And the
    thread would fail aloud if the connection were closed meanwhile.
    """
    file.prefetch(end)
    for thread in threading.enumerate():
        # One of another client may be seen before it has started, and could not be joined.
        if "_prefetch_thread" in thread.name and thread.is_alive():
            thread.join()


def _entry(name: str, attributes: paramiko.SFTPAttributes) -> Entry:
    return Entry(name, attributes.st_size or 0, attributes.st_mtime or 0, stat.S_ISREG(attributes.st_mode or 0))


def _district_ids(name: str) -> Iterator[DistrictId]:
    """Yield the id that the name is, if it is one."""
    with suppress(UsageError):
        yield district_id(name)
