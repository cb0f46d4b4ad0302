"""A check of a drop in a temporary folder, which finds all of its problems; nothing is published or delivered.

It needs no district, no database and no Dagster: each school counts as linked, and the platform as empty.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from remind_etl import suites
from remind_etl.files.sent import USUAL, SizeLimits
from remind_etl.files.temporary import temporary_folder
from remind_etl.landed import start
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.folder import land_folder, other_files
from remind_etl.mapped.link import link_schools
from remind_etl.provisioned.provision import HELD_ELSEWHERE, Outside, provision_accounts, provision_rosters
from remind_etl.published.report import groups
from remind_etl.published.report.groups import Group
from remind_etl.raw.landed import read_landed
from remind_etl.schema import records, upload
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.limits import FileLimits
from remind_etl.valid import validate
from remind_etl.warehouse import findings, problem_lists, sql
from remind_etl.warehouse.connection import FEW_BYTES, Warehouse, transaction_of

NOBODY: Final = DistrictId("check")
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
        return problem_lists.count_by_severity(self.db)

    @property
    def files(self) -> list[Mapping[str, Any]]:
        """The files that were sent and their records: accepted + rejected + blank = records, null if not readable."""
        return groups.rows(self.db.sql(sql.statements("published/report", "files")[0]))

    @property
    def groups(self) -> list[Group]:
        """Groups of like problems, worst first."""
        return groups.rows(groups.gathered(self.db))

    def values(self, group: Group) -> list[str]:
        """Up to three values of the first lines of a group, for the person whose files these are."""
        found_there = self.db.execute(
            sql.statements("warehouse", "values_of_group")[0],
            {
                "of_code": group["code"],
                "of_file": group["file"],
                "of_column": group["column"],
                "first_lines": group["lines"],
            },
        )
        return [value for (value,) in found_there.fetchall()]

    @property
    def problems(self) -> duckdb.DuckDBPyRelation:
        """All problems, worst first."""
        return problem_lists.list_problems(self.db)


@dataclass(frozen=True)
class Rules:
    """By what a drop is judged."""

    district: DistrictId = NOBODY
    """The district that would upload them."""
    own: FileLimits = field(default_factory=dict)
    """The district's own limits of its files."""
    region: str = "US"
    """Two-letter country of phones without a country code."""
    sizes: SizeLimits = USUAL
    """How large the files may be."""


@contextmanager
def rehearse_files(source: Path, rules: Rules, told: Told) -> Iterator[Rehearsal]:
    """Check the folder or zip; `told` hears what goes on. What was copied is gone in the end, whatever happens.

    Raises UsageError if there is nothing to check.
    """
    with temporary_folder() as home:
        told("copying the files")
        drop = land_folder(LandingStore(home / "landed", rules.sizes), rules.district, source)
        is_small = sum(file.size for file in drop.files) < FEW_BYTES
        files = Warehouse(home / "warehouse")
        few_rows = Warehouse(home / "warehouse", threads=1, is_planned_briefly=True, is_in_memory=True)
        with closing((few_rows if is_small else files).connect(rules.district)) as db:
            with transaction_of(db):
                start.start_warehouse(db, drop, other_files(source))
                readable = [file for file in upload.FILES if _read(db, file, home / "scratch", told)]
            # Lines are right from the end of the transaction that read the files.
            db.execute("begin")
            for file in readable:
                told(f"looking at {file.file_name} as a whole")
                _record_gates(db, rules, "raw", file)
            for file in upload.FILES:
                told(f"looking at each row of {file.file_name}")
                validate.validate_file(db, file, rules.region)
            for file in readable:
                told(f"counting the wrong rows of {file.file_name}")
                _record_gates(db, rules, "valid", file)
            if not problem_lists.blocker_messages(db):
                told("looking for people and classes that could not be created")
                _provision(db)
            problem_lists.group_problems(db)
            yield Rehearsal(db, other_files(source))


def _read(db: duckdb.DuckDBPyConnection, file: upload.File, scratch: Path, told: Told) -> bool:
    told(f"reading {file.file_name}")
    return read_landed(db, file, scratch) is not None


def _record_gates(db: duckdb.DuckDBPyConnection, rules: Rules, stage: str, file: upload.File) -> None:
    judgements = suites.judge_counts(db, stage, file.name, own=rules.own)
    findings.record_findings(db, f"{stage}/{file.name}", suites.gate_findings(judgements, file.file_name))


def _provision(db: duckdb.DuckDBPyConnection) -> None:
    schools = [school_id for (school_id,) in db.execute("select school_id from valid.schools").fetchall()]
    link_schools(db, {s: s for s in schools}, [(s, s, "confirmed") for s in schools], "ask")
    platform = {kind.name: _nothing(*kind.columns, "removed_at") for kind in records.KINDS}
    provision_accounts(db, platform, Outside(lambda _: _nothing(*HELD_ELSEWHERE)))
    provision_rosters(db, platform)


def _nothing(*columns: str) -> pa.Table:
    return pa.schema([(name, pa.string()) for name in columns]).empty_table()
