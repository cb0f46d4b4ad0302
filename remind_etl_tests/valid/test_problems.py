import ast
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import remind_etl
from remind_etl.catalogue import rules
from remind_etl.catalogue.problems import BY_CODE, CATALOGUE, COLUMNS, Problem
from remind_etl.schema import upload
from remind_etl.valid.column_rules import names_in_steps
from remind_etl.warehouse import findings, problem_lists
from remind_etl.warehouse.connection import empty_warehouse
from remind_etl.warehouse.findings import Finding
from remind_etl_tests.language import faults
from remind_etl_tests.valid.conftest import District

PACKAGE = Path(remind_etl.__file__).parent


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        empty_warehouse(connection)
        yield connection


def find(db: duckdb.DuckDBPyConnection, *rows: tuple[str, int | None, str | None, str | None]) -> None:
    """Findings as a rule in SQL makes them: code, line, value, id of a teacher."""
    for code, line, value, teacher in rows:
        db.execute(
            """insert into valid.findings values (
            'test', $code, 'teachers.csv', $line, 'teacher_email', $value, 'teacher', $teacher, 'S' || $line, null, null, null
            )""",
            {"code": code, "line": line, "value": value, "teacher": teacher},
        )


def test_the_columns_are_those_of_the_catalogue(db: duckdb.DuckDBPyConnection) -> None:
    assert tuple(db.table("valid.problems").columns) == COLUMNS


def test_one_cause_of_one_record_is_one_problem_with_what_its_first_line_says(db: duckdb.DuckDBPyConnection) -> None:
    find(db, ("invalid_email", 7, "b", "T1"), ("invalid_email", 3, "a", "T1"), ("invalid_email", 5, "c", "T2"))
    listed = db.sql('select line, "rows", "value", record_id, school_id from valid.problems order by line').fetchall()
    assert listed == [(3, 2, "a", "T1", "S3"), (5, 1, "c", "T2", "S5")]


def test_rows_without_an_id_are_a_problem_each(db: duckdb.DuckDBPyConnection) -> None:
    find(db, ("missing_id", 3, None, None), ("missing_id", 4, None, None))
    assert db.sql("select line from valid.problems order by line").fetchall() == [(3,), (4,)]


def test_message_and_fix_are_the_catalogues_with_the_names_filled_in(db: duckdb.DuckDBPyConnection) -> None:
    findings.record_findings(
        db,
        "test",
        [
            Finding("missing_column", "classes.csv", 1, "teacher_id"),
            Finding("unreadable_file", "Roster.zip", detail="it is encrypted"),
            Finding("value_too_long", "schools.csv", 2, detail="1000"),
        ],
    )
    listed = db.sql("select severity, message, fix from valid.problems order by code").fetchall()
    assert listed == [
        (
            "blocker",
            "classes.csv has no column teacher_id.",
            "Add the column teacher_id to the export. If the column has another name now, change its name in the first row "
            "to teacher_id. Then upload all files again.",
        ),
        (
            "blocker",
            "Roster.zip cannot be read: it is encrypted.",
            "Export Roster.zip again as CSV in UTF-8. Open it to check that it looks right. Then upload all files again.",
        ),
        (
            "error",
            "A value is longer than 1000 characters.",
            "Shorten the value. If text of other cells or rows is in it, add the missing double quote.",
        ),
    ]


@pytest.mark.parametrize("code", BY_CODE)
def test_no_text_keeps_a_placeholder(db: duckdb.DuckDBPyConnection, code: str) -> None:
    findings.record_findings(db, "test", [Finding(code)])
    assert not db.sql("select 1 from valid.problems where message || fix like '%{%'").fetchall()


@pytest.mark.parametrize("problem", CATALOGUE, ids=lambda problem: problem.code)
def test_a_message_is_at_most_three_plain_sentences_and_quotes_no_value(problem: Problem) -> None:
    assert re.fullmatch(r"(([A-Z{]|dob|grade)[^.]*(\.csv[^.]*)*\.( |$)){1,3}", problem.message)
    assert not [*faults(problem.message), *faults(problem.fix)]
    assert problem.fix.endswith((".", '."'))
    assert set(re.findall(r"{(\w+)}", problem.message)) <= {"file", "column", "detail"}
    assert set(re.findall(r"{(\w+)}", problem.fix)) <= {"file", "column"}


