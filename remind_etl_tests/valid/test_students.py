import datetime
import re

import pytest

from remind_etl.schema import forms
from remind_etl_tests.valid.conftest import District
from remind_etl_tests.warehouses import left_out, problems

CY = "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,"
EVE = "S2,P2,Eve,Orr,,K,,,,,,"


def test_a_student_is_typed_and_normalised_with_the_guardian_of_the_row(district: District) -> None:
    db = district(
        students=[
            "S1,P1,Cy,Fox,1/31/2012,07,CY@example.org,212.555.0142,Dee,Fox,Dee@Example.org,+1 212 555 0143",
            EVE,
        ]
    )
    assert problems(db) == []
    assert db.sql("select * exclude (line) from valid.students order by line").fetchall() == [
        (
            *("S1", "P1", "Cy", "Fox", datetime.date(2012, 1, 31), "7", "cy@example.org", "+12125550142"),
            *("Dee", "Fox", "dee@example.org", "+12125550143", True),
        ),
        ("S2", "P2", "Eve", "Orr", None, "K", None, None, None, None, None, None, False),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",P3,Al,Roe,,,,,,,,", "school_id"),
        ("S1,,Al,Roe,,,,,,,,", "student_id"),
        ("S1,P3,,Roe,,,,,,,,", "student_first_name"),
        ("S1,P3,Al,,,,,,,,,", "student_last_name"),
    ],
)
def test_a_student_without_a_required_value_is_left_out(district: District, row: str, column: str) -> None:
    db = district(students=[CY, EVE, row])
    code = "missing_id" if column == "student_id" else "missing_value"
    assert problems(db, "severity", "code", "line", "column") == [("error", code, 4, column)]
    assert db.sql("select line from valid.students order by line").fetchall() == [(2,), (3,)]
    assert {line for _, line, _ in left_out(db)} == {4}


def test_bad_optional_values_are_left_off_and_the_student_is_taken(district: District) -> None:
    db = district(students=[CY, EVE, "S1,P3,Al,Roe,2012-02-30,14,al@,12,Bo,Roe,bo,34"])
    assert problems(db, "severity", "code", "column", "value", "record_type", "record_id") == [
        ("alert", "invalid_dob", "dob", "2012-02-30", "student", "P3"),
        ("alert", "invalid_email", "guardian_email", "bo", "student", "P3"),
        ("alert", "invalid_email", "student_email", "al@", "student", "P3"),
        ("alert", "invalid_grade", "grade", "14", "student", "P3"),
        ("alert", "invalid_phone", "guardian_phone", "34", "student", "P3"),
        ("alert", "invalid_phone", "student_phone", "12", "student", "P3"),
    ]
    assert db.sql("select * exclude (line) from valid.students where line = 4").fetchall() == [
        ("S1", "P3", "Al", "Roe", None, None, None, None, "Bo", "Roe", None, None, True)
    ]
    assert left_out(db) == []


@pytest.mark.parametrize("day_first", ["13/5/2014", "31-12-2013", "31.12.2013", "31/12/2013 0:00:00"])
def test_a_column_with_as_many_day_first_dates_as_month_first_ones_makes_its_ambiguous_dates_alerts(
    district: District, day_first: str
) -> None:
    sent = ("5/6/2012", "05/06/2012 00:00:00", "5/5/2012", "5/31/2012", "2012-05-06", day_first)
    db = district(students=[f"S1,P{n},Al,Roe{n},{dob},,,,,,," for n, dob in enumerate(sent, start=1)])
    alerts = problems(db, "severity", "code", "column", "value", "record_id")
    assert [alert for alert in alerts if alert[1] == "ambiguous_dob"] == [
        ("alert", "ambiguous_dob", "dob", "5/6/2012", "P1"),
        ("alert", "ambiguous_dob", "dob", "05/06/2012 00:00:00", "P2"),
    ]
    assert ("alert", "invalid_dob", "dob", day_first, "P6") in alerts
    days = [str(day) for (day,) in db.sql("select dob from valid.students order by line").fetchall()]
    assert days == ["None", "None", "2012-05-05", "2012-05-31", "2012-05-06", "None"]


