"""A run of the job `sync` in this process; it stands above the definitions, which never import it."""

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from platform import node
from typing import Any, Final

import dagster as dg

from remind_etl import errors
from remind_etl.definitions import definitions
from remind_etl.errors import DropBlocked, Interrupted, OperatorError, RemindEtlError
from remind_etl.orchestration.instance import HERE, HOST, district_lock, open_instance
from remind_etl.orchestration.outcome import OUTCOME, Acts, Outcome, has_outcome, is_interrupted, kinds, tag_run
from remind_etl.orchestration.signals import watching_signals
from remind_etl.schema.district_id import DistrictId

GATES: Final = ("valid__problems", "planned__changes")
"""The steps that a fault of the files may block. They publish it, so the run that they end is no error of a command."""
LOOK_SECONDS: Final = 1
"""How often a command looks which step its run is at. To look takes 5 ms of a processor."""
ENDED_FROM_OUTSIDE: Final = "The run was ended from outside. Start it again."
CHECK_FAILED: Final = "DagsterAssetCheckFailedError"
"""Dagster's error, which it does not export, after a blocking check."""


def run_sync(
    district: DistrictId, source: Mapping[str, str | bool], told: Callable[[str], None], force_older: bool = False
) -> dict[str, Mapping[str, Any]]:
    """Run the job `sync` for the district here, recorded in the instance; `told` hears each step that starts.

    It returns when the run succeeded or its gate stopped a blocked drop; what was published tells which. The answer has
    the metadata of each asset. Raises TransientError if a run of the district is under way, KeyboardInterrupt if a
    signal comes before the run begins, else what ended the run.
    """
    job = definitions().resolve_job_def("sync")
    config: dict[str, Any] = {
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        "ops": {
            "landed__files": {"config": {**source}},
            "delivered__receipt": {"config": {"force_older": force_older}},
        },
    }
    with open_instance() as instance, district_lock(instance, district):
        instance.add_dynamic_partitions("district", [district])
        run_id = str(uuid.uuid4())
        try:
            with _telling(instance, run_id, told), watching_signals(repeats=True) as asked:
                result = job.execute_in_process(
                    run_config=config,
                    instance=instance,
                    partition_key=district,
                    raise_on_error=False,
                    run_id=run_id,
                    tags={HERE: run_id, HOST: node()},
                )
            return _made(instance, run_id, result, asked.is_set())
        except KeyboardInterrupt:
            raise Interrupted(ENDED_FROM_OUTSIDE) from None


def _made(
    instance: dg.DagsterInstance, run_id: str, result: dg.ExecuteInProcessResult, is_asked: bool
) -> dict[str, Mapping[str, Any]]:
    """The metadata of each asset that the run made; raises what ended the run."""
    ended = [event for event in result.all_events if event.is_step_failure]
    failed = [event for event in result.all_events if event.is_job_failure]
    is_ended_outside = is_asked or any(map(is_interrupted, (*ended, *failed)))
    if not result.success:
        _tag(instance, run_id, is_ended_outside)
    for event in ended:
        _raise(event, is_asked)
    if not result.success and is_ended_outside:
        raise Interrupted(ENDED_FROM_OUTSIDE)
    if not result.success and not ended:
        raise OperatorError("The run failed outside of its steps. Its run in Dagster shows where.")
    made = [event.materialization for event in result.all_events if event.is_step_materialization]
    return {m.asset_key.to_user_string(): {k: v.value for k, v in m.metadata.items()} for m in made}


def _raise(event: dg.DagsterEvent, is_asked: bool) -> None:
    """Raise the error that ended a step, unless it is the gate that a blocked drop ends at.

    If somebody asked the run to end, that is the reason, whatever the step made of it.
    """
    failure = event.step_failure_data.user_failure_data
    if is_asked or failure is None:
        raise _unexplained(event, is_asked)
    kind = failure.metadata.get("kind")
    error: type[RemindEtlError] = getattr(errors, str(kind.value), OperatorError) if kind else OperatorError
    if error is DropBlocked and event.step_key in GATES:
        return
    raise error(failure.description or f"The step {event.step_key} failed.")


def _tag(instance: dg.DagsterInstance, run_id: str, is_ended_outside: bool) -> None:
    """Tag a run that failed, unless a step did. If a signal ended it, nobody must act, whatever the step said."""
    run = instance.get_run_by_id(run_id)
    if run and (not has_outcome(run) or (is_ended_outside and run.tags[OUTCOME] == Outcome.FAILED)):
        tag_run(instance, run, Outcome.FAILED, Acts.NOBODY if is_ended_outside else Acts.US)


def _unexplained(event: dg.DagsterEvent, is_asked: bool) -> RemindEtlError:
    """What ended a step if it was not an error of ours."""
    step, led_to_it = (event.step_key or "").replace("__", "/"), kinds(event.step_failure_data.error)
    if is_asked or is_interrupted(event):
        return Interrupted(f"The run was ended from outside in the step {step}. Start it again.")
    if CHECK_FAILED in led_to_it:
        return OperatorError(f"The step {step} failed, because a check of its table did not hold. See its checks.")
    return OperatorError(f"The step {step} failed ({', '.join(led_to_it)}). Its run in Dagster shows where.")


@contextmanager
def _telling(instance: dg.DagsterInstance, run_id: str, told: Callable[[str], None]) -> Iterator[None]:
    """Tell of steps as they start, from a thread: the run itself keeps this one busy."""
    ended = threading.Event()

    def follow() -> None:
        last = ""
        while not ended.wait(LOOK_SECONDS):
            started = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_START)
            step = (started[-1].step_key or "").replace("__", "/") if started else ""
            if step and step != last:
                told(step)
                last = step

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
