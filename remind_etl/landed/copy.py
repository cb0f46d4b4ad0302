"""The landing store: drops copied byte for byte, one folder a drop, never altered.

A drop's folder appears by one rename when all its files are on disk, so after a crash there is a whole drop or none.
"""

import filecmp
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from remind_etl.catalogue import uploads
from remind_etl.errors import NothingLanded, UsageError
from remind_etl.files.durable import replace_file, sync_to_disk
from remind_etl.files.sent import USUAL, Sent, SizeLimits, require_space
from remind_etl.landed import archive
from remind_etl.landed.cut_files import cut_files
from remind_etl.landed.stated import contradictions, read_stated
from remind_etl.schema import upload
from remind_etl.schema.district_id import DistrictId

MANIFEST: Final = "manifest.json"
ARRIVAL: Final = "arrival.json"
ARCHIVE: Final = "archive.zip"


@dataclass(frozen=True)
class LandedFile:
    """A file of a landed drop: the table it fills, the name it was sent under, size in bytes, SHA-256.

    `rows` is the number of rows that the district stated.
    """

    name: str
    sent_as: str
    size: int
    sha256: str
    rows: int | None = None

    @property
    def file_name(self) -> str:
        """Its name in the drop's folder."""
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
    folder: Path
    landed_at: datetime
    files: tuple[LandedFile, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def tables(self) -> frozenset[str]:
        """The names of the tables that its files fill."""
        return frozenset(file.name for file in self.files)

    @property
    def paths(self) -> dict[str, Path]:
        """Where its files lie, by the name of the file."""
        return {file.file_name: self.folder / file.file_name for file in self.files}

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


class LandingStore:
    """The landed drops of all districts, below one folder."""

    def __init__(self, root: Path, sizes: SizeLimits = USUAL) -> None:
        """Keep drops below `root`; one that is larger than `sizes` is not copied."""
        self._root = root
        self._sizes = sizes

    def drops(self, district: DistrictId) -> list[str]:
        """The ids of the district's landed drops, oldest first."""
        return sorted(path.parent.name for path in self.folder(district).glob(f"[0-9]*/{MANIFEST}"))

    def newest(self, district: DistrictId) -> Drop | None:
        """The newest landed drop."""
        drops = self.drops(district)
        return self._read(district, drops[-1]) if drops else None

    def required(self, district: DistrictId) -> Drop:
        """The newest landed drop.

        Raises NothingLanded if there is none.
        """
        if (drop := self.newest(district)) is None:
            raise NothingLanded(f"No drop of {district} has landed yet. The district must upload its files first.")
        return drop

    def drop(self, district: DistrictId, drop_id: str) -> Drop:
        """A landed drop.

        Raises UsageError if the district has none of this id.
        """
        if drop_id not in self.drops(district):
            raise UsageError(
                f"{district} has no landed drop {drop_id!r}. `remind-etl history {district}` lists the drops."
            )
        return self._read(district, drop_id)

    def all_drops(self, district: DistrictId) -> list[Drop]:
        """The landed drops, oldest first."""
        return [self._read(district, drop_id) for drop_id in self.drops(district)]

    def cut_files(self, district: DistrictId, drop_id: str, earlier: Iterable[str]) -> dict[str, str]:
        """The files of a landed drop that may be cut off, with the reason codes: see `cut_files.py`.

        `earlier` are ids of drops to compare with; drops that are not kept any more are no evidence.
        """
        kept = set(self.drops(district))
        if drop_id not in kept:
            return {}
        before = (self._read(district, other).paths for other in earlier if other in kept)
        return cut_files(self._read(district, drop_id).paths, before)

    def arrival(self, district: DistrictId) -> Arrival | None:
        """The newest upload that was landed, or found to equal the newest landed drop."""
        if not (path := self.folder(district) / ARRIVAL).exists():
            return None
        arrival = json.loads(path.read_text())
        return Arrival(arrival["fingerprint"], datetime.fromisoformat(arrival["at"]))

    def arrived_at(self, district: DistrictId) -> str:
        """When the newest upload was taken, as ISO 8601.

        Raises NothingLanded if there is none.
        """
        arrival = self.arrival(district)
        return (arrival.at if arrival else self.required(district).landed_at).isoformat()

    def land(self, district: DistrictId, sent: Iterable[Sent], fingerprint: str | None = None) -> tuple[Drop, bool]:
        """Land the files; returns the drop and whether it is new.

        They are files of the contract, or one zip, which is unpacked and kept. The same names and contents as those of
        the newest drop are that drop again. `fingerprint` tells the sensor which upload was taken; it is None for a
        folder. Of files that are too large nothing is copied; the drop has the fault. Raises DiskFull if the disk has
        no room for the copy.
        """
        with self._incoming(district) as part:
            files, faults = _copy(part, list(sent), self._sizes)
            newest = self.newest(district)
            is_new = newest is None or _content(newest.files, newest.faults) != _content(files, faults)
            if newest is None or is_new:
                newest = self._keep(district, part, files, faults, newest)
        at, before = datetime.now(UTC).isoformat(), self.arrival(district)
        fingerprint = fingerprint or (before.fingerprint if before else None)
        replace_file(self.folder(district) / ARRIVAL, json.dumps({"fingerprint": fingerprint, "at": at}).encode())
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
        if newest:
            _share(part, files, newest)
        content = _content(files, faults)
        drop_id = f"{landed_at:%Y%m%dT%H%M%S}{landed_at.microsecond // 1000:03d}Z-{content[:8]}"
        manifest = {
            "landed_at": landed_at.isoformat(),
            "files": [asdict(file) for file in files],
            "faults": [asdict(fault) for fault in faults],
        }
        replace_file(part / MANIFEST, json.dumps(manifest, indent=1).encode())
        for path in part.iterdir():
            path.chmod(0o400)
        sync_to_disk(part)
        part.replace(self.folder(district) / drop_id)
        sync_to_disk(self.folder(district))
        return self._read(district, drop_id)

    def _read(self, district: DistrictId, drop_id: str) -> Drop:
        folder = self.folder(district) / drop_id
        manifest = json.loads((folder / MANIFEST).read_text())
        return Drop(
            district,
            drop_id,
            folder,
            datetime.fromisoformat(manifest["landed_at"]),
            tuple(LandedFile(**file) for file in manifest["files"]),
            tuple(Fault(**fault) for fault in manifest["faults"]),
        )

    def folder(self, district: DistrictId) -> Path:
        """Where the district's drops lie."""
        return self._root / district

    @contextmanager
    def _incoming(self, district: DistrictId) -> Iterator[Path]:
        folder = self.folder(district)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".incoming-", dir=folder))
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)


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
    faults: list[Fault] = []
    for sent_as, _, fetch in sent:
        if upload.is_complete_mark(sent_as):
            fetch(part / upload.COMPLETE)
        elif sent_as.casefold().endswith(".zip"):
            fetch(part / ARCHIVE)
            unpacked, refusal = archive.unpack(part / ARCHIVE, part, sizes)
            files |= {file.name: LandedFile(*file) for file in unpacked}
            faults += [Fault(sent_as, *refusal)] if refusal else []
        else:
            table = upload.BY_FILE_NAME[sent_as.casefold()]
            faults += [Fault(table.file_name, "it was uploaded twice", "one_spelling")] if table.name in files else []
            files[table.name] = LandedFile(table.name, sent_as, *fetch(part / table.file_name))
    for path in part.iterdir():
        sync_to_disk(path)
    landed = tuple(files[file.name] for file in upload.FILES if file.name in files)
    if not (part / upload.COMPLETE).exists():
        return landed, tuple(faults)
    return _agreed(part, landed, faults, {file.name: file.size for file in sent})


