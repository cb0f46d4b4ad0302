"""Suites load, judge, tell a failed check from one that could not be made, and let nothing of a cell out."""

import gc
import json
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from remind_etl import suites
from remind_etl.errors import OperatorError
from remind_etl_tests.suites.conftest import FILES, validated

MARKER = "Zanzibar-7f3a"


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "school_id"},
        "severity": "critical",
        "description": "Every row has a school_id.",
        "meta": {"check": "every_row_has_a_school_id"},
        **changes,
    }


def query(text: str) -> dict[str, Any]:
    return entry(type="unexpected_rows_expectation", kwargs={"unexpected_rows_query": text})


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a suite of raw.students; gives the folder of suites."""

    def write_suite(*entries: dict[str, Any]) -> Path:
        folder = tmp_path / "expectations"
        (folder / "raw").mkdir(parents=True)
        document = {"name": "raw.students", "expectations": entries}
        (folder / "raw" / "students.json").write_text(json.dumps(document), encoding="utf-8")
        return folder

    return write_suite


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_suite_is_in_great_expectations_own_format(file: Path, warehouse: Path) -> None:
    validated(warehouse, file.parent.name, file.stem)  # imports the library without its warnings
    import great_expectations as gx

    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["name"] == f"{file.parent.name}.{file.stem}"
    assert len(gx.ExpectationSuite(**document).expectations) == len(document["expectations"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_query_of_a_suite_is_about_its_table(file: Path) -> None:
    for expectation in json.loads(file.read_text(encoding="utf-8"))["expectations"]:
        assert "{batch}" in expectation["kwargs"].get("unexpected_rows_query", "{batch}")


def test_reading_a_suite_does_not_import_the_library() -> None:
    code = (
        "import sys; from remind_etl import suites; suites.expectations('raw', 'students');"
        "sys.exit('great_expectations' in sys.modules or 'sqlalchemy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)  # noqa: S603


def test_the_import_loads_what_only_charts_and_distributions_need_when_it_is_used() -> None:
    code = (
        "import sys; from remind_etl.suites import import_great_expectations; from remind_etl.suites.validation import UNUSED;"
        "import_great_expectations();"
        "assert {*UNUSED} <= {*sys.modules}, 'the library imports them no more';"
        "assert not {'scipy.spatial', 'altair.vegalite'} & {*sys.modules}, 'they are loaded';"
        "from scipy import stats; import altair;"
        "assert stats.norm.cdf(0) == 0.5 and altair.Chart, 'they cannot be used'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603


def test_an_expectation_says_what_it_is(write: Callable[..., Path]) -> None:
    folder = write(entry(meta={"check": "a", "code": "gate_failed"}), entry(meta={"check": "b"}, severity="warning"))
    first, second = suites.expectations("raw", "students", folder=folder)
    assert (first.rule, first.description, first.is_critical, first.told.code) == (
        "a",
        "Every row has a school_id.",
        True,
        "gate_failed",
    )
    assert (second.rule, second.is_critical, second.told.code, second.limits) == ("b", False, None, {})


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([entry(meta={})], "Expectation 1 .* lacks its meta.check"),
        ([entry(meta=None)], "Expectation 1 .* lacks its meta.check"),
        ([entry(description="")], "lacks its meta.check or its description"),
        ([entry(severity="info")], "every_row_has_a_school_id .* must be one of: critical, warning"),
        ([entry(severity=None)], "must be one of"),
        ([entry(), entry(kwargs={"column": "student_id"})], "every_row_has_a_school_id stands twice"),
    ],
)
def test_a_suite_that_does_not_say_enough_is_refused(
    write: Callable[..., Path], entries: list[dict[str, Any]], complaint: str
) -> None:
    with pytest.raises(OperatorError, match=complaint):
        suites.expectations("raw", "students", folder=write(*entries))


def test_a_missing_or_damaged_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"raw/students.json cannot be read"):
        suites.expectations("raw", "students", folder=tmp_path)
    (tmp_path / "raw").mkdir()
    for text in ("{", "[]", "{}"):
        (tmp_path / "raw" / "students.json").write_text(text, encoding="utf-8")
        with pytest.raises(OperatorError, match=r"raw/students.json cannot be read"):
            suites.expectations("raw", "students", folder=tmp_path)


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (entry(type="expect_wonders"), "of an unknown type"),
        (entry(kwargs={"column": "school_id", "colour": "red"}), "no valid expectation"),
        (entry(colour="red"), "no valid expectation"),
        ({key: value for key, value in entry().items() if key != "type"}, "no valid expectation"),
        (entry(kwargs={"column": "nowhere"}), "could not be checked"),
        (query("select student_id::int as id from {batch}"), "could not be checked: ConversionException"),
        (query("select count(*) as n from {batch} having nowhere > 0"), "could not be checked: BinderException"),
        (query("select 1 from {batch} where regexp_matches(grade, '[0-9]{2}')"), "could not be checked"),
    ],
)
def test_a_check_that_cannot_be_made_is_an_error_and_no_failed_check(
    warehouse: Path,
    write: Callable[..., Path],
    alter: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    bad: dict[str, Any],
    complaint: str,
) -> None:
    alter(f"update raw.students_sent set student_id = '{MARKER}'")  # noqa: S608
    good = entry(meta={"check": "another"})
    with (
        caplog.at_level("DEBUG"),
        pytest.raises(OperatorError, match=f"every_row_has_a_school_id.*{complaint}") as raised,
    ):
        validated(warehouse, "raw", "students", folder=write(good, bad))
    assert MARKER not in "".join(traceback.format_exception(raised.value))
    assert MARKER not in caplog.text


def test_no_value_of_a_cell_gets_out(
    warehouse: Path,
    alter: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with duckdb.connect(str(warehouse)) as db:
        tables = db.execute(
            "select schema_name, table_name, list(column_name) from duckdb_columns() as c"
            " semi join duckdb_tables() as t on c.table_oid = t.table_oid"
            " where not internal and data_type = 'VARCHAR' and table_name not in ('files', 'catalogue', 'remedies') group by all"
        ).fetchall()
        for schema, table, columns in tables:
            marked = ", ".join(f"\"{column}\" = '{MARKER}'" for column in columns)
            db.execute(f"update {schema}.{table} set {marked}")  # noqa: S608
    failed = 0
    with caplog.at_level("DEBUG"):
        for file in FILES:
            judgements = validated(warehouse, file.parent.name, file.stem)
            failed += sum(not j.passed for j in judgements)
            assert MARKER not in repr(judgements)
            assert all(type(count) in (int, float) for j in judgements for count in j.observed.values())
    assert failed > 10
    assert MARKER not in caplog.text
    assert MARKER not in "".join(capfd.readouterr())


def test_a_query_that_gives_rows_tells_their_number_only(warehouse: Path, write: Callable[..., Path]) -> None:
    [judgement] = validated(warehouse, "raw", "students", folder=write(query("select * from {batch} where line > 11")))
    assert (judgement.passed, judgement.observed) == (False, {"observed_value": 50})


def test_a_failure_is_told_in_counts_with_what_is_allowed(warehouse: Path, alter: Callable[[str], None]) -> None:
    alter("update raw.students_sent set student_id = null where rowid < 40")
    gate, warning = (j for j in validated(warehouse, "raw", "students") if not j.passed)
    assert (gate.rule, gate.is_critical, gate.limits) == ("blank_ids_are_few", True, {"share": 0.1, "count": 20})
    assert gate.description == "At most 10 % of the rows, or 20 if that is more, have no student_id."
    assert gate.observed == {"no_student_id": 40, "accepted": 60}
    assert gate.detail == "40 of 60 rows have no student_id (66.7 %; more than 10 % and more than 20 are too many)"
    assert (warning.rule, warning.is_critical) == ("every_row_has_a_student_id", False)
    assert warning.detail == "40 of 60 rows have no student_id"


def test_a_check_that_passes_tells_its_counts_too(warehouse: Path) -> None:
    judged = {j.rule: j for j in validated(warehouse, "valid", "teachers")}
    assert judged["unknown_schools_are_few"].observed == {"unknown_schools": 0, "accepted": 60}
    assert judged["unknown_schools_are_few"].detail == ""


def test_only_critical_checks_that_failed_are_gates(warehouse: Path, alter: Callable[[str], None]) -> None:
    assert suites.gate_findings(validated(warehouse, "raw", "students"), "students.csv") == []
    alter("update raw.students_sent set student_id = null where rowid < 40")
    (gate,) = suites.gate_findings(validated(warehouse, "raw", "students"), "students.csv")
    assert (gate.code, gate.file, gate.line, gate.value) == ("gate_failed", "students.csv", None, None)
    assert str(gate.detail).startswith("40 of 60 rows have no student_id")


def test_judging_is_silent_and_leaves_nothing_behind(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    validated(warehouse, "raw", "students")
    validated(warehouse, "provisioned", "accounts")
    gc.collect()
    assert capfd.readouterr() == ("", "")
    assert list(home.iterdir()) == []


def test_a_missing_table_is_an_error(warehouse: Path, alter: Callable[[str], None]) -> None:
    alter("drop view raw.students")
    with pytest.raises(OperatorError, match=r"There is no table raw\.students"):
        validated(warehouse, "raw", "students")


def test_a_view_that_cannot_be_read_is_an_error_that_quotes_no_cell(
    warehouse: Path, alter: Callable[[str], None]
) -> None:
    alter(f"update raw.students_sent set student_id = '{MARKER}'")  # noqa: S608
    alter(
        "create or replace view raw.students as select * replace (student_id::int::varchar as student_id) from raw.students_sent"
    )
    with pytest.raises(OperatorError, match=r"raw\.students cannot be counted: ConversionException") as raised:
        validated(warehouse, "raw", "students")
    assert MARKER not in "".join(traceback.format_exception(raised.value))


def test_a_file_that_was_not_read_is_not_judged(warehouse: Path, alter: Callable[[str], None]) -> None:
    alter("delete from raw.files")
    with pytest.raises(OperatorError, match=r"raw\.students cannot be counted: its file was not read"):
        validated(warehouse, "raw", "students")
