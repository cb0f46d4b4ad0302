import pytest

from remind_etl.schema.upload import TEACHERS
from remind_etl_tests.valid.conftest import District
from remind_etl_tests.warehouses import left_out, problems

ANN = "S1,T1,Ann,Lee,ann@example.org,212 555 0142"
BOB = "S2,T2,Bob,Ray,bob@example.org,"


def test_a_teacher_is_typed_and_normalised(district: District) -> None:
    db = district(teachers=[ANN, "S2,T2,Bob,Ray, Bob.Ray@Example.ORG ,(212) 555-0143"])
    taken = db.sql("from valid.teachers order by line").fetchall()
    assert taken == [
        (2, "S1", "T1", "Ann", "Lee", "ann@example.org", "+12125550142"),
        (3, "S2", "T2", "Bob", "Ray", "bob.ray@example.org", "+12125550143"),
    ]


@pytest.mark.parametrize("column", [c.name for c in TEACHERS.columns if c.required])
def test_a_teacher_without_a_required_value_is_left_out(district: District, column: str) -> None:
    cells = {"school_id": "S1", "teacher_id": "T3", "teacher_first_name": "Cy", "teacher_last_name": "Orr"}
    cells |= {"teacher_email": "cy@example.org", "teacher_mobile_phone": ""} | {column: " "}
    db = district(teachers=[ANN, BOB, ",".join(cells[c.name] for c in TEACHERS.columns)])
    code = "missing_id" if column == "teacher_id" else "missing_value"
    assert problems(db, "code", "line", "column") == [(code, 4, column)]
    assert db.sql("select line from valid.teachers order by line").fetchall() == [(2,), (3,)]
    ids = {None if column == name else cells[name] for name in ("school_id", "teacher_id")}
    assert set(left_out(db)) == {("teachers.csv", 4, cell) for cell in ids}


def test_an_unknown_school_is_one_problem_of_the_teacher_at_the_first_line(district: District) -> None:
    db = district(teachers=[ANN, BOB, "S9,T3,Cy,Orr,cy@example.org,", "S8,T3,Cy,Orr,cy@example.org,"])
    assert problems(db, "code", "line", "column", "value", "record_type", "record_id", "school_id") == [
        ("unknown_school", 4, "school_id", "S9", "teacher", "T3", "S9")
    ]
    assert set(left_out(db)) == {("teachers.csv", 4, c) for c in ("S9", "T3")} | {
        ("teachers.csv", 5, c) for c in ("S8", "T3")
    }


def test_a_teacher_at_a_school_whose_row_was_left_out_waits_without_a_problem(district: District) -> None:
    db = district(schools=["S1,North High", "S2,"])
    assert problems(db, "code", "file") == [("missing_value", "schools.csv")]
    assert db.sql("select teacher_id from valid.teachers").fetchall() == [("T1",)]
    assert {("teachers.csv", 3, "S2"), ("teachers.csv", 3, "T2")} <= set(left_out(db))


def test_a_school_in_a_row_that_cannot_be_read_is_known(district: District) -> None:
    db = district(schools=["S1,North High", "S2,South High,x"])
    assert problems(db, "code", "file") == [("wrong_cell_count", "schools.csv")]
    assert {("teachers.csv", 3, "S2"), ("teachers.csv", 3, "T2")} <= set(left_out(db))


@pytest.mark.parametrize("schools", [None, b"", b"no header\n", b"school_id\nS1\n"])
def test_a_file_of_schools_that_cannot_be_read_makes_no_school_unknown(
    district: District, schools: bytes | None
) -> None:
    db = district(schools=schools)
    assert {file for (file,) in problems(db, "file")} == {"schools.csv"}
    assert left_out(db) == []


def test_a_bad_email_or_phone_is_left_off_and_an_extension_too(district: District) -> None:
    db = district(teachers=[ANN, BOB, "S1,T3,Cy,Orr,cy at example,555", "S1,T4,Di,Fox,di@example.org,212 555 0144 x12"])
    assert problems(db, "severity", "code", "line", "column", "value", "record_id") == [
        ("alert", "invalid_email", 4, "teacher_email", "cy at example", "T3"),
        ("alert", "invalid_phone", 4, "teacher_mobile_phone", "555", "T3"),
        ("alert", "phone_extension", 5, "teacher_mobile_phone", "212 555 0144 x12", "T4"),
    ]
    taken = db.sql("select teacher_id, email, phone from valid.teachers where line > 3 order by line").fetchall()
    assert taken == [("T3", None, None), ("T4", "di@example.org", "+12125550144")]


def test_a_teacher_of_two_schools_has_two_rows(district: District) -> None:
    db = district(teachers=[ANN, BOB, "S2,T1,Ann,Lee,ann@example.org,"])
    assert problems(db) == []
    assert db.sql("select school_id from valid.teachers where teacher_id = 'T1' order by line").fetchall() == [
        ("S1",),
        ("S2",),
    ]


def test_rows_of_a_teacher_that_disagree_are_one_problem_that_names_the_columns(district: District) -> None:
    db = district(
        teachers=[
            ANN,
            BOB,
            "S2,T1,Ann,Lee,ann@example.org,",
            "S2,T1,Ann,Lee-Ray,ann.lee@example.org,212 555 0142",
            "S2,T1,Anne,Lee,ann@example.org,212 555 0199",
        ]
    )
    assert problems(db, "code", "line", "record_id", "value", "message") == [
        (
            "conflicting_rows",
            5,
            "T1",
            None,
            "The rows of this person disagree. The first row counts. These columns differ: teacher_email, "
            "teacher_first_name, teacher_last_name, teacher_mobile_phone.",
        )
    ]


def test_rows_that_differ_in_spelling_or_in_blanks_do_not_disagree(district: District) -> None:
    db = district(
        teachers=[
            "S1,T1,Zoë,van  Dyk,ann@example.org,",
            BOB,
            "S2,T1,ZOE,van Dyk,ANN@example.org,+1 212 555 0142",
            "S2,T1,Zoe,Van Dyk,ann@example.org,(212) 555-0142",
        ]
    )
    assert problems(db) == []
