"""What starts runs, what retries them, and what names those left behind."""

import errno
import os
import shutil
import signal
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import dagster as dg
import pytest
import yaml
from dagster._core.snap.job_snapshot import JobSnap
from dagster._core.snap.snap_to_yaml import default_values_yaml_from_type_snap
from dagster._daemon.types import DaemonHeartbeat

from remind_etl import settings
from remind_etl.catalogue import statuses, uploads
from remind_etl.decided.store import SchoolLink
from remind_etl.definitions import definitions
from remind_etl.delivered.platform import PlatformStore
from remind_etl.dropped import watch
from remind_etl.dropped.assets import LOOK_AGAIN_SECONDS
from remind_etl.errors import (
    DISK_FULL,
    ONLY_UNPUBLISHED,
    DiskFull,
    DropUnstable,
    HostKeyChanged,
    Interrupted,
    LoginRefused,
    OperatorError,
    PlanStale,
    TransientError,
    WarehouseBusy,
)
from remind_etl.landed import start
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.folder import land_folder
from remind_etl.operations.standings import Standings
from remind_etl.orchestration import health, nightly, resources, tries
from remind_etl.orchestration import instance as instances
from remind_etl.orchestration.instance import ended_at, runs_of
from remind_etl.orchestration.outcome import ACTS, OUTCOME, Acts, Outcome, tag_run
from remind_etl.orchestration.run_here import run_sync
from remind_etl.orchestration.step import guarded
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.dropped.faults import Fault, faulty
from remind_etl_tests.ids import ELM
from remind_etl_tests.sftp import collector
from remind_etl_tests.worlds import DISTRICT, World, scenario, tags_of


def sync_job() -> dg.JobDefinition:
    return definitions().resolve_job_def("sync")


def at_night(world: World) -> list[nightly.Behind]:
    """The districts that the night runs."""
    home = settings.home()
    stores = LandingStore(home.landed), PlatformStore(home.platform_url), world.published
    return list(nightly.behind(world.instance, world.store, *stores))


def _nightly(world: World) -> list[dg.RunRequest]:
    """What the schedule itself asks for, which needs a lasting instance."""
    schedule = world.code.resolve_schedule_def("nightly")
    context = dg.build_schedule_context(
        instance=world.instance,
        scheduled_execution_time=datetime(2026, 11, 24, 2, tzinfo=UTC),
        resources=world.resources,
    )
    with context:  # it opens the instance once more, which lasts until it is closed
        asked = schedule(context)
    return [] if isinstance(asked, dg.SkipReason) else list(asked)  # type: ignore[arg-type]


def _why(result: dg.SensorResult) -> str:
    reason = result.skip_reason
    return reason.skip_message or "" if isinstance(reason, dg.SkipReason) else reason or ""


# Sensor `drops`


def test_a_drop_is_asked_for_once_and_only_when_two_looks_saw_the_same(world: World) -> None:
    world.upload(scenario("clean"))

    first, second = world.tick("drops"), world.tick("drops")
    assert not first.run_requests
    assert "oak: Rests 0 s before it is taken" in _why(first)
    (request,) = second.run_requests or ()
    assert request.partition_key == DISTRICT
    assert request.run_key
    assert request.run_key.startswith("oak:")

    world.land(request)
    assert _why(world.tick("drops")) == "No district has uploaded anything new."


def _asked(world: World) -> list[str]:
    """The keys of the runs that one look asks for."""
    return [request.run_key or "" for request in world.tick("drops").run_requests or ()]


def _queued(world: World, request: dg.RunRequest) -> dg.DagsterRun:
    """The run that the daemon makes of a request."""
    tags = {**tags_of(request), "dagster/partition": DISTRICT}
    return world.instance.create_run_for_job(sync_job(), run_config=dict(request.run_config), tags=tags)


