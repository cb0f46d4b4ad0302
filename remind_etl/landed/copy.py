"""The landing store: drops copied byte for byte, never altered.

A file lies under the SHA-256 of its content, so one that two drops of a district share is stored once. A drop is its
manifest, which names the files and is written last: after a crash there is a whole drop or none. Drops of an earlier
version have their files beside the manifest, under their own names; they are read as they are.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from remind_etl.catalogue import uploads
from remind_etl.errors import DropDamaged, NothingLanded, UsageError
from remind_etl.files.cut import Cut
from remind_etl.files.known_content import hash_of, whole_file
from remind_etl.files.sent import USUAL, Sent, SizeLimits, require_space
from remind_etl.files.storage import Storage, as_storage
from remind_etl.landed import archive
from remind_etl.landed.cut_files import cut_files
from remind_etl.landed.stated import Received, contradictions, is_blank, read_stated
from remind_etl.schema import upload
from remind_etl.schema.district_id import DistrictId

MANIFEST: Final = "manifest.json"
ARRIVAL: Final = "arrival.json"
FAILED: Final = "failed_landing.json"
ARCHIVE: Final = "archive.zip"
FILES: Final = "files"
"""The folder of the files of all drops of a district."""
KEPT: Final = "kept"
"""In a manifest, the SHA-256 of each file of the drop by name."""
AT_ONCE: Final = 24
"""Notes of districts that are read at once."""


@dataclass(frozen=True)
class LandedFile:
    """A file of a landed drop: the table it fills, the name it was sent under, size in bytes, SHA-256.

    `rows` is the number of rows that the district stated. `mtime` is the time that it had, as in `Sent`.
    """

    name: str
    sent_as: str
    size: int
    sha256: str
    rows: int | None = None
    mtime: int | None = None

    @property
    def file_name(self) -> str:
        """Its name in a whole drop."""
        return upload.BY_NAME[self.name].file_name


@dataclass(frozen=True)
class Fault:
    """What was refused: the zip or file, why in words that call it "it", the name of the remedy, the problem's code."""

    sent_as: str
    why: str
    remedy: str | None = None
    code: str = "unreadable_file"


@dataclass(frozen=True)
class Drop:
    """A landed drop; ids sort by the time of landing."""

    district_id: DistrictId
    drop_id: str
    landed_at: datetime
    files: tuple[LandedFile, ...]
    faults: tuple[Fault, ...]
    others: tuple[str, ...] = ()
    """What it has beside these files: the zip that they were in, or the mark of a whole upload."""
    is_whole: bool = True
    """False if its manifest is damaged: then nothing is known of it but when it landed."""
    open_file: Callable[[str], Path] = field(kw_only=True, repr=False, compare=False)
    """Gives a file of it by name, as a file of this machine, or raises DropDamaged: its bytes are verified."""

    @property
    def tables(self) -> frozenset[str]:
        """The names of the tables that its files fill."""
        return frozenset(file.name for file in self.files)

    @property
    def paths(self) -> dict[str, Path]:
        """Its files on this machine, by the name of the file.

        Raises DropDamaged if one does not have the bytes that were landed, or the manifest is damaged.
        """
        if not self.is_whole:
            self.open_file(MANIFEST)
        return {file.file_name: self.open_file(file.file_name) for file in self.files}

    @property
    def content(self) -> str:
        """Equal to that of another drop if both have the same names, contents and faults."""
        return _content(self.files, self.faults)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Arrival:
    """The newest arrival: its time, and the fingerprint of the newest upload that was taken from the SFTP server.

    A folder has no fingerprint, so that of the upload before it stays: what lies on the server was taken already.
    """

    fingerprint: str | None
    at: datetime


@dataclass(frozen=True)
class FailedLanding:
    """Why an upload could not be landed, as a sentence, and who must act, as the tag of a run says it."""

    why: str
    acts: str
    fingerprint: str = ""
    """Of the upload; empty if an earlier version wrote the note."""


