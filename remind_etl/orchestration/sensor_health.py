"""What Dagster's daemon and people say of sensors: whether a sensor looks at all, and whether its runs begin.

Neither `get_daemon_heartbeats` nor `all_instigator_state` is in a public interface of Dagster. They were seen in 1.13,
and tests call them.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg

DAEMON_SILENCE: Final = timedelta(minutes=5)
"""Longer than this, a living daemon is never silent."""

SENSORS: Final = "SENSOR"
"""The name of the daemon's part that evaluates sensors, and Dagster's name of a sensor among what starts runs."""


_QUEUE: Final = "QUEUED_RUN_COORDINATOR"
"""The name of the daemon's part that takes runs from the queue."""

STARTERS: Final = (SENSORS, _QUEUE)
"""The parts of the daemon that it takes to start a run."""


def is_silent(beat: datetime, now: datetime) -> bool:
    """True if a part of the daemon that was alive at this beat must have ended since."""
    return now - beat > DAEMON_SILENCE


def newest_beat(instance: dg.DagsterInstance) -> datetime | None:
    """When a part of the daemon said last that it is alive; None if no daemon has run on this instance."""
    return max((_at(beat.timestamp) for beat in instance.get_daemon_heartbeats().values()), default=None)


def beats_of_starters(instance: dg.DagsterInstance) -> dict[str, datetime | None]:
    """When each part of the daemon that it takes to start a run was alive last; None if it never was, by its name."""
    beats = instance.get_daemon_heartbeats()
    has_queue = isinstance(instance.run_coordinator, dg.QueuedRunCoordinator)
    parts = STARTERS if has_queue else (SENSORS,)
    return {part: _at(beats[part].timestamp) if part in beats else None for part in parts}


def does_look(instance: dg.DagsterInstance, sensor: str) -> bool:
    """True if the sensor looks: nobody stopped it, and the daemon that evaluates it is alive.

    Only for a sensor that runs unless a person stops it.
    """
    beat = instance.get_daemon_heartbeats().get(SENSORS)
    if beat is None or is_silent(_at(beat.timestamp), datetime.now(UTC)):
        return False
    states = instance.all_instigator_state() if instance.schedule_storage else ()
    return not any(
        (state.instigator_type.name, state.name, state.status.name) == (SENSORS, sensor, "STOPPED") for state in states
    )


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
