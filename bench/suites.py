"""What judging by Great Expectations costs: beside the finding of a large enrollments.csv, and of a whole district.

    python bench/suites.py [ROWS] [STUDENTS]

ROWS of enrollments (8,000,000), STUDENTS of the whole district (10,000). Compare numbers of one run only.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from rich.console import Console

from remind_etl import suites
from remind_etl.landed.copy import LandingStore, file_source
from remind_etl.landed.start import start_warehouse
from remind_etl.mapped.link import link_schools
from remind_etl.provisioned.provision import KNOWN_PEOPLE, KNOWN_ROSTERS, Outside, provision_accounts, provision_rosters
from remind_etl.raw import read_csv
from remind_etl.sample.generate import write_sample
from remind_etl.schema import upload
from remind_etl.schema.records import KINDS
from remind_etl.valid.validate import validate_file
from remind_etl.warehouse.connection import Warehouse
from remind_etl.warehouse.connection import empty_warehouse as empty

DISTRICT = "bench"
ROUNDS = 3
console = Console(highlight=False, soft_wrap=True)
FILL = Path(__file__).with_suffix(".sql")


def seconds(work: Callable[[], object]) -> float:
    """How many CPU seconds it takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def filled(root: Path, rows: int) -> Warehouse:
    """A warehouse with that many enrollments, found up to classes."""
    warehouse = Warehouse(root)
    with warehouse.transaction(DISTRICT) as db:
        empty(db)
    with warehouse.transaction(DISTRICT) as db:
        db.execute("set variable rows = $rows", {"rows": rows})
        for statement in FILL.read_text(encoding="utf-8").split(";\n\n"):
            db.execute(statement)
    for file in upload.ACCOUNT_FILES + upload.ROSTER_FILES[:1]:
        find(warehouse, file)
    return warehouse


def find(warehouse: Warehouse, file: upload.File) -> None:
    """The finding of one file."""
    with warehouse.transaction(DISTRICT) as db:
        validate_file(db, file, "US")


def by_suites(warehouse: Warehouse, stages: tuple[str, ...], files: tuple[upload.File, ...]) -> None:
    """The judgement of the files' tables; they must pass, or something else would be measured."""
    for stage in stages:
        for file in files:
            with warehouse.transaction(DISTRICT) as db:
                judgements = suites.validate_table(db, stage, file.name)
            if suites.gates(judgements, file.file_name):
                raise AssertionError(judgements)


def large(root: Path, rows: int) -> None:
    """Finding and judging of enrollments, in turns."""
    warehouse = filled(root, rows)
    rounds = []
    for _ in range(ROUNDS):
        finding = seconds(lambda: find(warehouse, upload.ENROLLMENTS))
        raw = seconds(lambda: by_suites(warehouse, ("raw",), (upload.ENROLLMENTS,)))
        valid = seconds(lambda: by_suites(warehouse, ("valid",), (upload.ENROLLMENTS,)))
        rounds.append((finding, raw, valid, (raw + valid) / finding))
    finding, raw, valid, ratio = (statistics.median(column) for column in zip(*rounds, strict=True))
    costs = f"finding {finding:.2f} s, suites {raw:.2f} s (raw) and {valid:.2f} s (valid)"
    console.print(f"{rows:,} enrollments, medians of {ROUNDS}: {costs}; {ratio:.2f} of the finding")


def provision(warehouse: Warehouse) -> None:
    """The state of a district whose schools are all confirmed, and of which the platform knows nobody."""
    columns = ("value", "account_id", "first_name", "last_name", "roles", "is_verified")
    held = pa.schema([(name, pa.string()) for name in columns]).empty_table()
    known = {
        kind.name: pa.schema([(name, pa.string()) for name in (*kind.columns, "removed_at")]).empty_table()
        for kind in {*KNOWN_PEOPLE, *KNOWN_ROSTERS}
    }
    with warehouse.transaction(DISTRICT) as db:
        schools = [school_id for (school_id,) in db.sql("select school_id from valid.schools").fetchall()]
        link_schools(db, dict.fromkeys(schools, ""), [(school, school, "confirmed") for school in schools], "ask")
        provision_accounts(db, known, Outside(lambda _: held))
        provision_rosters(db, known)


def judge_provisioned(warehouse: Warehouse) -> None:
    """The judgement of the six provisioned tables; they must pass."""
    with warehouse.transaction(DISTRICT) as db:
        failed = [
            judged.rule
            for kind in KINDS
            for judged in suites.validate_table(db, "provisioned", kind.name)
            if not judged.passed
        ]
    if failed:
        raise AssertionError(failed)


def small(root: Path, students: int) -> None:
    """Reading, finding, provisioning and judging of a whole district."""
    write_sample(root / "sent", students, seed=1)
    landing, warehouse = LandingStore(root / "landed"), Warehouse(root)
    drop, _ = landing.land(DISTRICT, [file_source(root / "sent" / file.file_name) for file in upload.FILES])
    with warehouse.transaction(DISTRICT) as db:
        start_warehouse(db, drop)

    def read() -> None:
        with warehouse.transaction(DISTRICT) as db:
            for file in upload.FILES:
                read_csv.read_file(db, file, drop.folder / file.file_name, root / "scratch")

    reading = seconds(read)
    finding = seconds(lambda: [find(warehouse, file) for file in upload.FILES])
    judging = seconds(lambda: by_suites(warehouse, ("raw", "valid"), upload.FILES))
    provisioning = seconds(lambda: provision(warehouse))
    provisioned = min(seconds(lambda: judge_provisioned(warehouse)) for _ in range(ROUNDS))
    console.print(
        f"{students:,} students: reading {reading:.2f} s, finding {finding:.2f} s, ten suites {judging:.2f} s; "
        f"provisioning {provisioning:.2f} s, six suites {provisioned:.2f} s"
    )


def main(rows: int = 8_000_000, students: int = 10_000) -> None:
    """Print both."""
    console.print(f"importing Great Expectations: {seconds(suites.import_great_expectations):.2f} s")
    with tempfile.TemporaryDirectory() as root:
        small(Path(root), students)
    with tempfile.TemporaryDirectory() as root:
        large(Path(root), rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
