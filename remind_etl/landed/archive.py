"""Unpacks a zip that is a drop: the files at its root or in one folder, and nothing that could do harm."""

import hashlib
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from remind_etl import contract

MOST_BYTES: Final = 4 << 30
MOST_RATIO: Final = 200
CHUNK: Final = 1 << 20

Unpacked = tuple[str, str, int, str]
"""The table's name, the member's name, size in bytes, SHA-256."""


def unpack(path: Path, folder: Path) -> tuple[list[Unpacked], str | None]:
    """Write the contract's files into `folder`; returns them, or none and in words why the archive is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and not _is_clutter(m.filename)]
            fault = _fault(members)
            return ([], fault) if fault else ([_extract(archive, m, folder) for m in members if _file(m)], None)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        return [], f"the zip cannot be opened ({type(error).__name__})"


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Unpacked:
    file = _file(member)
    if file is None:
        raise AssertionError(member.filename)
    digest = hashlib.sha256()
    size = 0
    with archive.open(member) as source, (folder / file.file_name).open("wb") as out:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > member.file_size:
                raise zipfile.BadZipFile("a member is larger than the archive says")
            out.write(chunk)
            digest.update(chunk)
    return file.name, PurePosixPath(member.filename).name, size, digest.hexdigest()


def _fault(members: list[zipfile.ZipInfo]) -> str | None:
    files = [file.name for m in members if (file := _file(m))]
    if len(files) != len(set(files)):
        return "the zip has a file twice"
    if any(m.flag_bits & 0x1 for m in members):
        return "the zip is encrypted"
    if len({str(PurePosixPath(m.filename).parent) for m in members}) > 1:
        return "the zip has files in more than one folder"
    if any(_is_unsafe(m.filename) for m in members):
        return "the zip has files outside of one folder"
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > MOST_BYTES or unpacked > MOST_RATIO * max(packed, 1 << 14):
        return "the zip unpacks to more than a roster can be"
    return None


def _file(member: zipfile.ZipInfo) -> contract.File | None:
    return contract.BY_FILE_NAME.get(PurePosixPath(member.filename).name.casefold())


def _is_clutter(name: str) -> bool:
    """What archivers of desktop systems add by themselves."""
    path = PurePosixPath(name)
    return path.parts[0] == "__MACOSX" or path.name.startswith(".") or path.name == "Thumbs.db"


def _is_unsafe(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or len(path.parts) > 2 or "\\" in name
