"""A district's warehouse: one DuckDB file, a schema a stage, filled anew for each drop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl.catalogue import problems, remedies
from remind_etl.errors import OperatorError, WarehouseBusy, is_locked_by_another
from remind_etl.files.durable import replace_file
from remind_etl.files.temporary import sweep_folders
from remind_etl.schema import upload
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse import sql
from remind_etl.warehouse.interruption import interruptible
from remind_etl.warehouse.machine import available_memory, available_processors, memory_limit, thread_limit
from remind_etl.warehouse.parsing import parse_once

FEW_BYTES: Final = 1_000_000
"""For a drop of fewer bytes, planning a statement takes longer than running it."""

WAIT_SECONDS: Final = 20.0
"""How long a step waits for another process to close the file before the run system retries it."""

TEMPORARY: Final = "tmp"
"""The folder of temporary files, which may have rows of people, in one folder a district. See `files/temporary.py`."""

EMPTY_WAREHOUSE: Final = (
    "begin",
    "reasons_table",
    "landed_tables",
    "value_forms",
    "id_forms",
    "raw_tables",
    "valid_tables",
    "problem_texts",
    "name_forms",
    "problems",
    "problem_groups",
)
"""The files that create the schemas, tables, views and macros of an empty warehouse, in order."""


@dataclass(frozen=True)
class Warehouse:
    """Hands out connections to a district's DuckDB file; a transaction is the only way in."""

    root: Path
    memory: str = "2GB"
    threads: int = 2
    wait_seconds: float = WAIT_SECONDS
    is_planned_briefly: bool = False
    """Statements are planned in less time, and may take longer. It pays for a few thousand rows."""
    is_in_memory: bool = False
    """Each connection has a database without a file, which is gone when it is closed."""

    def file(self, district: DistrictId) -> Path:
        """The district's DuckDB file."""
        return self.root / f"{district}.duckdb"

    def owner(self, district: DistrictId) -> str | None:
        """What `claim` wrote last; None if nothing did."""
        path = self._owner_file(district)
        return path.read_text() if path.exists() and self.file(district).exists() else None

    def claim(self, district: DistrictId, owner: str) -> None:
        """Write down whose the district's file is from now on."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._owner_file(district), owner.encode())

    def scratch(self, district: DistrictId) -> Path:
        """The folder of the district's temporary files; it need not be there."""
        return self.root / TEMPORARY / district

    def delete(self, district: DistrictId) -> bool:
        """Delete the district's file, and what belongs to it; true if there was anything."""
        files = [path for name in (f"{district}.duckdb*", f".{district}.duckdb*") for path in self.root.glob(name)]
        for path in files:
            path.unlink(missing_ok=True)
        rmtree(self.scratch(district), ignore_errors=True)
        return bool(files)

    def sweep(self) -> int:
        """Delete the temporary files that killed runs left, of all districts; returns how many folders."""
        above = self.root / TEMPORARY
        for left in above.glob("*"):
            if left.is_file():  # an earlier version kept DuckDB's files beside each other
                left.unlink(missing_ok=True)
        return sweep_folders(above)

    def _owner_file(self, district: DistrictId) -> Path:
        return self.root / f"{district}.duckdb.owner"

    def config(self, district: DistrictId) -> dict[str, str | int | bool]:
        """DuckDB's settings for a connection: the limits of this warehouse, or the share of a smaller machine."""
        return {
            "memory_limit": memory_limit(self.memory, available_memory()),
            "threads": thread_limit(self.threads, available_processors()),
            "temp_directory": str(self.scratch(district)),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }

    @contextmanager
    def transaction(self, district: DistrictId) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose changes are all kept, or on an exception none.

        Raises WarehouseBusy if another process keeps the file open.
        """
        db = self.connect(district)
        try:
            with transaction_of(db):
                yield db
        finally:
            db.close()  # an open transaction is rolled back

    def connect(self, district: DistrictId) -> duckdb.DuckDBPyConnection:
        """A connection without a transaction.

        Raises WarehouseBusy if another process keeps the file open.
        """
        db = self._opened(district)
        db.execute("set enable_progress_bar = false")
        if self.is_planned_briefly:
            tune_for_few_rows(db)
        return db

    def _opened(self, district: DistrictId) -> duckdb.DuckDBPyConnection:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + self.wait_seconds
        while True:
            try:
                place = ":memory:" if self.is_in_memory else str(self.file(district))
                return duckdb.connect(place, config={**self.config(district)})
            except duckdb.IOException as error:
                if not is_locked_by_another(error):
                    raise OperatorError(f"The warehouse of {district} cannot be opened: {error}") from error
                if time.monotonic() > until:
                    raise WarehouseBusy(f"Another process has the warehouse of {district} open.") from error
                time.sleep(0.1)


@contextmanager
def transaction_of(db: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A transaction of the connection, which must be closed after an exception."""
    with interruptible(db):
        db.execute("begin")
        yield
        db.execute("commit")


def tune_for_few_rows(db: duckdb.DuckDBPyConnection) -> None:
    """Leave out the optimizers and the thread that make only statements on many rows faster. The rows are the same."""
    (others,) = db.execute(sql.statements("warehouse", "other_optimizers")[0]).fetchone() or ("",)
    db.execute("set disabled_optimizers = ?", [others])
    db.execute("set threads = 1")


def empty_warehouse(db: duckdb.DuckDBPyConnection) -> None:
    """Empty the warehouse for a new drop: all schemas, the catalogue and views of problems, raw tables without rows."""
    for name in EMPTY_WAREHOUSE:
        for statement in sql.statements("warehouse", name):
            db.execute(parse_once(statement))
    kinds = [{"place": n, **asdict(kind)} for n, kind in enumerate(problems.CATALOGUE)]
    db.from_arrow(pa.Table.from_pylist(kinds)).insert_into("valid.catalogue")
    known = {"name": list(remedies.REMEDIES), "fix": list(remedies.REMEDIES.values())}
    db.from_arrow(pa.table(known)).insert_into("valid.remedies")
    for file in upload.FILES:
        shape = pa.schema([(column.name, pa.string()) for column in file.columns])
        db.from_arrow(shape.empty_table()).create(f"raw.{file.name}_sent")
        db.execute(parse_once(sql.statements_of_file("raw", "file", file)[-1]))
