"""What Dagster knows of its own health: whether its daemon is alive, and which districts a failed run left behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from remind_etl import settings
from remind_etl.orchestration.instance import instance_folder, open_instance, runs_of
from remind_etl.orchestration.nightly import ENDED_BADLY
from remind_etl.orchestration.outcome import OUTCOME, Outcome
from remind_etl.orchestration.sensor_health import newest_beat
from remind_etl.schema.district_id import DistrictId


@dataclass(frozen=True)
class FailedRun:
    """A run that failed or was cancelled: when it ended, in UTC as ISO 8601, and whether its drop was blocked."""

    ended_at: str
    is_blocked: bool


def newest_heartbeat() -> datetime | None:
    """When a part of the daemon said last that it is alive; None if no daemon has run here. It makes no home."""
    if not _has_run():
        return None
    with open_instance() as instance:
        return newest_beat(instance)


def left_failed(districts: Iterable[DistrictId]) -> dict[DistrictId, FailedRun]:
    """The districts whose newest run failed or was cancelled, with this run."""
    if not _has_run():
        return {}
    ended = {}
    with open_instance() as instance:
        for district in districts:
            bad = [run.run_id for run in runs_of(instance, district, limit=1) if run.status in ENDED_BADLY]
            for record in instance.get_run_records(dg.RunsFilter(run_ids=bad)) if bad else ():
                at = datetime.fromtimestamp(record.end_time or record.create_timestamp.timestamp(), UTC)
                is_blocked = record.dagster_run.tags.get(OUTCOME) == Outcome.BLOCKED
                ended[district] = FailedRun(at.isoformat(timespec="seconds"), is_blocked)
    return ended


def _has_run() -> bool:
    """True if Dagster's storage may have something to say.

    Dagster made its SQLite storage in our home, or a person configured another storage in DAGSTER_HOME.
    """
    own = settings.home_at().dagster
    folder = instance_folder()
    return (folder / "schedules").exists() or (folder != own and (folder / "dagster.yaml").exists())
