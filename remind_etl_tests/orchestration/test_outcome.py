"""What came of a run, who must act, and how a blocked drop looks in Dagster."""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import dagster as dg
import pytest
from dagster._core.storage.partition_status_cache import AssetPartitionStatus

from remind_etl.catalogue.statuses import NO_DISTRICT, NO_PARTITION
from remind_etl.dropped.client import DropServerClient
from remind_etl.errors import DiskFull, DropUnstable, Interrupted, NothingLanded, WarehouseBusy
from remind_etl.orchestration import partitions
from remind_etl.orchestration.instance import newest_run, runs_of
from remind_etl.orchestration.outcome import (
    ACTS,
    OUTCOME,
    OUTCOME_OF,
    is_refused,
    of_failure,
    of_manifest,
    of_nothing_new,
)
from remind_etl.orchestration.step import RunWarehouse
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
        ({"waiting_schools": 1, "waiting_people": 2, "problems": {"error": 3}}, "waiting_for_schools", "us"),
        ({"holds": ("students",), "waiting_schools": 1}, "on_hold", "us"),
        ({"blockers": ("students.csv is missing.",)}, "blocked", "district"),
        ({"pause": "all", "holds": ("students",)}, "planned", "nobody"),
        ({"pause": "adds_only"}, "delivered", "nobody"),
        ({"pause": "adds_only", "plan": {"paused": 3}}, "planned", "nobody"),
        ({"pause": "adds_only", "plan": {"paused": 3}, "undone": "delivery 3"}, "planned", "nobody"),
        ({"pause": "adds_only", "plan": {"paused": 3}, "problems": {"error": 3}}, "planned", "district"),
        ({"pause": "adds_only", "plan": {"paused": 3}, "holds": ("students",)}, "on_hold", "us"),
    ],
)
def test_the_outcome_follows_from_what_the_run_published(facts: dict[str, object], outcome: str, acts: str) -> None:
    manifest = Manifest(DISTRICT, "a drop", ARRIVED, **facts)  # type: ignore[arg-type]

    assert of_manifest(manifest) == (outcome, acts)
    assert of_nothing_new(manifest) == ("nothing_new", acts)


def test_after_a_refusal_only_the_district_can_act_as_long_as_the_same_changes_wait(world: World) -> None:
    waits = Manifest(DISTRICT, "a drop", ARRIVED, holds=("students",), hold_hash="a hash")
    world.store.refuse(DISTRICT, "a hash", "They are still here.")

    assert of_manifest(waits, is_refused(world.store, waits)) == ("on_hold", "district")
    assert of_nothing_new(waits, is_refused(world.store, waits)) == ("nothing_new", "district")
    both = replace(waits, holds=("classes", "students"), hold_hash="of both")
    world.store.refuse(DISTRICT, "of both", "They are still here.", {"students": 4})
    assert of_manifest(both, is_refused(world.store, both)) == ("on_hold", "us")
    world.store.refuse(DISTRICT, "of both", "They are still here.", {"classes": 1})
    assert of_manifest(both, is_refused(world.store, both)) == ("on_hold", "district")
    other = replace(waits, hold_hash="another hash")
    assert of_manifest(other, is_refused(world.store, other)) == ("on_hold", "us")


@pytest.mark.parametrize(
    ("kind", "acts"),
    [
        *((NothingLanded, "district"), (DiskFull, "us"), (WarehouseBusy, "nobody"), (DropUnstable, "nobody")),
        *((Interrupted, "nobody"), (None, "us")),
    ],
)
def test_who_must_act_after_a_failure_follows_from_its_error(kind: type[Exception] | None, acts: str) -> None:
    error = dg.Failure("the sentence", metadata={"kind": kind.__name__} if kind else None)

    assert of_failure(error) == ("failed", acts)


WRONG_CHOICES = {
    "no such drop": {"drop": "20200101T000000Z-nothing"},
    "no such folder": {"folder": "/no/such/folder"},
}


