"""A district's DuckDB file belongs to one run: no run goes on with what another run or another machine made."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from remind_etl import settings
from remind_etl.catalogue.statuses import NO_SCRATCH
from remind_etl.orchestration.step import RUN_ALL_STEPS, RunWarehouse
from remind_etl.warehouse.connection import Warehouse, empty_warehouse
from remind_etl_tests.ids import OAK
from remind_etl_tests.worlds import World, scenario


def context(run_id: str, parent: str | None = None) -> Any:
    """What a step sees of its run; `instance` notes tags."""
    tags: dict[str, str] = {}
    instance = SimpleNamespace(tags=tags, add_run_tags=lambda _, new: tags.update(new))
    run = SimpleNamespace(run_id=run_id, parent_run_id=parent)
    return SimpleNamespace(has_partition_key=True, partition_key=OAK, run=run, instance=instance)


def process(machine: Path, code: str = "one") -> RunWarehouse:
    """The warehouse as a new process on the machine has it."""
    return RunWarehouse(Warehouse(machine, "500MB", 1), lambda _: {}, code)


def run_first_step(machine: Path, run_id: str) -> None:
    warehouse = process(machine)
    with warehouse.step(context(run_id), is_first=True) as step:
        empty_warehouse(step.db)
        step.db.execute("create or replace table made as select 1 as n")
    warehouse.end()


def test_a_run_goes_on_with_its_own_tables_and_with_those_of_the_run_that_it_repeats(tmp_path: Path) -> None:
    run_first_step(tmp_path, "first")
    for of in (context("first"), context("again", "first"), context("and again", "again")):
        warehouse = process(tmp_path)
        with warehouse.step(of) as step:
            assert step.rows("made") == 1
        warehouse.end()


@pytest.mark.parametrize("what", ["another machine", "another run", "another version", "an attempt in between"])
def test_a_repeated_run_says_what_is_missing_and_asks_for_all_steps(tmp_path: Path, what: str) -> None:
    run_first_step(tmp_path, "first")
    machine, code, of = tmp_path, "one", context("again", "first")
    if what == "another machine":
        machine = tmp_path / "another"
    elif what == "another run":
        run_first_step(tmp_path, "second")
    elif what == "another version":
        code = "two"
    else:
        of = context("and again", "elsewhere")

    with pytest.raises(dg.Failure, match="are not on this machine") as failed, process(machine, code).step(of):
        pass

    assert (failed.value.description, of.instance.tags) == (NO_SCRATCH, RUN_ALL_STEPS)


def test_a_run_that_repeats_none_and_begins_in_the_middle_fails_and_is_not_repeated(tmp_path: Path) -> None:
    run_first_step(tmp_path, "first")
    of = context("alone")
    with pytest.raises(dg.Failure, match="Run all steps"), process(tmp_path).step(of):
        pass
    assert of.instance.tags == {}


def test_a_machine_that_keeps_no_scratch_has_none_after_a_run_and_runs_the_next_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_SCRATCH", "delete")
    world.link("clean")
    for grade in (b"K", b"1"):
        files = scenario("clean")
        students = files["students.csv"].replace(b",K,", b"," + grade + b",")
        assert world.deliver({**files, "students.csv": students}).success
        assert [path.name for path in settings.home().warehouse.glob("*.duckdb*")] == []
