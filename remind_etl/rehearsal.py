"""A drop walked in a temporary folder until all that is wrong with it is known; nothing is published or delivered.

It needs no district, no database and no Dagster: each school counts as linked, and the platform as empty.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from remind_etl import contract, kinds, sql, suites
from remind_etl.landed import begin
from remind_etl.landed.copy import Drop, LandedFile, LandingStore
from remind_etl.landed.folder import land_folder, others
from remind_etl.mapped.link import link_schools
from remind_etl.provisioned.provision import provision_accounts, provision_rosters
from remind_etl.raw import read_csv
from remind_etl.report import groups
from remind_etl.report.groups import Group
from remind_etl.valid import judge
from remind_etl.warehouse import Warehouse, findings, found
from remind_etl.warehouse.findings import Finding

NOBODY: Final = "check"
"""The district of a drop that belongs to none."""

Told = Callable[[str], None]


@dataclass(frozen=True)
class Rehearsal:
    """What is known of a drop in the end."""

    db: duckdb.DuckDBPyConnection
    ignored: list[str]
    """Names of files in the folder that are none of the contract's."""

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of problems by severity, worst first."""
        return found.by_severity(self.db)

    @property
    def files(self) -> list[Mapping[str, Any]]:
        """The files that were sent and their records: accepted + rejected + blank = records; 0 of one not readable."""
        return groups.rows(self.db.sql(sql.statements("report", "files")[0]))

    @property
    def groups(self) -> list[Group]:
        """Groups of like problems, worst first."""
        return groups.rows(groups.gather(self.db))

    @property
    def problems(self) -> duckdb.DuckDBPyRelation:
        """All problems, worst first."""
        return found.listed(self.db)


@contextmanager
def rehearse(
    source: Path, told: Told, *, district: str = NOBODY, region: str = "US", memory: str = "2GB", threads: int = 2
) -> Iterator[Rehearsal]:
    """Walk the folder or zip; `told` hears what goes on. The copy is gone in the end, whatever happens.

    `region` is the two-letter country of phones without a country code. Raises UsageError if there is nothing to walk.
    """
    with tempfile.TemporaryDirectory(prefix="remind-etl-") as folder:
        home = Path(folder)
        told("copying the files")
        drop = land_folder(LandingStore(home / "landed"), district, source)
        warehouse = Warehouse(home / "warehouse", memory, threads)
        with warehouse.transaction(district) as db:
            begin.begin(db, drop)
            read = [file for file in drop.files if _read(db, drop, file, home / "scratch", told)]
        gates = {file.file_name: _gates(warehouse, district, file, told) for file in read}
        with warehouse.transaction(district) as db:
            for name, failed in gates.items():
                findings.record(db, f"raw/{Path(name).stem}", failed)
            for file in contract.FILES:
                told(f"judging each row of {file.file_name}")
                judge.judge(db, file, region)
            if not found.blockers(db):
                told("looking for people and classes that could not be created")
                _provision(db)
            yield Rehearsal(db, others(source) if source.is_dir() else [])


def _read(db: duckdb.DuckDBPyConnection, drop: Drop, file: LandedFile, scratch: Path, told: Told) -> bool:
    told(f"reading {file.file_name} ({file.size / 1e6:,.1f} MB)")
    return read_csv.read_file(db, contract.BY_NAME[file.name], drop.folder / file.file_name, scratch) is not None


def _gates(warehouse: Warehouse, district: str, file: LandedFile, told: Told) -> list[Finding]:
    told(f"judging {file.file_name} as a whole")
    judged = suites.judge(warehouse.file(district), "raw", file.name)
    failed = [j for j in judged if j.is_critical and not j.passed]
    return [Finding(j.code or "gate_failed", file.file_name, detail=j.detail) for j in failed]


def _provision(db: duckdb.DuckDBPyConnection) -> None:
    schools = [school_id for (school_id,) in db.execute("select school_id from valid.schools").fetchall()]
    link_schools(db, {s: s for s in schools}, [(s, s, "confirmed") for s in schools], "ask")
    provision_accounts(db, {kind.name: _nothing(kind) for kind in kinds.KINDS})
    provision_rosters(db)


def _nothing(kind: kinds.Kind) -> pa.Table:
    return pa.schema([(name, pa.string()) for name in (*kind.columns, "removed_at")]).empty_table()
