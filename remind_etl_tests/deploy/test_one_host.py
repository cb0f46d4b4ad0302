"""One machine with Postgres: runs are processes that Dagster's daemon starts."""

from pathlib import Path

import dagster as dg
import pytest

from remind_etl.orchestration.instance import runs_of
from remind_etl_tests.deploy.machines import machines
from remind_etl_tests.ids import OAK
from remind_etl_tests.worlds import scenario


@pytest.mark.soak
def test_an_upload_is_delivered_by_a_process_that_the_daemon_starts(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with machines(tmp_path, request.config, monkeypatch, "one-host") as made:
        made.add(OAK, {"P-100": "Lincoln Elementary", "P-200": "Harbor Middle"})
        made.upload(OAK, scenario("clean"))
        made.start_daemon()

        def is_done() -> bool:
            with made.instance() as instance:
                return any(run.status == dg.DagsterRunStatus.SUCCESS for run in runs_of(instance, OAK))

        made.wait_until(is_done, "no run succeeded")
        assert len(made.platform.deliveries(OAK)) == 1