@pytest.fixture
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sensors ask for the next run right after a failed one."""
    monkeypatch.setattr(tries, "PAUSES", (timedelta(),) * len(tries.PAUSES))


@pytest.mark.usefixtures("without_pauses")
def test_an_upload_whose_run_failed_before_it_landed_is_asked_for_again_a_few_times(world: World) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    first = request.run_key
    for number in (2, 3, 4):
        run = _queued(world, request)
        assert _asked(world) == []  # it is in the queue
        world.instance.report_run_failed(run, "The code was out of reach.")
        (request,) = world.tick("drops").run_requests or ()
        assert request.run_key == f"{first}:try {number}"
    world.instance.report_run_failed(_queued(world, request), "The code was out of reach.")
    given_up = world.tick("drops")
    assert not given_up.run_requests
    assert uploads.GIVEN_UP.format(tries=4) in _why(given_up)

    assert world.land(request).success
    assert _why(world.tick("drops")) == "No district has uploaded anything new."


@pytest.mark.usefixtures("without_pauses")
def test_a_run_that_dagster_itself_repeats_or_a_person_ended_is_not_asked_for_again(world: World) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    run = _queued(world, request)
    world.instance.report_run_canceled(run)
    assert _asked(world) == []

    run = _queued(world, request)
    world.instance.report_run_failed(run, "Its process was killed.")
    world.instance.add_run_tags(run.run_id, {"dagster/will_retry": "true"})
    assert _asked(world) == []
    world.instance.add_run_tags(run.run_id, {"dagster/will_retry": "false"})
    assert len(_asked(world)) == 1


def _run_that_failed(world: World, district: DistrictId, key: str, **tags: str) -> datetime:
    """A run of this upload that failed before it began, and when."""
    config = {"ops": {"landed__files": {"config": {"fingerprint": "f"}}}}
    of_run = {"dagster/partition": district, tries.RUN_KEY_TAG: key, **tags}
    run = world.instance.create_run_for_job(sync_job(), run_config=config, tags=of_run)
    world.instance.report_run_failed(run, "The code was out of reach.")
    (record,) = world.instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id]))
    return ended_at(record)


def test_each_further_run_of_a_failed_upload_waits_longer_than_the_one_before(world: World) -> None:
    for number, minutes in enumerate((1, 5, 15), start=1):
        failed_at = _run_that_failed(world, DISTRICT, "key" if number == 1 else f"key:try {number}")

        def after(seconds: float, since: datetime = failed_at) -> tries.Tries:
            return tries.further_tries(world.instance, {DISTRICT: "f"}, 9, since + timedelta(seconds=seconds))

        early, later = after(minutes * 60 - 30), after(minutes * 60)
        assert (early.keys, early.waiting) == ({}, {DISTRICT: uploads.NEXT_TRY.format(seconds=30)})
        assert later.keys == {DISTRICT: f"key:try {number + 1}"}


def test_of_many_failed_uploads_only_so_many_are_looked_at_and_those_due_first_come_first(world: World) -> None:
    _run_that_failed(world, DISTRICT, "oak:try 2")
    at = _run_that_failed(world, ELM, "elm") + timedelta(hours=1)

    asked = tries.further_tries(world.instance, {DISTRICT: "f", ELM: "f"}, 1, at)

    assert asked.keys == {ELM: "elm:try 2"}


def test_an_upload_that_a_run_refused_as_the_districts_fault_is_not_asked_for_again(world: World) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    run = _queued(world, request)
    tag_run(world.instance, run, Outcome.FAILED, Acts.DISTRICT)
    world.instance.report_run_failed(run, "The directory cannot be read.")

    assert _asked(world) == []


def test_the_sensor_adds_a_district_as_partition_before_its_first_drop(world: World) -> None:
    world.tick("drops")

    assert world.instance.get_dynamic_partitions("district") == [DISTRICT]


def test_an_incomplete_upload_waits_and_the_sensor_says_for_what(world: World) -> None:
    files = scenario("clean")
    del files["students.csv"]
    world.upload(files)
    world.tick("drops")

    result = world.tick("drops")

    assert not result.run_requests
    assert "oak: Waits for students.csv" in _why(result)


def test_the_quiet_period_starts_anew_when_a_file_changes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_QUIET_SECONDS", "3600")
    world.upload(scenario("clean"))
    world.tick("drops")
    (before,) = watch.read_cursor(world.cursors["drops"]).seen.values()

    world.upload({"schools.csv": scenario("clean")["schools.csv"] + b"04,New School\n"})
    assert not world.tick("drops").run_requests

    (after,) = watch.read_cursor(world.cursors["drops"]).seen.values()
    assert after.since > before.since


def test_a_server_out_of_reach_skips_the_tick_and_keeps_the_cursor(world: World) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    seen = world.cursors["drops"]
    world.server.stop()

    result = world.tick("drops")

    assert not result.run_requests
    assert "The next look is in" in _why(result)
    assert world.cursors["drops"] == seen


def test_a_changed_host_key_raises_instead_of_skipping(world: World) -> None:
    known_hosts = settings.home().sftp / "known_hosts"
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJDkJuMcJ0Ds7ZIlPdGnPPsZFJxYhqQhAhnQjWZVSFnA"
    known_hosts.write_text(f"[127.0.0.1]:{world.server.port} {other}\n")

    with pytest.raises(HostKeyChanged):
        world.tick("drops")


def test_a_refused_login_raises_instead_of_skipping(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_SFTP_USER", DISTRICT)

    with pytest.raises(LoginRefused):
        world.tick("drops")


def test_files_that_change_between_look_and_copy_are_not_landed(world: World) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    world.upload({"schools.csv": scenario("clean")["schools.csv"] + b"04,New School\n"})

    result = world.sync(request)

    assert not result.success
    assert LandingStore(settings.home().landed).drops(DISTRICT) == []


def _requested(world: World) -> dg.RunRequest:
    """The run that the sensor asks for when it has looked twice."""
    assert not world.tick("drops").run_requests
    (request,) = world.tick("drops").run_requests or ()
    return request


def test_an_upload_during_a_run_is_the_next_drop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.upload(scenario("clean"))
    request, store = _requested(world), LandingStore(settings.home().landed)
    students = scenario("clean")["students.csv"].replace(b"\n", b"\n\n", 1)

    def start_after_an_upload(*of_drop: Any) -> object:
        world.upload({"students.csv": students})
        return start_warehouse(*of_drop)

    start_warehouse = start.start_warehouse
    with monkeypatch.context() as during:
        during.setattr("remind_etl.landed.start.start_warehouse", start_after_an_upload)
        assert world.land(request).success
    (first,) = store.all_drops(DISTRICT)
    assert first.paths["students.csv"].read_bytes() == scenario("clean")["students.csv"]

    assert world.land(_requested(world)).success
    _, second = store.all_drops(DISTRICT)
    assert second.paths["students.csv"].read_bytes() == students
    assert _why(world.tick("drops")) == "No district has uploaded anything new."


def test_if_only_some_files_are_new_all_are_one_drop_and_the_others_are_stored_once(world: World) -> None:
    world.upload(scenario("clean"))
    assert world.land(_requested(world)).success
    students = scenario("clean")["students.csv"].replace(b"\n", b"\n\n", 1)
    world.upload({"students.csv": students})
    assert world.land(_requested(world)).success

    store = LandingStore(settings.home().landed)
    contents = [{name: path.read_bytes() for name, path in drop.paths.items()} for drop in store.all_drops(DISTRICT)]
    assert contents == [scenario("clean"), scenario("clean") | {"students.csv": students}]
    assert len(list((settings.home().root / "landed" / DISTRICT / "files").iterdir())) == len(scenario("clean")) + 1


@pytest.mark.parametrize("mtimes", [[1], [4_200_000_000], [4_200_000_000, 1]], ids=["1970", "2103", "both"])
def test_old_times_and_a_wrong_clock_of_the_server_hold_no_upload_back(world: World, mtimes: list[int]) -> None:
    world.upload(scenario("clean"))
    for n, name in enumerate(scenario("clean")):
        mtime = mtimes[n % len(mtimes)]
        os.utime(settings.home().drops / DISTRICT / "upload" / name, (mtime, mtime))

    assert world.land(_requested(world)).success
    assert len(LandingStore(settings.home().landed).drops(DISTRICT)) == 1


# Sensor `decisions`


def test_a_confirmed_school_link_leads_to_a_run_without_a_new_upload(world: World) -> None:
    world.begin_unlinked()
    assert not world.tick("decisions").run_requests

    world.link("clean")
    (request,) = world.tick("decisions").run_requests or ()
    assert world.sync(request).success

    assert world.manifest.counts["students"] == 4
    assert not world.tick("decisions").run_requests


def test_a_decision_whose_run_died_before_it_ran_is_carried_out_by_another_run(
    world: World, request: pytest.FixtureRequest
) -> None:
    world.begin_unlinked()
    world.link("clean")
    (asked,) = world.tick("decisions").run_requests or ()
    run = _queued(world, asked)
    assert not world.tick("decisions").run_requests  # it is in the queue
    world.instance.report_run_failed(run, "The code was out of reach.")
    pausing = world.tick("decisions")
    assert not pausing.run_requests
    assert "oak: The last run failed. The next one starts in " in _why(pausing)

    request.getfixturevalue("without_pauses")
    (again,) = world.tick("decisions").run_requests or ()
    assert (again.run_key, again.run_config) == (f"{asked.run_key}:try 2", asked.run_config)
    assert world.sync(again).success

    assert world.manifest.counts["students"] == 4
    assert not world.tick("decisions").run_requests


@pytest.mark.usefixtures("without_pauses")
def test_a_decision_is_carried_out_a_few_times_at_most_and_never_after_a_newer_run(world: World) -> None:
    def further() -> tries.Tries:
        return tries.further_tries_of_decisions(world.instance, 9, datetime.now(UTC))

    for number in (1, 2, 3, 4):
        _run_that_failed(world, DISTRICT, "key" if number == 1 else f"key:try {number}", **tries.OF_DECISION)
        if number < 4:
            assert further().keys == {DISTRICT: f"key:try {number + 1}"}
    assert further() == tries.Tries({}, {DISTRICT: uploads.DECISION_GIVEN_UP.format(tries=4, district=DISTRICT)})

    _run_that_failed(world, DISTRICT, "another", **tries.OF_DECISION)
    assert further().keys == {DISTRICT: "another:try 2"}
    _run_that_failed(world, DISTRICT, "an upload")
    assert further() == tries.Tries()


def test_an_approval_leads_to_a_run(world: World) -> None:
    world.begin_unlinked()
    world.tick("decisions")

    world.store.approve(DISTRICT, str(world.manifest.hold_hash), "students")

    assert world.tick("decisions").run_requests


def test_a_decision_leads_to_a_run_of_the_drop_that_it_is_about_and_not_of_a_newer_upload(world: World) -> None:
    world.begin_unlinked()
    world.tick("decisions")
    drop = world.manifest.drop_id
    world.store.approve(DISTRICT, str(world.manifest.hold_hash), "students")
    _at_rest(world, scenario("plain_mistakes"))

    (asked,) = world.tick("decisions").run_requests or ()
    (behind,) = at_night(world)

    of_drop = {"ops": {"landed__files": {"config": {"was_in_force": drop}}}}
    assert asked.run_config == behind.run_config == of_drop
    landed = _landed(world.land(asked))
    assert landed["drop"] == drop
    assert landed["why_this_drop"] == uploads.IN_FORCE.format(why=uploads.DECIDED)


def test_a_queued_run_of_a_decision_takes_the_drop_that_landed_since_and_fails_if_that_is_blocked(world: World) -> None:
    world.begin_unlinked()
    world.link("clean")
    (asked,) = world.tick("decisions").run_requests or ()
    before = world.manifest.drop_id
    assert not world.deliver(BLOCKED).success

    result = world.sync(asked)

    assert not result.success
    landed = _landed(result)
    assert landed["drop"] == world.manifest.drop_id != before
    assert landed["why_this_drop"] == uploads.IN_FORCE.format(why=uploads.IN_FORCE_SINCE)
    run = world.instance.get_run_by_id(result.run_id)
    assert run is not None
    assert (run.tags[OUTCOME], run.tags[ACTS]) == (Outcome.BLOCKED, Acts.DISTRICT)
    assert health.failed_run(world.instance, DISTRICT)


def test_a_decision_for_a_district_without_a_drop_asks_for_nothing(world: World) -> None:
    world.link("clean")

    assert not world.tick("decisions").run_requests


# Schedule `nightly` and the check


def test_the_night_runs_nothing_where_all_is_up_to_date(world: World) -> None:
    world.begin_clean()

    assert at_night(world) == []


def test_the_night_runs_a_district_whose_schools_were_confirmed_since(lasting_world: World) -> None:
    lasting_world.deliver(scenario("clean"))
    lasting_world.link("clean")

    (request,) = _nightly(lasting_world)

    assert request.partition_key == DISTRICT
    assert request.tags["remind_etl/because"] == "something was decided since its last run"


def test_the_night_runs_a_drop_that_landed_and_was_not_delivered(world: World) -> None:
    world.begin_unlinked()
    shutil.rmtree(settings.home().published.place)

    (behind,) = at_night(world)

    assert behind.why == "its newest drop is not delivered"


def test_the_night_repeats_a_failed_run_for_the_upload_that_is_the_newest_by_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    (asked,) = world.tick("drops").run_requests or ()
    monkeypatch.setenv("REMIND_ETL_SFTP_USER", DISTRICT)
    assert not world.sync(asked).success
    monkeypatch.delenv("REMIND_ETL_SFTP_USER")

    newer = _at_rest(world, scenario("plain_mistakes"))
    (behind,) = at_night(world)

    assert behind.run_config == {"ops": {"landed__files": {"config": {}}}}
    again = world.sync(dg.RunRequest(run_config=behind.run_config))
    assert _landed(again)["why_this_drop"] == uploads.NEWEST_UPLOAD
    assert "nothing_new" in _landed(world.sync(newer))


def test_the_night_leaves_a_blocked_drop_to_its_district(world: World) -> None:
    world.begin_blocked()

    assert at_night(world) == []


def test_an_older_drop_that_was_looked_at_or_forced_stands_and_no_night_changes_it(world: World) -> None:
    world.begin_twice_delivered()
    newer = world.manifest
    older, _ = LandingStore(settings.home().landed).drops(DISTRICT)

    chosen = {"landed__files": {"config": {"drop": older}}}
    assert world.sync(dg.RunRequest(run_config={"ops": chosen})).success
    assert (world.manifest, at_night(world)) == (newer, [])

    forced = chosen | {"delivered__receipt": {"config": {"force_older": True}}}
    result = world.sync(dg.RunRequest(run_config={"ops": forced}))
    assert result.success
    assert (world.manifest.drop_id, world.manifest.delivered_drop_id, at_night(world)) == (older, older, [])
    (told,) = [decision for decision in world.store.log(DISTRICT) if decision.what == "older drop forced"]
    assert told.detail == {"drop": older, "after_delivery": 2, "in_place_of": newer.drop_id}
    assert told.decided_by == f"Dagster run {result.run_id}"


def test_the_check_names_districts_that_are_overdue_or_left_failed(world: World) -> None:
    world.deliver(BLOCKED)
    landing = LandingStore(settings.home().landed)
    world.store.add_district(ELM, "Elm")

    in_ten_days = datetime.now(UTC) + timedelta(days=10)
    assert nightly.overdue(world.store, landing, in_ten_days, days=7) == ["elm", "oak"]
    assert nightly.overdue(world.store, landing, datetime.now(UTC), days=7) == []

    result = world.code.resolve_job_def("watch").execute_in_process(instance=world.instance)
    (check,) = result.get_asset_check_evaluations()
    assert not check.passed
    assert check.description == "Left failed: oak."

    later = world.instance.create_run_for_job(sync_job(), tags={"dagster/partition": DISTRICT})
    world.instance.report_dagster_event(dg.DagsterEvent("PIPELINE_SUCCESS", "sync"), later.run_id)
    result = world.code.resolve_job_def("watch").execute_in_process(instance=world.instance)
    (check,) = result.get_asset_check_evaluations()
    assert check.description == "Left failed: oak.", "a later run of an older drop does not mend a blocked one"


# Retries


@pytest.mark.parametrize(("error", "retries"), [(WarehouseBusy, 1), (PlanStale, 0), (DiskFull, 0), (OSError, 0)])
def test_what_passes_by_itself_is_tried_again_and_all_is_told_in_its_own_words(
    error: type[Exception], retries: int
) -> None:
    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def step() -> None:
        with guarded():
            raise error("the sentence")

    @dg.job
    def one_step() -> None:
        step()

    ended = one_step.execute_in_process(raise_on_error=False)

    (failure,) = [event.step_failure_data for event in ended.all_events if event.is_step_failure]
    assert failure.user_failure_data
    said = "OSError in our own code; its text is left out, as it may quote a cell."
    assert failure.user_failure_data.description == (said if error is OSError else "the sentence")
    assert len([event for event in ended.all_events if event.is_step_up_for_retry]) == retries


def test_a_full_disk_after_the_delivery_says_that_only_the_results_are_not_published(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.link("clean")

    def write(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Published, "publish", write)
        ended = world.deliver(scenario("clean"))

    (failed,) = [event for event in ended.all_events if event.is_step_failure]
    assert failed.step_key == "delivered__report"
    assert failed.step_failure_data.user_failure_data
    said = failed.step_failure_data.user_failure_data.description or ""
    assert said == f"{DISK_FULL} {ONLY_UNPUBLISHED}"
    assert "Nothing was" not in said
    assert PlatformStore(settings.home().platform_url).last_delivery(DISTRICT)


def test_a_run_without_configuration_takes_the_newest_landed_drop_as_a_backfill_does(world: World) -> None:
    world.begin_twice_delivered()
    drop = world.manifest.drop_id
    shutil.rmtree(settings.home().published.place)

    assert world.sync().success

    assert world.manifest.drop_id == drop


def _at_rest(world: World, files: dict[str, bytes]) -> dg.RunRequest:
    """Upload files and let the sensor find them at rest; returns the run that it asks for, which has not run yet."""
    world.upload(files)
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    return request


def _landed(result: dg.ExecuteInProcessResult) -> dict[str, object]:
    """The metadata of `landed/files`."""
    made = [event.materialization for event in result.all_events if event.is_step_materialization]
    (landed,) = [one for one in made if one.asset_key == dg.AssetKey(["landed", "files"])]
    return {name: value.value for name, value in landed.metadata.items()}


def _failed(result: dg.ExecuteInProcessResult) -> str:
    """The sentence that the failed step of a run ended with."""
    (failure,) = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    assert failure
    return str(failure.description)


def _acts(world: World, result: dg.ExecuteInProcessResult) -> str:
    run = world.instance.get_run_by_id(result.run_id)
    assert run
    return run.tags[ACTS]


def _beat(world: World) -> None:
    """Let the daemon that evaluates sensors say that it is alive."""
    world.instance.add_daemon_heartbeat(DaemonHeartbeat(datetime.now(UTC).timestamp(), "SENSOR", None))


def _land_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Land these files of this machine for the district."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    land_folder(LandingStore(settings.home().landed), DISTRICT, folder)


BLOCKED: Final = {**scenario("clean"), "schools.csv": b"school_id\n01\n"}


def test_a_run_without_a_chosen_drop_takes_the_newest_upload_at_rest_and_says_so(world: World) -> None:
    world.link("clean")
    world.deliver(BLOCKED)
    of_sensor = _at_rest(world, scenario("clean"))

    result = world.sync()

    assert result.success
    assert _landed(result)["why_this_drop"] == ("The newest upload was taken: it is whole, and no run took it before.")
    assert "nothing_new" in _landed(world.sync(of_sensor))


def test_another_try_of_a_run_takes_what_its_first_try_took_for_the_same_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.begin_clean()
    _at_rest(world, scenario("plain_mistakes"))
    tries: list[str] = []

    def start_late(*of: Any, begin: Callable[..., None] = start.start_warehouse) -> None:
        tries.append(of[1].drop_id)
        if len(tries) == 1:
            raise WarehouseBusy("busy")
        begin(*of)

    monkeypatch.setattr(start, "start_warehouse", start_late)
    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", lambda *_: 0)

    landed = _landed(world.land())

    assert tries == [landed["drop"]] * 2
    assert landed["why_this_drop"] == uploads.NEWEST_UPLOAD


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "The newest upload is not new: a run took it before."),
        ({"schools.csv": b"school_id,school_name\n04,New School\n"}, "has not found the newest upload at rest yet."),
        ({"teachers.csv": b""}, "The newest upload is not whole: Waits for teachers.csv (its upload has begun)."),
    ],
)
def test_a_run_takes_the_drop_in_force_if_no_new_upload_is_whole_and_at_rest_and_says_why(
    world: World, files: dict[str, bytes], why: str
) -> None:
    world.begin_clean()
    _beat(world)
    drop = world.manifest.drop_id
    world.deliver(scenario("clean"))
    world.upload(files)

    landed = _landed(world.sync())

    assert landed["drop"] == drop
    assert str(landed["why_this_drop"]).startswith("The drop in force was taken. ")
    assert str(landed["why_this_drop"]).endswith(why)


def test_if_nothing_has_landed_an_upload_that_is_whole_is_not_left_to_the_district(world: World) -> None:
    world.upload(scenario("clean"))
    result = world.land()
    assert _acts(world, result) == "us"
    assert "the sensor `drops` does not look whether it is at rest" in _failed(result)

    _beat(world)
    result = world.land()
    assert _acts(world, result) == "nobody"
    assert _failed(result).endswith(uploads.NOT_AT_REST)


def test_if_nothing_has_landed_an_upload_that_changes_while_it_is_copied_is_left_to_a_later_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at_rest(world, scenario("clean"))

    def changed(*_: Any) -> None:
        raise DropUnstable(uploads.UPLOAD_CHANGED.format(district=DISTRICT))

    monkeypatch.setattr(LandingStore, "land", changed)
    result = world.land()

    assert _acts(world, result) == "nobody"
    assert _failed(result).endswith(uploads.CHANGED_MEANWHILE)


def test_a_server_out_of_reach_is_asked_again_and_then_fails_a_run_for_which_nobody_chose_a_drop(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.begin_clean()
    world.server.stop()
    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", lambda *_: 0)

    result = world.sync_again()

    assert not result.success
    assert len([event for event in result.all_events if event.is_step_up_for_retry]) == 3
    assert _failed(result).startswith("The SFTP server 127.0.0.1:")
    assert _acts(world, result) == "nobody"
    chosen = {"landed__files": {"config": {"drop": world.manifest.drop_id, "again": True}}}
    assert world.land(dg.RunRequest(run_config={"ops": chosen})).success


@pytest.mark.parametrize("broken", [2, 4])
def test_a_download_that_breaks_is_tried_three_times_more_and_begins_from_zero(
    world: World, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    files = scenario("clean") | {"students.csv": scenario("clean")["students.csv"] + b"\n" * 300_000}
    world.upload(files)
    request, connections = _requested(world), list[Fault]()

    def next_fault() -> Fault:
        connections.append(Fault("cut", 100_000) if len(connections) < broken else Fault("none", 0))
        return connections[-1]

    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", lambda *_: 0)
    with faulty(collector(world.server), next_fault) as address:
        monkeypatch.setenv("REMIND_ETL_SFTP_PORT", str(address.port))
        monkeypatch.setenv("REMIND_ETL_SFTP_KNOWN_HOSTS", str(address.known_hosts))
        result = world.land(request)

    store = LandingStore(settings.home().landed)
    assert len(connections) == min(broken + 1, 4)
    assert result.success == (broken < 4)
    landed = [{name: path.read_bytes() for name, path in drop.paths.items()} for drop in store.all_drops(DISTRICT)]
    assert landed == ([files] if broken < 4 else [])


def test_a_changed_host_key_fails_a_run_at_once_and_we_must_act(world: World) -> None:
    world.upload(scenario("clean"))
    request, known_hosts = _requested(world), settings.home().sftp / "known_hosts"
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDJkJuMcJ0Ds7ZIlPdGnPPsZFJxYhqQhAhnQjWZVSFnA"
    known_hosts.write_text(f"[127.0.0.1]:{world.server.port} {other}\n")

    result = world.sync(request)

    assert not result.success
    assert not [event for event in result.all_events if event.is_step_up_for_retry]
    assert _acts(world, result) == "us"
    assert LandingStore(settings.home().landed).drops(DISTRICT) == []


def test_a_server_out_of_reach_does_not_hinder_a_district_whose_files_never_came_from_there(
    world: World, tmp_path: Path
) -> None:
    _land_folder(tmp_path / "sent", scenario("clean"))
    world.server.stop()

    why = str(_landed(world.land())["why_this_drop"])

    assert why.startswith(
        "The drop in force was taken. The server could not be asked for a newer upload: The SFTP server 127.0.0.1:"
    )


@pytest.mark.parametrize("before", [{}, scenario("clean")])
def test_a_refused_login_fails_a_run_at_once_and_we_must_act(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: dict[str, bytes]
) -> None:
    if before:
        _land_folder(tmp_path / "sent", before)
    monkeypatch.setenv("REMIND_ETL_SFTP_USER", DISTRICT)

    result = world.sync()

    assert "refused" in _failed(result)
    assert not [event for event in result.all_events if event.is_step_up_for_retry]
    assert _acts(world, result) == "us"


def test_the_status_says_why_the_first_upload_could_not_be_taken_until_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()

    with monkeypatch.context() as wrong:
        wrong.setenv("REMIND_ETL_SFTP_USER", DISTRICT)
        assert not world.land(request).success
    assert _standing(world).startswith("An upload has come, but it could not be taken. The SFTP server 127.0.0.1:")
    assert "refused the login oak. We correct this." in _standing(world)

    assert world.land(request).success
    assert _standing(world) == statuses.LANDED_ONLY


def test_an_upload_that_its_district_made_unreadable_is_the_districts_to_correct(world: World) -> None:
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    upload = settings.home().drops / DISTRICT / "upload"
    upload.rename(upload.with_name("other"))
    upload.symlink_to("other")

    assert not world.land(request).success
    assert _standing(world) == (
        "An upload has come, but it could not be taken. The upload directory of oak cannot be read: "
        "permission denied. The district corrects it and uploads again."
    )


def _standing(world: World) -> str:
    """The sentence of the district's status."""
    landing = LandingStore(settings.home().landed)
    standings = Standings(world.published, world.store, lambda: landing, lambda: None)
    return standings.of(world.store.district(DISTRICT), datetime.now(UTC)).says