def test_an_asset_that_is_tried_again_reports_nothing_twice(db: duckdb.DuckDBPyConnection) -> None:
    findings.record_findings(db, "raw/schools", [Finding("missing_file", "schools.csv")])
    findings.record_findings(db, "raw/classes", [Finding("missing_file", "classes.csv")])
    db.execute("insert into valid.left_out values ('raw/schools', 'schools.csv', 2, 'S1')")
    findings.clear_findings(db, "raw/schools")
    assert db.sql('select "file" from valid.problems').fetchall() == [("classes.csv",)]
    assert db.sql("from valid.left_out").fetchall() == []


def test_problems_are_listed_worst_first_and_counted_by_severity(db: duckdb.DuckDBPyConnection) -> None:
    find(db, ("invalid_email", 2, "x", "T1"), ("missing_id", 9, None, None), ("missing_id", 4, None, None))
    findings.record_findings(db, "test", [Finding("encoding", "teachers.csv"), Finding("missing_file", "schools.csv")])
    listed = [(row[1], row[3]) for row in problem_lists.list_problems(db).fetchall()]
    assert listed == [
        ("missing_file", None),
        ("missing_id", 4),
        ("missing_id", 9),
        ("invalid_email", 2),
        ("encoding", None),
    ]
    assert problem_lists.count_by_severity(db) == {"blocker": 1, "error": 2, "alert": 1, "notice": 1}
    assert problem_lists.blocker_messages(db) == ("schools.csv is missing.",)


def test_no_message_quotes_a_cell(district: District) -> None:
    mark = "qz"
    db = district(
        schools=[f"{mark}1,{mark}", f"{mark}1,{mark}", f"{mark}2,", f",{mark}", f"{mark}3,{mark * 40}"],
        teachers=[
            f"{mark}9,T1,{mark},{mark},{mark},{mark}",
            f"{mark}1,T2,{mark},,{mark},",
            f"{mark},{mark}",
            f'{mark},"{mark}',
        ],
        students=[
            f"{mark}1,P1,{mark},{mark},{mark},{mark},{mark},{mark},{mark},{mark},{mark},{mark}",
            f"{mark}1,P1,x{mark},y,,,,,,,,",
        ],
        classes=[f"{mark}1,C1,{mark},{mark}", f"{mark}1,C1,{mark},{mark}", f"{mark},{mark},T1,{mark}"],
        enrollments=[f"{mark},{mark},{mark}", f"{mark}1,C1,P1", f"{mark}1,C1,{mark}"],
    )
    texts = db.sql("select code, message, fix from valid.problems").fetchall()
    assert len({code for code, *_ in texts}) > 12
    assert [text for text in texts if any(mark in part for part in text)] == []


def test_a_code_that_is_not_in_the_catalogue_cannot_be_found(db: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.ConstraintException, match="invalid_mood"):
        findings.record_findings(db, "test", [Finding("invalid_mood")])


IN_SQL = (
    r"'([a-z_]+)' as code\b",
    r"\bset\s+code = '([a-z_]+)'",
    r"\b(?:fault|unread)\('([a-z_]+)'",
    r"\bmissing\(\w+, '\w+', '([a-z_]+)'",
    r"\bfault_if\((?:[^()']|\((?:[^()']|\([^()']*\))*\))*'([a-z_]+)'",
)


def codes_in_sql(text: str) -> set[str]:
    chosen = [case for case in text.split("case") if re.search(r"end as code\b", case)]
    branches = [
        code for case in chosen for code in re.findall(r"(?:then|else) '([a-z_]+)'", case.split("end as code")[0])
    ]
    return {code for pattern in IN_SQL for code in re.findall(pattern, text)} | set(branches)


def codes_in_python(text: str) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    made = [
        call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("Finding", "Mended", "Reject")
    ]
    strings = [arg.value for call in made for arg in call.args[:2] if isinstance(arg, ast.Constant)]
    return {str(string) for string in strings if isinstance(string, str)} - {None}


def used_codes() -> dict[str, set[str]]:
    used = {str(path): codes_in_sql(path.read_text()) for path in PACKAGE.rglob("*.sql")}
    used |= {str(path): codes_in_python(path.read_text()) for path in PACKAGE.rglob("*.py")}
    used["columns"] = codes_in_sql("\n".join(piece for file in upload.FILES for piece in names_in_steps(file).values()))
    for (stage, table), checks in rules.CHECKS.items():
        used[f"{stage}/{table}"] = {rule.code for check in checks for rule in check.rules if rule.code}
    return used


def test_every_code_that_is_used_is_in_the_catalogue_and_every_code_of_the_catalogue_is_used() -> None:
    used = used_codes()
    assert {name: codes - set(BY_CODE) for name, codes in used.items() if codes - set(BY_CODE)} == {}
    assert set(BY_CODE) - set().union(*used.values()) == set()
