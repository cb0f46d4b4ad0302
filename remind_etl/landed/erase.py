"""Deletes landed drops, and the rows of a student from those that stay."""

import hashlib
import json
import shutil
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from remind_etl.files.durable import replace_file
from remind_etl.landed.copy import ARCHIVE, MANIFEST, Drop, LandingStore
from remind_etl.schema import upload
from remind_etl.schema.district_id import DistrictId

GONE: Final = ".gone-"
"""What a drop is called while it is deleted: half deleted it is no drop."""

NAME_STUDENTS: Final = (upload.STUDENTS, upload.ENROLLMENTS)

Without = Callable[[upload.File, Path, str], tuple[bytes, int] | None]
"""Reads a file without the records of an id, and tells how many they are; None where it cannot be told."""


def prune(store: LandingStore, district: DistrictId, before: datetime, keep: Collection[str]) -> int:
    """Delete drops that landed before the moment, but for the newest and those to keep; returns how many."""
    drops = [store.drop(district, drop_id) for drop_id in store.drops(district)]
    old = [drop for drop in drops[:-1] if drop.landed_at < before and drop.drop_id not in keep]
    for drop in old:
        _delete(drop.folder)
    for left in _remains(store, district):
        if left.name.startswith(GONE) or left.stat().st_mtime < before.timestamp():
            shutil.rmtree(left)
    return len(old)


def forget_district(store: LandingStore, district: DistrictId) -> int:
    """Delete all drops of a district, and its folder; returns how many."""
    drops = store.drops(district)
    for drop_id in drops:
        _delete(store.drop(district, drop_id).folder)
    shutil.rmtree(store.folder(district), ignore_errors=True)
    return len(drops)


def forget_student(store: LandingStore, district: DistrictId, student_id: str, without: Without) -> tuple[int, int]:
    """Cut the student's rows out of all drops; returns how many rows, and how many drops had to be deleted.

    A drop whose rows cannot be told, as it is damaged, is deleted, and so is what is left of drops that were never
    landed or not wholly deleted. In those that stay the manifest tells the number. No run may be under way.
    """
    for left in _remains(store, district):
        shutil.rmtree(left)
    rows = deleted = 0
    for drop_id in store.drops(district):
        drop = store.drop(district, drop_id)
        cut = _cut(drop, student_id, without)
        deleted += cut is None
        rows += cut or 0
    return rows, deleted


def names_student(store: LandingStore, district: DistrictId, student_id: str, without: Without) -> bool:
    """True if one of the drops has rows of the student; those of a damaged drop cannot be told."""
    drops = (store.drop(district, drop_id) for drop_id in store.drops(district))
    return any(_rows(_others(drop, student_id, without) or {}) for drop in drops)


def _remains(store: LandingStore, district: DistrictId) -> list[Path]:
    """What killed processes left of drops that were landed or deleted."""
    folder = store.folder(district)
    return [*folder.glob(f"{GONE}*"), *folder.glob(".incoming-*")]


Others = dict[str, tuple[bytes, int]]
"""By file what stays of it without the student, and how many rows that leaves out."""


def _rows(others: Others) -> int:
    return sum(count for _, count in others.values())


def _cut(drop: Drop, student_id: str, without: Without) -> int | None:
    """The number of rows cut out of the drop, or None where it had to be deleted."""
    others = _others(drop, student_id, without)
    if others is None:
        _delete(drop.folder)
        return None
    rows = _rows(others)
    is_noted = all(file.size == (drop.folder / file.file_name).stat().st_size for file in drop.files)
    if rows or not is_noted:
        (drop.folder / ARCHIVE).unlink(missing_ok=True)
        for name, (content, _) in others.items():
            replace_file(drop.folder / name, content, 0o400)
        _note(drop, {name: content for name, (content, _) in others.items()}, rows)
    return rows


def _others(drop: Drop, student_id: str, without: Without) -> Others | None:
    """What stays of the drop's files, None where it cannot be told, or a zip could not be unpacked."""
    if drop.faults:
        return None
    others = {}
    for file in NAME_STUDENTS:
        if (path := drop.folder / file.file_name).exists():
            read = without(file, path, student_id)
            if read is None:
                return None
            others[file.file_name] = read
    return others


def _note(drop: Drop, contents: dict[str, bytes], rows: int) -> None:
    manifest = json.loads((drop.folder / MANIFEST).read_text())
    for file in manifest["files"]:
        if content := contents.get(f"{file['name']}.csv"):
            file |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "rows": None}
    manifest["forgotten_rows"] = manifest.get("forgotten_rows", 0) + rows
    replace_file(drop.folder / MANIFEST, json.dumps(manifest, indent=1).encode(), 0o400)


def _delete(folder: Path) -> None:
    gone = folder.with_name(f"{GONE}{folder.name}")
    folder.rename(gone)
    shutil.rmtree(gone)
