"""The launchers of deploy/ accept their configurations."""

from pathlib import Path
from typing import Any, Final

import dagster as dg
import pytest
import yaml
from dagster._grpc.utils import default_grpc_timeout
from dagster_celery.launcher import CeleryRunLauncher
from dagster_k8s import K8sRunLauncher

from remind_etl.orchestration.instance import PATIENT

DEPLOY: Final = Path(__file__).parents[2] / "deploy"
LAUNCHERS: Final[dict[str, type[CeleryRunLauncher | K8sRunLauncher]]] = {
    "celery": CeleryRunLauncher,
    "kubernetes": K8sRunLauncher,
}


@pytest.fixture(autouse=True)
def _set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that the configurations name."""
    monkeypatch.delenv(PATIENT[0], raising=False)
    for name in ("DAGSTER_BROKER_URL", "DAGSTER_RESULTS_URL"):
        monkeypatch.setenv(name, "redis://127.0.0.1:1/0")


def _launcher(folder: str) -> dict[str, Any]:
    launcher: dict[str, Any] = yaml.safe_load((DEPLOY / folder / "dagster.yaml").read_text())["run_launcher"]
    return launcher


def _job(folder: str) -> dg.JobDefinition:
    """A job whose step has the configuration of the launcher, so that Dagster parses it as one."""

    @dg.op(config_schema=LAUNCHERS[folder].config_type())
    def launch() -> None: ...

    @dg.job
    def launching() -> None:
        launch()

    return launching


@pytest.mark.parametrize("folder", ["one-host", "celery"])
def test_a_deployment_lets_dagster_wait_longer_for_our_code_than_its_usual_minute(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (DEPLOY / folder / "remind_etl.env").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    name, seconds = PATIENT
    assert settings[name] == seconds

    chart = yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text())
    for part in ("dagsterWebserver", "dagsterDaemon"):
        assert chart[part]["env"] == [{"name": name, "value": seconds}]

    usual = default_grpc_timeout()
    monkeypatch.setenv(*PATIENT)
    assert default_grpc_timeout() == int(seconds) > usual


@pytest.mark.parametrize("folder", LAUNCHERS)
def test_the_launcher_of_a_deployment_is_there_and_accepts_its_configuration(folder: str) -> None:
    launcher, kind = _launcher(folder), LAUNCHERS[folder]

    assert launcher["class"] == kind.__name__
    assert kind.__module__.startswith(launcher["module"])
    dg.validate_run_config(_job(folder), {"ops": {"launch": {"config": launcher["config"]}}})


@pytest.mark.parametrize("folder", LAUNCHERS)
def test_a_launcher_refuses_a_setting_that_it_does_not_have(folder: str) -> None:
    config = {**_launcher(folder)["config"], "no_such_setting": 1}

    with pytest.raises(dg.DagsterInvalidConfigError):
        dg.validate_run_config(_job(folder), {"ops": {"launch": {"config": config}}})


def test_the_chart_starts_runs_with_the_limits_of_the_launcher() -> None:
    values = yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text())
    chart = values["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]["containerConfig"]["resources"]

    assert chart == _launcher("kubernetes")["config"]["run_k8s_config"]["container_config"]["resources"]
