"""Reads the districts' upload directories where they lie on this host, and never writes there."""

import errno
import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, Self

from remind_etl.catalogue import drop_servers
from remind_etl.dropped.listing import Entry
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
from remind_etl.errors import ConnectionTrouble, OperatorError, RemindEtlError
from remind_etl.files.sent import USUAL, SizeLimits
from remind_etl.schema.district_id import DistrictId

CHUNK_BYTES: Final = 1 << 20

_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # to open a pipe would wait for a writer


class MountedDrops(DropSource):
    """A drop root of this host or of a disk that is mounted here, with `<district>/upload` for each district."""

    def __init__(self, root: Path, sizes: SizeLimits = USUAL) -> None:
        super().__init__(sizes)
        self._root = root

    def __enter__(self) -> Self:
        """Raises OperatorError if the root is missing or closed to us."""
        with self._root_open():
            os.close(os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing stays open between two calls."""

    def districts(self) -> list[DistrictId]:
        """Return the ids of the districts that have a directory."""
        with self._root_open(), os.scandir(self._root) as found:
            return ids_among(entry.name for entry in found if entry.is_dir(follow_symlinks=False))

    def list_district(self, district: DistrictId) -> list[Entry] | None:
        """Return what the district's upload directory holds."""
        try:
            with self._upload(district) as directory, os.scandir(directory) as found:
                names = [entry.name for entry in islice(found, MOST_ENTRIES + 1)]
                if len(names) > MOST_ENTRIES:
                    raise too_many_files(district, MOST_ENTRIES)
                return [entry for name in names for entry in _looked_at(name, directory, district)]
        except FileNotFoundError:
            pass
        # A root that is not mounted must not look like districts that never uploaded.
        with self._root_open():
            self._root.lstat()
        return None

    def _read(self, district: DistrictId, entry: Entry) -> Generator[bytes, None, None]:
        left = entry.size
        try:
            with self._upload(district) as directory, _opened(entry.name, directory) as file:
                before = os.fstat(file)
                if _entry(entry.name, before) != entry:
                    raise changed_meanwhile(district, entry)
                while left and (chunk := os.read(file, min(CHUNK_BYTES, left))):
                    left -= len(chunk)
                    yield chunk
                # The handle shows a file rewritten in place; the name shows one put in its place.
                now = os.stat(entry.name, dir_fd=directory, follow_symlinks=False)
                if left or not _is_same(before, os.fstat(file)) or not _is_same(before, now):
                    raise changed_meanwhile(district, entry)
        except RemindEtlError:
            raise
        except PermissionError as e:
            raise unreadable(district, entry) from e
        except OSError as e:
            if e.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO):
                raise changed_meanwhile(district, entry) from e
            raise self._trouble(e) from e

    @contextmanager
    def _upload(self, district: DistrictId) -> Iterator[int]:
        """The upload directory, open. Raises FileNotFoundError if there is none, or as `list_district` does."""
        try:
            directory = os.open(self._root / district / "upload", _DIRECTORY)
        except NotADirectoryError as e:
            raise not_a_directory(district) from e
        except PermissionError as e:
            raise closed_directory(district) from e
        except FileNotFoundError:
            raise
        except OSError as e:
            raise self._trouble(e) from e
        try:
            yield directory
        finally:
            os.close(directory)

    @contextmanager
    def _root_open(self) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError, PermissionError) as e:
            raise OperatorError(drop_servers.FOLDER_CLOSED.format(root=self._root)) from e
        except OSError as e:
            raise self._trouble(e) from e

    def _trouble(self, error: OSError) -> ConnectionTrouble:
        reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
        return ConnectionTrouble(drop_servers.FOLDER_TROUBLE.format(root=self._root, reason=reason))


@contextmanager
def _opened(name: str, directory: int) -> Iterator[int]:
    file = os.open(name, _FILE, dir_fd=directory)
    try:
        yield file
    finally:
        os.close(file)


def _looked_at(name: str, directory: int, district: DistrictId) -> Iterator[Entry]:
    """Yield the entry of this name, if it is still there."""
    try:
        name.encode()
    except UnicodeEncodeError as e:
        raise not_utf8(district) from e
    try:
        yield _entry(name, os.stat(name, dir_fd=directory, follow_symlinks=False))
    except FileNotFoundError:
        return


def _entry(name: str, found: os.stat_result) -> Entry:
    """The entry as SFTP would name it, with its time in whole seconds."""
    return Entry(name, found.st_size, int(found.st_mtime_ns // 1_000_000_000), stat.S_ISREG(found.st_mode))


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    """Tell whether a file stayed as it was: the same file, size and times, in nanoseconds."""
    facts = ("st_dev", "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns")
    return all(getattr(one, fact) == getattr(other, fact) for fact in facts)
