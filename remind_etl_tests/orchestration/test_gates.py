"""The gate in real runs: what is wrong with too much of a file blocks the drop, under the limits of its district."""

import uuid
from pathlib import Path
from typing import Any

import dagster as dg

from remind_etl import settings
from remind_etl.orchestration.basis import code_version
from remind_etl.warehouse.connection import Warehouse
from remind_etl_tests.ids import ELM
from remind_etl_tests.worlds import DISTRICT, World, scenario

UNKNOWN_CLASSES = "".join(f"01,X{number},S1\n" for number in range(30)).encode()
OWN = {"enrollments": {"unknown_classes_are_few": {"share": 0.9}}}


def faulty() -> dict[str, bytes]:
    """A drop of which 30 of 37 enrollments name a class that is not in classes.csv."""
    files = scenario("clean")
    return {**files, "enrollments.csv": files["enrollments.csv"] + UNKNOWN_CLASSES}


def sync_elm(world: World, folder: Path) -> dg.ExecuteInProcessResult:
    """Add another district, and run it with the clean drop from an empty folder."""
    world.store.add_district(ELM, "Elm")
    world.instance.add_dynamic_partitions("district", [ELM])
    for name, content in scenario("clean").items():
        (folder / name).write_bytes(content)
    config = {"ops": {"landed__files": {"config": {"folder": str(folder)}}}}
    return world.code.resolve_job_def("sync").execute_in_process(
        instance=world.instance, partition_key=ELM, run_config=config, raise_on_error=False
    )


def blockers(world: World) -> list[str]:
    return [p["code"] for p in world.rows("problems") if p["severity"] == "blocker"]


def rules_of(check: dg.AssetCheckEvaluation) -> dict[str, dict[str, Any]]:
    """The rows of the metadata of a check, by rule."""
    found = check.metadata["rules"]
    assert isinstance(found, dg.TableMetadataValue)
    return {str(record.data["rule"]): dict(record.data) for record in found.records}


def test_too_many_unknown_classes_block_the_drop_and_the_delivered_state_stands(world: World) -> None:
    world.begin_clean()
    before = world.rows("class_members")

    result = world.deliver({**faulty(), "teachers.csv": scenario("clean")["teachers.csv"].replace(b"T1", b"", 1)})

    assert not result.success
    (message,) = world.manifest.blockers
    assert message == (
        "enrollments.csv as a whole looks wrong: 30 of 37 rows have a class_id that is not in classes.csv "
        "(81.1 %; more than 20 % and more than 20 are too many)."
    )
    assert {"missing_id", "unknown_class", "gate_failed"} <= {p["code"] for p in world.rows("problems")}
    assert world.rows("class_members") == before
    key = dg.AssetKey(["valid", "enrollments"])
    checks = {c.check_name: c for c in result.get_asset_check_evaluations() if c.asset_key == key}
    assert {name for name, check in checks.items() if not check.passed} == {"faulty_rows_are_few", "losses_are_few"}
    check = checks["faulty_rows_are_few"]
    assert check.severity == dg.AssetCheckSeverity.ERROR
    assert check.metadata["failed"].value == "unknown_classes_are_few"
    row = rules_of(check)["unknown_classes_are_few"]
    assert {name: row[name] for name in ("holds", "found", "of", "allowed")} == {
        "holds": "NO",
        "found": 30,
        "of": "37",
        "allowed": 20,
    }
    assert check.description == (
        "unknown_classes_are_few: 30 of 37 rows have a class_id that is not in classes.csv "
        "(81.1 %; more than 20 % and more than 20 are too many)"
    )


def test_a_districts_own_limit_lets_its_drop_through_and_that_of_another_does_not(world: World) -> None:
    world.link("clean")
    world.store.add_district(ELM, "Elm")
    world.store.set_file_limits(ELM, OWN)
    assert not world.deliver(faulty()).success
    assert blockers(world) == ["gate_failed"]

    world.store.set_file_limits(DISTRICT, OWN)
    assert world.sync().success
    assert blockers(world) == []
    assert {p["code"] for p in world.rows("problems")} >= {"unknown_class"}