def test_an_upload_that_changed_since_the_sensor_found_it_at_rest_is_not_taken(world: World) -> None:
    world.begin_clean()
    _at_rest(world, scenario("plain_mistakes"))
    world.upload({"schools.csv": scenario("clean")["schools.csv"] + b"04,New School\n"})

    why = str(_landed(world.sync())["why_this_drop"])
    assert why.startswith("The drop in force was taken.")
    assert "does not look whether it is at rest" in why, "no daemon runs here"


def test_an_upload_with_a_mark_is_taken_without_the_sensor(world: World) -> None:
    world.begin_clean()
    world.upload(scenario("plain_mistakes"))
    time.sleep(1.1)
    world.upload({"_COMPLETE": b""})

    assert str(_landed(world.land())["why_this_drop"]).startswith("The newest upload was taken")


@pytest.mark.parametrize("meanwhile", [{}, {"students.csv": b"student_id\n"}])
def test_a_mark_of_the_second_of_a_file_is_proof_without_the_sensor_if_a_second_look_sees_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: dict[str, bytes]
) -> None:
    world.begin_clean()
    world.upload({**scenario("plain_mistakes"), "_COMPLETE": b""})
    for file in (settings.home().drops / DISTRICT / "upload").iterdir():
        os.utime(file, (2_000_000_000, 2_000_000_000))
    looked_again: list[float] = []

    def wait(seconds: float) -> None:
        looked_again.append(seconds)
        world.upload(meanwhile)

    monkeypatch.setattr("remind_etl.dropped.assets.time", SimpleNamespace(sleep=wait))

    why = str(_landed(world.land())["why_this_drop"])

    assert looked_again == [LOOK_AGAIN_SECONDS]
    assert why.startswith("The drop in force was taken" if meanwhile else "The newest upload was taken")


