"""What Dagster knows of its own health: whether its daemon is alive, and which districts a failed run left behind."""

from collections.abc import Iterable
from datetime import UTC, datetime

import dagster as dg

from remind_etl.orchestration.instance import dagster_home, open_instance
from remind_etl.schema.district_id import DistrictId


def newest_heartbeat() -> datetime | None:
    """When a part of the daemon said last that it is alive; None if no daemon has run here. No storage is made.

    `get_daemon_heartbeats` is in no public interface of Dagster. It was seen in 1.13.27, and a test calls it.
    """
    if not _has_run():
        return None
    with open_instance() as instance:
        beats = instance.get_daemon_heartbeats().values()
        return max((datetime.fromtimestamp(beat.timestamp, UTC) for beat in beats), default=None)


def left_failed(districts: Iterable[DistrictId]) -> dict[DistrictId, str]:
    """The districts whose newest run failed, with the time of its end in UTC as ISO 8601."""
    if not _has_run():
        return {}
    ended = {}
    with open_instance() as instance:
        for district in districts:
            tags = {"dagster/partition": district}
            newest = instance.get_run_records(dg.RunsFilter(job_name="sync", tags=tags), limit=1)
            for record in newest:
                if record.dagster_run.status is dg.DagsterRunStatus.FAILURE:
                    at = datetime.fromtimestamp(record.end_time or record.create_timestamp.timestamp(), UTC)
                    ended[district] = at.isoformat(timespec="seconds")
    return ended


def _has_run() -> bool:
    return (dagster_home() / "schedules").exists()
