"""A copy of what the platform holds of a large district: Parquet files, which a run reads faster than the database.

The platform is the truth. A copy counts only for the delivery after which it was made, and only if each file has the
content that was written.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, ClassVar, Final

from remind_etl.databases.migrate import newest_revision
from remind_etl.delivered.delivery import Receipt
from remind_etl.files.incoming import delete_older
from remind_etl.files.known_content import hash_of, whole_file
from remind_etl.files.storage import Storage
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import KINDS, Kind

if TYPE_CHECKING:
    import pyarrow as pa

CONTENTS: Final = "copy.json"
"""The file that is written last: of which delivery and of which tables it is, and the SHA-256 of each kind's file."""


@dataclass(frozen=True)
class StateCopies:
    """The copies in a storage, one a district."""

    storage: Storage

    few_records: ClassVar[int] = 300_000
    """Up to so many records of a district, the database is read as fast as a copy is found and checked."""

    def find(self, district: DistrictId, receipt: Receipt, kinds: Sequence[Kind]) -> Mapping[str, Path] | None:
        """The files of these kinds on this machine; None if there is no whole copy of the state after this delivery."""
        contents = self._contents(district, receipt)
        if any(contents.get(name) != known for name, known in _made_of(receipt).items()):
            return None
        place = f"{district}/{_place(receipt)}"
        files = {
            kind.name: whole_file(self.storage, f"{place}/{kind.name}.parquet", str(contents.get(kind.name)))
            for kind in kinds
        }
        whole = {name: file for name, file in files.items() if file}
        return whole if len(whole) == len(files) else None

    def keep(self, district: DistrictId, receipt: Receipt, rows: "Callable[[Kind], pa.RecordBatchReader]") -> None:
        """Write the copy of the state after this delivery, and delete the earlier ones. `rows` reads a kind."""
        place, contents = _place(receipt), {**_made_of(receipt)}
        with self.storage.incoming(district) as folder:
            files = {kind.name: folder / f"{kind.name}.parquet" for kind in KINDS}
            for kind in KINDS:
                _write(rows(kind), files[kind.name])
                contents[kind.name] = hash_of(files[kind.name])
            self.storage.put({f"{district}/{place}/{path.name}": path for path in files.values()})
        self.storage.write(f"{district}/{place}/{CONTENTS}", json.dumps(contents).encode())
        for other in self.storage.names(district):
            if other != place:
                self.storage.delete(f"{district}/{other}")
        for left in self.storage.abandoned_folders(district):
            rmtree(left)

    def sweep(self, district: DistrictId, before: datetime) -> None:
        """Delete what was made before the moment, but for the newest whole copy."""
        made = {place: self.storage.times(f"{district}/{place}") for place in self.storage.names(district)}
        whole = {place: files[CONTENTS] for place, files in made.items() if CONTENTS in files}
        newest = max(whole, key=whole.__getitem__, default=None)
        for place, files in made.items():
            if place != newest and all(at < before for at in files.values()):
                self.storage.delete(f"{district}/{place}")
        delete_older(self.storage.abandoned_folders(district), before)

    def delete(self, district: DistrictId) -> None:
        """Delete all copies of the district."""
        self.storage.delete(district)

    def _contents(self, district: DistrictId, receipt: Receipt) -> Mapping[str, object]:
        text = self.storage.read(f"{district}/{_place(receipt)}/{CONTENTS}")
        try:
            found = json.loads(text or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def columns_of(kind: Kind) -> list[str]:
    """The columns of a kind's records on the platform, with the time of removal."""
    return [*kind.columns, "removed_at"]


def _made_of(receipt: Receipt) -> dict[str, str]:
    """What a copy must be of: a restored database may have another delivery of this number, or other tables."""
    return {"delivered_at": receipt.delivered_at, "revision": newest_revision("delivered")}


def _place(receipt: Receipt) -> str:
    return f"{receipt.number}-{receipt.plan_hash}"


def _write(rows: "pa.RecordBatchReader", path: Path) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, rows.schema, compression="zstd", compression_level=1) as writer:
        for batch in rows:
            writer.write_batch(batch)