def test_each_district_has_its_own_history_of_a_check(world: World, tmp_path: Path) -> None:
    runs = [
        world.deliver(faulty()),
        sync_elm(world, tmp_path),
    ]

    key = dg.AssetCheckKey(dg.AssetKey(["valid", "enrollments"]), "faulty_rows_are_few")
    checks = [check for run in runs for check in run.get_asset_check_evaluations() if check.asset_check_key == key]
    assert {check.partition: check.passed for check in checks} == {DISTRICT: False, ELM: True}


def test_a_check_plots_the_last_runs_of_its_own_district_and_dagster_plots_none_of_all(
    world: World, tmp_path: Path
) -> None:
    key = dg.AssetCheckKey(dg.AssetKey(["valid", "enrollments"]), "faulty_rows_are_few")

    world.deliver(scenario("clean"))
    sync_elm(world, tmp_path)
    (check,) = [of for of in world.deliver(faulty()).get_asset_check_evaluations() if of.asset_check_key == key]

    row = rules_of(check)["unknown_classes_are_few"]
    assert (row["last_runs"], row["plot"]) == ("0, 30", "▁█")
    plotted = (dg.IntMetadataValue, dg.FloatMetadataValue)
    assert not [name for name, value in check.metadata.items() if isinstance(value, plotted)]


def test_the_plot_of_a_check_goes_on_after_runs_that_could_not_be_judged(world: World) -> None:
    key = dg.AssetCheckKey(dg.AssetKey(["valid", "enrollments"]), "faulty_rows_are_few")
    unreadable = {**scenario("clean"), "enrollments.csv": b"school,class\nS1,C1\n"}

    world.deliver(scenario("clean"))
    (check,) = [of for of in world.deliver(unreadable).get_asset_check_evaluations() if of.asset_check_key == key]
    assert (check.description or "").startswith("not judged: ")
    (check,) = [of for of in world.deliver(faulty()).get_asset_check_evaluations() if of.asset_check_key == key]

    assert rules_of(check)["unknown_classes_are_few"]["last_runs"] == "0, 30"


def test_a_limit_that_there_is_no_longer_fails_the_run_and_says_where(world: World) -> None:
    world.store.set_file_limits(DISTRICT, {"enrollments": {"former_rule": {"share": 0.9}}})

    result = world.deliver(scenario("clean"))

    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    said = [failure.user_failure_data.description for failure in failures if failure.user_failure_data]
    assert any(
        "former_rule of enrollments.csv in the district's own limits is no rule with limits" in str(text)
        for text in said
    )


def test_a_step_that_is_repeated_tells_its_gate_once(world: World) -> None:
    world.link("clean")
    world.deliver(faulty())
    steps, run_id = [dg.AssetKey(["valid", "enrollments"]), dg.AssetKey(["valid", "problems"])], str(uuid.uuid4())
    Warehouse(settings.home().warehouse).claim(DISTRICT, f"{run_id} {code_version()}")

    world.code.resolve_job_def("sync").execute_in_process(
        instance=world.instance, partition_key=DISTRICT, asset_selection=steps, raise_on_error=False, run_id=run_id
    )

    assert blockers(world) == ["gate_failed"]


def test_a_gate_of_one_file_hides_no_fault_of_another(world: World) -> None:
    world.link("clean")
    files = scenario("clean")
    files["teachers.csv"] += b"".join(b"77,Z%d,Ann,Lee,ann%d@example.org,\n" % (n, n) for n in range(30))
    files["classes.csv"] += b"01,C9,NOBODY,Algebra\n"

    world.deliver(files)

    assert blockers(world) == ["gate_failed"]
    assert "unknown_teacher" in {p["code"] for p in world.rows("problems")}
