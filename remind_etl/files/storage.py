"""The storage root: landed drops and published results, in a folder or in a bucket. Its users do not know which.

A key is a path below the root, with slashes. What lies under a key is there whole or not at all.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from remind_etl.errors import OperatorError, ReadOnly, is_disk_read_only
from remind_etl.files.durable import replace_file, sync_to_disk
from remind_etl.files.incoming import make_folder, make_incoming

BUCKET: Final = "s3://"
"""What the place of a bucket begins with."""


class Storage(Protocol):
    """Files by key."""

    @property
    def place(self) -> str:
        """Where it is, for people: a folder or a URL."""

    def check_access(self) -> None:
        """Find out whether it can be used now. Nothing is written.

        Raises TransientError or OperatorError if not.
        """

    def below(self, name: str) -> "Storage":
        """The part of it below this key."""

    def read(self, key: str) -> bytes | None:
        """A small file; None if there is none."""

    def write(self, key: str, content: bytes) -> None:
        """Write a small file, or replace it."""

    def put(self, files: Mapping[str, Path]) -> None:
        """Move files of `incoming` to their keys. They are read-only from now on."""

    def local(self, key: str) -> Path:
        """A file of this machine with the content, only to be read. It need not be there if there is none."""

    def fresh_local(self, key: str) -> Path:
        """The same, for a file that turned out to be damaged: a copy on this machine is made again."""

    def local_folder(self, key: str) -> Path:
        """A folder of this machine with all that lies below the key, only to be read."""

    def has(self, key: str) -> bool:
        """True if there is such a file."""

    def names(self, key: str) -> list[str]:
        """The names directly below the key, sorted."""

    def times(self, key: str) -> dict[str, datetime]:
        """When each file below the key was written, by its path below it."""

    def delete(self, key: str) -> None:
        """Delete the file, or all below the key, and copies of it on this machine."""

    def incoming(self, key: str) -> AbstractContextManager[Path]:
        """An empty folder of this machine for files that are made, for as long as the context lasts."""

    def abandoned_folders(self, key: str) -> list[Path]:
        """Folders of this machine that killed processes left of what they made."""


def open_storage(place: str, copies: Path) -> Storage:
    """The storage in a folder, or in `s3://bucket/prefix`, of which this machine keeps copies in the folder `copies`.

    A bucket is reached at the first use only. Its URL may end with `?endpoint_override=`, `scheme=` and `region=`.
    """
    if place.startswith(BUCKET):
        from remind_etl.files.bucket import Bucket

        return Bucket(place, copies)
    return FolderStorage(Path(place))


def as_storage(place: Path | Storage) -> Storage:
    """The storage, or that in the folder."""
    return FolderStorage(place) if isinstance(place, Path) else place


@dataclass(frozen=True)
class FolderStorage:
    """Storage in a folder of this machine. Each file is on disk when its method returns."""

    root: Path

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.root)

    def check_access(self) -> None:
        """Find the folder, which is made at the first use."""
        for folder in (self.root, *self.root.parents):
            if folder.exists():
                if folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                    return
                if is_disk_read_only(folder):
                    raise ReadOnly(f"The storage {self.root} can only be read.")
                break
        raise OperatorError(f"The storage {self.root} cannot be read and written. Check REMIND_ETL_STORAGE.")

    def below(self, name: str) -> "FolderStorage":
        """That folder below it."""
        return FolderStorage(self.root / name)

    def read(self, key: str) -> bytes | None:
        """The content of a file."""
        try:
            return (self.root / key).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, key: str, content: bytes) -> None:
        """Write the file beside its place, then move it there."""
        path = self.root / key
        make_folder(path.parent)
        replace_file(path, content)

    def put(self, files: Mapping[str, Path]) -> None:
        """Move the files: they are in this folder already."""
        folders = set()
        for key, path in files.items():
            target = self.root / key
            make_folder(target.parent)
            path.chmod(0o400)
            sync_to_disk(path)
            path.replace(target)
            folders.add(target.parent)
        for folder in folders:
            sync_to_disk(folder)

    def local(self, key: str) -> Path:
        """The file itself."""
        return self.root / key

    fresh_local = local_folder = local

    def has(self, key: str) -> bool:
        """True if there is such a file."""
        return (self.root / key).is_file()

    def names(self, key: str) -> list[str]:
        """The names in that folder, without those that begin with a dot."""
        folder = self.root / key
        found = folder.iterdir() if folder.is_dir() else ()
        return sorted(path.name for path in found if not path.name.startswith("."))

    def times(self, key: str) -> dict[str, datetime]:
        """The files in that folder and those below it, without names that begin with a dot."""
        found = {}
        for path, folders, names in os.walk(self.root / key):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                file = Path(path, name)
                with suppress(FileNotFoundError):  # another process deleted it meanwhile
                    if not name.startswith("."):
                        at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                        found[file.relative_to(self.root / key).as_posix()] = at
        return found

    def delete(self, key: str) -> None:
        """Delete the file or folder."""
        path = self.root / key
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    @contextmanager
    def incoming(self, key: str) -> Iterator[Path]:
        """A folder beside the files, so that they need only be moved."""
        with make_incoming(self.root / key) as folder:
            yield folder

    def abandoned_folders(self, key: str) -> list[Path]:
        """The folders there whose names begin with a dot."""
        return [path for path in (self.root / key).glob(".*") if path.is_dir()]
