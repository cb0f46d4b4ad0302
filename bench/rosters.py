"""How long `mapped` and `provisioned` take for a large district, against DuckDB's plain load of the files.

    python bench/rosters.py [STUDENTS, 1,100,000 if not given] [FOLDER for files and warehouse, to be used again]

Two guardian rows and seven enrollments a student. Each measurement has a process of its own; the median
of three counts.
On the first day the platform knows nobody, on the second all whom the first provisioned.
"""

import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import as_file, files
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from remind_etl.mapped.link import link_schools
from remind_etl.provisioned.provision import KNOWN_PEOPLE, KNOWN_ROSTERS, provision_accounts, provision_rosters
from remind_etl.raw import read_csv
from remind_etl.schema import upload
from remind_etl.valid.validate import validate_file
from remind_etl.warehouse.connection import Warehouse, empty_warehouse

DISTRICT: Final = "bench"
TIMES: Final = 3
T = TypeVar("T")
KNOWN: Final = (*KNOWN_PEOPLE, *KNOWN_ROSTERS)


def make(folder: Path, students: int) -> None:
    """Write the five files, and fill `raw` and `valid` from them by the rules."""
    sent = folder / "files"
    sent.mkdir(parents=True)
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    with duckdb.connect() as db, as_file(files("remind_etl") / "sample" / "names.csv") as names:
        words, sizes, *views = [part for part in script.split(";\n") if part.strip()]
        db.execute(words, {"names": str(names)})
        db.execute(sizes, {"students": students})
        for view in views:
            db.execute(view)
        for file in upload.FILES:
            db.sql(f"from {file.name}").write_csv(str(sent / file.file_name))
    store = Warehouse(folder / "valid")
    with store.transaction(DISTRICT) as db:
        empty_warehouse(db)
        db.execute("insert into landed.drops values ('bench', 'bench', '2026-09-01')")
        for file in upload.FILES:
            read_csv.read_file(db, file, sent / file.file_name, folder / "scratch")
    for file in upload.FILES:
        with store.transaction(DISTRICT) as db:
            validate_file(db, file, "US")


def load(folder: Path, scratch: Path) -> None:
    """DuckDB's own load of the files into tables of text."""
    with Warehouse(scratch).transaction("plain") as db:
        for file in upload.FILES:
            columns = {column.name: "VARCHAR" for column in file.columns}
            path = str(folder / "files" / file.file_name)
            db.read_csv(path, header=True, auto_detect=False, columns=columns, delimiter=",", quotechar='"').create(
                file.name
            )


def provision(folder: Path, scratch: Path, known: dict[str, pa.Table]) -> None:
    """All of `mapped` and `provisioned`, each asset in its transaction."""
    store = Warehouse(scratch)
    with store.transaction(DISTRICT) as db:
        schools = [school for (school,) in db.sql("select school_id from valid.schools").fetchall()]
        link_schools(db, dict.fromkeys(schools, ""), [(school, school, "confirmed") for school in schools], "ask")
    with store.transaction(DISTRICT) as db:
        nobody = pa.table({name: pa.array([], pa.string()) for name in ("value", "account_id")})
        provision_accounts(db, known, lambda contacts: nobody)
    with store.transaction(DISTRICT) as db:
        provision_rosters(db, known)


def first_day(folder: Path, scratch: Path) -> Callable[[], None]:
    """Provision people of whom the platform knows nobody."""
    shutil.copy(folder / "valid" / f"{DISTRICT}.duckdb", scratch)
    nothing = {
        kind.name: pa.schema([(c, pa.string()) for c in (*kind.columns, "removed_at")]).empty_table() for kind in KNOWN
    }
    return lambda: provision(folder, scratch, nothing)


def deliver(folder: Path) -> None:
    """Keep what the first day provisions, as the platform's records."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        first_day(folder, Path(scratch))()
        (folder / "known").mkdir()
        with Warehouse(Path(scratch)).transaction(DISTRICT) as db:
            for kind in KNOWN:
                records = db.table(f"provisioned.{kind.name}").project("*, null::varchar as removed_at")
                records.write_parquet(str(folder / "known" / f"{kind.name}.parquet"))


def second_day(folder: Path, scratch: Path) -> Callable[[], None]:
    """Provision the same people again, whom the platform knows by now."""
    shutil.copy(folder / "valid" / f"{DISTRICT}.duckdb", scratch)
    known = {kind.name: pq.read_table(folder / "known" / f"{kind.name}.parquet") for kind in KNOWN}
    return lambda: provision(folder, scratch, known)


def plain(folder: Path, scratch: Path) -> Callable[[], None]:
    """Load the files, nothing else."""
    return lambda: load(folder, scratch)


def measure(way: Callable[[Path, Path], Callable[[], None]], folder: Path) -> tuple[float, float, float]:
    """Seconds, seconds of all processors, and GiB of peak memory."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        work = way(folder, Path(scratch))
        started, busy = time.perf_counter(), sum(os.times()[:2])
        work()
        seconds, processors = time.perf_counter() - started, sum(os.times()[:2]) - busy
    return seconds, processors, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def apart(work: Callable[..., T], *given: Any) -> T:
    """What a piece of work gives, done in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def main(students: int, folder: Path) -> None:
    """Make what is missing and print a line a measurement."""
    console = Console()
    if not (folder / "valid").exists():
        apart(make, folder, students)
    if not (folder / "known").exists():
        apart(deliver, folder)
    against = (0.0, 0.0)
    for way in (plain, first_day, second_day):
        found = [apart(measure, way, folder) for _ in range(TIMES)]
        seconds, processors, memory = (statistics.median(column) for column in zip(*found, strict=True))
        against = against if against[0] else (seconds, processors)
        console.print(
            f"{way.__name__:12} {seconds:7.2f} s ({seconds / against[0]:.2f} times)  processors {processors:7.2f} s "
            f"({processors / against[1]:.2f} times)  {memory:5.2f} GiB",
            highlight=False,
            soft_wrap=True,
        )


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_100_000
    if len(sys.argv) > 2:
        main(count, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(count, Path(made))
