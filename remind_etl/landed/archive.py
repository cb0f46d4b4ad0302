"""Unpacks a zip that is a drop: the files at its root or in one folder, and nothing that could do harm."""

import errno
import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple, TypeAlias

from remind_etl.catalogue import uploads
from remind_etl.files.sent import USUAL, SizeLimits, require_space
from remind_etl.schema import upload

MOST_RATIO: Final = 200
"""Unpacked to packed bytes; rosters come to about ten."""
CHUNK: Final = 1 << 20

MOST_DIRECTORY_BYTES: Final = 2 * CHUNK
"""The size of the list of files in an archive. Ten thousand files have about 1 MB."""

_CLUTTER: Final = ("thumbs.db", "desktop.ini")
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError)


class Unpacked(NamedTuple):
    """A file of the archive: the table it fills, the name it has there, size in bytes, SHA-256."""

    name: str
    sent_as: str
    size: int
    sha256: str


class Refusal(NamedTuple):
    """Why an archive is refused, in words that tell of it as "it", and the name of the remedy."""

    why: str
    remedy: str


class _TooManyFiles(Exception):
    """The list of files in an archive is larger than any that we read."""


class _Source(io.BufferedReader):
    """The bytes of an archive. zipfile reads its list of files in one go, and makes an object of each."""

    def read(self, size: int | None = -1, /) -> bytes:
        most = MOST_DIRECTORY_BYTES + 1
        found = super().read(most if size is None or size < 0 else min(size, most))
        if len(found) == most:
            raise _TooManyFiles
        return found


_Files: TypeAlias = list[tuple[upload.File, zipfile.ZipInfo]]
"""The contract's files, each with its entry in the archive."""

_DAMAGED: Final = Refusal(uploads.ZIP_DAMAGED, "zip_again")


def unpack(path: Path, folder: Path, sizes: SizeLimits = USUAL) -> tuple[list[Unpacked], Refusal | None]:
    """Write the contract's files into `folder`; returns them, or none and why the archive is refused.

    `folder` has no such file yet. Raises DiskFull if the disk has no room for them.
    """

    def extract(archive: zipfile.ZipFile, files: _Files) -> list[Unpacked]:
        require_space(folder, sum(m.file_size for _, m in files))
        return [_extract(archive, file, m, folder) for file, m in files]

    unpacked, fault = _opened(path, sizes, extract)
    if fault:
        for file in upload.FILES:
            (folder / file.file_name).unlink(missing_ok=True)
    return unpacked, fault


def why_refused(path: Path, sizes: SizeLimits = USUAL) -> Refusal | None:
    """Why the archive is refused, from its list of files; None if nothing there is against it."""
    return _opened(path, sizes, lambda archive, files: [])[1]


def _opened(
    path: Path, sizes: SizeLimits, use: Callable[[zipfile.ZipFile, _Files], list[Unpacked]]
) -> tuple[list[Unpacked], Refusal | None]:
    """What `use` makes of the archive and the contract's files in it, or nothing and why the archive is refused."""
    try:
        with _Source(io.FileIO(path)) as source, zipfile.ZipFile(source) as archive:
            members = [m for m in archive.infolist() if not m.filename.endswith("/") and not _is_clutter(m.filename)]
            files = [(file, m) for m in members if (file := _file(m))]
            fault = _fault(members, [file for file, _ in files], path.stat().st_size, sizes)
            return ([], fault) if fault else (use(archive, files), None)
    except _TooManyFiles:
        return [], Refusal(uploads.ZIP_TOO_MANY, "zip_of_files")
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # which a seek before the file's start gives
            raise
        return [], _DAMAGED


def other_members(path: Path) -> list[str]:
    """The names of files in an unpacked archive that are none of the contract's."""
    with zipfile.ZipFile(path) as archive:
        return [
            PurePosixPath(m.filename).name
            for m in archive.infolist()
            if not (m.filename.endswith("/") or _is_clutter(m.filename) or _file(m))
        ]


def _extract(archive: zipfile.ZipFile, file: upload.File, member: zipfile.ZipInfo, folder: Path) -> Unpacked:
    """Write a member; zipfile reads no more of it than the size it declares, and checks its CRC."""
    digest = hashlib.sha256()
    with archive.open(member) as source, (folder / file.file_name).open("wb") as out:
        while chunk := source.read(CHUNK):
            out.write(chunk)
            digest.update(chunk)
        size = out.tell()
    return Unpacked(file.name, PurePosixPath(member.filename).name, size, digest.hexdigest())


def _fault(members: list[zipfile.ZipInfo], files: list[upload.File], size: int, sizes: SizeLimits) -> Refusal | None:
    if wrong := _wrong_names([m.filename for m in members]):
        return wrong
    if not all(_is_file(m) for m in members):
        return Refusal(uploads.ZIP_HAS_LINKS, "zip_of_files")
    if len({PurePosixPath(m.filename).parent for m in members}) > 1 or any(m.filename.count("/") > 1 for m in members):
        return Refusal(uploads.ZIP_HAS_FOLDERS, "zip_of_files")
    if not files:
        names = [PurePosixPath(m.filename).name for m in members]
        meant = next((name for name in names if upload.likely_file(name)), "")
        why = uploads.ZIP_MAY_HAVE if meant else uploads.ZIP_WITHOUT_FILES
        return Refusal(why.format(files=", ".join(upload.BY_FILE_NAME), other=meant), "zip_of_files")
    if len(files) != len(set(files)):
        return Refusal(uploads.ZIP_HAS_TWICE, "zip_each_once")
    if any(m.flag_bits & 0x1 for m in members):
        return Refusal(uploads.ZIP_ENCRYPTED, "zip_without_password")
    if any(m.compress_type not in _METHODS for m in members):
        return Refusal(uploads.ZIP_UNUSUAL, "zip_as_usual")
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if packed > size:  # members that share their bytes
        return _DAMAGED
    too_large = sizes.too_large((PurePosixPath(m.filename).name, m.file_size) for m in members)
    if too_large or unpacked > MOST_RATIO * max(packed, 1 << 14):
        return Refusal(uploads.ZIP_TOO_LARGE, "zip_of_rosters")
    return None


def _file(member: zipfile.ZipInfo) -> upload.File | None:
    return upload.BY_FILE_NAME.get(PurePosixPath(member.filename).name.casefold())


def _is_file(member: zipfile.ZipInfo) -> bool:
    """True unless a Unix system packed it as a link, a device or the like."""
    return stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG)


def _is_clutter(name: str) -> bool:
    """What archivers of desktop systems add by themselves."""
    path = PurePosixPath(name)
    return path.parts[:1] == ("__MACOSX",) or path.name.startswith(".") or path.name.casefold() in _CLUTTER


def _wrong_names(names: list[str]) -> Refusal | None:
    if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts for name in names):
        return Refusal(uploads.ZIP_LEADS_OUT, "zip_of_files")
    if any("\\" in name for name in names):
        return Refusal(uploads.ZIP_BACKSLASHES, "zip_as_usual")
    return None
