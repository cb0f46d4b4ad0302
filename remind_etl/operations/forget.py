"""Erases a district or a student from all our stores, and lists the places that it cannot erase."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import dagster as dg
import sqlalchemy as sa

from remind_etl import settings
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered import erase as delivered
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.state_copy import StateCopies
from remind_etl.errors import TransientError, UsageError
from remind_etl.files.temporary import sweep_temporary
from remind_etl.landed import erase as landed
from remind_etl.landed.copy import LandingStore
from remind_etl.orchestration.instance import dagster_home, district_lock, forget_newest_events, open_instance, runs_of
from remind_etl.orchestration.partitions import runs_of_district
from remind_etl.orchestration.retention import delete_run
from remind_etl.published.parcels import Parcels
from remind_etl.published.store import Published
from remind_etl.raw.remove_records import remove_records
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse.connection import Warehouse

COMPACT_SECONDS: Final = 60.0
"""How long compacting a database waits for other processes."""


@dataclass
class Erased:
    """The counts of erased records by store, and sentences about places that were not erased."""

    erased: dict[str, int] = field(default_factory=dict)
    not_erased: list[str] = field(default_factory=list)


class Forgetting:
    """Erases from all stores. If it is repeated after a crash, it finishes the work."""

    def __init__(self) -> None:
        """Open them as the settings say."""
        self._home = settings.home()
        self._decisions = DecisionStore(self._home.decisions_url)
        self._platform = PlatformStore(self._home.platform_url)
        self._copies = StateCopies(self._home.state)
        self._landing = LandingStore(self._home.landed)
        self._published = Published(self._home.published, Parcels(self._home.drops), self._decisions)

    def required(self, district: DistrictId) -> None:
        """Raise UnknownDistrict unless the district exists or its erasing has begun."""
        if not self._begun(district).exists():
            self._decisions.district(district)

    def district(self, district: DistrictId) -> Erased:
        """Erase a district from every store, and its login last.

        Raises UnknownDistrict as `required` does, TransientError if a run of it is under way or began meanwhile.
        """
        done, begun = Erased(), self._begun(district)
        self.required(district)
        with open_instance() as instance, district_lock(instance, district):
            begun.touch()
            done.erased["drops"] = landed.forget_district(self._landing, district)
            self._derived(instance, district, done)
            done.erased["platform records"] = delivered.forget_district(self._platform, district)
            self._copies.delete(district)
            instance.delete_dynamic_partition("district", district)
            done.erased["decisions and login"] = self._decisions.delete_district(district)
            if runs_of(instance, district):
                raise TransientError(
                    f"A run of {district} began meanwhile. Repeat the command after the run has ended."
                )
        for left in (f"{district}.lock", f"{district}.forgetting-*"):
            for file in self._home.warehouse.glob(left):
                file.unlink()
        self._compact()
        begun.unlink()
        done.not_erased = [
            f"The SFTP directory of {district} belongs to the district. Delete it on the server.",
            f"Dagster keeps the id {district} in backfills, ticks, observations and checks. It deletes ticks by age.",
            _BACKUPS,
        ]
        return done

    def student(self, district: DistrictId, student_id: str) -> Erased:
        """Erase a student, and the guardians of this student alone. The next run publishes the district's tables again.

        Raises UsageError if no store knows the student, TransientError if a run of the district is under way.
        """
        if not student_id.strip():
            raise UsageError("The student id is empty. Nothing was erased.")
        done = Erased()
        self._decisions.district(district)
        begun = self._begun(district, student_id)
        with open_instance() as instance, district_lock(instance, district):
            if not begun.exists() and not self._knows(district, student_id):
                raise UsageError(
                    f"{district} has no student {student_id!r}, neither in landed drops nor on the platform. "
                    "Nothing was erased. Write the id as in the files, with case and leading zeros."
                )
            begun.touch()
            of_others = delivered.ids_of_others(self._platform, district, student_id)
            without = partial(remove_records, ids_of_others=of_others)
            rows, deleted = landed.forget_student(self._landing, district, student_id, without)
            done.erased |= {"rows of landed drops": rows, "drops that could not be cut": deleted}
            self._derived(instance, district, done)
            done.erased["platform records"] = delivered.forget_student(self._platform, district, student_id)
            self._copies.delete(district)  # a run may have begun before that, and copied what was there
        self._compact()
        self._decisions.record(district, "student forgotten", dict(done.erased))
        begun.unlink()
        done.not_erased = [
            f"The SFTP directory of {district} belongs to the district. Its next upload may bring the student back.",
            _WITHOUT_ID,
            _BACKUPS,
        ]
        return done

    def _begun(self, district: DistrictId, student_id: str | None = None) -> Path:
        """A file that exists while a district or student is erased, so that a repeated command can finish the work."""
        of = "-" + hashlib.sha256(student_id.encode()).hexdigest()[:16] if student_id is not None else ""
        return self._home.warehouse / f"{district}.forgetting{of}"

    def _knows(self, district: DistrictId, student_id: str) -> bool:
        return delivered.knows_student(self._platform, district, student_id) or landed.names_student(
            self._landing, district, student_id, remove_records
        )

    def _derived(self, instance: dg.DagsterInstance, district: DistrictId, done: Erased) -> None:
        """Erase the tables that the next run makes again, and the records of runs."""
        warehouse = Warehouse(self._home.warehouse)
        warehouse.sweep()
        sweep_temporary()
        if warehouse.delete(district):
            done.erased["warehouse"] = 1
        done.erased["published tables"] = self._published.delete_results(district)
        self._copies.delete(district)
        runs = instance.get_runs(runs_of_district(district))
        for run in runs:
            delete_run(instance, run.run_id)
        forget_newest_events(instance, district)
        done.erased["runs"] = len(runs)

    def _compact(self) -> None:
        """SQLite keeps what was deleted in free pages until it is compacted; Postgres reuses its own.

        Raises TransientError if a file is in use; the other files are compacted all the same.
        """
        files = [_file(url) for url in (self._home.decisions_url, self._home.platform_url)]
        busy = [path.name for path in (*filter(None, files), *dagster_home().rglob("*.db")) if not _is_compacted(path)]
        if busy:
            raise TransientError(f"{busy[0]} is in use and could not be compacted. Repeat the command.")


def _is_compacted(path: Path) -> bool:
    """Compact a SQLite file; False if another process uses it.

    A reader leaves the old pages in the file, and the new ones in the write-ahead log, until it ends its transaction.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=COMPACT_SECONDS)) as db:
            db.execute("vacuum")
            ((is_busy, _, _),) = db.execute("pragma wal_checkpoint(truncate)").fetchall()
    except sqlite3.OperationalError:
        return False
    return not is_busy


_WITHOUT_ID = (
    "A row without this student id is not found. The id counts with other zeros in front, blanks, case or quotes too, "
    "unless that is the id of another person. The job `retention` deletes other rows with their drop."
)
_BACKUPS = (
    "Backups, and versions that a bucket keeps of what was deleted, are not erased. Delete the district or student "
    "there too if your rules ask for it. Other machines that use the same bucket keep copies for a day."
)


def _file(url: str) -> Path | None:
    parsed = sa.make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
