"""Two tags on each run of a district: its outcome, and who must act. The list of runs can be filtered by them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import dagster as dg

from remind_etl import errors
from remind_etl.errors import DistrictError, DropBlocked, DropUnstable, RemindEtlError, TransientError
from remind_etl.orchestration.step import show_stacks
from remind_etl.published.status import Status, decide
from remind_etl.published.store import Manifest

OUTCOME: Final = "remind_etl/outcome"
ACTS: Final = "remind_etl/acts"


class Outcome(StrEnum):
    """What came of a run."""

    DELIVERED = "delivered"
    """The platform has what the drop says, except records with errors."""
    NOTHING_NEW = "nothing_new"
    """Nothing changed since the last run, so the run ended at once."""
    PLANNED = "planned"
    """The drop was only planned, because the district is paused or the drop is older than the one in force."""
    ON_HOLD = "on_hold"
    """Changes wait for a person."""
    WAITING_FOR_SCHOOLS = "waiting_for_schools"
    """Schools and their people wait for a link."""
    BLOCKED = "blocked"
    """The drop cannot be processed. The last delivered state stays."""
    FAILED = "failed"
    """Something else ended the run."""


class Acts(StrEnum):
    """Who must act after a run."""

    DISTRICT = "district"
    US = "us"
    NOBODY = "nobody"


_BY_STATUS: Final[Mapping[Status, tuple[Outcome, Acts]]] = {
    Status.BLOCKED: (Outcome.BLOCKED, Acts.DISTRICT),
    Status.ON_HOLD: (Outcome.ON_HOLD, Acts.US),
    Status.WAITING_FOR_SCHOOLS: (Outcome.WAITING_FOR_SCHOOLS, Acts.US),
    Status.SYNCED_WITH_ERRORS: (Outcome.DELIVERED, Acts.DISTRICT),
    Status.SYNCED: (Outcome.DELIVERED, Acts.NOBODY),
}


def of_manifest(manifest: Manifest) -> tuple[Outcome, Acts]:
    """The outcome of the run that published the manifest, and who must act."""
    if manifest.pause == "all":
        return Outcome.PLANNED, Acts.NOBODY
    return _BY_STATUS[decide(manifest, datetime.fromisoformat(manifest.arrived_at))]


def of_nothing_new(manifest: Manifest | None) -> tuple[Outcome, Acts]:
    """The outcome of a run that had nothing to do. Whoever had to act before still has to."""
    return Outcome.NOTHING_NEW, of_manifest(manifest)[1] if manifest else Acts.NOBODY


def of_failure(error: BaseException | None) -> tuple[Outcome, Acts]:
    """The outcome of a run that a step's error ended, and who must act."""
    while isinstance(error, dg.RetryRequested):  # the last try of a step
        error = error.__cause__
    kind = error.metadata.get("kind") if isinstance(error, dg.Failure) else None
    cause: type[object] = getattr(errors, str(kind.value), RemindEtlError) if kind else type(error)
    if issubclass(cause, DropBlocked):
        return Outcome.BLOCKED, Acts.DISTRICT
    if issubclass(cause, DistrictError):
        return Outcome.FAILED, Acts.DISTRICT
    passes = (TransientError, DropUnstable, KeyboardInterrupt, dg.DagsterExecutionInterruptedError)
    return Outcome.FAILED, Acts.NOBODY if issubclass(cause, passes) else Acts.US


def tag_run(instance: dg.DagsterInstance, run_id: str, outcome: Outcome, acts: Acts) -> None:
    """Write the tags to the run."""
    instance.add_run_tags(run_id, {OUTCOME: outcome.value, ACTS: acts.value})


@dg.failure_hook
def tag_failure(context: dg.HookContext) -> None:
    """Tag the run of a step that failed."""
    show_stacks()
    tag_run(context.instance, context.run_id, *of_failure(context.op_exception))


def outcomes_sensor() -> dg.SensorDefinition:
    """The sensor that tags failed runs whose process ended before it could."""

    @dg.run_failure_sensor(
        name="outcomes",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tags failed runs whose process was killed: outcome failed, and we must act.",
    )
    def outcomes(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        run = context.dagster_run
        if OUTCOME in run.tags:
            return dg.SkipReason("The run has its outcome.")
        tag_run(context.instance, run.run_id, Outcome.FAILED, Acts.US)
        return None

    return outcomes
