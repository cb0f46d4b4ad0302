"""Groups of like problems, with the remedy of what spreadsheets do to files."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from remind_etl.catalogue.problems import BY_CODE
from remind_etl.catalogue.remedies import REMEDIES
from remind_etl.published.report import groups
from remind_etl_tests.warehouses import rows

Prepared = Callable[[dict[str, str | bytes]], duckdb.DuckDBPyConnection]


def _remedies(db: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    return {(group["code"], group["file"]): group["fix"] for group in groups.rows(groups.gathered(db))}


def test_ids_that_lack_only_zeros_in_front_are_told_as_what_a_spreadsheet_did(prepared: Prepared) -> None:
    db = prepared(
        {
            "schools.csv": rows("schools.csv", "0101,North", "0102,South"),
            "teachers.csv": rows("teachers.csv", *(f"10{n},T{n},A,B,t{n}@example.org," for n in (1, 2))),
            "students.csv": rows("students.csv", "999,P1,A,B,,,,,,,,"),
            "classes.csv": rows("classes.csv", "0101,C1,T1,Art"),
            "enrollments.csv": rows("enrollments.csv", "0101,C1,00T1"),
        }
    )

    remedies = _remedies(db)

    assert remedies["unknown_school", "teachers.csv"] == REMEDIES["lost_zeros"]
    assert remedies["unknown_school", "students.csv"] == BY_CODE["unknown_school"].fix
    assert remedies["unknown_user", "enrollments.csv"] == REMEDIES["lost_zeros"]


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ("S1,C1,T1,“Art, Music”", REMEDIES["curly_quotes"]),
        ("S1,C1,T1,Art,,", REMEDIES["blank_columns"]),
        ("S1,C1,T1,Art, Music", BY_CODE["wrong_cell_count"].fix),
    ],
)
def test_a_row_with_too_many_values_is_told_by_what_made_it(prepared: Prepared, row: str, remedy: str) -> None:
    db = prepared({"classes.csv": rows("classes.csv", row)})

    assert _remedies(db)["wrong_cell_count", "classes.csv"] == remedy


def test_groups_that_differ_in_shape_only_are_one_where_shapes_are_not_shown(prepared: Prepared) -> None:
    db = prepared({"teachers.csv": rows("teachers.csv", "S1,T1,A,B,bad,", "S1,T2,A,B,9,", "S1,T3,A,B,x@,")})

    shaped: list[Any] = [group for group in groups.rows(groups.gathered(db)) if group["code"] == "invalid_email"]
    (group,) = [group for group in groups.without_shapes(db) if group["code"] == "invalid_email"]

    assert len(shaped) == 3
    assert (group["problems"], group["rows"], group["lines"], group["shape"]) == (3, 3, [2, 3, 4], None)


def test_lines_are_told_as_plain_numbers_and_that_there_are_more() -> None:
    assert groups.lines({"lines": [2, 1047], "rows": 2}) == "2, 1047"
    assert groups.lines({"lines": [2, 3], "rows": 9}) == "2, 3, …"
    assert groups.lines({"lines": [None], "rows": 0}) == ""


def test_problems_that_one_cause_made_are_one_group_whatever_their_shapes(prepared: Prepared) -> None:
    students = [f"S1,P{n},A,B,{dob},,,,,,," for n, dob in enumerate(["1/2/14", "12-Nov-14", "2014-13-01"])]
    db = prepared({"students.csv": rows("students.csv", *students)})

    told: list[Any] = [group for group in groups.rows(groups.gathered(db)) if group["code"] == "invalid_dob"]

    assert [(group["rows"], group["fix"]) for group in told] == [
        (2, REMEDIES["short_years"]),
        (1, BY_CODE["invalid_dob"].fix),
    ]


def test_untidy_names_in_a_header_are_one_group_and_each_stands_as_sent_in_the_table(prepared: Prepared) -> None:
    db = prepared({"classes.csv": "School ID,Class ID,teacher_id,CLASS_NAME\nS1,C1,T1,Art\nS2,C2,T2,Art\n"})

    (group,) = [group for group in groups.rows(groups.gathered(db)) if group["code"] == "header_spelling"]
    sent = db.sql('select "column", "value" from valid.problems where code = \'header_spelling\' order by all')

    assert (group["column"], group["lines"]) == ("class_id, class_name, school_id", [1])
    assert group["fix"] == "Write exactly class_id, class_name, school_id in the first row."
    assert sent.fetchall() == [("class_id", "Class ID"), ("class_name", "CLASS_NAME"), ("school_id", "School ID")]
    assert "CLASS_NAME" not in group["message"]
