"""A drop walked in a temporary folder until all that is wrong with it is known; nothing is published or delivered.

It needs no district, no database and no Dagster: each school counts as linked, and the platform as empty.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from remind_etl import contract, kinds, sql, suites
from remind_etl.landed import begin
from remind_etl.landed.copy import Drop, LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.mapped.link import link_schools
from remind_etl.provisioned.provision import provision_accounts, provision_rosters
from remind_etl.raw import read_csv
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

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of problems by severity, worst first."""
        return found.by_severity(self.db)

    @property
    def files(self) -> list[dict[str, Any]]:
        """The files that were sent and their records: accepted + rejected + blank = records; 0 of one not readable."""
        return list(self.db.sql(sql.statements("report", "files")[0]).to_arrow_table().to_pylist())

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Groups of like problems, worst first."""
        return list(found.groups(self.db).to_arrow_table().to_pylist())

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
        _read(warehouse, drop, home / "scratch", told)
        _judge(warehouse, drop, region, told)
        with warehouse.transaction(district) as db:
            if not found.blockers(db):
                told("looking for people and classes that could not be created")
                _provision(db)
        with warehouse.transaction(district) as db:
            yield Rehearsal(db)


def _read(warehouse: Warehouse, drop: Drop, scratch: Path, told: Told) -> None:
    for sent in drop.files:
        told(f"reading {sent.file_name} ({sent.size / 1e6:,.1f} MB)")
        with warehouse.transaction(drop.district_id) as db:
            read_csv.read_file(db, contract.BY_NAME[sent.name], drop.folder / sent.file_name, scratch)


def _judge(warehouse: Warehouse, drop: Drop, region: str, told: Told) -> None:
    for file in contract.FILES:
        if file.name in drop.tables:
            told(f"judging {file.file_name} as a whole")
            judged = suites.judge(warehouse.file(drop.district_id), "raw", file.name)
            gates = [j for j in judged if j.is_critical and not j.passed]
            with warehouse.transaction(drop.district_id) as db:
                findings.record(
                    db, f"raw/{file.name}", [Finding(j.code or "", file.file_name, detail=j.detail) for j in gates]
                )
    for file in contract.FILES:
        told(f"judging each row of {file.file_name}")
        with warehouse.transaction(drop.district_id) as db:
            judge.judge(db, file, region)


def _provision(db: duckdb.DuckDBPyConnection) -> None:
    schools = [school_id for (school_id,) in db.execute("select school_id from valid.schools").fetchall()]
    link_schools(db, {s: s for s in schools}, [(s, s, "confirmed") for s in schools], "ask")
    provision_accounts(db, {kind.name: _nothing(kind) for kind in kinds.KINDS})
    provision_rosters(db)


def _nothing(kind: kinds.Kind) -> pa.Table:
    return pa.schema([(name, pa.string()) for name in (*kind.columns, "removed_at")]).empty_table()