@pytest.mark.parametrize("choice", WRONG_CHOICES.values(), ids=WRONG_CHOICES)
def test_a_wrong_choice_in_a_launchpad_shows_no_asset_of_the_district_as_failed(
    world: World, choice: dict[str, str]
) -> None:
    world.begin_unlinked()

    result = world.sync(dg.RunRequest(run_config={"ops": {"landed__files": {"config": choice}}}))

    run = world.instance.get_run_by_id(result.run_id)
    assert run
    assert run.status is dg.DagsterRunStatus.CANCELED
    assert _tags(world, result) == ("wrong_use", "us")
    (failed,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failed.user_failure_data
    assert next(iter(choice.values())) in str(failed.user_failure_data.description)
    assert failed.error
    assert failed.error.stack == []
    shown = {
        key.to_user_string(): world.instance.get_status_by_partition(key, [DISTRICT], partitions.districts)
        for key in world.code.resolve_asset_graph().materializable_asset_keys
    }
    assert len(shown) > 10
    assert {asset for asset, of in shown.items() if of and of[DISTRICT] is AssetPartitionStatus.FAILED} == set()


def test_a_run_without_a_district_says_in_one_sentence_to_choose_one(world: World) -> None:
    job = world.code.resolve_job_def("sync")

    result = job.execute_in_process(instance=world.instance, raise_on_error=False)

    (failed,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failed.user_failure_data
    assert failed.user_failure_data.description == NO_PARTITION
    assert failed.error
    assert failed.error.stack == []
    assert _tags(world, result) == ("wrong_use", "us")


@pytest.mark.parametrize("partition", [{}, {"dagster/partition": "atlantis"}], ids=["none", "unknown"])
def test_a_run_that_dagster_fails_for_want_of_a_district_is_tagged_as_wrong_use_and_links_to_no_page(
    world: World, monkeypatch: pytest.MonkeyPatch, partition: dict[str, str]
) -> None:
    monkeypatch.setenv("REMIND_ETL_WEB_ORIGIN", "https://sync.example.org")
    world.tick("outcomes")
    assert world.deliver(scenario("clean")).success  # from now on, Dagster asks for the versions of the upload

    result = world.code.resolve_job_def("sync").execute_in_process(
        instance=world.instance, tags=partition, raise_on_error=False
    )
    failed = next(event.step_failure_data for event in result.all_events if event.is_step_failure)
    assert failed.user_failure_data is None  # it is not our step that fails
    assert failed.error
    assert failed.error.cls_name in ("DagsterInvariantViolationError", "DagsterInvalidInvocationError")
    world.tick("outcomes")

    assert _tags(world, result) == ("wrong_use", "us")
    assert _page_tag(world, result) is None
    newest = newest_run(world.instance, DISTRICT)
    assert newest
    assert newest.run_id != result.run_id


def test_a_failed_run_of_a_job_that_needs_no_district_is_no_wrong_use(world: World) -> None:
    world.tick("outcomes")
    run = world.instance.create_run_for_job(world.code.resolve_job_def("retention"))
    world.instance.report_run_failed(run)
    world.tick("outcomes")

    tagged = world.instance.get_run_by_id(run.run_id)
    assert tagged
    assert tagged.tags[OUTCOME] == "failed"


def test_each_run_has_its_outcome_as_a_tag(world: World) -> None:
    assert _tags(world, world.sync()) == ("failed", "district")
    assert _tags(world, world.deliver(scenario("clean"))) == ("waiting_for_schools", "us")
    assert _tags(world, world.sync()) == ("nothing_new", "us")


def test_the_run_and_its_assets_link_to_the_page_of_the_district(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_WEB_ORIGIN", "https://sync.example.org/")
    page = dg.MetadataValue.url("https://sync.example.org/d/oak")

    result = world.deliver(scenario("clean"))

    made = {one.asset_key.to_user_string(): one.metadata for one in _materialized(result)}
    assert {"landed/files", "valid/problems", "planned/changes", "delivered/receipt", "delivered/report"} <= made.keys()
    assert [asset for asset, metadata in made.items() if metadata.get("district_page") != page] == []
    assert made["delivered/report"]["report_folder"] == dg.MetadataValue.path(str(world.published.report(DISTRICT)))
    assert _page_tag(world, result) == page.value

    (again,) = _materialized(world.sync())  # nothing is new
    assert again.metadata["district_page"] == page


def test_a_blocked_run_and_its_failed_step_link_to_the_page_of_the_district(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_WEB_ORIGIN", "https://sync.example.org")

    result = world.deliver({**scenario("clean"), "students.csv": WRONG_HEADER})

    (failed,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failed.user_failure_data
    page = failed.user_failure_data.metadata["district_page"]
    assert page == dg.MetadataValue.url("https://sync.example.org/d/oak")
    assert _page_tag(world, result) == page.value


def test_a_run_of_a_partition_that_is_no_district_links_to_no_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_WEB_ORIGIN", "https://sync.example.org")
    world.instance.add_dynamic_partitions("district", ["atlantis"])

    result = world.code.resolve_job_def("sync").execute_in_process(
        instance=world.instance, partition_key="atlantis", raise_on_error=False
    )

    (failed,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failed.user_failure_data
    assert failed.user_failure_data.description == NO_DISTRICT.format(partition="atlantis")
    assert "district_page" not in failed.user_failure_data.metadata
    assert _tags(world, result) == ("wrong_use", "us")
    assert _page_tag(world, result) is None


def test_without_an_address_of_the_pages_nothing_links_to_them(world: World) -> None:
    result = world.deliver(scenario("clean"))

    assert [one.asset_key for one in _materialized(result) if "district_page" in one.metadata] == []
    assert _page_tag(world, result) is None


def _materialized(result: dg.ExecuteInProcessResult) -> list[dg.AssetMaterialization]:
    return [event.materialization for event in result.all_events if event.is_step_materialization]


def _page_tag(world: World, result: dg.ExecuteInProcessResult) -> str | None:
    run = world.instance.get_run_by_id(result.run_id)
    assert run
    return run.tags.get("remind_etl/district_page")


def test_a_wrong_header_is_one_failed_check_and_one_sentence_and_all_else_is_not_judged(world: World) -> None:
    world.link("clean")

    result = world.deliver({**scenario("clean"), "students.csv": WRONG_HEADER})

    checks = result.get_asset_check_evaluations()
    assert [check.check_name for check in checks if not check.passed] == ["nothing_blocks_the_drop"]
    of_students = [check for check in checks if check.asset_key.path[-1] == "students"]
    assert {check.description for check in of_students} == {"not judged: the file cannot be read"}
    of_enrollments = [check for check in checks if check.asset_key.path == ["valid", "enrollments"]]
    assert {check.description for check in of_enrollments} == {
        "not judged: it refers to students.csv, which cannot be read"
    }
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


@dg.op
def fail() -> None:
    raise dg.Failure("the sentence")


@dg.op
def interrupted() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(30)


@dg.op
def canceled(context: dg.OpExecutionContext) -> None:
    context.instance.report_run_canceling(context.run)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(30)


@pytest.mark.parametrize(("op", "acts"), [(fail, "us"), (interrupted, "nobody"), (canceled, "nobody")])
@pytest.mark.parametrize("inherited", [{}, {OUTCOME: "blocked", ACTS: "district", OUTCOME_OF: "another run"}])
def test_a_run_that_could_not_tag_itself_is_tagged_afterwards_whatever_tags_it_began_with(
    world: World, op: dg.OpDefinition, acts: str, inherited: dict[str, str]
) -> None:
    world.tick("outcomes")
    job = dg.GraphDefinition("job", node_defs=[op]).to_job()
    result = job.execute_in_process(instance=world.instance, raise_on_error=False, tags=inherited)

    world.tick("outcomes")

    assert _tags(world, result) == ("failed", acts)


@pytest.mark.parametrize("ask", [lambda _: None, lambda context: context.instance.report_run_canceling(context.run)])
def test_a_run_that_a_signal_ended_needs_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, ask: Callable[[dg.AssetExecutionContext], None]
) -> None:
    def ended(warehouse: RunWarehouse, context: dg.AssetExecutionContext, *, is_first: bool = False) -> None:
        ask(context)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)

    monkeypatch.setattr(RunWarehouse, "step", ended)
    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", lambda *_: 0)

    world.tick("outcomes")
    result = world.deliver(scenario("clean"))
    world.tick("outcomes")

    assert not result.success
    assert _tags(world, result) == ("failed", "nobody")


def test_a_run_that_repeats_another_one_does_not_have_its_outcome(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {OUTCOME: "failed", ACTS: "us", OUTCOME_OF: "another run"}
    seen = []

    def looked(warehouse: RunWarehouse, context: dg.AssetExecutionContext, *, is_first: bool = False) -> None:
        run = world.instance.get_run_by_id(context.run.run_id)
        assert run
        seen.append((run.tags[OUTCOME], run.tags[ACTS]))
        raise dg.Failure("the sentence", allow_retries=False)

    monkeypatch.setattr(RunWarehouse, "step", looked)
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()

    result = world.sync(dg.RunRequest(run_config=request.run_config, tags=before))

    assert seen == [("under_way", "nobody")]
    assert _tags(world, result) == ("failed", "us")


def test_an_asset_that_is_run_by_itself_tags_its_run_too_and_its_district_is_left_failed(world: World) -> None:
    world.instance.add_dynamic_partitions("district", [DISTRICT])
    asset = dg.AssetSelection.assets(["landed", "files"])
    alone = dg.define_asset_job("alone", selection=asset)
    job = dg.Definitions.merge(world.code, dg.Definitions(jobs=[alone])).resolve_job_def("alone")

    result = job.execute_in_process(instance=world.instance, partition_key=DISTRICT, raise_on_error=False)

    assert _tags(world, result) == ("failed", "district")
    assert [run.run_id for run in runs_of(world.instance, DISTRICT)] == [result.run_id]
    assert not [event for event in result.all_events if "HOOK" in event.event_type_value]


def test_a_stack_is_hidden_only_while_the_failure_of_its_step_is_written_down(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.instance.add_dynamic_partitions("district", [DISTRICT])
    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", lambda *_: 0)
    seen = []

    def busy(*_: object) -> None:
        seen.append(hasattr(sys, "tracebacklimit"))
        raise WarehouseBusy("the sentence")

    monkeypatch.setattr(DropServerClient, "__enter__", busy)

    result = world.sync()

    assert seen == [False] * 4
    assert not hasattr(sys, "tracebacklimit")
    (failed,) = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    assert failed
    assert failed.cause
    assert failed.stack == failed.cause.stack == []
    assert _tags(world, result) == ("failed", "nobody")
