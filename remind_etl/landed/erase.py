"""Deletes landed drops, and the rows of a student from those that stay."""

import csv
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from remind_etl import contract
from remind_etl.landed.copy import ARCHIVE, MANIFEST, Drop, LandingStore

GONE: Final = ".gone-"
"""What a drop is called while it is deleted: half deleted it is no drop."""

NAME_STUDENTS: Final = (contract.STUDENTS, contract.ENROLLMENTS)
MOST_LINES: Final = 1_000
"""Lines of a record; what runs on longer is an unclosed quote."""

BLANKS: Final = "\ufeff\xa0 \r\n\t"
QUOTES: Final = BLANKS + "\"'"

EncodingOf = Callable[[Path], str]
"""Tells the encoding in which a file is read."""


def prune(store: LandingStore, district: str, before: datetime, keep: Collection[str]) -> int:
    """Delete drops that landed before the moment, but for the newest and those to keep; returns how many."""
    drops = [store.drop(district, drop_id) for drop_id in store.drops(district)]
    old = [drop for drop in drops[:-1] if drop.landed_at < before and drop.drop_id not in keep]
    for drop in old:
        _delete(drop.folder)
    for drop in drops[-1:]:
        for left in (*drop.folder.parent.glob(f"{GONE}*"), *drop.folder.parent.glob(".incoming-*")):
            if left.name.startswith(GONE) or left.stat().st_mtime < before.timestamp():
                shutil.rmtree(left)
    return len(old)


def forget_district(store: LandingStore, district: str) -> int:
    """Delete all drops of a district, and its folder; returns how many."""
    drops = store.drops(district)
    for drop_id in drops:
        _delete(store.drop(district, drop_id).folder)
    shutil.rmtree(store.folder(district), ignore_errors=True)
    return len(drops)


def forget_student(store: LandingStore, district: str, student_id: str, encoding_of: EncodingOf) -> tuple[int, int]:
    """Cut the student's rows out of all drops; returns how many rows, and how many drops had to be deleted.

    A drop whose rows cannot be told, as it is damaged, is deleted. In those that stay the manifest tells the number.
    """
    rows = deleted = 0
    for drop_id in store.drops(district):
        drop = store.drop(district, drop_id)
        cut = _cut(drop, student_id, encoding_of)
        deleted += cut is None
        rows += cut or 0
    return rows, deleted


def names_student(store: LandingStore, district: str, student_id: str, encoding_of: EncodingOf) -> bool:
    """True if one of the drops has rows of the student; those of a damaged drop cannot be told."""
    drops = (store.drop(district, drop_id) for drop_id in store.drops(district))
    return any(_rows(_others(drop, student_id, encoding_of) or {}) for drop in drops)


Others = dict[str, tuple[bytes, int]]
"""By file what stays of it without the student, and how many rows that leaves out."""


def _rows(others: Others) -> int:
    return sum(count for _, count in others.values())


def _cut(drop: Drop, student_id: str, encoding_of: EncodingOf) -> int | None:
    """The number of rows cut out of the drop, or None where it had to be deleted."""
    others = _others(drop, student_id, encoding_of)
    if others is None:
        _delete(drop.folder)
        return None
    rows = _rows(others)
    if rows:
        (drop.folder / ARCHIVE).unlink(missing_ok=True)
        for name, (content, _) in others.items():
            _replace(drop.folder / name, content)
        _note(drop, {name: content for name, (content, _) in others.items()}, rows)
    return rows


def _others(drop: Drop, student_id: str, encoding_of: EncodingOf) -> Others | None:
    """What stays of the drop's files, None where it cannot be told, or a zip could not be unpacked."""
    if drop.faults:
        return None
    others = {}
    for file in NAME_STUDENTS:
        if (path := drop.folder / file.file_name).exists():
            encoding = encoding_of(path)
            text = _read(path, encoding)
            without = _without(text, file, student_id) if text is not None else None
            if without is None:
                return None
            others[file.file_name] = (without[0].encode(encoding, _AS_THEY_ARE), without[1])
    return others


_AS_THEY_ARE: Final = "surrogateescape"
"""Bytes that are no text in the encoding are kept."""


def _read(path: Path, encoding: str) -> str | None:
    """The text, None if it is cut off within a character."""
    try:
        return path.read_bytes().decode(encoding, _AS_THEY_ARE)
    except UnicodeDecodeError:
        return None


def _without(text: str, file: contract.File, student_id: str) -> tuple[str, int] | None:
    """The text without the student's records, and how many they were; None where no column has ids.

    In a record of another width than the header, any cell with the id counts.
    """
    records = list(_records(text))
    delimiter = max(",;\t|", key=records[0].count) if records else ","
    header = [file.column(cell.strip(QUOTES)) for cell in _cells(records[0], delimiter)] if records else []
    at = [n for n, named in enumerate(header) if named and named.name == file.id_column]
    if not at:
        return None
    kept = []
    for record in records:
        cells = _cells(record, delimiter)
        if not _names([cells[n] for n in at] if len(cells) == len(header) else cells, student_id):
            kept.append(record)
    return "".join(kept), len(records) - len(kept)


def _names(cells: list[str], student_id: str) -> bool:
    """True if one of the cells is the id, a quote that is astray aside."""
    bare = student_id.strip(QUOTES)
    return any(cell == student_id or ('"' in cell and cell.strip(QUOTES) == bare) for cell in cells)


def _records(text: str) -> Iterator[str]:
    """The records with their line ends: an open quote goes on over the next lines, unless over too many."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", text)
    at = 0
    while at < len(lines):
        size, quotes = 1, lines[at].count('"')
        while quotes % 2 and size < MOST_LINES and at + size < len(lines):
            quotes += lines[at + size].count('"')
            size += 1
        size = 1 if quotes % 2 else size
        yield "".join(lines[at : at + size])
        at += size


def _cells(record: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([record], delimiter=delimiter), [])
    return [cell.strip(BLANKS) for cell in cells]


def _note(drop: Drop, contents: dict[str, bytes], rows: int) -> None:
    manifest = json.loads((drop.folder / MANIFEST).read_text())
    for file in manifest["files"]:
        if content := contents.get(f"{file['name']}.csv"):
            file |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest["forgotten_rows"] = manifest.get("forgotten_rows", 0) + rows
    _replace(drop.folder / MANIFEST, json.dumps(manifest, indent=1).encode())


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as out:
        out.write(content)
        os.fsync(out.fileno())
    part.chmod(0o400)
    part.replace(path)


def _delete(folder: Path) -> None:
    gone = folder.with_name(f"{GONE}{folder.name}")
    folder.rename(gone)
    shutil.rmtree(gone)
