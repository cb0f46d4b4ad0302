"""Storage in a bucket that speaks S3, through `pyarrow.fs`. Credentials come from the environment, as for AWS's tools.

Copies on this machine are of files that never change. They go when they were not used for a day.
"""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from remind_etl.errors import storage_trouble
from remind_etl.files.durable import sync_to_disk
from remind_etl.files.incoming import INCOMING, make_folder, make_incoming

COPY_SECONDS: Final = 86_400.0
"""How long a copy is kept after its last use: longer than a run may take."""

CONNECT_SECONDS: Final = 10
REQUEST_SECONDS: Final = 60
OPTIONS: Final = ("endpoint_override", "scheme", "region")
"""What a URL may say of the server, as `pyarrow.fs.S3FileSystem` names it."""


@dataclass(frozen=True)
class Bucket:
    """Storage below a prefix of a bucket, of which this machine keeps copies in a folder."""

    url: str
    copies: Path
    prefix: str = ""

    @property
    def place(self) -> str:
        """The URL, without what it says of the server."""
        return "s3://" + self._path("").rstrip("/")

    def check_access(self) -> None:
        """Look at the bucket."""
        with _reached() as fs:
            if fs(self.url).get_file_info(urlsplit(self.url).netloc).type.name != "Directory":
                raise OSError("NO_SUCH_BUCKET")

    def below(self, name: str) -> "Bucket":
        """What lies below that prefix."""
        return Bucket(self.url, self.copies / name, f"{self.prefix}{name}/")

    def read(self, key: str) -> bytes | None:
        """The content of an object."""
        try:
            with _reached() as fs, fs(self.url).open_input_stream(self._path(key)) as found:
                return bytes(found.read())
        except FileNotFoundError:
            return None

    def write(self, key: str, content: bytes) -> None:
        """Write the object in one request."""
        with _reached() as fs, fs(self.url).open_output_stream(self._path(key)) as out:
            out.write(content)

    def put(self, files: Mapping[str, Path]) -> None:
        """Send the files, and keep them as copies: the run that made them may read them next."""
        from pyarrow.fs import LocalFileSystem, copy_files

        for key, path in files.items():
            with _reached() as fs:
                copy_files(str(path), self._path(key), LocalFileSystem(), fs(self.url))
            copy = self.copies / key
            make_folder(copy.parent)
            _make_copy(path, copy)

    def local(self, key: str) -> Path:
        """The copy of an object that never changes."""
        from pyarrow.fs import LocalFileSystem, copy_files

        self._sweep()
        copy = self.copies / key
        if copy.exists():
            os.utime(copy)
            return copy
        with make_incoming(copy.parent) as folder:
            try:
                with _reached() as fs:
                    copy_files(self._path(key), str(folder / copy.name), fs(self.url), LocalFileSystem())
            except FileNotFoundError:
                return copy
            _make_copy(folder / copy.name, copy)
        return copy

    def fresh_local(self, key: str) -> Path:
        """The object, fetched again."""
        (self.copies / key).unlink(missing_ok=True)
        return self.local(key)

    def local_folder(self, key: str) -> Path:
        """Copies of all objects below the key."""
        for name in self.times(key):
            self.local(f"{key}/{name}")
        return self.copies / key

    def has(self, key: str) -> bool:
        """True if there is such an object."""
        with _reached() as fs:
            return bool(fs(self.url).get_file_info(self._path(key)).is_file)

    def names(self, key: str) -> list[str]:
        """The names directly below the prefix."""
        return sorted(found.base_name for found in self._below(key, recursive=False))

    def times(self, key: str) -> dict[str, datetime]:
        """The objects below the prefix."""
        start = len(self._path(key)) + 1
        return {found.path[start:]: found.mtime for found in self._below(key, recursive=True) if found.is_file}

    def delete(self, key: str) -> None:
        """Delete the object, or all below the prefix, then the copies of them here."""
        with _reached() as fs:
            found = fs(self.url).get_file_info(self._path(key))
            if found.is_file:
                fs(self.url).delete_file(found.path)
            elif found.type.name == "Directory":
                fs(self.url).delete_dir(found.path)
        copy = self.copies / key
        if copy.is_dir():
            shutil.rmtree(copy)
        else:
            copy.unlink(missing_ok=True)

    def incoming(self, key: str) -> AbstractContextManager[Path]:
        """A folder among the copies."""
        return make_incoming(self.copies / key)

    def abandoned_folders(self, key: str) -> list[Path]:
        """Those folders."""
        return [*(self.copies / key).glob(f"{INCOMING}*")]

    def _path(self, key: str) -> str:
        """The bucket and the name of the object."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}{parts.path.rstrip('/')}/{self.prefix}{key}"

    def _below(self, key: str, *, recursive: bool) -> list[Any]:
        from pyarrow.fs import FileSelector

        with _reached() as fs:
            selector = FileSelector(self._path(key), allow_not_found=True, recursive=recursive)
            return list(fs(self.url).get_file_info(selector))

    def _sweep(self) -> None:
        """Delete copies that were not used for long, of all districts."""
        before = time.time() - COPY_SECONDS
        for folder, _, names in os.walk(self.copies):
            for name in names:
                path = Path(folder, name)
                try:
                    if path.stat().st_mtime < before:
                        path.unlink(missing_ok=True)
                except FileNotFoundError:  # another process was first
                    continue


def _make_copy(made: Path, copy: Path) -> None:
    """Move the file to where copies are, whole: a crash leaves none that has only a part of the bytes."""
    made.chmod(0o400)
    sync_to_disk(made)
    made.replace(copy)


@contextmanager
def _reached() -> Iterator[Any]:
    """What gives the file system of a URL. Raises TransientError or OperatorError if the server does not do as asked.

    It may raise FileNotFoundError too.
    """
    try:
        yield _file_system
    except FileNotFoundError:
        raise
    except OSError as error:
        raise storage_trouble(error) from None


@lru_cache(maxsize=4)
def _file_system(url: str) -> Any:
    """The file system, made once in a process."""
    from pyarrow.fs import S3FileSystem

    options = {name: value for name, value in parse_qsl(urlsplit(url).query) if name in OPTIONS}
    return S3FileSystem(
        connect_timeout=CONNECT_SECONDS,
        request_timeout=REQUEST_SECONDS,
        allow_delayed_open=True,  # a small file is one request
        **options,
    )
