"""Deletes landed drops, and the rows of a student from those that stay."""

import hashlib
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from remind_etl.errors import DropDamaged
from remind_etl.landed.copy import ARCHIVE, ARRIVAL, FAILED, FILES, KEPT, MANIFEST, Drop, LandingStore, file_key
from remind_etl.schema import upload
from remind_etl.schema.district_id import DistrictId

NAME_STUDENTS: Final = (upload.STUDENTS, upload.ENROLLMENTS)

GONE: Final = ".gone-"
"""What an earlier version called a drop while it was deleted."""

LANDING: Final = timedelta(days=1)
"""A file that no drop names may be of a drop that is landing now, unless it is older than this."""

ReadWithout = Callable[[upload.File, Path, str], tuple[bytes, int] | None]
"""Reads a file without the records of an id, and tells how many they are; None where it cannot be told."""


def prune(store: LandingStore, district: DistrictId, before: datetime, keep: Collection[str], now: datetime) -> int:
    """Delete drops that landed before the moment, except the newest and those to keep; returns how many."""
    drops = store.all_drops(district)
    old = [drop for drop in drops[:-1] if drop.landed_at < before and drop.drop_id not in keep]
    for drop in old:
        _delete(store, district, drop.drop_id)
    _sweep(store, district, now - LANDING)
    return len(old)


def delete_unfinished(store: LandingStore, district: DistrictId) -> None:
    """Delete what a killed landing left. No other landing of the district may be under way.

    Files are stored before the manifest that names them: those of such a landing are newer than the newest manifest.
    """
    if _has_unfinished(store, district):
        _sweep(store, district, None)
    else:
        _sweep_folders(store, district, None)


def _has_unfinished(store: LandingStore, district: DistrictId) -> bool:
    """True if a file that the newest drop does not name is newer than its manifest."""
    times = store.storage.times(district)
    drop_id = max((key.split("/")[0] for key in times if key.endswith(f"/{MANIFEST}")), default=None)
    try:
        kept = store.manifest(district, drop_id).get(KEPT, {}) if drop_id else {}
    except DropDamaged:  # nobody knows which files it has
        return False
    named = {f"{FILES}/{sha256}" for sha256 in kept.values()}
    stored = (at for key, at in times.items() if key.startswith(f"{FILES}/") and key not in named)
    return any(drop_id is None or at > times[f"{drop_id}/{MANIFEST}"] for at in stored)


def forget_district(store: LandingStore, district: DistrictId) -> int:
    """Delete all drops of a district, and its folder; returns how many."""
    drops = store.drops(district)
    store.storage.delete(district)
    return len(drops)


def forget_student(store: LandingStore, district: DistrictId, student_id: str, without: ReadWithout) -> tuple[int, int]:
    """Cut the student's rows out of all drops; returns how many rows, and how many drops had to be deleted.

    A drop whose rows cannot be told, as it is damaged, is deleted, and so is what is left of drops that were never
    landed or not wholly deleted. In those that stay the manifest tells the number. No run may be under way.
    """
    rows = deleted = 0
    for drop_id in store.drops(district):
        cut = _cut(store, store.drop(district, drop_id), student_id, without)
        deleted += cut is None
        rows += cut or 0
    _sweep(store, district, None, keeps_notes=False)
    return rows, deleted


def names_student(store: LandingStore, district: DistrictId, student_id: str, without: ReadWithout) -> bool:
    """True if one of the drops has rows of the student; those of a damaged drop cannot be told."""
    drops = (store.drop(district, drop_id) for drop_id in store.drops(district))
    return any(_rows(_others(drop, student_id, without) or {}) for drop in drops)


def _sweep_folders(store: LandingStore, district: DistrictId, before: datetime | None) -> None:
    """Delete folders that killed processes left; only what was written before the moment."""
    for left in store.storage.abandoned_folders(district):
        if before is None or left.name.startswith(GONE) or left.stat().st_mtime < before.timestamp():
            rmtree(left)


def _sweep(store: LandingStore, district: DistrictId, before: datetime | None, keeps_notes: bool = True) -> None:
    """Delete files that no drop names, and what killed processes left; only what was written before the moment."""
    _sweep_folders(store, district, before)
    drops = set(store.drops(district))
    try:
        manifests = {drop_id: store.manifest(district, drop_id) for drop_id in drops}
    except DropDamaged:  # nobody knows which files such a drop has
        return
    named = {
        file_key(district, sha256) for manifest in manifests.values() for sha256 in manifest.get(KEPT, {}).values()
    }
    notes = {ARRIVAL, *([FAILED] if keeps_notes else [])}
    former = {drop_id for drop_id, manifest in manifests.items() if KEPT not in manifest}
    for key, at in store.storage.times(district).items():
        folder, _, name = key.partition("/")
        is_named = key in notes or folder in former or (folder in drops and name == MANIFEST)
        if not is_named and f"{district}/{key}" not in named and (before is None or at < before):
            store.storage.delete(f"{district}/{key}")


Others = dict[str, tuple[bytes, int]]
"""By file what stays of it without the student, and how many rows that leaves out."""


def _rows(others: Others) -> int:
    return sum(count for _, count in others.values())


def _cut(store: LandingStore, drop: Drop, student_id: str, without: ReadWithout) -> int | None:
    """The number of rows cut out of the drop, or None where it had to be deleted."""
    others = _others(drop, student_id, without)
    if others is None:
        _delete(store, drop.district_id, drop.drop_id)
        return None
    if rows := _rows(others):
        with store.storage.incoming(drop.district_id) as folder:
            for name, path in drop.paths.items():
                (folder / name).write_bytes(others[name][0] if name in others else path.read_bytes())
            for name in (other for other in drop.others if other != ARCHIVE):
                with suppress(DropDamaged):  # a damaged mark is left out: the student must go all the same
                    (folder / name).write_bytes(drop.open_file(name).read_bytes())
            kept = store.store_files(drop.district_id, {path.name: path for path in folder.iterdir()})
        _note(store, drop, {name: content for name, (content, _) in others.items()}, kept, rows)
    return rows


def _others(drop: Drop, student_id: str, without: ReadWithout) -> Others | None:
    """What stays of the drop's files, None where it cannot be told, or a zip could not be unpacked."""
    if drop.faults:
        return None
    others = {}
    try:
        paths = drop.paths
    except DropDamaged:
        return None
    for file in NAME_STUDENTS:
        if path := paths.get(file.file_name):
            read = without(file, path, student_id)
            if read is None:
                return None
            others[file.file_name] = read
    return others


def _note(store: LandingStore, drop: Drop, contents: dict[str, bytes], kept: dict[str, str], rows: int) -> None:
    """Write the manifest of the drop with its new files, and delete those that an earlier version put beside it."""
    district, drop_id = drop.district_id, drop.drop_id
    manifest: dict[str, Any] = store.manifest(district, drop_id)
    for file in manifest["files"]:
        if content := contents.get(f"{file['name']}.csv"):
            file |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "rows": None}
    manifest["forgotten_rows"] = manifest.get("forgotten_rows", 0) + rows
    store.write_manifest(district, drop_id, manifest | {KEPT: kept})


def _delete(store: LandingStore, district: DistrictId, drop_id: str) -> None:
    """Delete a drop, its manifest first: half deleted it is no drop. A later sweep deletes files that it alone had."""
    store.storage.delete(f"{district}/{drop_id}/{MANIFEST}")
    store.storage.delete(f"{district}/{drop_id}")
