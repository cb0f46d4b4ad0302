"""How long `judge` takes on a large district, against DuckDB's plain load of the same file in the same run.

`python bench/finding.py [FOLDER]`: the folder gets the files, if it has none, and a warehouse. Without a folder,
they are made in one that is removed again.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from remind_etl.raw import read_csv
from remind_etl.sample.generate import write_sample
from remind_etl.schema import upload
from remind_etl.valid.validate import validate_file
from remind_etl.warehouse import connection, found
from remind_etl.warehouse.connection import Warehouse

STUDENTS = 1_350_000
"""Give 2.2 million rows of students.csv."""
ENROLLMENTS = 8_000_000
UNTIDY = 0.02
"""The share of rows that are wrong."""

MORE_ENROLLMENTS = """
copy (
    with sent as (from read_csv($sent, all_varchar = true, ignore_errors = true))
    from sent
    union all
    select school_id, class_id, lead(user_id, 977) over (partition by school_id order by class_id, user_id) as user_id
    from sent
    qualify user_id is not null
    limit $most
) to $target (header)
"""


def main(folder: Path) -> None:
    """Print seconds by file."""
    files = folder / "files"
    if not files.exists():
        make(files)
    database = folder / "warehouse"
    for old in database.glob("*.duckdb*"):
        old.unlink()
    store = Warehouse(database)
    with store.transaction("bench") as db:
        connection.empty_warehouse(db)
    print(f"{'file':<12}{'rows':>12}{'load':>9}{'read':>9}{'judge':>9}{'judge/load':>12}{'findings':>10}")  # noqa: T201
    for file in upload.FILES:
        path = files / file.file_name
        load = seconds(store, partial(plain_load, path=path))
        read = seconds(store, partial(read_csv.read_file, file=file, path=path, scratch=folder / "scratch"))
        judged = seconds(store, partial(validate_file, file=file, region="US"))
        with store.transaction("bench") as db:
            rows = db.table(f"raw.{file.name}_sent").count("*").fetchall()[0][0]
            here = db.table("valid.findings").filter(duckdb.ColumnExpression("file") == file.file_name)
            findings = here.count("*").fetchall()[0][0]
        print(  # noqa: T201
            f"{file.name:<12}{rows:>12,}{load:>9.2f}{read:>9.2f}{judged:>9.2f}{judged / load:>12.2f}{findings:>10,}"
        )
    print(f"groups of problems {seconds(store, lambda db: found.group_problems(db).fetchall()):.2f} s")  # noqa: T201
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")  # noqa: T201


def make(files: Path) -> None:
    """A made-up district with as many enrollments as a large one has."""
    write_sample(files, STUDENTS, seed=3, untidy=UNTIDY)
    enrollments = files / upload.ENROLLMENTS.file_name
    fewer = enrollments.rename(files / "fewer.csv")
    with duckdb.connect() as db:
        db.execute(MORE_ENROLLMENTS, {"sent": str(fewer), "target": str(enrollments), "most": ENROLLMENTS})
    fewer.unlink()


def plain_load(db: duckdb.DuckDBPyConnection, path: Path) -> None:
    """DuckDB's own read of the file into a table of text."""
    db.read_csv(str(path), all_varchar=True, strict_mode=False, ignore_errors=True).create("loaded")
    db.execute("drop table loaded")


def seconds(store: Warehouse, work: Callable[[duckdb.DuckDBPyConnection], object]) -> float:
    """How long a step in a transaction of its own takes."""
    with store.transaction("bench") as db:
        start = time.perf_counter()
        work(db)
        return time.perf_counter() - start


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
