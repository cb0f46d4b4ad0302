"""What came of a run, who must act, and how a blocked drop looks in Dagster."""

import sys

import dagster as dg
import pytest

from remind_etl.errors import DiskFull, DropUnstable, NothingLanded, WarehouseBusy
from remind_etl.orchestration.outcome import ACTS, OUTCOME, of_failure, of_manifest, of_nothing_new, outcomes_sensor
from remind_etl.published.store import Manifest
from remind_etl_tests.worlds import DISTRICT, World, scenario

ARRIVED = "2020-01-01T00:00:00+00:00"
WRONG_HEADER = scenario("clean")["students.csv"].replace(b"student_id", b"StudentNumber", 1)


def _tags(world: World, result: dg.ExecuteInProcessResult) -> tuple[str, str]:
    run = world.instance.get_run_by_id(result.run_id)
    assert run
    return run.tags[OUTCOME], run.tags[ACTS]


@pytest.mark.parametrize(
    ("facts", "outcome", "acts"),
    [
        ({}, "delivered", "nobody"),
        ({"problems": {"alert": 3}}, "delivered", "nobody"),
        ({"problems": {"error": 3}}, "delivered", "district"),
        ({"waiting_schools": 1, "problems": {"error": 3}}, "waiting_for_schools", "us"),
        ({"holds": ("students",), "waiting_schools": 1}, "on_hold", "us"),
        ({"blockers": ("students.csv is missing.",)}, "blocked", "district"),
        ({"pause": "all", "holds": ("students",)}, "planned", "nobody"),
        ({"pause": "adds_only"}, "delivered", "nobody"),
    ],
)
def test_the_outcome_follows_from_what_the_run_published(facts: dict[str, object], outcome: str, acts: str) -> None:
    manifest = Manifest(DISTRICT, "a drop", ARRIVED, **facts)  # type: ignore[arg-type]

    assert of_manifest(manifest) == (outcome, acts)
    assert of_nothing_new(manifest) == ("nothing_new", acts)


@pytest.mark.parametrize(
    ("kind", "acts"),
    [(NothingLanded, "district"), (DiskFull, "us"), (WarehouseBusy, "nobody"), (DropUnstable, "nobody"), (None, "us")],
)
def test_who_must_act_after_a_failure_follows_from_its_error(kind: type[Exception] | None, acts: str) -> None:
    error = dg.Failure("the sentence", metadata={"kind": kind.__name__} if kind else None)
    last_try = dg.RetryRequested(max_retries=0)
    last_try.__cause__ = error

    assert of_failure(error) == of_failure(last_try) == ("failed", acts)


def test_each_run_has_its_outcome_as_a_tag(world: World) -> None:
    assert _tags(world, world.sync()) == ("failed", "district")
    assert _tags(world, world.deliver(scenario("clean"))) == ("waiting_for_schools", "us")
    assert _tags(world, world.sync()) == ("nothing_new", "us")


def test_the_report_links_to_its_folder_and_to_the_page_of_the_district(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_WEB_ORIGIN", "https://sync.example.org/")

    result = world.deliver(scenario("clean"))

    made = [event.materialization for event in result.all_events if event.is_step_materialization]
    (report,) = [one for one in made if one.asset_key == dg.AssetKey(["delivered", "report"])]
    assert report.metadata["district_page"] == dg.MetadataValue.url("https://sync.example.org/d/oak")
    assert report.metadata["report_folder"] == dg.MetadataValue.path(str(world.published.report(DISTRICT)))


def test_a_wrong_header_is_one_failed_check_and_one_sentence_and_all_else_is_not_judged(world: World) -> None:
    world.link("clean")

    result = world.deliver({**scenario("clean"), "students.csv": WRONG_HEADER})

    checks = result.get_asset_check_evaluations()
    assert [check.check_name for check in checks if not check.passed] == ["nothing_blocks_the_drop"]
    of_students = [check for check in checks if check.asset_key.path[-1] == "students"]
    assert {check.description for check in of_students} == {"not judged: the file cannot be read"}
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    data = failed.step_failure_data
    assert data.user_failure_data
    assert data.user_failure_data.description == (
        "students.csv has no column student_id: StudentNumber may be this column."
    )
    assert data.error
    assert data.error.stack == []
    assert not hasattr(sys, "tracebacklimit")
    assert _tags(world, result) == ("blocked", "district")


def test_a_failed_run_whose_process_could_not_tag_it_is_tagged_afterwards(world: World) -> None:
    @dg.op
    def fail() -> None:
        raise dg.Failure("the sentence")

    @dg.job
    def job() -> None:
        fail()

    result = job.execute_in_process(instance=world.instance, raise_on_error=False)
    run = world.instance.get_run_by_id(result.run_id)
    assert run
    (event,) = [event for event in result.all_events if event.is_failure and not event.is_step_event]
    context = dg.build_run_status_sensor_context("outcomes", event, world.instance, run)

    outcomes_sensor()(context.for_run_failure())

    assert _tags(world, result) == ("failed", "us")