def test_an_upload_that_was_taken_is_not_taken_again_after_a_folder_landed(world: World, tmp_path: Path) -> None:
    world.begin_clean()
    (tmp_path / "sent").mkdir()
    for name, content in scenario("plain_mistakes").items():
        (tmp_path / "sent" / name).write_bytes(content)
    folder = {"landed__files": {"config": {"folder": str(tmp_path / "sent")}}}
    drop = _landed(world.land(dg.RunRequest(run_config={"ops": folder})))["drop"]

    world.tick("drops")
    assert not world.tick("drops").run_requests
    assert _landed(world.land())["drop"] == drop


def test_the_sensor_observes_each_upload_that_it_found_at_rest_with_its_district_and_a_link_to_its_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_WEB_ORIGIN", "https://sync.example.org")
    files = scenario("clean")
    _at_rest(world, files)
    world.tick("drops")

    of_district = dg.AssetRecordsFilter(dg.AssetKey(["dropped", "files"]), asset_partitions=[DISTRICT])
    (record,) = world.instance.fetch_observations(of_district, limit=9).records

    observed = record.asset_observation
    assert observed
    facts = {name: entry.value for name, entry in observed.metadata.items()}
    assert (observed.partition, facts["district"]) == (DISTRICT, DISTRICT)
    assert observed.metadata["district_page"] == dg.MetadataValue.url(f"https://sync.example.org/d/{DISTRICT}")
    assert facts["dagster/row_count"] == len(files)
    assert facts["bytes"] == sum(map(len, files.values()))
    assert 0 <= float(str(facts["hours_old"])) < 1
    assert isinstance(observed.metadata["newest_file"], dg.TimestampMetadataValue)