class LandingStore:
    """The landed drops of all districts, in one storage."""

    def __init__(self, storage: Storage | Path, sizes: SizeLimits = USUAL) -> None:
        """Keep drops in the storage or folder; one that is larger than `sizes` is not copied."""
        self.storage = as_storage(storage)
        self._sizes = sizes

    def drops(self, district: DistrictId) -> list[str]:
        """The ids of the district's landed drops, oldest first."""
        parts = (key.split("/") for key in self.storage.times(district))
        return sorted(part[0] for part in parts if part[0][:1].isdigit() and part[1:] == [MANIFEST])

    def newest(self, district: DistrictId) -> Drop | None:
        """The newest landed drop."""
        drops = self.drops(district)
        return self._read(district, drops[-1]) if drops else None

    def size(self, district: DistrictId) -> int:
        """The bytes of the newest drop, 0 before the first."""
        newest = self.newest(district)
        return newest.size if newest else 0

    def required(self, district: DistrictId) -> Drop:
        """The newest landed drop.

        Raises NothingLanded if there is none.
        """
        if (drop := self.newest(district)) is None:
            raise NothingLanded(uploads.NO_DROP_YET.format(district=district))
        return drop

    def drop(self, district: DistrictId, drop_id: str) -> Drop:
        """A landed drop.

        Raises UsageError if the district has none of this id.
        """
        if drop_id not in self.drops(district):
            raise UsageError(uploads.NO_SUCH_DROP.format(district=district, drop=drop_id))
        return self._read(district, drop_id)

    def all_drops(self, district: DistrictId) -> list[Drop]:
        """The landed drops, oldest first."""
        return [self._read(district, drop_id) for drop_id in self.drops(district)]

    def cut_files(self, district: DistrictId, drop_id: str, earlier: Iterable[str]) -> dict[str, Cut]:
        """The files of a landed drop that may be cut off, with the evidence: see `cut_files.py`.

        `earlier` are ids of drops to compare with; drops that are not kept any more are no evidence.
        """
        kept = set(self.drops(district))
        if drop_id not in kept:
            return {}
        drop = self._read(district, drop_id)
        before = (self._other_files(drop, self._read(district, other)) for other in earlier if other in kept)
        return cut_files(drop.paths, before)

    def _other_files(self, drop: Drop, earlier: Drop) -> dict[str, Path]:
        """The files of the earlier drop that differ from those of the drop. A damaged drop is no evidence."""
        now = {file.name: file.sha256 for file in drop.files}
        differ = [file.file_name for file in earlier.files if now.get(file.name) != file.sha256]
        try:
            return {name: earlier.open_file(name) for name in differ}
        except DropDamaged:
            return {}

    def arrival(self, district: DistrictId) -> Arrival | None:
        """The newest upload that was landed, or found to equal the newest landed drop.

        A damaged note is none: then the upload is taken once more, which writes a new note.
        """
        found = self.storage.read(f"{district}/{ARRIVAL}")
        with suppress(ValueError, TypeError, KeyError):
            arrival = json.loads(found) if found else {}
            return Arrival(arrival["fingerprint"], datetime.fromisoformat(arrival["at"]))
        return None

    def arrivals(self, districts: Iterable[DistrictId]) -> dict[DistrictId, Arrival]:
        """The newest upload of each district that has one. Many are asked for at once, because a bucket is slow."""
        asked = list(districts)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = zip(asked, pool.map(self.arrival, asked), strict=True)
            return {district: arrival for district, arrival in found if arrival}

    def arrived_at(self, district: DistrictId) -> str:
        """When the newest upload was taken, as ISO 8601.

        Raises NothingLanded if there is none.
        """
        arrival = self.arrival(district)
        return (arrival.at if arrival else self.required(district).landed_at).isoformat()

    def note_failure(self, district: DistrictId, failed: FailedLanding) -> None:
        """Keep why an upload could not be landed. The next one that is landed deletes this."""
        self.storage.write(f"{district}/{FAILED}", json.dumps(asdict(failed)).encode())

    def note_incomplete(self, district: DistrictId, why: str) -> None:
        """Keep what an upload waits for that the district must complete, for the status."""
        self.note_failure(district, FailedLanding(why, "district"))

    def failure(self, district: DistrictId) -> FailedLanding | None:
        """Why the newest upload could not be landed; None if it was, or if the note is damaged.

        A status tells the rest without it.
        """
        found = self.storage.read(f"{district}/{FAILED}")
        with suppress(ValueError, TypeError):
            return FailedLanding(**json.loads(found)) if found else None
        return None

    def land(self, district: DistrictId, sent: Iterable[Sent], fingerprint: str | None = None) -> tuple[Drop, bool]:
        """Land the files; returns the drop and whether it is new.

        They are files of the contract, or one zip, which is unpacked and kept. The same names and contents as those of
        the newest drop are that drop again. `fingerprint` tells the sensor which upload was taken; it is None for a
        folder. Of files that are too large nothing is copied; the drop has the fault. The bytes are stored again if the
        drop is not new: those of a damaged drop are whole afterwards. Raises DiskFull if the disk has no room.
        """
        with self.storage.incoming(district) as part:
            files, faults = _copy(part, list(sent), self._sizes)
            newest = self.newest(district)
            is_new = newest is None or not newest.is_whole or newest.content != _content(files, faults)
            if newest is None or is_new:
                newest = self._keep(district, part, files, faults, newest)
            elif KEPT in self.manifest(district, newest.drop_id):
                self.store_files(district, {path.name: path for path in part.iterdir()}, files)
        at, before = datetime.now(UTC).isoformat(), self.arrival(district)
        fingerprint = fingerprint or (before.fingerprint if before else None)
        self.storage.write(f"{district}/{ARRIVAL}", json.dumps({"fingerprint": fingerprint, "at": at}).encode())
        self.storage.delete(f"{district}/{FAILED}")
        return newest, is_new

    def _keep(
        self,
        district: DistrictId,
        part: Path,
        files: tuple[LandedFile, ...],
        faults: tuple[Fault, ...],
        newest: Drop | None,
    ) -> Drop:
        now = datetime.now(UTC)
        landed_at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        if newest and landed_at <= newest.landed_at:  # the clock was set back; ids must still sort by landing
            landed_at = newest.landed_at + timedelta(milliseconds=1)
        content = _content(files, faults)
        drop_id = f"{landed_at:%Y%m%dT%H%M%S}{landed_at.microsecond // 1000:03d}Z-{content[:8]}"
        manifest = {
            "landed_at": landed_at.isoformat(),
            "files": [asdict(file) for file in files],
            "faults": [asdict(fault) for fault in faults],
            KEPT: self.store_files(district, {path.name: path for path in part.iterdir()}, files),
        }
        self.write_manifest(district, drop_id, manifest)
        return self._read(district, drop_id)

    def _read(self, district: DistrictId, drop_id: str) -> Drop:
        try:
            manifest = self.manifest(district, drop_id)
        except DropDamaged:
            landed_at = datetime.strptime(drop_id[:18], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
            raises = partial(self._open, district, drop_id, {"files": [], KEPT: {}})
            return Drop(district, drop_id, landed_at, (), (), is_whole=False, open_file=raises)
        files = tuple(LandedFile(**file) for file in manifest["files"])
        beside = self._files_beside(district, drop_id) if KEPT not in manifest else manifest[KEPT]
        names = {file.file_name for file in files}
        return Drop(
            district,
            drop_id,
            datetime.fromisoformat(manifest["landed_at"]),
            files,
            tuple(Fault(**fault) for fault in manifest["faults"]),
            tuple(sorted({*beside} - names)),
            open_file=partial(self._open, district, drop_id, manifest),
        )

    def _files_beside(self, district: DistrictId, drop_id: str) -> list[str]:
        """The files of a drop that an earlier version landed."""
        return [name for name in self.storage.times(f"{district}/{drop_id}") if name != MANIFEST]

    def _open(self, district: DistrictId, drop_id: str, manifest: Mapping[str, Any], name: str) -> Path:
        """A file of a drop on this machine. Of a zip that an earlier version landed the hash is not known."""
        of_files = {f"{file['name']}.csv": file["sha256"] for file in manifest["files"]}
        sha256 = manifest.get(KEPT, of_files).get(name)
        key = file_key(district, sha256) if KEPT in manifest else f"{district}/{drop_id}/{name}"
        if path := whole_file(self.storage, key, sha256 or None):
            return path
        raise DropDamaged(uploads.DAMAGED.format(drop=drop_id, file=name, district=district))

    def manifest(self, district: DistrictId, drop_id: str) -> dict[str, Any]:
        """The manifest of a drop, as it is written.

        Raises DropDamaged if it is none, and UsageError if there is none any more.
        """
        found = self.storage.read(f"{district}/{drop_id}/{MANIFEST}")
        if found is None:
            raise UsageError(uploads.DROP_GONE.format(district=district, drop=drop_id))
        with suppress(ValueError):
            manifest = json.loads(found)
            if isinstance(manifest, dict) and {"landed_at", "files", "faults"} <= manifest.keys():
                return manifest
        raise DropDamaged(uploads.DAMAGED.format(drop=drop_id, file=MANIFEST, district=district))

    def write_manifest(self, district: DistrictId, drop_id: str, manifest: Mapping[str, Any]) -> None:
        """Write the manifest of a drop whose files are stored."""
        self.storage.write(f"{district}/{drop_id}/{MANIFEST}", json.dumps(manifest, indent=1).encode())

    def store_files(
        self, district: DistrictId, files: Mapping[str, Path], known: Iterable[LandedFile] = ()
    ) -> dict[str, str]:
        """Move the files to where their contents say; returns the SHA-256 of each, by name. Some are known."""
        of_known = {file.file_name: file.sha256 for file in known}
        hashes = {name: of_known.get(name) or hash_of(path) for name, path in sorted(files.items())}
        self.storage.put({file_key(district, hashes[name]): path for name, path in files.items()})
        return hashes


def file_key(district: DistrictId, sha256: str) -> str:
    """Where a file of a drop with this content is, below the landed drops."""
    return f"{district}/{FILES}/{sha256}"


def file_source(path: Path) -> Sent:
    """A file of this machine as something to land."""

    def fetch(target: Path) -> tuple[int, str]:
        digest = hashlib.sha256()
        with path.open("rb") as source, target.open("wb") as out:
            while chunk := source.read(archive.CHUNK):
                out.write(chunk)
                digest.update(chunk)
        return target.stat().st_size, digest.hexdigest()

    return Sent(path.name, path.stat().st_size, fetch)


def _copy(part: Path, sent: Sequence[Sent], sizes: SizeLimits) -> tuple[tuple[LandedFile, ...], tuple[Fault, ...]]:
    if over := sizes.too_large((file.name, file.size) for file in sent):
        return (), tuple(Fault(name, why, "current_data") for name, why in over)
    require_space(part, sum(file.size for file in sent))
    files: dict[str, LandedFile] = {}
    received: dict[str, Received] = {}
    faults: list[Fault] = []
    for sent_as, _, fetch, mtime in sent:
        if upload.is_complete_mark(sent_as):
            fetch(part / upload.COMPLETE)
        elif sent_as.casefold().endswith(".zip"):
            received[sent_as] = Received(*fetch(part / ARCHIVE))
            unpacked, refusal = archive.unpack(part / ARCHIVE, part, sizes)
            files |= {file.name: LandedFile(*file) for file in unpacked}
            faults += [Fault(sent_as, *refusal)] if refusal else []
        else:
            table = upload.BY_FILE_NAME[sent_as.casefold()]
            faults += [Fault(table.file_name, uploads.UPLOADED_TWICE, "one_spelling")] if table.name in files else []
            received[sent_as] = Received(*fetch(part / table.file_name))
            files[table.name] = LandedFile(table.name, sent_as, *received[sent_as], mtime=mtime)
    landed = tuple(files[file.name] for file in upload.FILES if file.name in files)
    mark = part / upload.COMPLETE
    if mark.exists() and is_blank(mark):
        mark.unlink()
    if not mark.exists():
        return landed, tuple(faults)
    return _agreed(part, landed, faults, received)


def _agreed(
    part: Path, files: tuple[LandedFile, ...], faults: Iterable[Fault], received: Mapping[str, Received]
) -> tuple[tuple[LandedFile, ...], tuple[Fault, ...]]:
    """The files with the rows that `_COMPLETE` states, and the faults, with where it and a file do not agree."""
    stated = read_stated(part / upload.COMPLETE)
    if stated is None:
        return files, (*faults, Fault(upload.COMPLETE, uploads.NOT_A_LIST, code="incomplete_upload"))
    wrong = (Fault(*found, code="incomplete_upload") for found in contradictions(stated, received))
    rows = {file.name: of_file.rows for file in files if (of_file := stated.get(file.sent_as.casefold()))}
    return tuple(replace(file, rows=rows.get(file.name)) for file in files), (*faults, *wrong)


def _content(files: Iterable[LandedFile], faults: Iterable[Fault]) -> str:
    """What decides whether two drops are the same: names, contents and faults."""
    facts: list[list[object]] = [[file.name, file.sent_as, file.sha256] for file in files]
    facts += [[file.name, file.rows] for file in files if file.rows is not None]
    facts += [[fault.sent_as, fault.why] for fault in faults]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
