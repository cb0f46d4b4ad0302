"""The events of runs: what other processes and Dagster's own storage read of them."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from remind_etl import settings
from remind_etl.orchestration import event_log
from remind_etl.orchestration.event_log import KEPT_OPEN, EventLog
from remind_etl.orchestration.instance import open_instance


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", "")
    return settings.home().dagster / "history" / "runs"


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with open_instance() as instance:
        yield instance


def _run(instance: dg.DagsterInstance, name: str = "sync") -> str:
    return dg.job(name=name)(lambda: None).execute_in_process(instance=instance).run_id


def _fail() -> None:
    raise LookupError


def _open_files(home: Path) -> set[str]:
    """SQLite deletes the journal of a file when the last connection closes."""
    return {path.name.removesuffix(".db-wal") for path in home.glob("*.db-wal")}


def test_the_instance_keeps_its_events_here(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.event_log_storage, EventLog)


def test_the_next_instance_reads_what_was_written(home: Path) -> None:
    with open_instance() as instance:
        run = _run(instance)

    with open_instance() as instance:
        assert [record.run_id for record in instance.get_runs()] == [run]
        assert instance.all_logs(run)


def test_dagsters_own_storage_reads_the_same_events(home: Path, instance: dg.DagsterInstance) -> None:
    run = _run(instance)

    own = SqliteEventLogStorage(str(home))

    assert own.get_logs_for_run(run) == instance.all_logs(run)


def test_the_pages_hear_of_each_event_while_its_run_goes_on(home: Path, instance: dg.DagsterInstance) -> None:
    run = instance.create_run_for_job(dg.job(name="sync")(lambda: None))
    instance.report_engine_event("before", run)
    heard = threading.Event()
    pages = SqliteEventLogStorage(str(home))
    pages.watch(run.run_id, None, lambda *_: heard.set())

    instance.report_engine_event("now", run)

    assert heard.wait(20)
    pages.dispose()


def test_the_file_of_a_run_has_nothing_of_the_index(
    home: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "_PATTERN", [])
    instance.add_dynamic_partitions("district", ["oak"])
    with open_instance() as another:
        assert another.get_dynamic_partitions("district") == ["oak"]  # the index is opened before the file of a run
        for n in range(2):
            run = _run(another, f"job_{n}")
            with closing(sqlite3.connect(home / f"{run}.db")) as db:
                assert db.execute("select * from dynamic_partitions").fetchall() == []
                assert db.execute("select count(*) from event_logs").fetchone() != (0,)
    assert len(event_log._PATTERN) == 1


def test_a_power_cut_may_lose_the_last_events_but_damages_no_file(instance: dg.DagsterInstance) -> None:
    """SQLite promises this of the mode `normal` for files with a write-ahead log alone: see its page on pragmas."""
    log = instance.event_log_storage
    assert isinstance(log, EventLog)
    for connection in (log.run_connection(_run(instance)), log.index_connection()):
        with connection as db:
            modes = [db.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous")]
            assert modes == ["wal", 1]


def test_no_more_than_a_few_files_stay_open(home: Path, instance: dg.DagsterInstance) -> None:
    for n in range(KEPT_OPEN + 1):
        run = _run(instance, f"job_{n}")

    still_open = _open_files(home)
    assert len(still_open) <= KEPT_OPEN
    assert {"index", run} <= still_open


def test_no_file_stays_open_after_the_instance(home: Path) -> None:
    with open_instance() as instance:
        _run(instance)
        assert _open_files(home)

    assert not _open_files(home)


def test_new_events_are_kept_after_all_were_deleted(instance: dg.DagsterInstance) -> None:
    _run(instance)
    instance.event_log_storage.wipe()

    run = _run(instance)

    assert instance.all_logs(run)


def test_what_belongs_to_an_event_is_stored_with_it_or_not_at_all(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = dg.AssetKey("table")
    with monkeypatch.context() as broken:
        broken.setattr(EventLog, "_store_asset_event", lambda *_: _fail())
        with pytest.raises(LookupError):
            instance.report_runless_asset_event(dg.AssetMaterialization(table))

    assert instance.fetch_materializations(table, limit=9).records == []
    assert instance.all_logs("") == []

    instance.report_runless_asset_event(dg.AssetMaterialization(table))
    assert len(instance.fetch_materializations(table, limit=9).records) == 1
    assert len(instance.all_logs("")) == 1


def test_the_steps_of_a_run_are_announced_together(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[int] = []
    store = EventLog.store_event_batch

    def count(log: EventLog, events: Sequence[dg.EventLogEntry]) -> None:
        stored.append(len(events))
        store(log, events)

    monkeypatch.setattr(EventLog, "store_event_batch", count)
    tables = [dg.asset(name=f"table_{n}")(lambda: None) for n in range(3)]

    run = dg.materialize(tables, instance=instance).run_id

    planned = dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED
    assert stored[0] == len(tables)
    assert len(instance.event_log_storage.get_logs_for_run(run, of_type=planned)) == len(tables)
