"""What each district's last run left to be read: tables as Parquet, a report folder, and a manifest written last.

Commands and pages read this and never a warehouse, which only one process may open.
"""

import json
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol
from zoneinfo import ZoneInfo

from remind_etl.catalogue import statuses
from remind_etl.errors import ResultsMissing, UsageError
from remind_etl.files.incoming import delete_older
from remind_etl.files.storage import Storage, as_storage
from remind_etl.published.parcels import Parcels
from remind_etl.schema.district_id import DistrictId, district_id
from remind_etl.schema.tables import PUBLISHED
from remind_etl.warehouse import sql

if TYPE_CHECKING:
    import duckdb

MANIFEST: Final = "manifest.json"
REPORT: Final = "report"
REPORTS: Final = "reports"
"""The folder with the reports of all runs so far, each one zip: `<drop_id>.<version>.zip`."""
PAGE_OF_REPORT: Final = "report.md"
VERSION: Final = "%Y%m%dT%H%M%S%f"
"""How the moment of a publication is written, in UTC. Texts of it are in the order of time."""

TABLES: Final = tuple(table.name for table in PUBLISHED)


BY_KEY: Final = frozenset(
    {
        *("sent_rows", "guardian_lines", "reasons", "changes"),
        *("accounts", "school_members", "guardianships", "classes", "class_members"),
    }
)
"""The tables of which records are looked up by columns in whose order they do not stand."""

GROUP_ROWS: Final = 16_384
"""Rows of a group in a Parquet file, as in `write_by_key.sql`: a reader passes over groups without the record."""


@dataclass(frozen=True)
class Table:
    """A published table: its file below the district's folder, and its rows."""

    file: str
    rows: int
    digest: str = ""
    """The digest of what it was made of; empty if it is written at each run."""


@dataclass(frozen=True)
class Manifest:
    """What is known of a district since its last run. No person's data: counts, ids of schools, codes."""

    district_id: DistrictId
    drop_id: str
    arrived_at: str
    published_at: str = ""
    """When the district's last run published it: an undoing is none, and takes up no decision."""
    decisions_read_at: str = ""
    """When that run read the decisions; empty if an earlier version published this. See `knows_decisions_until`."""
    blockers: tuple[str, ...] = ()
    problems: Mapping[str, int] = field(default_factory=dict)
    """Problems of the drop by severity."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Records on the platform: accounts by role, classes, class members."""
    plan: Mapping[str, int] = field(default_factory=dict)
    """Changes of the last plan by action, changes held and paused, and records kept though they were not sent."""
    plan_hash: str = ""
    """The hash of the whole plan."""
    hold_hash: str | None = None
    """The hash of the held changes, which an approval names; None if nothing waits."""
    holds: tuple[str, ...] = ()
    """Kinds of removals that wait for a person."""
    people: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The last plan in people's terms: how many it leaves so, and how many it would with all that waits."""
    pause: str = ""
    """What waited because the district was paused at the last run: `all`, `adds_only`; nothing where it was not."""
    waiting_schools: int = 0
    waiting_people: int = 0
    delivered_drop_id: str | None = None
    delivered_at: str = ""
    """When the newest delivery was; empty if there is none, or if an earlier version published this."""
    undone: str = ""
    """The deliveries that were undone after the last run, such as `delivery 4`; empty if none was."""
    planned_drop_id: str | None = None
    """The drop of the plan that is published; not the newest drop where that is blocked."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    report: str = ""
    """The folder of the district's report below the district's folder; empty before there is one."""

    basis: Mapping[str, str] = field(default_factory=dict)
    """What the last run rested on. A run of the same drop with the same basis has nothing to do. Empty if unknown."""

    @property
    def knows_decisions_until(self) -> datetime | None:
        """The moment after which no decision was known to the last run; None before the first run."""
        at = self.decisions_read_at or self.published_at
        return datetime.fromisoformat(at) if at else None

    def is_older_than(self, decided_at: datetime | None) -> bool:
        """True if something was decided then that the last run did not know, so that another run takes it up."""
        until = self.knows_decisions_until
        return bool(decided_at and until and decided_at > until)

    @property
    def has_lapsed_plan(self) -> bool:
        """True if a delivery was undone after the last run, so that the next run plans anew."""
        return bool(self.undone) and not self.basis

    @property
    def files(self) -> list[str]:
        """What it names: the files of the tables, and the report's folder."""
        return [*(table.file for table in self.tables.values()), self.report]


