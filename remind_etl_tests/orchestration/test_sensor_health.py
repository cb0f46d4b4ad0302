"""What Dagster says of sensors: whether one looks at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, SensorInstigatorData
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.types import DaemonHeartbeat

from remind_etl.orchestration.instance import open_instance
from remind_etl.orchestration.sensor_health import DAEMON_SILENCE, does_look


def _beat(instance: dg.DagsterInstance, at: datetime, daemon: str = "SENSOR") -> None:
    instance.add_daemon_heartbeat(DaemonHeartbeat(at.timestamp(), daemon, None))


def _stop_sensor(instance: dg.DagsterInstance, name: str) -> None:
    """Stop a sensor as a person does on Dagster's pages."""
    code = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(), "remind_etl")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(code, "__repository__"), name)
    instance.add_instigator_state(
        InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.STOPPED, SensorInstigatorData())
    )


def test_a_sensor_looks_if_its_daemon_is_alive_and_nobody_stopped_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    now = datetime.now(UTC)
    with open_instance() as instance:
        _beat(instance, now, "SCHEDULER")
        assert not does_look(instance, "drops")
        _beat(instance, now - DAEMON_SILENCE - timedelta(seconds=1))
        assert not does_look(instance, "drops")
        _beat(instance, now)
        assert does_look(instance, "drops")

        _stop_sensor(instance, "decisions")
        assert does_look(instance, "drops")
        _stop_sensor(instance, "drops")
        assert not does_look(instance, "drops")
