"""Problems in groups: what they have in common, how many rows, where first."""

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remind_etl.catalogue.problems import GROUP_COLUMNS
from remind_etl.warehouse import findings, problem_lists
from remind_etl.warehouse.connection import empty_warehouse
from remind_etl.warehouse.findings import Finding
from remind_etl_tests.examples import examples


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        empty_warehouse(connection)
        yield connection


@pytest.fixture(scope="module")
def shapes() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        empty_warehouse(connection)
        yield connection


def shape(db: duckdb.DuckDBPyConnection, value: str | None) -> str | None:
    ((found,),) = db.execute("select valid.shape($value)", {"value": value}).fetchall()
    assert found is None or isinstance(found, str)
    return found


def find(db: duckdb.DuckDBPyConnection, *lines: int, code: str = "invalid_email", **cells: str) -> None:
    """Findings of one teacher or of none, as a rule in SQL makes them, one a line."""
    row = {"code": code, "column": "teacher_email", "value": None, "record_id": None, "detail": None} | cells
    for line in lines:
        db.execute(
            """insert into valid.findings values (
            'test', $code, 'teachers.csv', $line, $column, $value, 'teacher', $record_id, 'S1', $detail, null, null
            )""",
            {**row, "line": line},
        )


def groups(db: duckdb.DuckDBPyConnection, *columns: str) -> list[tuple[Any, ...]]:
    return problem_lists.group_problems(db).select(*columns).fetchall()


def test_the_columns_are_those_of_the_catalogue(db: duckdb.DuckDBPyConnection) -> None:
    assert tuple(problem_lists.group_problems(db).columns) == GROUP_COLUMNS


def test_one_mistake_on_many_rows_is_one_group_with_rows_share_and_first_lines(db: duckdb.DuckDBPyConnection) -> None:
    db.execute("insert into raw.files values ('teachers.csv', 2000, 2000, 0, 0, null, null)")
    for n in range(1_052):
        find(db, n + 2, record_id=f"T{n}", value=f"teacher{n + 10}(at)school")
    find(db, 1_500, 1_400, record_id="T9999", value="none")
    assert groups(db, "problems", "rows", "share", "lines", "shape") == [
        (1_052, 1_052, 0.526, [2, 3, 4, 5, 6], "AAA999(AAA)AAA"),
        (1, 2, 0.001, [1_400, 1_500], "AAA"),
    ]


def test_a_problem_of_many_rows_gives_the_lines_of_its_rows(db: duckdb.DuckDBPyConnection) -> None:
    find(db, *range(9, 1, -1), record_id="T1", value="none")
    assert groups(db, "problems", "rows", "lines") == [(1, 8, [2, 3, 4, 5, 6])]


def test_what_concerns_a_file_as_a_whole_has_no_rows_and_no_share(db: duckdb.DuckDBPyConnection) -> None:
    findings.record_findings(
        db, "test", [Finding("missing_file", "classes.csv"), Finding("extra_column", "a", 1, "Notes")]
    )
    assert groups(db, "code", "rows", "share", "lines", "shape") == [
        ("missing_file", 0, None, [], None),
        ("extra_column", 0, None, [1], None),
    ]


def test_groups_stand_worst_first_then_whole_files_then_by_rows_then_a_cause_before_what_follows(
    db: duckdb.DuckDBPyConnection,
) -> None:
    find(db, 2, 3, 4, value="x")
    find(db, 5, 6, 7, value="12")
    find(db, 8, 9, 10, column="teacher_mobile_phone", code="invalid_phone")
    find(db, 11, 12, 13, 14, value="x-x")
    find(db, 15, code="missing_id", column="teacher_id")
    find(db, 16, code="class_without_teacher", column="class_id")
    find(db, 17, code="unknown_school", column="school_id")
    findings.record_findings(
        db,
        "test",
        [Finding("encoding", "schools.csv"), Finding("missing_file", "schools.csv"), Finding("misnamed_column", "a")],
    )
    assert groups(db, "code", "shape", "rows") == [
        ("missing_file", None, 0),
        ("missing_id", None, 1),
        ("unknown_school", None, 1),
        ("class_without_teacher", None, 1),
        ("misnamed_column", None, 0),
        ("invalid_email", "A-A", 4),
        ("invalid_email", "99", 3),
        ("invalid_email", "A", 3),
        ("invalid_phone", None, 3),
        ("encoding", None, 0),
    ]


def test_a_group_names_up_to_three_details_and_says_that_there_are_more(db: duckdb.DuckDBPyConnection) -> None:
    for n in range(3, 6):
        find(db, n, n + 10, code="wrong_cell_count", detail=f"{n} values, but the header has 6")
    ((three,),) = groups(db, "message")
    assert three.count(" values, but the header has 6") == 3
    assert "…" not in three
    find(db, 8, code="wrong_cell_count", detail="8 values, but the header has 6")
    ((four,),) = groups(db, "message")
    assert four.count(" values, but the header has 6; ") == 3
    assert four.endswith("; ….")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("bob.ray(at)x", "AAA.AAA(AAA)A"),
        ("Zoë Müller", "AAA AAA"),
        ("Zoe\u0308", "AAA"),
        ("212 555 01422", "999 999 999"),
        ("٣١", "999"),
        ("31/1/2012", "999/9/999"),
        ("“ann@x.org”", "“AAA@A.AAA”"),
        ("ann\u200b@x.org", "AAA␣@A.AAA"),
        ("ann\u00a0lee\n", "AAA␣AAA␣"),
        ("-" * 41, "-" * 39 + "…"),
        ("-" * 40, "-" * 40),
        ("a-" * 600, "A-" * 19 + "A…"),
    ],
)
def test_a_shape_is_letters_and_digits_made_alike(
    shapes: duckdb.DuckDBPyConnection, value: str | None, expected: str | None
) -> None:
    assert shape(shapes, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("212-555-014", "999-999-999"), ("212-555-0142 x7", "999-999-9999 A9"), ("1" * 41, "999"), ("1" * 40, "9" * 40)],
)
def test_a_shape_that_people_see_has_as_many_digits_as_the_value(
    shapes: duckdb.DuckDBPyConnection, value: str, expected: str
) -> None:
    ((shown,),) = shapes.execute("select valid.shown_shape($value)", {"value": value}).fetchall()
    assert shown == expected


@examples(200)
@given(value=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_shape_gives_a_letter_or_a_digit_away(shapes: duckdb.DuckDBPyConnection, value: str) -> None:
    shown = shape(shapes, value)
    assert shown is not None
    assert len(shown) <= 40
    assert {c for c in shown if c.isalnum()} <= {"A", "9"}
    # A long shape may be cut within a run of letters or digits.
    whole = shown.removesuffix("…").rstrip("A9") if shown.endswith("…") else shown
    assert not re.search("A{4}|9{4}|(?<!A)AA(?!A)|(?<!9)99(?!9)", whole)


def test_two_gates_that_one_file_fails_are_two_problems(db: duckdb.DuckDBPyConnection) -> None:
    gates = [Finding("gate_failed", "teachers.csv", detail=detail) for detail in ("too many of a", "too many of b")]
    findings.record_findings(db, "raw/teachers", gates)
    told = [message for (message,) in db.sql("select message from valid.problems order by all").fetchall()]
    assert [detail in message for detail, message in zip(("of a", "of b"), told, strict=True)] == [True, True]
