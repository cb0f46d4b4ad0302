"""Whether Dagster's daemon is alive: without it no sensor looks and no schedule starts a run."""

from datetime import UTC, datetime

from remind_etl.orchestration.instance import dagster_home, open_instance


def newest_heartbeat() -> datetime | None:
    """When a part of the daemon said last that it is alive; None if no daemon has run here. No storage is made.

    `get_daemon_heartbeats` is in no public interface of Dagster. It was seen in 1.13.27, and a test calls it.
    """
    if not (dagster_home() / "schedules").exists():
        return None
    with open_instance() as instance:
        beats = instance.get_daemon_heartbeats().values()
        return max((datetime.fromtimestamp(beat.timestamp, UTC) for beat in beats), default=None)