def _share(part: Path, files: Iterable[LandedFile], before: "Drop") -> None:
    """Put a link in the place of each file that the drop before has too, byte for byte, so that it is stored once.

    A landed file is never written again: whoever changes a drop puts another file in its place. On a disk without
    links the copies stay.
    """
    known = {file.sha256: before.folder / file.file_name for file in before.files}
    for file in files:
        mine, other = part / file.file_name, known.get(file.sha256)
        if other and other.exists() and filecmp.cmp(mine, other, shallow=False):
            link = part / f".{file.file_name}"
            with suppress(OSError):
                link.hardlink_to(other)
                link.replace(mine)


def _agreed(
    part: Path, files: tuple[LandedFile, ...], faults: Iterable[Fault], sizes: Mapping[str, int]
) -> tuple[tuple[LandedFile, ...], tuple[Fault, ...]]:
    """The files with the rows that `_COMPLETE` states, and the faults, with those that it contradicts."""
    stated = read_stated(part / upload.COMPLETE)
    if stated is None:
        return files, (*faults, Fault(upload.COMPLETE, uploads.NOT_A_LIST, code="incomplete_upload"))
    sent = {name: size for name, size in sizes.items() if not upload.is_complete_mark(name)}
    wrong = (Fault(*found, code="incomplete_upload") for found in contradictions(stated, sent))
    rows = {file.name: of_file.rows for file in files if (of_file := stated.get(file.sent_as.casefold()))}
    return tuple(replace(file, rows=rows.get(file.name)) for file in files), (*faults, *wrong)


def _content(files: Iterable[LandedFile], faults: Iterable[Fault]) -> str:
    """What decides whether two drops are the same: names, contents and faults."""
    facts: list[list[object]] = [[file.name, file.sent_as, file.sha256] for file in files]
    facts += [[file.name, file.rows] for file in files if file.rows is not None]
    facts += [[fault.sent_as, fault.why] for fault in faults]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
