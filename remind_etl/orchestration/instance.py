"""The Dagster instance of this home, and who has a district to themselves."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from platform import node
from typing import Final, TextIO

import dagster as dg

import remind_etl
from remind_etl import settings
from remind_etl.errors import TransientError
from remind_etl.orchestration.outcome import Acts, Outcome, is_wrong_use, tag_run
from remind_etl.orchestration.partitions import runs_of_district
from remind_etl.schema.district_id import DistrictId

CONFIGURATION: Final = Path(remind_etl.__file__).parent.parent / "dagster.yaml"
TOGETHER: Final = ("DAGSTER_EVENT_BATCH_SIZE", "1000")
"""Dagster's setting for how many events it stores at once, where it makes them at once, as before a run."""

PATIENT: Final = ("DAGSTER_GRPC_TIMEOUT_SECONDS", "180")
"""Dagster's setting for how long it waits for an answer of its own process with our code.

Its usual 60 seconds are too few on a slow or busy machine: launches and looks of sensors then fail.
"""

HERE: Final = ".dagster/remind_etl_here"
"""Tag of the runs by command, which no daemon looks after.

It has the id of the run, because a run that repeats it has the tag too. Dagster's pages hide it.
"""


HOST: Final = "remind_etl/host"
"""Tag of the same runs with the name of the machine: another one cannot know whether the process ended."""


def is_here(run: dg.DagsterRun) -> bool:
    """True if the run is one by command."""
    return run.tags.get(HERE) == run.run_id


def dagster_home() -> Path:
    """The folder of the Dagster instance: DAGSTER_HOME, or one in our home with the repository's dagster.yaml."""
    if not os.environ.get("DAGSTER_HOME"):
        folder = settings.home().dagster
        folder.mkdir(mode=0o700, exist_ok=True)
        if not (kept := folder / "dagster.yaml").exists() or kept.read_bytes() != CONFIGURATION.read_bytes():
            shutil.copyfile(CONFIGURATION, kept)
        os.environ["DAGSTER_HOME"] = str(folder)
    return Path(os.environ["DAGSTER_HOME"])


def open_instance() -> dg.DagsterInstance:
    """The instance; its storage is made if it is new."""
    dagster_home()
    os.environ.setdefault(*TOGETHER)
    return dg.DagsterInstance.get()


def runs_of(instance: dg.DagsterInstance, district: DistrictId, limit: int = 10) -> list[dg.DagsterRun]:
    """The newest runs of the district, newest first."""
    return list(instance.get_runs(runs_of_district(district), limit=limit))


def newest_run(instance: dg.DagsterInstance, district: DistrictId) -> dg.DagsterRun | None:
    """The newest run of the district that says something of it: a wrong choice of a person does not count."""
    first = runs_of(instance, district, limit=1)
    if first and is_wrong_use(first[0]):
        return next((run for run in runs_of(instance, district) if not is_wrong_use(run)), None)
    return first[0] if first else None


def forget_newest_events(instance: dg.DagsterInstance, district: DistrictId) -> int:
    """Erase what the index of assets keeps of the district's newest run after its runs are deleted; how many assets.

    The index has the newest event of each asset with its metadata, of which some name records. Dagster has no call that
    deletes one event, so an event without district and metadata takes its place. Events of other districts stay.
    """
    keys = instance.all_asset_keys()
    events = {key: instance.get_latest_materialization_event(key) for key in keys}
    of_district = [key for key, event in events.items() if event and event.get_dagster_event().partition == district]
    for key in of_district:
        instance.report_runless_asset_event(dg.AssetMaterialization(key, description=_ERASED))
    instance.wipe_asset_cached_status(list(keys))
    return len(of_district)


_ERASED: Final = "The newest run of this asset was erased."


MOST_FAILED: Final = 1_000
"""The newest failed runs that are looked at: those of some nights, also with thousands of districts."""


def ended_at(record: dg.RunRecord) -> datetime:
    """When the run ended, in UTC; of a run whose end Dagster did not note, when it was made."""
    return datetime.fromtimestamp(record.end_time or record.create_timestamp.timestamp(), UTC)


WAIT_SECONDS: Final = 120
"""How long a person's command waits for the end of a run. A decision just before it may have started one."""


IN_QUEUE: Final = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED)
"""The statuses of a run that has done nothing yet."""


def queued_run(instance: dg.DagsterInstance, district: DistrictId) -> str | None:
    """The id of a run of the district that is still in the queue."""
    return next((run.run_id for run in runs_of(instance, district) if run.status in IN_QUEUE), None)


@contextmanager
def district_lock(
    instance: dg.DagsterInstance,
    district: DistrictId,
    waits: Callable[[str], None] | None = None,
    may_be_queued: bool = False,
) -> Iterator[None]:
    """No run of the district is under way, and none by command starts within this.

    With `waits`, this waits for the end of a run, and `waits` hears once why. With `may_be_queued`, a run in the queue
    counts as one that comes later. Raises TransientError if a run is under way then. The system takes the lock back
    from a process that ends, however it ends.
    """
    until = time.monotonic() + (WAIT_SECONDS if waits else 0)
    with (settings.home().warehouse / f"{district}.lock").open("w") as lock:
        while reason := _busy(lock, instance, district, may_be_queued):
            if time.monotonic() >= until:
                raise TransientError(f"{reason} Try again when it has ended.")
            if waits:
                waits(reason)
                waits = None
            time.sleep(1)
        yield


def _busy(lock: TextIO, instance: dg.DagsterInstance, district: DistrictId, may_be_queued: bool) -> str:
    """What run of the district is under way; empty if none is, and the lock is taken."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return f"A run of {district} is under way here."
    _bury(instance, district)
    unfinished = [run for run in runs_of(instance, district) if not run.is_finished]
    begun = next((run.run_id for run in unfinished if run.status not in IN_QUEUE), None)
    if begun:
        return f"A run of {district} is under way ({begun})."
    if unfinished and not may_be_queued:
        return f"A run of {district} is in Dagster's queue ({unfinished[0].run_id})."
    return ""


def _bury(instance: dg.DagsterInstance, district: DistrictId) -> None:
    """Mark as failed what a run by command left unfinished: whoever holds the lock knows that its process ended."""
    for run in runs_of(instance, district):
        if not run.is_finished and is_here(run) and run.tags.get(HOST, node()) == node():
            tag_run(instance, run, Outcome.FAILED, Acts.NOBODY)
            instance.report_run_failed(run, "Its process ended before the run did.")
