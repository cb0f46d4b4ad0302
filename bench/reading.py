"""How long reading takes, against DuckDB's own strict read of the same file in the same run, and its peak memory.

    python bench/reading.py [MILLIONS OF ENROLLMENTS, 8 if not given]

Each measurement has a process of its own. `exact` reads a file with one blank line, after the fast path tried in vain.
Of the last two files no record can be read.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from remind_etl.raw import read_csv
from remind_etl.raw.header import read_header
from remind_etl.schema import upload
from remind_etl.warehouse.connection import Warehouse, empty_warehouse

STRICT = """
create table strict_read as
from read_csv(
    $path, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = $names,
    store_rejects = true
)
"""


def enrollments(count: int) -> Iterator[str]:
    """Rows without a quote."""
    for n in range(count):
        yield f"S{n // 40_000:03d},C{n // 25:07d},P{n * 7919 % 2_200_003:09d}\n"


def students(count: int) -> Iterator[str]:
    """Rows of all columns, with a quoted cell that has a comma."""
    for n in range(count):
        school, family, student = n // 8_000, n % 4_999, n // 2
        yield (
            f'S{school:03d},P{student:09d},Given{n % 997},"Family{family}, Jr.",2012-0{n % 9 + 1}-1{n % 10},'
            f"{n % 12 + 1},p{student}@school.example.org,,Adult{n % 1_999},Family{family},g{n}@mail.example.org,"
            f"(212) 555-{n % 10_000:04d}\n"
        )


def write(path: Path, file: upload.File, rows: Iterator[str]) -> Path:
    """A file of the rows below the template's header."""
    with path.open("w", encoding="utf-8") as out:
        out.write(",".join(column.name for column in file.columns) + "\n")
        while portion := "".join(islice(rows, 50_000)):
            out.write(portion)
    return path


def strict(path: Path, file: upload.File, folder: Path) -> float:
    """Seconds of DuckDB's own reading into a table of a file."""
    header = read_header(file, path.open(encoding="utf-8").readline())
    assert header is not None  # noqa: S101
    with Warehouse(folder).transaction("strict") as db:
        names = dict.fromkeys(header.names, "VARCHAR")
        return _seconds(lambda: db.execute(STRICT, {"path": str(path), "names": names}))


def read(path: Path, file: upload.File, folder: Path) -> float:
    """Seconds of our reading into the tables of a warehouse."""
    with Warehouse(folder).transaction("ours") as db:
        empty_warehouse(db)
        return _seconds(lambda: read_csv.read_file(db, file, path, folder))


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def measure(way: Callable[[Path, upload.File, Path], float], path: Path, file: upload.File) -> tuple[float, float]:
    """Seconds, and GiB of peak memory."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        seconds = way(path, file, Path(folder))
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def main(count: int) -> None:
    """Write the files and print a line a measurement."""
    console = Console()

    def told(title: str, way: Callable[..., float], path: Path, file: upload.File, against: float = 0) -> float:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            seconds, memory = pool.submit(measure, way, path, file).result()
        times = f"{seconds / against:5.2f} times" if against else ""
        console.print(f"{title:40} {seconds:7.2f} s  {memory:5.2f} GiB  {times}", highlight=False)
        return seconds

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        kinds = ((upload.ENROLLMENTS, enrollments, count), (upload.STUDENTS, students, count * 11 // 40))
        for file, rows, number in kinds:
            path = write(folder / file.file_name, file, rows(number))
            title = f"{number:,} {file.name}"
            against = told(f"{title}, DuckDB", strict, path, file)
            told(f"{title}, fast", read, path, file, against)
            with path.open("a", encoding="utf-8") as out:
                out.write("\n")
            told(f"{title}, exact", read, path, file, told(f"{title}, DuckDB again", strict, path, file))
            path.unlink()
        file = upload.ENROLLMENTS
        for title, broken in (("a value too many", ",x\n"), ("a stray quote", '"\n')):
            path = write(folder / file.file_name, file, (row[:-1] + broken for row in enrollments(count)))
            told(f"{count:,} enrollments with {title}", read, path, file)


if __name__ == "__main__":
    main(int(float(sys.argv[1] if len(sys.argv) > 1 else 8) * 1_000_000))
