"""The Dagster instance of this home, and a run of the job `sync` in this process."""

import fcntl
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import dagster as dg

import remind_etl
from remind_etl import errors, settings
from remind_etl.errors import OperatorError, RemindEtlError, TransientError
from remind_etl.schema import upload

CONFIGURATION: Final = Path(remind_etl.__file__).parent.parent / "dagster.yaml"
GATE: Final = "valid__problems"
HERE: Final = "remind_etl/here"
"""Tag of the runs by command, which no daemon looks after."""


def dagster_home() -> Path:
    """The folder of the Dagster instance: DAGSTER_HOME, or one in our home with the repository's dagster.yaml."""
    if not os.environ.get("DAGSTER_HOME"):
        folder = settings.home().dagster
        folder.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(CONFIGURATION, folder / "dagster.yaml")
        os.environ["DAGSTER_HOME"] = str(folder)
    return Path(os.environ["DAGSTER_HOME"])


def open_instance() -> dg.DagsterInstance:
    """The instance; its storage is made if it is new."""
    dagster_home()
    return dg.DagsterInstance.get()


def runs_of(instance: dg.DagsterInstance, district: str, limit: int = 10) -> list[dg.DagsterRun]:
    """The newest runs of the district, newest first."""
    tags = {"dagster/partition": district}
    return list(instance.get_runs(dg.RunsFilter(job_name="sync", tags=tags), limit=limit))


def run_sync(
    district: str, source: dict[str, str], told: Callable[[str], None], force_older: bool = False
) -> dict[str, Mapping[str, Any]]:
    """Run the job `sync` for the district here, recorded in the instance; `told` hears each step that starts.

    It returns when the run succeeded or its gate stopped a blocked drop; what was published tells which. The answer has
    the metadata of each asset. Raises TransientError if a run of the district is under way, else what ended the run.
    """
    from remind_etl.definitions import definitions

    job = definitions().resolve_job_def("sync")
    config: dict[str, Any] = {
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        "ops": {
            "landed__files": {"config": source},
            "delivered__receipt": {"config": {"force_older": force_older}},
        },
    }
    with open_instance() as instance, alone(instance, district):
        instance.add_dynamic_partitions("district", [district])
        run_id = str(uuid.uuid4())
        with _telling(instance, run_id, told):
            result = job.execute_in_process(
                run_config=config,
                instance=instance,
                partition_key=district,
                raise_on_error=False,
                run_id=run_id,
                tags={HERE: "true"},
            )
        for event in result.all_events:
            if event.is_step_failure:
                _raise(event)
    made = [event.materialization for event in result.all_events if event.is_step_materialization]
    return {m.asset_key.to_user_string(): {k: v.value for k, v in m.metadata.items()} for m in made}


@contextmanager
def alone(instance: dg.DagsterInstance, district: str) -> Iterator[None]:
    """No run of the district is under way, and none by command starts within this.

    Raises TransientError if one is. The system takes the lock back from a process that ends, however it ends.
    """
    with (settings.home().warehouse / f"{upload.district_id(district)}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TransientError(f"A run of {district} is under way here; try again when it has ended.") from error
        _bury(instance, district)
        if busy := [run.run_id for run in runs_of(instance, district) if not run.is_finished]:
            raise TransientError(f"A run of {district} is under way ({busy[0]}); try again when it has ended.")
        yield


def _bury(instance: dg.DagsterInstance, district: str) -> None:
    """Mark as failed what a run by command left unfinished: whoever holds the lock knows that its process ended."""
    for run in runs_of(instance, district):
        if not run.is_finished and HERE in run.tags:
            instance.report_run_failed(run, "Its process ended before the run did.")


def _raise(event: dg.DagsterEvent) -> None:
    """Raise the error that ended a step, unless it is the gate that a blocked drop ends at."""
    failure = event.step_failure_data.user_failure_data
    if failure is None and event.step_key == GATE:
        return
    if failure is None:
        raise OperatorError(f"The step {event.step_key} failed: a check of what it made did not hold; see its checks.")
    kind = failure.metadata.get("kind")
    error: type[RemindEtlError] = getattr(errors, str(kind.value), OperatorError) if kind else OperatorError
    raise error(failure.description or f"The step {event.step_key} failed.")


@contextmanager
def _telling(instance: dg.DagsterInstance, run_id: str, told: Callable[[str], None]) -> Iterator[None]:
    """Tell of steps as they start, from a thread: the run itself keeps this one busy."""
    ended = threading.Event()

    def follow() -> None:
        last = ""
        while not ended.wait(0.3):
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