@dataclass(frozen=True, order=True)
class KeptReport:
    """The report of a run about a drop, which is kept as long as the drop."""

    drop_id: str
    version: str
    """When it was published, as VERSION writes it."""

    @property
    def name(self) -> str:
        """Its file below the district's folder of reports."""
        return f"{self.drop_id}.{self.version}.zip"

    @property
    def written_at(self) -> datetime:
        """When it was published."""
        return datetime.strptime(self.version, VERSION).replace(tzinfo=UTC)

    @classmethod
    def named(cls, name: str) -> "KeptReport":
        """The report with this file."""
        drop_id, version, _ = name.rsplit(".", 2)
        return cls(drop_id, version)


class Register(Protocol):
    """Keeps a copy of each manifest where one query tells of all districts, and knows the settings of districts."""

    def time_zone_of(self, district: DistrictId) -> str | None:
        """The time zone of a district that has one of its own."""

    def keep_manifest(self, district: DistrictId, manifest: str) -> None:
        """Put the manifest of a district in the place of the one before."""

    def drop_manifest(self, district: DistrictId) -> None:
        """Delete the manifest of a district of which nothing is published any more."""

    def manifests(self, districts: Collection[DistrictId]) -> dict[DistrictId, str]:
        """The manifests of these districts, if they are here."""


WriteReport = Callable[[Path, Manifest], None]
"""Fills an empty folder with the report of what a manifest is about."""


