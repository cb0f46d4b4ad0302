"""A district's DuckDB file belongs to one run: no run goes on with what another run or another machine made."""

from pathlib import Path

import dagster as dg
import pytest

from remind_etl import settings
from remind_etl.catalogue.statuses import NO_SCRATCH
from remind_etl.definitions import definitions
from remind_etl.orchestration import resources
from remind_etl.orchestration.step import RUN_ALL_STEPS
from remind_etl_tests.worlds import DISTRICT, World, scenario


def sync_job() -> dg.JobDefinition:
    return definitions().resolve_job_def("sync")


@pytest.fixture
def waiting(lasting_world: World) -> World:
    """A world with a district that has not run."""
    lasting_world.link("clean")
    lasting_world.instance.add_dynamic_partitions("district", [DISTRICT])
    _land(lasting_world, scenario("clean"))
    return lasting_world


def _land(world: World, files: dict[str, bytes]) -> None:
    """Upload the files, and let the sensor find them at rest: the next run takes them."""
    world.upload(files)
    world.tick("drops")
    world.tick("drops")


def _fail_at_delivery(world: World) -> str:
    """A run whose platform cannot be opened; returns its id."""
    in_the_way = settings.home().platform_file
    in_the_way.mkdir()
    run_id = _run(world).run_id
    in_the_way.rmdir()
    return run_id


def _run(world: World, again: dg.ReexecutionOptions | None = None) -> dg.JobExecutionResult:
    ended = dg.execute_job(
        dg.reconstructable(sync_job),
        world.instance,
        tags={"dagster/partition": DISTRICT},
        reexecution_options=again,
        raise_on_error=False,
    )
    with ended:
        return ended


def _again_from_failure(world: World, run_id: str) -> dg.JobExecutionResult:
    return _run(world, dg.ReexecutionOptions.from_failure(run_id, world.instance))


def _said(ended: dg.JobExecutionResult) -> set[str | None]:
    failures = [event.step_failure_data.user_failure_data for event in ended.all_events if event.is_step_failure]
    return {failure.description for failure in failures if failure}


def test_a_run_that_repeats_another_from_its_failure_goes_on_where_it_ran(waiting: World) -> None:
    failed = _fail_at_delivery(waiting)
    assert _again_from_failure(waiting, failed).success
    assert waiting.manifest.counts["students"] == 4


def test_on_another_machine_the_repeated_run_says_what_is_missing_and_asks_for_all_steps(
    waiting: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failed = _fail_at_delivery(waiting)
    settings.home().warehouse.rename(tmp_path / "the other machine")

    ended = _again_from_failure(waiting, failed)

    assert _said(ended) == {NO_SCRATCH}
    run = waiting.instance.get_run_by_id(ended.run_id)
    assert run is not None
    assert {name: run.tags.get(name) for name in RUN_ALL_STEPS} == RUN_ALL_STEPS
    assert _run(waiting).success


def test_what_another_run_left_is_not_gone_on_with(waiting: World) -> None:
    failed = _fail_at_delivery(waiting)
    _land(waiting, {**scenario("clean"), "schools.csv": b"school_id\n01\n"})
    _run(waiting)
    assert _said(_again_from_failure(waiting, failed)) == {NO_SCRATCH}


def test_what_another_version_of_the_code_left_is_not_gone_on_with(
    waiting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = _fail_at_delivery(waiting)
    monkeypatch.setattr(resources, "code_version", lambda: "newer")
    assert _said(_again_from_failure(waiting, failed)) == {NO_SCRATCH}


def test_a_machine_that_keeps_no_scratch_has_none_after_a_run_and_runs_the_next_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_SCRATCH", "delete")
    world.link("clean")
    for grade in (b"K", b"1"):
        files = scenario("clean")
        assert world.deliver(
            {**files, "students.csv": files["students.csv"].replace(b",K,", b"," + grade + b",")}
        ).success
        assert [path.name for path in settings.home().warehouse.glob("*.duckdb*")] == []
