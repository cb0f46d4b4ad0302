"""Each rule of the repository's suites holds on good tables, and fails when, and only when, its fact is broken."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from remind_etl import suites
from remind_etl.catalogue import problems
from remind_etl.catalogue.rules import CHECKS
from remind_etl.schema import upload
from remind_etl.suites import write
from remind_etl_tests.suites.conftest import FILES, HERE, validated

pytestmark = pytest.mark.slow  # Great Expectations judges each of 300 alterations

TABLES = [(file.parent.name, file.stem) for file in FILES]


@dataclass(frozen=True)
class Break:
    stage: str
    table: str
    rule: str
    implied: frozenset[str]
    statement: str


def read_breaks() -> list[Break]:
    found = re.findall(
        r"^-- (\w+)\.(\w+): (\w+)(?: \(([\w, ]+)\))?\n(.+?;)(?=\n\n|\n?\Z)",
        (HERE / "breaks.sql").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    return [
        Break(stage, table, rule, frozenset(implied.split(", ")) - {""}, statement)
        for stage, table, rule, implied, statement in found
    ]


BREAKS = read_breaks()


@dataclass(frozen=True)
class Altered:
    """The good tables in one open warehouse. Each alteration is undone after it was judged."""

    db: duckdb.DuckDBPyConnection

    @contextmanager
    def by(self, broken: Break) -> Iterator[duckdb.DuckDBPyConnection]:
        """The warehouse while its fact is broken."""
        self.db.begin()
        try:
            self.db.execute(broken.statement)
            yield self.db
        finally:
            self.db.rollback()


@pytest.fixture(scope="module")
def altered(_good: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Altered]:
    file = tmp_path_factory.mktemp("altered") / "district-7.duckdb"
    shutil.copy(_good, file)
    with duckdb.connect(str(file)) as db:
        yield Altered(db)


@pytest.mark.parametrize(("stage", "table"), TABLES)
def test_a_suite_is_as_the_catalogue_has_it_but_for_its_limits(stage: str, table: str) -> None:
    assert set(TABLES) == set(CHECKS)
    assert (suites.FOLDER / stage / f"{table}.json").read_text(encoding="utf-8") == write.suite_text(stage, table)


def test_every_check_has_a_case_that_breaks_it() -> None:
    checks = {(stage, table, e.rule) for stage, table in TABLES for e in suites.expectations(stage, table)}
    assert {(b.stage, b.table, b.rule) for b in BREAKS} == checks


@pytest.mark.parametrize(("stage", "table"), TABLES)
def test_a_good_table_passes_every_check(warehouse: Path, stage: str, table: str) -> None:
    judgements = validated(warehouse, stage, table)
    assert [j.rule for j in judgements] == [e.rule for e in suites.expectations(stage, table)]
    assert [(j.rule, j.observed) for j in judgements if not j.passed or j.detail] == []


@pytest.mark.parametrize("broken", BREAKS, ids=lambda b: f"{b.table}-{b.rule}")
def test_a_broken_fact_fails_its_check_and_no_other(altered: Altered, broken: Break) -> None:
    with altered.by(broken) as db:
        judgements = suites.validate_table(db, broken.stage, broken.table)
        plainly = suites.judge_counts(db, broken.stage, broken.table)
    failed = {j.rule: j for j in judgements if not j.passed}
    assert failed.keys() == {broken.rule, *broken.implied}
    judged = failed[broken.rule]
    assert judged.observed
    assert re.search("[0-9]|no rows", judged.detail)
    allowed = (
        [f"{100 * judged.limits['share']:g} % and more than 20 are too many)"] if judged.limits.get("share") else []
    )
    assert all(judged.detail.endswith(limit) for limit in allowed)
    if broken.stage != "provisioned":
        expected = [j for j in failed.values() if j.is_critical and j.expected.entry is None]
        assert sorted((j for j in plainly if not j.passed), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("table", ["classes", "enrollments"])
def test_a_roster_without_rows_passes_every_check(warehouse: Path, alter: Callable[[str], None], table: str) -> None:
    alter(f"delete from raw.{table}_sent; delete from valid.{table}")  # noqa: S608
    alter(f"update raw.files set records = 0, accepted = 0 where \"file\" = '{table}.csv'")  # noqa: S608
    assert all(j.passed for stage in ("raw", "valid") for j in validated(warehouse, stage, table))


@pytest.mark.parametrize("file", upload.FILES, ids=lambda file: file.name)
def test_gates_let_tiny_files_pass(warehouse: Path, alter: Callable[[str], None], file: upload.File) -> None:
    alter(f"delete from raw.{file.name}_sent where rowid >= 3")  # noqa: S608
    alter(f"update raw.{file.name}_sent set {', '.join(f'{c.name} = null' for c in file.columns)}")  # noqa: S608
    alter(f"update raw.files set records = 5, accepted = 3, rejected = 2 where \"file\" = '{file.file_name}'")  # noqa: S608
    lost = f"'{file.file_name}' as \"file\", range as line from range"
    alter(f"insert into raw.rejects by name select 'stray_quote' as code, {lost}(2)")
    alter(f"delete from valid.{file.name}")  # noqa: S608
    alter(f"insert into valid.left_out by name select 'valid/{file.name}' as found_by, {lost}(3)")
    for code in problems.BY_CODE.keys() - {"duplicate_row"}:  # a row that repeats another is not left out
        alter(
            f"insert into valid.findings (found_by, code, line) select 'valid/{file.name}', '{code}', range from range(3)"  # noqa: S608
        )
    judgements = [j for stage in ("raw", "valid") for j in validated(warehouse, stage, file.name)]
    assert all(j.passed for j in judgements if j.is_critical)
    assert {j.rule for j in judgements if not j.passed} == {
        f"every_row_has_a_{column.name}" for column in file.columns if column.required
    }


LIMITED = [
    b for b in BREAKS if any("share" in e.limits for e in suites.expectations(b.stage, b.table) if e.rule == b.rule)
]


@pytest.mark.parametrize("broken", LIMITED, ids=lambda b: f"{b.table}-{b.rule}")
def test_a_limit_fails_only_where_share_and_count_are_exceeded(altered: Altered, broken: Break) -> None:
    (expected,) = (e for e in suites.expectations(broken.stage, broken.table) if e.rule == broken.rule)
    assert expected.told.found
    assert expected.told.among
    with altered.by(broken) as db:
        base = _judged(db, broken)
        found, among = base.observed[expected.told.found], base.observed[expected.told.among]
        above, below = round(found / among + 1e-6, 6), round(found / among - 2e-6, 6)
        for share, count, passes in ((below, found - 1, False), (above, found - 1, True), (below, found, True)):
            judged = _judged(db, broken, own={broken.table: {broken.rule: {"share": share, "count": count}}})
            assert (judged.passed, judged.observed) == (passes, base.observed)
            assert judged.limits == {"share": share, "count": count}


@pytest.mark.parametrize(
    ("rows", "found", "passes"), [(100, 20, True), (200, 20, True), (200, 21, False), (210, 21, True), (209, 21, False)]
)
def test_a_share_or_a_count_on_the_limit_passes(
    warehouse: Path, alter: Callable[[str], None], rows: int, found: int, passes: bool
) -> None:
    alter(f"update raw.files set accepted = {rows}")  # noqa: S608
    alter(
        f"insert into valid.findings (found_by, code, line) select 'valid/teachers', 'unknown_school', range from range({found})"  # noqa: S608
    )
    (judged,) = (j for j in validated(warehouse, "valid", "teachers") if j.rule == "unknown_schools_are_few")
    assert judged.passed is passes


def _judged(db: duckdb.DuckDBPyConnection, broken: Break, **limits: Any) -> suites.Judgement:
    """The judgement of the broken rule, of a critical one by its counts alone: they judge as the suite does."""
    judgements = suites.judge_counts(db, broken.stage, broken.table, **limits)
    by_rule = {judged.rule: judged for judged in judgements}
    if broken.rule not in by_rule:
        judgements = suites.validate_table(db, broken.stage, broken.table, **limits)
        by_rule = {judged.rule: judged for judged in judgements}
    return by_rule[broken.rule]


def test_each_file_has_a_raw_suite_with_a_warning_for_each_required_column_and_a_valid_one() -> None:
    assert {table for stage, table in TABLES if stage == "raw"} == set(upload.BY_NAME)
    assert {table for stage, table in TABLES if stage == "valid"} == set(upload.BY_NAME)
    for file in upload.FILES:
        warnings = {e.rule for e in suites.expectations("raw", file.name) if not e.is_critical}
        assert {f"every_row_has_a_{column.name}" for column in file.columns if column.required} <= warnings


def test_a_check_of_a_file_has_one_name_over_its_stages() -> None:
    for file in upload.FILES:
        names = Counter(
            e.rule for stage, table in TABLES if table == file.name for e in suites.expectations(stage, table)
        )
        assert max(names.values()) == 1


def test_what_blocks_by_a_share_needs_more_than_twenty_rows_too() -> None:
    limits = [e.limits for stage, table in TABLES for e in suites.expectations(stage, table) if e.limits]
    assert len(limits) > 40
    assert {frozenset(limit) for limit in limits} == {frozenset({"share", "count"}), frozenset({"rows_each", "count"})}
    assert {limit["count"] for limit in limits if any(limit.values())} == {20}


def test_a_rounded_id_blocks_however_few_there_are() -> None:
    checks = [e for stage, table in TABLES for e in suites.expectations(stage, table) if not any(e.limits.values())]
    assert {e.rule for e in checks if e.limits} == {"ids_are_not_rounded"}


def test_what_blocks_a_drop_is_a_blocker_of_the_catalogue() -> None:
    for stage, table in TABLES:
        for expected in suites.expectations(stage, table) if stage != "provisioned" else ():
            assert (expected.told.code is not None) is expected.is_critical
            if expected.told.code:
                assert problems.BY_CODE[expected.told.code].severity is problems.Severity.BLOCKER


def test_every_invariant_of_what_is_provisioned_is_critical() -> None:
    for stage, table in TABLES:
        if stage == "provisioned":
            assert all(e.is_critical and e.told.code is None for e in suites.expectations(stage, table))