class Published:
    """What is published of all districts, in one storage."""

    def __init__(
        self,
        storage: Storage | Path,
        parcels: Parcels | None = None,
        register: Register | None = None,
        time_zone: str = "UTC",
    ) -> None:
        """Publish in the storage or folder, and give each district its report by `parcels`.

        The `register` keeps a copy of each manifest. Whoever writes must have one, or the list of districts is wrong.
        `time_zone` is that of districts without one of their own.
        """
        self.storage = as_storage(storage)
        self._parcels = parcels
        self._register = register
        self._time_zone = time_zone

    def zone_of(self, district: DistrictId) -> ZoneInfo:
        """The time zone in which the district reads its report."""
        own = self._register.time_zone_of(district) if self._register else None
        return ZoneInfo(own or self._time_zone)

    def seen_once(self) -> "Published":
        """The same for one reader, who sees each district as it is at the first look."""
        return _SeenOnce(self)

    def manifest(self, district: DistrictId) -> Manifest | None:
        """The district's manifest, or None before its first run.

        A manifest that lost its end, as after a copy to a full disk, is like one that is not there.
        """
        found = self.storage.read(f"{district}/{MANIFEST}")
        try:
            return None if found is None else self.read_manifest(found)
        except json.JSONDecodeError:
            return None

    @staticmethod
    def read_manifest(text: str | bytes) -> Manifest:
        """The manifest of this text."""
        read: dict[str, Any] = json.loads(text)
        read |= {name: tuple(read[name]) for name in ("blockers", "holds")}
        read["district_id"] = district_id(read["district_id"])
        if "hold_hash" not in read and read["plan"].get("held"):  # an earlier version had one name for both hashes
            read["hold_hash"] = read["plan_hash"]
        read["tables"] = {name: Table(**table) for name, table in read["tables"].items()}
        return Manifest(**read)

    def file(self, district: DistrictId, table: str) -> Path:
        """The Parquet file of a published table.

        Raises UsageError if the district has published no such table yet, and ResultsMissing if its results are not
        here.
        """
        manifest = self.require_manifest(district, table)
        if table not in manifest.tables:
            why = statuses.NOT_PUBLISHED_OF_BLOCKED if manifest.blockers else statuses.NOT_PUBLISHED_BEFORE
            raise UsageError(why.format(district=district, table=table))
        return self.files(manifest)[table]

    def require_manifest(self, district: DistrictId, wanted: str) -> Manifest:
        """The manifest of a district of which somebody wants to see a part, such as its plan.

        Raises UsageError if no run has ended yet, and ResultsMissing if the results are not here.
        """
        if manifest := self.known_manifest(district, wanted):
            return manifest
        raise UsageError(statuses.NOT_PUBLISHED.format(district=district, table=wanted))

    def known_manifest(self, district: DistrictId, wanted: str) -> Manifest | None:
        """The manifest, or None before the first run.

        Raises ResultsMissing if the results of the last run are not here.
        """
        manifest = self.manifest(district)
        if manifest is None and self._is_registered(district):
            raise ResultsMissing(statuses.RESULTS_MISSING.format(district=district, table=wanted))
        return manifest

    def is_lost(self, district: DistrictId) -> bool:
        """True if a run published results of the district that are not here, as after a restore."""
        return self.manifest(district) is None and self._is_registered(district)

    def _is_registered(self, district: DistrictId) -> bool:
        return self._register is not None and district in self._register.manifests([district])

    def districts(self) -> set[str]:
        """The ids of the districts that have results here."""
        return {*self.storage.names("")}

    def files(self, manifest: Manifest) -> Mapping[str, Path]:
        """The Parquet files of the tables that the manifest names. One that is asked for is on this machine.

        They stay until the run after the next.
        """
        return Files(self.storage, manifest)

    def file_of_before(self, district: DistrictId, table: str) -> Path | None:
        """The Parquet file of a table of the last run; None if it published no such table, or if it is not here."""
        manifest = self.manifest(district)
        if manifest is None or table not in manifest.tables:
            return None
        path = self.storage.local(f"{district}/{manifest.tables[table].file}")
        return path if path.is_file() else None

    def is_whole(self, manifest: Manifest) -> bool:
        """True if all that the manifest names is here."""
        named = {*filter(None, manifest.files)}
        versions = {file.split("/")[0] for file in named}
        found = ((version, self.storage.names(f"{manifest.district_id}/{version}")) for version in versions)
        return named <= {f"{version}/{name}" for version, names in found for name in names}

    def report(self, district: DistrictId) -> Path | None:
        """The folder of the district's report on this machine, or None before there is one.

        Raises ResultsMissing if it is not here.
        """
        key = self._report(district)
        if key is None:
            return None
        folder = self.storage.local_folder(key)
        if not folder.is_dir():
            raise ResultsMissing(statuses.RESULTS_MISSING.format(district=district, table=REPORT))
        return folder

    def report_place(self, district: DistrictId) -> str | None:
        """The place of the report, for people."""
        key = self._report(district)
        return f"{self.storage.place}/{key}" if key else None

    def _report(self, district: DistrictId) -> str | None:
        manifest = self.manifest(district)
        return f"{district}/{manifest.report}" if manifest and manifest.report else None

    def kept_reports(self, district: DistrictId) -> list[KeptReport]:
        """The reports of the district's runs that are kept, those of one drop in the order of time."""
        return sorted(map(KeptReport.named, self.storage.names(f"{district}/{REPORTS}")))

    def kept_report(self, district: DistrictId, report: KeptReport) -> Path:
        """The zip of a report that is kept, on this machine."""
        return self.storage.local(f"{district}/{REPORTS}/{report.name}")

    def has_results(
        self, district: DistrictId, drop_id: str, basis: Mapping[str, str], newest_delivery: Callable[[DistrictId], int]
    ) -> bool:
        """True if the last run published the results of the drop, which are here, and rested on the same basis.

        The newest delivery is looked up only if all else is the same, because that asks the platform.
        """
        last = self.manifest(district)
        if last is None or last.blockers or not last.basis:
            return False
        facts = {name: value for name, value in last.basis.items() if name != "delivery"}
        if (last.drop_id, facts) != (drop_id, basis):
            return False
        return last.basis.get("delivery") == str(newest_delivery(district)) and self.is_whole(last)

    def arrived_again(self, district: DistrictId, arrived_at: str) -> None:
        """Write down when the newest upload was taken, if it had nothing new. All else stays."""
        if last := self.manifest(district):
            self._write(replace(last, arrived_at=arrived_at))

    def publish(
        self,
        manifest: Manifest,
        tables: Mapping[str, "duckdb.DuckDBPyRelation"],
        write_report: WriteReport | None = None,
        digests: Mapping[str, str] = MappingProxyType({}),
    ) -> Manifest:
        """Write the tables and the report, then the manifest. What is not given stays as it was published last.

        So does a table with the digest of before. A manifest that has a time of publication keeps it.
        """
        district, before = manifest.district_id, self.manifest(manifest.district_id)
        now = datetime.now(UTC)
        version = f"{now:{VERSION}}"
        kept = before or manifest
        with self.storage.incoming(district) as folder:
            written = {}
            for name, rows in tables.items():
                digest = digests.get(name, "")
                if digest and before and self._is_there(district, before.tables.get(name), digest):
                    continue
                file = folder / f"{name}.parquet"
                _write_table(name, rows, file)
                written[name] = Table(f"{version}/{file.name}", _rows(file), digest)
            published = replace(
                manifest,
                published_at=manifest.published_at or now.isoformat(),
                tables={**kept.tables, **written},
                report=kept.report,
            )
            if write_report:
                published = replace(published, report=f"{version}/{REPORT}")
                (folder / REPORT).mkdir(mode=0o700)
                write_report(folder / REPORT, published)
            made = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
            keys = {f"{district}/{version}/{name}": path for name, path in made.items()}
            if write_report:
                kept_report = KeptReport(manifest.drop_id, version)
                packed = _packed(folder / REPORT, folder / kept_report.name)
                keys[f"{district}/{REPORTS}/{kept_report.name}"] = packed
            self.storage.put(keys)
        self._write(published)
        self._clear(district, before, published)
        if self._parcels and write_report:
            self._parcels.put(district, self.storage.local_folder(f"{district}/{published.report}"))
        return published

    def _is_there(self, district: DistrictId, table: Table | None, digest: str) -> bool:
        return bool(table and table.digest == digest and self.storage.has(f"{district}/{table.file}"))

    def publish_blocked(
        self,
        blocked: Manifest,
        tables: Mapping[str, "duckdb.DuckDBPyRelation"],
        write_report: WriteReport | None = None,
    ) -> Manifest:
        """Publish what is wrong with a drop that is not processed; all else stays as it was delivered last.

        Of `blocked`, the drop, its arrival, its blockers, its problems, and the moment of its decisions count.
        """
        before = self.manifest(blocked.district_id) or blocked
        if blocked.drop_id < before.drop_id:  # an older drop is only looked at
            return before
        names = ("drop_id", "arrived_at", "blockers", "problems", "decisions_read_at")
        of_the_drop = {name: getattr(blocked, name) for name in names}
        return self.publish(
            replace(before, **of_the_drop, plan={}, holds=(), hold_hash=None, published_at="", basis={}),
            tables,
            write_report,
        )

    def _write(self, manifest: Manifest) -> None:
        text = json.dumps(asdict(manifest), indent=1)
        self.storage.write(f"{manifest.district_id}/{MANIFEST}", text.encode())
        if self._register:
            self._register.keep_manifest(manifest.district_id, text)

    def _clear(self, district: DistrictId, *manifests: Manifest | None) -> None:
        """Delete versions that neither the manifest nor the one before it names; a reader may still hold that one."""
        used = {file.split("/")[0] for manifest in manifests if manifest for file in manifest.files}
        for version in self._versions(district):
            if version not in used:
                self.storage.delete(f"{district}/{version}")
        for left in self.storage.abandoned_folders(district):
            rmtree(left)

    def _versions(self, district: DistrictId) -> list[str]:
        """The versions that are there, also those that no manifest names any more."""
        return [name for name in self.storage.names(district) if name not in (MANIFEST, REPORTS)]

    def prune(self, district: DistrictId, before: datetime) -> int:
        """Delete what was published before the moment, but for what the manifest names; returns how many versions."""
        manifest = self.manifest(district)
        if manifest is None:
            return 0
        named = {file.split("/")[0] for file in manifest.files}
        versions = [version for version in self._versions(district) if version < f"{before:{VERSION}}"]
        old = [version for version in versions if version not in named]
        for version in old:
            self.storage.delete(f"{district}/{version}")
        return len(old)

    def sweep(self, district: DistrictId, before: datetime) -> None:
        """Delete what killed runs made before the moment and did not publish: it is newer than what the manifest names.

        If the manifest is lost, nobody knows what was published, so only unfinished folders go.
        """
        manifest = self.manifest(district)
        if manifest or not (self._is_registered(district) or self.storage.has(f"{district}/{MANIFEST}")):
            newest = max((file.split("/")[0] for file in manifest.files), default="") if manifest else ""
            reports = {f"{REPORTS}/{report.name}": report.version for report in self.kept_reports(district)}
            made = {**{version: version for version in self._versions(district)}, **reports}
            for key in (key for key, version in made.items() if newest < version < f"{before:{VERSION}}"):
                self.storage.delete(f"{district}/{key}")
        delete_older(self.storage.abandoned_folders(district), before)
        if self._parcels:
            self._parcels.sweep(district, before)

    def prune_reports(self, district: DistrictId, before: datetime) -> int:
        """Delete the reports that were published before the moment, but for the newest; returns how many."""
        manifest, limit = self.manifest(district), f"{before:{VERSION}}"
        newest = manifest.report.split("/")[0] if manifest else ""
        old = [report for report in self.kept_reports(district) if report.version < limit and report.version != newest]
        for report in old:
            self.storage.delete(f"{district}/{REPORTS}/{report.name}")
        return len(old)

    def delete_district(self, district: DistrictId) -> int:
        """Delete all that was published of the district; returns how many tables."""
        deleted = self.delete_results(district)
        if self._register:
            self._register.drop_manifest(district)
        return deleted

    def delete_results(self, district: DistrictId) -> int:
        """Delete the tables and reports of the district; returns how many tables.

        The register still knows that a run published them, so that commands say that they are missing.
        """
        manifest = self.manifest(district)
        self.storage.delete(district)
        if self._parcels:
            self._parcels.delete(district)
        return len(manifest.tables) if manifest else 0


