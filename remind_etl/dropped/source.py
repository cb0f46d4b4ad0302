"""A place that holds the districts' upload directories: what is the same over SFTP and on this host."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Final, Self

from remind_etl.catalogue import uploads
from remind_etl.catalogue.printable import printable
from remind_etl.dropped.listing import Entry, Listing, assess_upload
from remind_etl.errors import DistrictError, DropUnstable, OperatorError, UsageError
from remind_etl.files.sent import USUAL, Sent, SizeLimits
from remind_etl.files.write_behind import WriteBehind
from remind_etl.schema.district_id import DistrictId, district_id

MOST_ENTRIES: Final = 5_000
"""Names that are read of one directory: a drop has five, and one district must not hold up the others."""


class DropSource(ABC):
    """The upload directories of many districts, open within `with`. They are only read. For one thread at a time.

    Any method raises ConnectionTrouble if the place does not answer now.
    """

    def __init__(self, sizes: SizeLimits = USUAL) -> None:
        self._sizes = sizes

    @abstractmethod
    def __enter__(self) -> Self:
        """Open the place. Raises OperatorError if our settings or keys are wrong."""

    @abstractmethod
    def __exit__(self, *exception: object) -> None:
        """Close it."""

    @abstractmethod
    def districts(self) -> list[DistrictId]:
        """Return the ids of the districts that have a directory, sorted; other names are passed over.

        Raises OperatorError if the root is missing or closed to us.
        """

    @abstractmethod
    def list_district(self, district: DistrictId) -> list[Entry] | None:
        """Return what the district's upload directory holds, links not followed; None if there is no such directory.

        Raises DistrictError if the directory cannot be read, OperatorError if the root is missing.
        """

    @abstractmethod
    def _read(self, district: DistrictId, entry: Entry) -> Generator[bytes, None, None]:
        """Yield the file's bytes; if the end is reached without an exception, they are the listed file's.

        Raises DropUnstable if they are not, DistrictError if the file cannot be read, and never an OSError.
        """

    def assess(self, entries: list[Entry] | None) -> Listing:
        """Judge the entries of an upload directory."""
        return assess_upload(entries or [], self._sizes)

    def listing(self, district: DistrictId) -> Listing:
        """Return what the district's upload directory holds, judged; raises as `list_district` does."""
        return self.assess(self.list_district(district))

    def listings(self, districts: Iterable[DistrictId]) -> Iterator[tuple[DistrictId, Listing | DistrictError]]:
        """Yield each district with its listing, or why its directory cannot be read; in any order.

        Districts are taken one by one, as they can be listed. Raises OperatorError as `list_district` does.
        """
        for district in districts:
            try:
                yield district, self.listing(district)
            except DistrictError as error:
                yield district, error

    def upload(self, district: DistrictId, fingerprint: str) -> list[Sent]:
        """The files of the upload with this fingerprint, each copied as `fetch` does.

        Raises DropUnstable if another upload lies there by now, or none that is complete; else as `list_district`.
        """
        listing = self.listing(district)
        if listing.fingerprint != fingerprint or not listing.is_complete:
            raise DropUnstable(uploads.UPLOAD_CHANGED.format(district=district))
        marks = [listing.mark] if listing.mark and listing.mark.size else []
        return [
            Sent(entry.name, entry.size, partial(self.fetch, district, entry), entry.mtime)
            for entry in (*listing.files, *marks)
        ]

    def fetch(self, district: DistrictId, entry: Entry, part: Path) -> tuple[int, str]:
        """Copy the listed file to `part`; return its size in bytes and its sha256 in hex.

        `part` is on disk when this returns and removed when this raises: DropUnstable if the file is not, or does not
        stay, as it was listed; DistrictError if it is no regular file or cannot be read; OperatorError if `part` cannot
        be written.
        """
        if not entry.is_regular or "/" in entry.name:
            raise DistrictError(uploads.NO_FILE_OF.format(file=printable(entry.name), district=district))
        digest = hashlib.sha256()
        try:
            with part.open("wb") as out, closing(self._read(district, entry)) as chunks, WriteBehind(out) as to_disk:
                for chunk in chunks:
                    out.write(chunk)
                    digest.update(chunk)
                    to_disk.wrote(len(chunk))
                to_disk.finish()
        except BaseException as e:
            part.unlink(missing_ok=True)
            if isinstance(e, OSError):  # what the place did wrong has become an error of ours before
                name = printable(entry.name)
                why = uploads.COPY_FAILED.format(file=name, district=district, reason=e.strerror)
                raise OperatorError(why) from e
            raise
        return entry.size, digest.hexdigest()


def changed_meanwhile(district: DistrictId, entry: Entry) -> DropUnstable:
    """The error of a file that is not, or does not stay, as it was listed."""
    return DropUnstable(uploads.FILE_CHANGED.format(file=printable(entry.name), district=district))


def unreadable(district: DistrictId, entry: Entry) -> DistrictError:
    """The error of a file that we may not read."""
    return DistrictError(uploads.CANNOT_BE_READ.format(file=printable(entry.name), district=district))


def not_a_directory(district: DistrictId) -> DistrictError:
    """The error of an upload directory that is none."""
    return DistrictError(uploads.NO_DIRECTORY.format(district=district))


def closed_directory(district: DistrictId) -> DistrictError:
    """The error of an upload directory that we may not read."""
    return DistrictError(uploads.DIRECTORY_CLOSED.format(district=district))


def not_utf8(district: DistrictId) -> DistrictError:
    """The error of a name that is no text."""
    return DistrictError(uploads.NOT_UTF8.format(district=district))


def too_many_files(district: DistrictId, most: int) -> DistrictError:
    """The error of a directory with more names than we read."""
    return DistrictError(uploads.TOO_MANY_IN_DIRECTORY.format(district=district, most=f"{most:,}"))


def ids_among(names: Iterator[str]) -> list[DistrictId]:
    """The ids of districts among the names, sorted."""
    found: list[DistrictId] = []
    for name in names:
        with suppress(UsageError):
            found.append(district_id(name))
    return sorted(found)
