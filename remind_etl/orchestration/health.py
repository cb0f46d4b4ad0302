"""What Dagster knows of its own health: whether its daemon is alive, and which districts a failed run left behind."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import dagster as dg
import sqlalchemy as sa

from remind_etl.catalogue.statuses import NOT_ASKED
from remind_etl.errors import RunsUnreadable
from remind_etl.operations.history import RunUnderWay
from remind_etl.orchestration.has_run import has_dagster_run
from remind_etl.orchestration.instance import IN_QUEUE, MOST_FAILED, ended_at, open_instance, runs_of
from remind_etl.orchestration.nightly import ENDED_BADLY
from remind_etl.orchestration.outcome import ACTS, OUTCOME, Acts, Outcome, has_outcome, is_wrong_use
from remind_etl.orchestration.partitions import DISTRICT_TAG
from remind_etl.orchestration.sensor_health import newest_beat
from remind_etl.schema.district_id import DistrictId

UNFINISHED: Final = (
    *IN_QUEUE,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
"""The statuses of a run that has not ended."""


@contextmanager
def _reading() -> Iterator[dg.DagsterInstance]:
    """The instance, of which something is read.

    Raises RunsUnreadable if it cannot be read, as on a full or read-only disk: Dagster opens it to write.
    """
    try:
        with open_instance() as instance:
            yield instance
    except (OSError, sa.exc.OperationalError, sqlite3.OperationalError) as error:
        raise RunsUnreadable(NOT_ASKED) from error


@dataclass(frozen=True)
class FailedRun:
    """A run that failed or was cancelled: when it ended, in UTC as ISO 8601, and whether its drop was blocked."""

    ended_at: str
    is_blocked: bool
    acts: str = ""
    """Who must act, as the tag of the run says it; blank as long as it has none."""

    def is_ours(self, published_at: str) -> bool:
        """True if no results came after it, and the district cannot mend it."""
        published = datetime.fromisoformat(published_at).replace(microsecond=0) if published_at else None
        is_later = published is None or datetime.fromisoformat(self.ended_at) >= published
        return is_later and not self.is_blocked and self.acts != Acts.DISTRICT


def newest_heartbeat() -> datetime | None:
    """When a part of the daemon said last that it is alive; None if no daemon has run here. It makes no home."""
    if not has_dagster_run():
        return None
    with _reading() as instance:
        return newest_beat(instance)


def left_failed(districts: Iterable[DistrictId]) -> dict[DistrictId, FailedRun]:
    """The districts whose newest run that ended failed or was cancelled, with this run."""
    if not has_dagster_run():
        return {}
    with _reading() as instance:
        failed = failed_runs(instance)
    return {district: failed[district] for district in districts if district in failed}


def failed_runs(instance: dg.DagsterInstance) -> dict[str, FailedRun]:
    """The same of all districts.

    One query finds the runs that ended badly. Only their districts are looked at one by one.
    """
    bad: dict[str, dg.RunRecord] = {}
    ended_badly = dg.RunsFilter(statuses=[*ENDED_BADLY])
    for record in instance.get_run_records(ended_badly, limit=MOST_FAILED):  # the newest comes first
        if not is_wrong_use(record.dagster_run):
            bad.setdefault(record.dagster_run.tags.get(DISTRICT_TAG, ""), record)
    return {
        name: _failed(record) for name, record in bad.items() if _is_newest(instance, name, record.dagster_run.run_id)
    }


def failed_run(instance: dg.DagsterInstance, district: DistrictId) -> FailedRun | None:
    """The newest run of the district that ended, if it failed or was cancelled."""
    ended = _newest_ended(instance, district)
    record = instance.get_run_record_by_id(ended.run_id) if ended and ended.status in ENDED_BADLY else None
    return _failed(record) if record else None


def _is_newest(instance: dg.DagsterInstance, name: str, run_id: str) -> bool:
    newest = _newest_ended(instance, DistrictId(name))
    return newest is not None and newest.run_id == run_id


def _newest_ended(instance: dg.DagsterInstance, district: DistrictId) -> dg.DagsterRun | None:
    """The newest run of the district that ended and says something of it."""
    return next((run for run in runs_of(instance, district) if run.is_finished and not is_wrong_use(run)), None)


def _failed(record: dg.RunRecord) -> FailedRun:
    run = record.dagster_run
    acts = run.tags[ACTS] if has_outcome(run) else ""
    return FailedRun(ended_at(record).isoformat(timespec="seconds"), run.tags.get(OUTCOME) == Outcome.BLOCKED, acts)


def runs_under_way(district: DistrictId) -> list[RunUnderWay]:
    """The runs of the district that have not ended. It makes no home."""
    if not has_dagster_run():
        return []
    with _reading() as instance:
        return unfinished_runs(instance, district)


def unfinished_runs(instance: dg.DagsterInstance, district: DistrictId) -> list[RunUnderWay]:
    """The runs of the district in this instance that have not ended."""
    return [shown_under_way(run) for run in runs_of(instance, district) if not run.is_finished]


def unfinished_of_all() -> list[dg.DagsterRun]:
    """The runs of all districts that have not ended.

    Raises RunsUnreadable if Dagster's storage cannot be read.
    """
    with _reading() as instance:
        return list(instance.get_runs(dg.RunsFilter(statuses=[*UNFINISHED])))


def with_upload_in_run() -> frozenset[str]:
    """The districts of which a run that has not ended was asked to take an upload.

    Raises RunsUnreadable if Dagster's storage cannot be read.
    """
    runs = unfinished_of_all()
    return frozenset(run.tags.get(DISTRICT_TAG, "") for run in runs if shown_under_way(run).fingerprint)


def succeeded_of(runs: Iterable[dg.DagsterRun]) -> set[str]:
    """The ids of those runs that have ended well.

    Raises RunsUnreadable if Dagster's storage cannot be read.
    """
    asked = dg.RunsFilter(run_ids=[run.run_id for run in runs], statuses=[dg.DagsterRunStatus.SUCCESS])
    with _reading() as instance:
        return {run.run_id for run in instance.get_runs(asked)}


def shown_under_way(run: dg.DagsterRun) -> RunUnderWay:
    """What a run was asked to take, and whether it waits in the queue."""
    ops: Any = run.run_config.get("ops", {})
    source = ops.get("landed__files", {}).get("config", {})
    return RunUnderWay(source.get("drop") or "", source.get("fingerprint") or "", run.status in IN_QUEUE)
