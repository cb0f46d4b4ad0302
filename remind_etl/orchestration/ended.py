"""Sensor `outcomes`: looks at runs that ended, tags those that could not tag themselves, and notes what to report.

Dagster's own sensors for the status of runs look at five runs in 30 seconds, and see no run by command.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import dagster as dg

from remind_etl.catalogue import messages as texts
from remind_etl.decided.store import DecisionStore
from remind_etl.errors import UsageError
from remind_etl.messages.events import Ended, events_of_run
from remind_etl.operations.found_problems import FoundProblems
from remind_etl.operations.messages import MessageService
from remind_etl.orchestration.outcome import (
    ACTS,
    OUTCOME,
    Acts,
    Outcome,
    has_outcome,
    is_interrupted,
    kinds,
    of_manifest,
    tag_run,
)
from remind_etl.orchestration.partitions import DISTRICT_TAG
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import district_id

ENDED: Final = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
MOST_ENDED: Final = 200
"""Runs that one look takes."""


def outcomes_sensor(job_name: str, poll_seconds: int) -> dg.SensorDefinition:
    """The sensor, which looks every `poll_seconds`. It begins with the runs that end after its first look.

    `job_name` is the job whose runs need a district as their partition.
    """

    @dg.sensor(
        name="outcomes",
        minimum_interval_seconds=poll_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Looks at runs that ended. Tags those that could not tag themselves: outcome failed, and who must act. "
            "Notes messages to districts and operators, which the sensor messages sends."
        ),
    )
    def outcomes(
        context: dg.SensorEvaluationContext,
        decisions: dg.ResourceParam[DecisionStore],
        message_service: dg.ResourceParam[MessageService],
        publications: dg.ResourceParam[Published],
    ) -> dg.SensorResult:
        now = datetime.now(UTC)
        if context.cursor is None:
            return dg.SensorResult(skip_reason="This is the first look.", cursor=now.isoformat())
        seen = datetime.fromisoformat(context.cursor)
        ended = _ended_since(context.instance, seen)
        for record in ended:
            _tag_if_needed(context.instance, record.dagster_run, decisions, job_name)
        noted = sum(_look_at(context.instance, record, decisions, message_service, publications) for record in ended)
        newest = max((_moment(record.update_timestamp) for record in ended), default=seen)
        return dg.SensorResult(
            skip_reason=f"Looked at {len(ended)} runs that ended, and noted {noted} messages.",
            cursor=newest.isoformat(),
        )

    return outcomes


def _ended_since(instance: dg.DagsterInstance, seen: datetime) -> Sequence[dg.RunRecord]:
    """Runs that ended or were tagged since, oldest first."""
    since = dg.RunsFilter(statuses=ENDED, updated_after=seen)
    return instance.get_run_records(since, limit=MOST_ENDED, order_by="update_timestamp", ascending=True)


def _tag_if_needed(instance: dg.DagsterInstance, run: dg.DagsterRun, decisions: DecisionStore, job_name: str) -> None:
    """Tag the run if it could not tag itself. The tag makes it appear in the next look."""
    if has_outcome(run) or run.status is dg.DagsterRunStatus.SUCCESS:
        return
    if _is_of_no_district(run, decisions, job_name):
        tag_run(instance, run, Outcome.WRONG_USE, Acts.US, has_page=False)
    else:
        tag_run(instance, run, Outcome.FAILED, _acts(instance, run))


def _is_of_no_district(run: dg.DagsterRun, decisions: DecisionStore, job_name: str) -> bool:
    """True if the run was started without a district, or for one that does not exist.

    Dagster itself fails such a run before its first step, if `dropped/files` was ever observed (seen in 1.13).
    """
    if partition := run.tags.get(DISTRICT_TAG):
        return partition not in decisions.district_ids()
    return run.job_name == job_name


def _look_at(
    instance: dg.DagsterInstance,
    record: dg.RunRecord,
    decisions: DecisionStore,
    message_service: MessageService,
    publications: Published,
) -> int:
    """Note what to report of the run, if it has an outcome; returns how many messages are new."""
    run = record.dagster_run
    if not has_outcome(run) or not (partition := run.tags.get(DISTRICT_TAG)):
        return 0
    try:
        district = decisions.district(district_id(partition))
    except UsageError:  # anybody can add a partition in Dagster's pages, with any text
        return 0
    manifest, outcome = publications.manifest(district.district_id), run.tags[OUTCOME]
    if outcome != Outcome.FAILED and (manifest is None or of_manifest(manifest)[0] != outcome):
        return 0  # nothing is new, or a later run published something else
    is_failed = outcome in (Outcome.FAILED, Outcome.BLOCKED)
    ended = Ended(
        run.run_id,
        outcome,
        run.tags[ACTS],
        _why(instance, run) if is_failed else "",
        manifest,
        _first_fix(publications, manifest) if manifest and outcome == Outcome.BLOCKED else "",
    )
    happened = [(district, one) for one in events_of_run(ended)]
    return message_service.note(happened, datetime.now(UTC)) if happened else 0


def _failures(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterator[dg.DagsterEvent]:
    for of_type in (dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE):
        for entry in instance.all_logs(run.run_id, of_type=of_type):
            if entry.dagster_event:
                yield entry.dagster_event


def _acts(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Acts:
    """Who must act after a run that could not say so itself."""
    is_ended_outside = run.status is dg.DagsterRunStatus.CANCELED or any(
        is_interrupted(event) for event in _failures(instance, run)
    )
    return Acts.NOBODY if is_ended_outside else Acts.US


def _why(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """The sentence with which the first step failed. Texts of libraries stay out: they may quote a cell."""
    for event in _failures(instance, run):
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                return data.user_failure_data.description
            kind = kinds(data.error)[-1:] or ["unknown"]
            return texts.FAILED_STEP.format(step=(event.step_key or "").replace("__", "/"), kind=kind[0])
    return texts.FAILED_OUTSIDE


def _first_fix(publications: Published, manifest: Manifest) -> str:
    """The remedy of the first blocker of the drop."""
    blockers = (one for one in FoundProblems(publications, manifest).groups() if one["severity"] == "blocker")
    return str(next(blockers, {"fix": ""})["fix"])


def _moment(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