def test_a_run_before_the_first_drop_fails_with_a_sentence_for_people(world: World) -> None:
    result = world.sync()

    (failure,) = [e for e in result.all_events if e.is_step_failure]
    assert failure.step_failure_data.user_failure_data is not None
    assert failure.step_failure_data.user_failure_data.description == (
        "No drop of oak has landed yet. Nothing is in the upload directory."
    )


def test_a_partition_that_is_not_a_district_fails_with_a_sentence_that_says_what_to_do(world: World) -> None:
    world.instance.add_dynamic_partitions("district", ["Nowhere?"])

    result = world.code.resolve_job_def("sync").execute_in_process(
        instance=world.instance, partition_key="Nowhere?", raise_on_error=False
    )

    (failure,) = [e for e in result.all_events if e.is_step_failure]
    assert failure.step_failure_data.user_failure_data
    assert str(failure.step_failure_data.user_failure_data.description).startswith(
        "The partition Nowhere? is not a district. Add the district with `remind-etl districts add`"
    )


def test_a_failed_run_goes_on_from_its_failed_step(world: World) -> None:
    world.store.import_schools(DISTRICT, {"P-100": "Lincoln"})
    world.store.link_schools(DISTRICT, [SchoolLink("01", "P-100", "confirmed")])
    world.upload(scenario("clean"))
    world.tick("drops")
    (request,) = world.tick("drops").run_requests or ()
    in_the_way = settings.home().root / "platform.db"
    in_the_way.mkdir()
    with instances.open_instance() as instance:
        instance.add_dynamic_partitions("district", [DISTRICT])
        options = {
            "run_config": dict(request.run_config),
            "tags": {"dagster/partition": DISTRICT},
            "raise_on_error": False,
        }
        with dg.execute_job(dg.reconstructable(sync_job), instance=instance, **options) as failed:  # type: ignore[arg-type]
            assert not failed.success
            assert {e.step_key for e in failed.all_events if e.is_step_failure} == {"provisioned__accounts"}
        in_the_way.rmdir()

        again = dg.ReexecutionOptions.from_failure(failed.run_id, instance)
        with dg.execute_job(
            dg.reconstructable(sync_job),
            instance=instance,
            reexecution_options=again,
            **options,  # type: ignore[arg-type]
        ) as result:
            started = {e.step_key for e in result.all_events if e.is_step_start}

    assert result.success
    assert started == {
        "provisioned__accounts",
        "provisioned__rosters",
        "planned__changes",
        "delivered__receipt",
        "delivered__report",
    }
    assert world.manifest.counts["students"] == 2


