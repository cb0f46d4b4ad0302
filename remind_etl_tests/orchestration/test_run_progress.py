"""What pages ask of Dagster's storage: an answer may be some seconds old, and is of its own district."""

import json
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from remind_etl.orchestration import postgres_storage
from remind_etl.orchestration.instance import open_instance
from remind_etl.orchestration.partitions import DISTRICT_TAG
from remind_etl.orchestration.run_progress import RunsSeen
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import ELM, OAK


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def _start_run(instance: dg.DagsterInstance, district: DistrictId) -> str:
    @dg.job
    def sync() -> None: ...

    return instance.create_run_for_job(sync, tags={DISTRICT_TAG: district}).run_id


def test_a_page_tells_of_the_run_under_way_and_not_of_those_in_the_queue_behind_it(
    instance: dg.DagsterInstance,
) -> None:
    seen = RunsSeen(lambda: instance)
    runs = [_start_run(instance, OAK) for _ in range(3)]
    assert _newest(seen, OAK) == [runs[-1]]  # all are in the queue

    for run_id in runs:
        run = instance.get_run_by_id(run_id)
        assert run
        instance.report_dagster_event(_started(run), run_id)
        assert _newest(seen, OAK) == [run_id]
        instance.report_run_failed(run, "it was ended")
    assert _newest(seen, OAK) == [runs[-1]]


def test_a_run_is_under_way_since_its_work_began_and_waits_since_it_was_queued(instance: dg.DagsterInstance) -> None:
    seen = RunsSeen(lambda: instance)
    run = instance.get_run_by_id(_start_run(instance, OAK))
    assert run
    queued = seen.newest(OAK)
    assert queued
    assert queued.started_at is None

    instance.report_dagster_event(_started(run), run.run_id)

    begun = seen.newest(OAK)
    assert begun
    assert begun.started_at
    assert begun.started_at > queued.created_at == begun.created_at


def _started(run: dg.DagsterRun) -> dg.DagsterEvent:
    return dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, run.job_name)


def _newest(seen: RunsSeen, *districts: DistrictId) -> list[str | None]:
    found = [seen.newest(district) for district in districts]
    return [run.run_id if run else None for run in found]


def test_a_page_sees_a_new_run_when_the_kept_answer_is_too_old(instance: dg.DagsterInstance) -> None:
    now = 100.0
    seen = RunsSeen(lambda: instance, fresh_seconds=2, clock=lambda: now)
    first = _start_run(instance, OAK)
    assert _newest(seen, OAK) == [first]

    second = _start_run(instance, OAK)
    now += 1.9
    assert _newest(seen, OAK) == [first]
    now += 0.1
    assert _newest(seen, OAK) == [second]


def test_a_kept_answer_is_of_its_own_district(instance: dg.DagsterInstance) -> None:
    seen = RunsSeen(lambda: instance, fresh_seconds=60)
    of_oak = _start_run(instance, OAK)
    assert _newest(seen, OAK, ELM) == [of_oak, None]
    assert _newest(seen, ELM, OAK) == [None, of_oak]


def test_that_the_daemon_never_ran_is_kept_too(instance: dg.DagsterInstance) -> None:
    looks = []

    def opened() -> dg.DagsterInstance:
        looks.append(1)
        return instance

    seen = RunsSeen(opened, beat_seconds=30)
    assert [seen.silent_parts(datetime.now(UTC)) for _ in range(3)] == [{"SENSOR": None}] * 3
    assert len(looks) == 1


def test_no_part_of_the_daemon_has_run_where_dagster_has_not() -> None:
    seen = RunsSeen(lambda: None)
    assert seen.silent_parts(datetime.now(UTC)) == {"SENSOR": None, "QUEUED_RUN_COORDINATOR": None}
    assert seen.does_answer


def test_a_storage_that_does_not_answer_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://dagster:secret@127.0.0.1:1/dagster"  # nothing listens there
    storage = {"module": postgres_storage.__name__, "class": "RunStorage", "config": {"postgres_url": url}}
    (tmp_path / "dagster.yaml").write_text(json.dumps({"run_storage": storage}))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    seen = RunsSeen(open_instance, patience_seconds=0.5)

    begun = time.monotonic()
    assert _newest(seen, OAK, ELM, OAK) == [None] * 3
    assert seen.failed_of_all() == {}
    assert set(seen.silent_parts(datetime.now(UTC))) == {"SENSOR", "QUEUED_RUN_COORDINATOR"}

    assert not seen.does_answer
    assert 0.5 < time.monotonic() - begun < 2


def test_a_storage_that_failed_is_asked_again_after_a_rest(instance: dg.DagsterInstance) -> None:
    now, is_broken = 100.0, True

    def opened() -> dg.DagsterInstance:
        if is_broken:
            raise sqlite3.OperationalError("unable to open database file")
        return instance

    seen = RunsSeen(opened, clock=lambda: now, rest_seconds=10)
    run = _start_run(instance, OAK)
    assert _newest(seen, OAK) == [None]
    is_broken = False
    now += 9
    assert _newest(seen, OAK) == [None]
    assert not seen.does_answer

    now += 1

    assert _newest(seen, OAK) == [run]
    assert seen.does_answer
