"""One step of a run: a transaction in the district's warehouse, its clock, and errors that say who must act."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dagster as dg
import duckdb

from remind_etl import suites
from remind_etl.catalogue.statuses import NO_PARTITION, NO_SCRATCH
from remind_etl.errors import (
    INTERRUPTED,
    Interrupted,
    PlanStale,
    RemindEtlError,
    ScratchMissing,
    TransientError,
    UsageError,
    disk_full,
    is_interruption,
    places_of,
)
from remind_etl.files.temporary import make_locked
from remind_etl.orchestration.district_page import page_metadata
from remind_etl.schema.district_id import DistrictId, district_id
from remind_etl.schema.limits import FileLimits
from remind_etl.warehouse.connection import FEW_BYTES, Warehouse, transaction_of, tune_for_few_rows
from remind_etl.warehouse.spilling import Spill, watching_spill

Fact = float | str | dg.MarkdownMetadataValue | dg.PathMetadataValue | dg.UrlMetadataValue
"""What metadata may hold: no person's data."""


RUN_ALL_STEPS: Final = {"dagster/retry_on_asset_or_op_failure": "true", "dagster/retry_strategy": "ALL_STEPS"}
"""Tags by which Dagster's daemon repeats a failed run with all steps, if `run_retries` is enabled."""


def failure(sentence: str, can_help: bool = False, **metadata: str | dg.MetadataValue) -> dg.Failure:
    """The failure of a step, as one sentence; if `can_help`, the step may be tried again."""
    return dg.Failure(sentence, metadata=metadata, allow_retries=can_help)


@contextmanager
def guarded() -> Iterator[None]:
    """Let only what passes by itself be retried, and no text of a library reach the logs: it may quote a cell."""
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        raise _told(error) from None


@contextmanager
def failing_with(sentence: str) -> Iterator[None]:
    """Add a sentence to what a failure says."""
    try:
        yield
    except dg.Failure as told:
        whole = f"{told.description} {sentence}"
        raise dg.Failure(whole, metadata=told.metadata, allow_retries=told.allow_retries) from None


def _told(error: Exception) -> dg.Failure:
    """The failure that an error becomes."""
    if is_interruption(error):
        return failure(INTERRUPTED, kind=Interrupted.__name__)
    if isinstance(error, RemindEtlError):
        can_help = isinstance(error, TransientError) and not isinstance(error, PlanStale)
        return failure(str(error), can_help, kind=type(error).__name__)
    if full := disk_full(error):
        return failure(str(full), kind=type(full).__name__)
    places = "\n".join(reversed(places_of(error)))
    return failure(
        f"{type(error).__name__} in our own code; its text is left out, as it may quote a cell.",
        traceback=dg.MetadataValue.md(f"```\n{places}\n```"),
    )


def district_of(context: dg.AssetExecutionContext) -> DistrictId:
    """The district of the run, from its partition key.

    Raises UsageError if the run has no partition, or several, or if the partition cannot be an id.
    """
    if not context.has_partition_key:
        raise UsageError(NO_PARTITION)
    return district_id(context.partition_key)


@dataclass
class Step:
    """One asset's turn in a district's warehouse: the connection, and a clock."""

    district: DistrictId
    db: duckdb.DuckDBPyConnection
    started: float
    spill: Spill

    def rows(self, table: str) -> int:
        """Rows of a table of the warehouse."""
        return int(self.db.table(table).count("*").fetchall()[0][0])

    @property
    def scratch(self) -> Path:
        """The folder of the district's temporary files, which DuckDB uses too."""
        return self.spill.folder

    @property
    def drop_id(self) -> str:
        """The drop that the warehouse is about."""
        return str(self.db.execute("select drop_id from landed.drops").fetchall()[0][0])

    def metadata(self, rows: int, **facts: Fact) -> dict[str, Fact]:
        """Rows, seconds so far and further facts, of which the UI plots numbers over time.

        They link to the district's page. `spilled_mb` is there if DuckDB's memory was too small for the step.
        """
        spilled = {"spilled_mb": round(self.spill.most / 1_000_000, 1)} if self.spill.most else {}
        seconds = round(time.perf_counter() - self.started, 3)
        return {"dagster/row_count": rows, "seconds": seconds, **spilled, **facts, **page_metadata(self.district)}


