"""Each check of the repository's suites passes on good tables, and fails when, and only when, its fact is broken."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from remind_etl import contract, problems, suites
from remind_etl_tests.suites.conftest import HERE

TABLES = sorted(tuple(file.with_suffix("").parts[-2:]) for file in suites.FOLDER.rglob("*.json"))


@dataclass(frozen=True)
class Break:
    stage: str
    table: str
    check: str
    implied: frozenset[str]
    statement: str


def read_breaks() -> list[Break]:
    found = re.findall(
        r"^-- (\w+)\.(\w+): (\w+)(?: \(([\w, ]+)\))?\n(.+?);$",
        (HERE / "breaks.sql").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    return [
        Break(stage, table, check, frozenset(implied.split(", ")) - {""}, statement)
        for stage, table, check, implied, statement in found
    ]


BREAKS = read_breaks()


def test_every_check_has_a_case_that_breaks_it() -> None:
    checks = {(stage, table, e.check) for stage, table in TABLES for e in suites.expectations(stage, table)}
    assert {(b.stage, b.table, b.check) for b in BREAKS} == checks


@pytest.mark.parametrize(("stage", "table"), TABLES)
def test_a_good_table_passes_every_check(warehouse: Path, stage: str, table: str) -> None:
    judgements = suites.judge(warehouse, stage, table)
    assert [j.check for j in judgements] == [e.check for e in suites.expectations(stage, table)]
    assert [(j.check, j.observed) for j in judgements if not j.passed or j.detail] == []


@pytest.mark.parametrize("broken", BREAKS, ids=lambda b: f"{b.table}-{b.check}")
def test_a_broken_fact_fails_its_check_and_no_other(
    warehouse: Path, alter: Callable[[str], None], broken: Break
) -> None:
    alter(broken.statement)
    failed = {j.check: j for j in suites.judge(warehouse, broken.stage, broken.table) if not j.passed}
    assert failed.keys() == {broken.check, *broken.implied}
    assert failed[broken.check].observed
    assert re.search("[0-9]|no rows", failed[broken.check].detail)


@pytest.mark.parametrize("table", ["classes", "enrollments"])
def test_a_roster_without_rows_passes_every_check(warehouse: Path, alter: Callable[[str], None], table: str) -> None:
    alter(f"delete from raw.{table}_sent")  # noqa: S608
    assert all(j.passed for j in suites.judge(warehouse, "raw", table))


@pytest.mark.parametrize("file", contract.FILES, ids=lambda file: file.name)
def test_gates_let_tiny_files_pass(warehouse: Path, alter: Callable[[str], None], file: contract.File) -> None:
    alter(f"delete from raw.{file.name}_sent where rowid >= 3")  # noqa: S608
    alter(f"update raw.{file.name}_sent set {', '.join(f'{c.name} = null' for c in file.columns)}")  # noqa: S608
    judgements = suites.judge(warehouse, "raw", file.name)
    assert all(j.passed for j in judgements if j.is_critical)
    assert {j.check for j in judgements if not j.passed} == {
        f"every_row_has_a_{column.name}" for column in file.columns if column.required
    }


def test_each_file_has_a_suite_with_a_warning_for_each_required_column() -> None:
    assert {table for stage, table in TABLES if stage == "raw"} == set(contract.BY_NAME)
    for file in contract.FILES:
        warnings = {e.check for e in suites.expectations("raw", file.name) if not e.is_critical}
        assert {f"every_row_has_a_{column.name}" for column in file.columns if column.required} <= warnings


def test_what_blocks_a_drop_is_a_blocker_of_the_catalogue() -> None:
    for file in contract.FILES:
        for expected in suites.expectations("raw", file.name):
            assert (expected.code is not None) is expected.is_critical
            if expected.code:
                assert problems.BY_CODE[expected.code].severity is problems.Severity.BLOCKER


def test_every_invariant_of_what_is_provisioned_is_critical() -> None:
    for stage, table in TABLES:
        if stage == "provisioned":
            assert all(e.is_critical and e.code is None for e in suites.expectations(stage, table))
