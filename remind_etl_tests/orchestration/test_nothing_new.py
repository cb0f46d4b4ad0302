"""A run that would give the results of the last one ends after `landed/files`; any change of its basis runs all steps."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from remind_etl import settings
from remind_etl.delivered.platform import PlatformStore
from remind_etl.orchestration import basis
from remind_etl.published import status
from remind_etl_tests.worlds import DISTRICT, World, scenario


@pytest.fixture
def delivered(world: World) -> World:
    """A world whose drop is delivered."""
    world.begin_clean()
    return world


def _steps(result: dg.ExecuteInProcessResult) -> tuple[set[str], set[str]]:
    """The steps that succeeded, and those that Dagster skipped."""
    ran = {str(event.step_key) for event in result.all_events if event.is_step_success}
    skipped = {str(event.step_key) for event in result.all_events if event.is_step_skipped}
    return ran, skipped


def _facts(result: dg.ExecuteInProcessResult) -> dict[str, object]:
    made = [event.materialization for event in result.all_events if event.is_step_materialization]
    (landed,) = [one for one in made if one.asset_key == dg.AssetKey(["landed", "files"])]
    return {name: value.value for name, value in landed.metadata.items()}


def test_the_same_drop_again_ends_after_it_landed_and_says_why(delivered: World) -> None:
    before = delivered.manifest
    delivered.upload(scenario("clean"))
    delivered.tick("drops")
    (request,) = delivered.tick("drops").run_requests or ()

    result = delivered.sync(request)

    assert result.success
    ran, skipped = _steps(result)
    assert ran == {"landed__files"}
    assert {"raw__students", "planned__changes", "delivered__receipt", "delivered__report"} <= skipped
    assert str(_facts(result)["nothing_new"]).startswith("Nothing is new since the last run")
    after = delivered.manifest
    assert after.arrived_at > before.arrived_at
    assert {**vars(after), "arrived_at": ""} == {**vars(before), "arrived_at": ""}


def test_skipped_steps_give_no_warnings_of_checks_without_results(
    delivered: World, caplog: pytest.LogCaptureFixture
) -> None:
    result = delivered.sync()

    assert _steps(result)[0] == {"landed__files"}
    assert "emitted no result" not in caplog.text


def test_an_upload_of_equal_files_ends_the_time_without_an_upload(delivered: World) -> None:
    standing = status.status_of(delivered.manifest, datetime.now(UTC))
    file = Path(delivered.published.storage.place) / DISTRICT / "manifest.json"
    long_ago = json.loads(file.read_text()) | {"arrived_at": "2020-01-01T00:00:00+00:00"}
    file.write_text(json.dumps(long_ago))
    assert status.status_of(delivered.manifest, datetime.now(UTC)) == "stale"

    assert _steps(delivered.sync())[0] == {"landed__files"}

    assert status.status_of(delivered.manifest, datetime.now(UTC)) == standing


def _decide(world: World, home: Path, environment: pytest.MonkeyPatch) -> None:
    world.store.set_district(DISTRICT, {"removal_count": "30"})


def _pause(world: World, home: Path, environment: pytest.MonkeyPatch) -> None:
    world.store.pause(DISTRICT, datetime.now(UTC) + timedelta(days=1))


def _change_limits(world: World, home: Path, environment: pytest.MonkeyPatch) -> None:
    world.store.set_file_limits(DISTRICT, {"students": {"rejected_rows_are_few": {"share": 0.2, "count": 50}}})


def _change_code(world: World, home: Path, environment: pytest.MonkeyPatch) -> None:
    environment.setattr(basis, "code_version", lambda: "another version")


def _deliver_otherwise(world: World, home: Path, environment: pytest.MonkeyPatch) -> None:
    with PlatformStore(settings.home().platform_url).engine.begin() as db:
        db.exec_driver_sql("update deliveries set number = number + 1")


def _lose_what_was_published(world: World, home: Path, environment: pytest.MonkeyPatch) -> None:
    world.published.delete_district(DISTRICT)


@pytest.mark.parametrize(
    "change", [_decide, _pause, _change_limits, _change_code, _deliver_otherwise, _lose_what_was_published]
)
def test_all_steps_run_if_something_changed_that_the_results_rest_on(
    delivered: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[..., None]
) -> None:
    change(delivered, tmp_path, monkeypatch)

    ran, skipped = _steps(delivered.sync())

    assert ("delivered__report" in ran, skipped) == (True, set())


def test_a_person_can_ask_for_all_steps(delivered: World) -> None:
    again = dg.RunRequest(run_config={"ops": {"landed__files": {"config": {"again": True}}}})

    assert "delivered__report" in _steps(delivered.sync(again))[0]


def test_a_blocked_drop_is_judged_again_with_each_run(delivered: World) -> None:
    delivered.deliver({**scenario("clean"), "schools.csv": b"school_id\n01\n"})

    result = delivered.sync()

    assert not result.success
    assert "nothing_new" not in _facts(result)


def test_a_decision_made_during_a_run_is_taken_up_by_the_next(
    delivered: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = type(delivered.published).publish

    def decide_first(*of_run: object, **named: object) -> object:
        delivered.store.set_district(DISTRICT, {"removal_count": "31"})
        return publish(*of_run, **named)  # type: ignore[arg-type]

    delivered.store.set_district(DISTRICT, {"removal_count": "30"})
    with monkeypatch.context() as patched:
        patched.setattr(type(delivered.published), "publish", decide_first)
        assert delivered.sync().success

    assert "planned__changes" in _steps(delivered.sync())[0]


def test_a_landed_drop_that_is_damaged_is_named_and_not_processed(delivered: World) -> None:
    before = delivered.manifest
    landed = Path(settings.home_at().landed.place) / DISTRICT
    sha256 = json.loads((landed / before.drop_id / "manifest.json").read_text())["kept"]["schools.csv"]
    (landed / "files" / sha256).chmod(0o600)
    (landed / "files" / sha256).write_bytes((landed / "files" / sha256).read_bytes()[:-1])

    result = delivered.sync_again()

    assert not result.success
    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    assert f"{before.drop_id} is damaged: schools.csv" in str(failure.step_failure_data.error)
    assert delivered.manifest == before
