"""Dagster's record of runs waits for no disk, and stands after the process that wrote it."""

from pathlib import Path

import dagster as dg
import pytest

from remind_etl import settings
from remind_etl.orchestration.instance import open_instance
from remind_etl.orchestration.run_storage import EventLog


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", "")
    return settings.home().dagster


def _run(instance: dg.DagsterInstance) -> str:
    return dg.job(name="sync")(lambda: None).execute_in_process(instance=instance).run_id


def test_what_was_recorded_is_read_by_who_opens_the_instance_next() -> None:
    with open_instance() as instance:
        run = _run(instance)

    with open_instance() as instance:
        assert [record.run_id for record in instance.get_runs()] == [run]
        assert instance.all_logs(run)


def test_events_wait_for_no_disk_and_those_of_the_index_reach_it_in_order() -> None:
    with open_instance() as instance:
        log = instance.event_log_storage
        assert isinstance(log, EventLog)
        with log.run_connection(_run(instance)) as db:
            assert db.exec_driver_sql("pragma synchronous").scalar() == 0
        with log.index_connection() as db:
            assert db.exec_driver_sql("pragma synchronous").scalar() == 1
            assert db.exec_driver_sql("pragma journal_mode").scalar() == "wal"


def test_the_index_stays_open_and_the_file_of_a_run_does_not_as_the_pages_follow_its_changes(home: Path) -> None:
    with open_instance() as instance:
        run = _run(instance)
        still_open = {path.name.removesuffix(".db-wal") for path in (home / "history" / "runs").glob("*.db-wal")}

    assert run not in still_open
    assert "index" in still_open
    assert list((home / "history" / "runs").glob("*.db-wal")) == []