@dataclass
class RunWarehouse:
    """The warehouse of a run's district, as its assets use it; `limits_of` finds its own limits of its files.

    The steps that run in one process share a connection, until `close`: opening the file costs more than a small step.
    The file belongs to one run, with the runs that repeat it, and to one version of the code, `code`.
    """

    files: Warehouse
    limits_of: Callable[[DistrictId], FileLimits]
    code: str
    is_kept: bool = True
    """False deletes the file at the end of the run."""
    _district: DistrictId | None = None
    _open: duckdb.DuckDBPyConnection | None = None
    _lock: int | None = None
    """The handle that locks the folder of temporary files while the connection is open."""
    _is_large: bool | None = None
    """The drop has many bytes: its statements are planned well, and may spill to the disk. None until it is known."""
    _limits: FileLimits | None = None

    @contextmanager
    def step(self, context: dg.AssetExecutionContext, *, is_first: bool = False) -> Iterator[Step]:
        """One transaction in the warehouse of the run's district. The first step of a run makes it the run's own.

        Raises a failure with ScratchMissing if the steps before did not run here. If Dagster repeats failed runs, it
        then repeats this one with all its steps, as the tags of the run say.
        """
        started = time.perf_counter()
        with guarded():
            district = district_of(context)
            if is_first or self._district is None:
                self._take(context, district, is_first)
            db = self._connection(district, is_first)
            try:
                with self._spill(district) as spill, transaction_of(db):
                    yield Step(district, db, started, spill)
            except BaseException:
                self.close()  # after an error a database may be of no use any more
                raise

    def _take(self, context: dg.AssetExecutionContext, district: DistrictId, is_first: bool) -> None:
        """Make the file this run's own. A run that does not begin with the first step takes it from its parent only."""
        run, parent = context.run, context.run.parent_run_id
        if not is_first and self.files.owner(district) not in {f"{of} {self.code}" for of in (run.run_id, parent)}:
            if parent:
                context.instance.add_run_tags(run.run_id, RUN_ALL_STEPS)
            raise ScratchMissing(NO_SCRATCH)
        self.files.claim(district, f"{run.run_id} {self.code}")
        self._district = district

    def _connection(self, district: DistrictId, is_first: bool) -> duckdb.DuckDBPyConnection:
        """The connection of the run. It plans its statements briefly if the files of the drop are small."""
        if self._open is None:
            self._open, self._is_large = self.files.connect(district), None
            self.files.sweep()
            self._lock = make_locked(self.files.scratch(district))
        if not is_first and self._is_large is None:
            ((size,),) = self._open.execute("select coalesce(sum(size), 0) from landed.files").fetchall()
            self._is_large = size >= FEW_BYTES
            if not self._is_large:
                tune_for_few_rows(self._open)
        return self._open

    def _spill(self, district: DistrictId) -> AbstractContextManager[Spill]:
        scratch = self.files.scratch(district)
        return watching_spill(scratch) if self._is_large else nullcontext(Spill(scratch))

    def close(self) -> None:
        """Close the file, so that other processes may open it, and delete its temporary files."""
        if self._open:
            self._open.close()
        if self._lock is not None:
            os.close(self._lock)
            self.files.sweep()
        self._open = self._lock = None

    def end(self) -> None:
        """Close the file at the end of a run, and delete it unless it is kept."""
        self.close()
        if self._district and not self.is_kept:
            self.files.delete(self._district)

    def validate_table(self, step: Step, stage: str, table: str) -> list[suites.Judgement]:
        """Judge a table by its suite, under the limits of the district."""
        if self._limits is None:
            self._limits = self.limits_of(step.district)
        return suites.validate_table(step.db, stage, table, own=self._limits)