class _SeenOnce(Published):
    """Reads each manifest once."""

    def __init__(self, published: Published) -> None:
        self.__dict__.update(vars(published))
        self._seen: dict[DistrictId, Manifest | None] = {}

    def manifest(self, district: DistrictId) -> Manifest | None:
        if district not in self._seen:
            self._seen[district] = super().manifest(district)
        return self._seen[district]


@dataclass(frozen=True)
class Files(Mapping[str, Path]):
    """The Parquet files of a manifest's tables, by the name of the table. One that is asked for is on this machine.

    Raises ResultsMissing if that one is not here.
    """

    storage: Storage
    manifest: Manifest

    def __getitem__(self, table: str) -> Path:
        """The file of a table."""
        district = self.manifest.district_id
        path = self.storage.local(f"{district}/{self.manifest.tables[table].file}")
        if not path.is_file():
            raise ResultsMissing(statuses.RESULTS_MISSING.format(district=district, table=table))
        return path

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self.manifest.tables)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self.manifest.tables)


def page_of_report(packed: Path) -> str:
    """The page of a report in Markdown, from its zip."""
    with zipfile.ZipFile(packed) as archive:
        return archive.read(PAGE_OF_REPORT).decode()


def _packed(report: Path, target: Path) -> Path:
    """A zip of the report's folder."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(report.rglob("*")):
            archive.write(path, path.relative_to(report))
    return target


def _write_table(name: str, rows: "duckdb.DuckDBPyRelation", file: Path) -> None:
    """Write the Parquet file of a table, so that a reader who wants one record reads little of it."""
    if name in BY_KEY:
        quoted = str(file).replace("'", "''")
        rows.query("rows_by_key", sql.filled_statements("published", "write_by_key", file=f"'{quoted}'")[0])
    else:
        rows.write_parquet(str(file), compression="zstd", row_group_size=GROUP_ROWS)


def _rows(path: Path) -> int:
    import pyarrow.parquet as pq

    metadata: Any = pq.read_metadata(path)
    return int(metadata.num_rows)