def test_an_ambiguous_date_is_month_first_where_no_date_of_the_column_is_day_first(district: District) -> None:
    db = district(students=[CY.replace("2012-01-31", "5/6/2012"), EVE.replace(",,K", ",45/12/2012,K")])
    assert [code for (code,) in problems(db, "code")] == ["invalid_dob"]
    assert [str(day) for (day,) in db.sql("select dob from valid.students order by line").fetchall()] == [
        *("2012-05-06", "None"),
    ]


def test_an_ambiguous_date_is_month_first_where_most_dates_of_the_column_are(district: District) -> None:
    sent = ("5/6/2012", "23/4/2015", "5/31/2012", "10-30-2013", "23/4/2015")
    db = district(students=[f"S1,P{n},Al,Roe{n},{dob},,,,,,," for n, dob in enumerate(sent, start=1)])
    alerts = problems(db, "code", "value")
    assert sorted(alert for alert in alerts if alert[0] == "ambiguous_dob") == []
    assert ("invalid_dob", "23/4/2015") in alerts
    days = [str(day) for (day,) in db.sql("select dob from valid.students order by line").fetchall()]
    assert days == ["2012-05-06", "None", "2012-05-31", "None", "None"]


def test_every_form_of_a_grade_and_a_phone_that_the_page_of_files_promises_is_read(district: District) -> None:
    grades, phones = (re.findall("`([^`]+)`", forms.FORMS[column]) for column in ("grade", "student_phone"))
    sent = [(grade, "") for grade in grades] + [("", phone) for phone in phones]
    db = district(students=[f"S1,P{n},Al,Roe{n},,{grade},,{phone},,,," for n, (grade, phone) in enumerate(sent, 1)])
    assert len(grades) > 10
    assert len(phones) > 3
    read = db.sql("select grade, phone from valid.students order by line").fetchall()
    assert [said for said, (grade, phone) in zip(sent, read, strict=True) if not (grade or phone)] == []


def test_a_student_with_two_guardians_has_two_rows_and_a_fault_of_both_is_one_problem(district: District) -> None:
    db = district(students=["S1,P1,Cy,Fox,x,7,,,Dee,Fox,dee@example.org,", EVE, "S1,P1,Cy,Fox,x,7,,,Gil,Fox,,"])
    assert problems(db, "code", "line", "record_id") == [("invalid_dob", 2, "P1")]
    taken = db.sql("select guardian_first_name from valid.students where student_id = 'P1' order by line").fetchall()
    assert taken == [("Dee",), ("Gil",)]


def test_rows_of_a_student_that_disagree_are_one_problem_that_names_the_columns(district: District) -> None:
    db = district(
        students=[
            CY,
            EVE,
            "S1,P1,Cyril,Fox,31/1/2012,8,cy@example.org,,Gil,Fox,gil@example.org,",
            "S1,P1,Cy,Fox,2013-01-31,7,cyril@example.org,212 555 0142,,,,",
            "S1,P1,Cy,Foxx,2012-01-31,7,,212 555 0143,,,,",
        ]
    )
    assert problems(db, "code", "line", "message")[0] == (
        "conflicting_rows",
        4,
        "The rows of this person disagree. The first row counts. These columns differ: dob, grade, student_email, "
        "student_first_name, student_last_name, student_phone.",
    )


def test_a_value_that_is_blank_or_bad_in_one_row_does_not_disagree(district: District) -> None:
    db = district(students=[CY, EVE, "S1,P1,Cy,Fox,,,,,,,,", "S1,P1,Cy,Fox,soon,?,cy,1,,,,"])
    assert {code for (code,) in problems(db, "code")} == {
        "invalid_dob",
        "invalid_email",
        "invalid_grade",
        "invalid_phone",
    }


def test_students_at_a_school_whose_row_was_left_out_wait(district: District) -> None:
    db = district(schools=["S1,North High", "S2,", "S2,South High"])
    assert {file for (file,) in problems(db, "file")} == {"schools.csv"}
    assert db.sql("select student_id from valid.students").fetchall() == [("P1",)]
    assert {("students.csv", 3, "S2"), ("students.csv", 3, "P2")} <= set(left_out(db))


def test_an_unknown_school_is_an_error_of_the_student(district: District) -> None:
    db = district(students=[CY, EVE, "S9,P3,Al,Roe,,,,,,,,"])
    assert problems(db, "code", "line", "value", "record_id") == [("unknown_school", 4, "S9", "P3")]