# The home


def test_nothing_in_the_home_is_open_to_others_after_a_whole_run(lasting_world: World) -> None:
    home = settings.home().root
    umask = os.umask(0o022)
    try:
        home.chmod(0o755)
        lasting_world.begin_clean()
    finally:
        os.umask(umask)

    paths = [home, *home.rglob("*")]
    made = {path.relative_to(home).parts[0] for path in paths[1:]}
    assert made >= {"dagster", "sftp", "drops", "landed", "warehouse", "published", "decisions.db", "platform.db"}
    assert [str(path) for path in paths if path.stat().st_mode & 0o077] == []


# A signal


def test_a_signal_that_a_step_swallows_is_repeated_until_the_run_ends(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sent").mkdir()
    for name, content in scenario("clean").items():
        (tmp_path / "sent" / name).write_bytes(content)

    def swallowed(*_: object) -> None:
        with suppress(BaseException):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(30)
        time.sleep(30)

    monkeypatch.setattr(start, "start_warehouse", swallowed)
    with pytest.raises(Interrupted, match=r"ended from outside in the step landed/files\. Start it again\."):
        run_sync(DISTRICT, {"folder": str(tmp_path / "sent")}, lambda _: None)

    (run,) = runs_of(world.instance, DISTRICT) or runs_of(instances.open_instance(), DISTRICT)
    assert (run.tags[OUTCOME], run.tags[ACTS]) == ("failed", "nobody")


def test_a_command_that_a_signal_ends_says_so(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sent").mkdir()
    for name, content in scenario("clean").items():
        (tmp_path / "sent" / name).write_bytes(content)

    def ended(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)

    monkeypatch.setattr(start, "start_warehouse", ended)
    with pytest.raises(
        Interrupted, match=r"The run was ended from outside in the step landed/files\. Start it again\."
    ):
        run_sync(DISTRICT, {"folder": str(tmp_path / "sent")}, lambda _: None)


def test_a_run_that_a_signal_ended_needs_nobody_whatever_its_step_made_of_the_signal(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sent").mkdir()
    for name, content in scenario("clean").items():
        (tmp_path / "sent" / name).write_bytes(content)

    def broken(*_: object) -> None:
        with suppress(KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(30)
        raise dg.Failure("what a library made of it", allow_retries=False)

    monkeypatch.setattr(start, "start_warehouse", broken)
    with pytest.raises(Interrupted, match=r"ended from outside in the step landed/files"):
        run_sync(DISTRICT, {"folder": str(tmp_path / "sent")}, lambda _: None)

    (run,) = runs_of(instances.open_instance(), DISTRICT)
    assert (run.tags[OUTCOME], run.tags[ACTS]) == ("failed", "nobody")


def test_a_command_whose_run_fails_outside_of_its_steps_says_so_and_we_must_act(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the text of a library")

    monkeypatch.setattr(resources.LandingFactory, "create_resource", broken)
    with pytest.raises(OperatorError, match=r"The run failed outside of its steps\. Its run in Dagster shows where\."):
        run_sync(DISTRICT, {}, lambda _: None)

    (run,) = runs_of(instances.open_instance(), DISTRICT)
    assert (run.tags[OUTCOME], run.tags[ACTS]) == ("failed", "us")


def test_only_a_run_by_command_that_is_its_own_is_taken_for_one_whose_process_ended(world: World) -> None:
    by_command, repeated = (str(uuid.uuid4()) for _ in range(2))
    for run_id in (by_command, repeated):
        world.instance.create_run_for_job(
            sync_job(),
            run_id=run_id,
            status=dg.DagsterRunStatus.STARTED,
            tags={"dagster/partition": DISTRICT, instances.HERE: by_command},
        )

    with pytest.raises(TransientError, match=repeated), instances.district_lock(world.instance, DISTRICT):
        pass

    ended = {run.run_id: run.status for run in runs_of(world.instance, DISTRICT)}
    assert ended == {by_command: dg.DagsterRunStatus.FAILURE, repeated: dg.DagsterRunStatus.STARTED}


def test_an_upload_on_this_host_is_seen_and_landed_without_a_server(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upload(scenario("clean"))
    world.server.stop()
    monkeypatch.setenv("REMIND_ETL_SFTP_ROOT", f"file://{world.server.root}")

    assert not world.tick("drops").run_requests
    (request,) = world.tick("drops").run_requests or ()

    assert world.land(request).success
    assert _why(world.tick("drops")) == "No district has uploaded anything new."


def test_a_district_of_another_source_is_taken_there_though_the_main_one_does_not_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.upload(scenario("clean"))
    world.server.stop()
    file = tmp_path / "sources.toml"
    file.write_text(f"[disk]\nroot = 'file://{world.server.root}'\n")
    monkeypatch.setenv("REMIND_ETL_SOURCES", str(file))
    world.store.add_district(ELM, "Elm")
    world.store.set_district(DISTRICT, {"source": "disk"})

    assert "The source main" in _why(world.tick("drops"))
    (request,) = world.tick("drops").run_requests or ()

    assert request.partition_key == DISTRICT
    assert world.land(request).success


@pytest.mark.parametrize("job", ["sync", "watch", "retention"])
def test_a_launchpad_shows_no_field_but_what_an_operator_decides(world: World, job: str) -> None:
    """Dagster's page fills a launchpad with this text, whatever the configuration of the job is."""
    snapshot = JobSnap.from_job_def(world.code.resolve_job_def(job))
    schema = snapshot.config_schema_snapshot
    root = schema.get_config_snap(snapshot.mode_def_snaps[0].root_config_key or "")
    asked = yaml.safe_load(default_values_yaml_from_type_snap(schema, root))
    of_sync = {
        "ops": {
            "landed__files": {"config": {"folder": "", "drop": "", "again": False}},
            "delivered__receipt": {"config": {"force_older": False}},
        }
    }
    assert asked == (of_sync if job == "sync" else {})
