"""Several machines: Dagster on Postgres, runs on Celery workers, Redis between, files in a bucket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import dagster as dg
import pytest

from remind_etl.files.storage import open_storage
from remind_etl.orchestration.instance import runs_of
from remind_etl.orchestration.outcome import OUTCOME
from remind_etl.orchestration.sizes import QUEUE, SIZE
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests import database_servers
from remind_etl_tests.deploy.machines import Machines, machines
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.worlds import scenario

pytestmark = pytest.mark.soak

SCHOOLS: Final = {"P-100": "Lincoln Elementary", "P-200": "Harbor Middle"}


@pytest.fixture
def celery(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    """The services of the tier."""
    with machines(tmp_path, request.config, monkeypatch, "celery", poll_interval_seconds="5") as made:
        yield made


@pytest.fixture
def impatient(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    """The services of the tier; a run may take so little time that a dead worker is noticed within the test."""
    with machines(
        tmp_path, request.config, monkeypatch, "celery", max_runtime_seconds="90", poll_interval_seconds="5"
    ) as made:
        yield made


def _runs(celery: Machines, district: DistrictId) -> list[dg.DagsterRun]:
    with celery.instance() as instance:
        return runs_of(instance, district)


def _is_done(celery: Machines, district: DistrictId) -> bool:
    return any(run.status == dg.DagsterRunStatus.SUCCESS for run in _runs(celery, district))


def test_two_machines_share_the_runs_and_only_databases_and_the_bucket(celery: Machines) -> None:
    for district in (OAK, ELM):
        celery.add(district, SCHOOLS)
        celery.upload(district, scenario("clean"))
    celery.start_worker("one")
    celery.start_worker("two", queue="large")
    celery.start_daemon()

    celery.wait_until(lambda: _is_done(celery, OAK) and _is_done(celery, ELM), "no run of both districts succeeded")

    storage = open_storage(celery.environment["REMIND_ETL_STORAGE"], celery.folder / "reader")
    for district in (OAK, ELM):
        manifest = Published(storage.below("published")).manifest(district)
        assert manifest is not None
        assert len(celery.platform.deliveries(district)) == 1
        tags = [run.tags for run in _runs(celery, district) if run.is_finished]
        assert {(of_run[SIZE], of_run.get(QUEUE)) for of_run in tags} == {("small", None)}
        assert not [of_run for of_run in tags if of_run[OUTCOME] == "failed"]
    left = [path for machine in ("one", "two") for path in celery.home(machine).rglob("*.duckdb*")]
    assert left == []
    assert not [path for machine in ("control", "one") for path in celery.home(machine).glob("landed")]


def test_a_machine_that_dies_in_a_run_is_noticed_and_the_run_delivers_once_elsewhere(impatient: Machines) -> None:
    _begin(impatient)
    impatient.kill("one")
    impatient.start_worker("two")

    impatient.wait_until(lambda: _is_done(impatient, OAK), "the run was not repeated")

    statuses = [run.status for run in reversed(_runs(impatient, OAK))]
    assert statuses == [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS]
    assert len(impatient.platform.deliveries(OAK)) == 1


def test_a_broker_that_restarts_in_a_run_loses_nothing_and_repeats_nothing(celery: Machines) -> None:
    _begin(celery)
    celery.kill("redis")
    celery.add(ELM, SCHOOLS)
    celery.upload(ELM, scenario("clean"))
    celery.start_redis()

    celery.wait_until(lambda: _is_done(celery, OAK) and _is_done(celery, ELM), "no run of both districts succeeded")

    for district in (OAK, ELM):
        assert len(celery.platform.deliveries(district)) == 1


def test_a_database_server_that_restarts_in_a_run_loses_nothing_and_repeats_nothing(
    celery: Machines, request: pytest.FixtureRequest
) -> None:
    _begin(celery)
    database_servers.restart(request.config)
    celery.add(ELM, SCHOOLS)
    celery.upload(ELM, scenario("clean"))

    celery.wait_until(lambda: _is_done(celery, OAK) and _is_done(celery, ELM), "no run of both districts succeeded")

    for district in (OAK, ELM):
        assert len(celery.platform.deliveries(district)) == 1


def _begin(celery: Machines) -> None:
    """Upload the files of a district, start a worker, and wait until a step of the run has ended."""
    celery.add(OAK, SCHOOLS)
    celery.upload(OAK, scenario("clean"))
    celery.start_worker("one")
    celery.start_daemon()
    celery.wait_until(lambda: _started(celery), "no run started")


def _started(celery: Machines) -> bool:
    """True as soon as a step of a run has ended: the run is in the middle then."""
    with celery.instance() as instance:
        return any(
            instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_SUCCESS) for run in runs_of(instance, OAK)
        )
