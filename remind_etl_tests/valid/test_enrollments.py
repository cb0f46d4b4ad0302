import pytest

from remind_etl_tests.valid.conftest import District
from remind_etl_tests.warehouses import left_out, problems

ANN = "S1,T1,Ann,Lee,ann@example.org,"
BOB = "S2,T2,Bob,Ray,bob@example.org,"
CY = "S1,P1,Cy,Fox,,,,,,,,"
EVE = "S2,P2,Eve,Orr,,,,,,,,"
FIRST = "S1,C1,P1"
SECOND = "S2,C2,P2"


def test_students_and_further_teachers_are_enrolled_in_their_roles(district: District) -> None:
    db = district(teachers=[ANN, BOB, "S1,T3,Di,Fox,di@example.org,"], enrollments=[FIRST, SECOND, "S1,C1,T3"])
    assert problems(db) == []
    assert db.sql('select class_id, user_id, "role" from valid.enrollments order by line').fetchall() == [
        ("C1", "P1", "student"),
        ("C2", "P2", "student"),
        ("C1", "T3", "teacher"),
    ]


def test_an_id_that_is_both_a_students_and_a_teachers_means_the_student(district: District) -> None:
    db = district(teachers=[ANN, BOB, "S1,P1,Di,Fox,di@example.org,"])
    assert db.sql("select \"role\" from valid.enrollments where user_id = 'P1'").fetchall() == [("student",)]


def test_an_id_means_the_student_also_where_the_students_row_was_left_out(district: District) -> None:
    db = district(teachers=[ANN, BOB, "S1,P1,Di,Fox,di@example.org,"], students=["S1,P1,,Fox,,,,,,,,", EVE])
    assert db.sql("select user_id from valid.enrollments").fetchall() == [("P2",)]
    assert ("enrollments.csv", 2, "P1") in left_out(db)


@pytest.mark.parametrize(
    ("row", "column"), [(",C1,P1", "school_id"), ("S1,,P1", "class_id"), ("S1,C1,", "user_id"), (",,P1", "class_id")]
)
def test_an_enrollment_without_a_required_value_is_left_out(district: District, row: str, column: str) -> None:
    db = district(enrollments=[SECOND, FIRST, row])
    code = "missing_id" if column == "user_id" else "missing_value"
    assert problems(db, "code", "line", "column")[0] == (code, 4, column)
    assert db.sql("select count(*) from valid.enrollments").fetchall() == [(2,)]
    assert {cell for _, _, cell in left_out(db)} == {cell or None for cell in row.split(",")}


def test_a_class_that_no_file_names_is_one_problem_for_all_its_rows(district: District) -> None:
    db = district(enrollments=[FIRST, SECOND, "S1,C9,P1", "S2,C9,P2", "S1,C8,P1"])
    assert problems(db, "code", "line", "column", "value", "record_id") == [
        ("unknown_class", 4, "class_id", "C9", "C9"),
        ("unknown_class", 6, "class_id", "C8", "C8"),
    ]
    assert {line for _, line, _ in left_out(db)} == {4, 5, 6}


def test_a_person_whom_no_file_names_is_one_problem_for_all_their_rows(district: District) -> None:
    db = district(enrollments=[FIRST, SECOND, "S1,C1,P9", "S2,C2,P9"])
    assert problems(db, "code", "line", "column", "value", "record_id") == [("unknown_user", 4, "user_id", "P9", "P9")]


def test_the_row_must_name_the_school_of_the_class(district: District) -> None:
    db = district(enrollments=[FIRST, SECOND, "S2,C1,P2"])
    assert problems(db, "code", "line", "column", "value", "record_id") == [
        ("school_mismatch", 4, "school_id", "S2", "C1/P2")
    ]


def test_the_person_must_have_a_row_at_the_school_of_the_class(district: District) -> None:
    db = district(enrollments=[FIRST, SECOND, "S2,C2,P1", "S2,C2,T1"])
    assert problems(db, "code", "line", "column", "value", "record_id") == [
        ("school_mismatch", 4, "user_id", "P1", "C2/P1"),
        ("school_mismatch", 5, "user_id", "T1", "C2/T1"),
    ]


def test_a_person_with_a_row_at_each_school_may_be_enrolled_in_both(district: District) -> None:
    db = district(students=[CY, EVE, "S2,P1,Cy,Fox,,,,,,,,"], enrollments=[FIRST, SECOND, "S2,C2,P1"])
    assert problems(db) == []
    assert db.sql("select count(*) from valid.enrollments").fetchall() == [(3,)]


def test_the_same_enrollment_twice_is_one(district: District) -> None:
    db = district(enrollments=[FIRST, SECOND, FIRST, FIRST])
    assert problems(db, "severity", "code", "line", "record_id") == [("alert", "duplicate_row", 4, "C1/P1")]
    assert db.sql("select line from valid.enrollments order by line").fetchall() == [(2,), (3,)]
    assert left_out(db) == []


def test_a_row_with_an_error_does_not_make_the_right_row_after_it_a_repetition(district: District) -> None:
    db = district(enrollments=["S2,C1,P1", SECOND, FIRST])
    assert problems(db, "code", "line") == [("school_mismatch", 2)]
    assert db.sql("select line from valid.enrollments order by line").fetchall() == [(3,), (4,)]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        pytest.param("classes", ["S1,C1,T1,Algebra", "S2,C2,,Biology"], id="the class has an error"),
        pytest.param("classes", ["S1,C1,T1,Algebra", "C2"], id="the class cannot be read"),
        pytest.param("students", [CY, "S2,P2,Eve,,,,,,,,,"], id="the student has an error"),
        pytest.param("students", [CY, "S2,P2"], id="the student cannot be read"),
        pytest.param("students", [CY, "S3,P2,Eve,Orr,,,,,,,,"], id="the student's school is unknown"),
        pytest.param("schools", ["S1,North High", "S2,"], id="the school has an error"),
    ],
)
def test_an_enrollment_waits_with_what_it_refers_to_and_has_no_problem_of_its_own(
    district: District, name: str, lines: list[str]
) -> None:
    db = district(**{name: lines})
    assert problems(db, "file") == [(f"{name}.csv",)]
    assert db.sql("select user_id from valid.enrollments").fetchall() == [("P1",)]
    assert [row for row in left_out(db) if row[0] == "enrollments.csv"] == [
        ("enrollments.csv", 3, cell) for cell in ("C2", "P2", "S2")
    ]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("S2,P1,,Fox,,,,,,,,", id="the row at the school has an error"),
        pytest.param("S2,P1,Cy", id="the row at the school cannot be read"),
        pytest.param(",P1,Cy,Fox,,,,,,,,", id="the row's school is blank"),
    ],
)
def test_a_person_whose_row_at_the_school_was_left_out_is_not_elsewhere(district: District, row: str) -> None:
    db = district(students=[CY, EVE, row], enrollments=[FIRST, SECOND, "S2,C2,P1"])
    assert problems(db, "file") == [("students.csv",)]
    assert ("enrollments.csv", 4, "P1") in left_out(db)


@pytest.mark.parametrize("name", ["students", "teachers", "classes"])
@pytest.mark.parametrize("content", [None, b"", b"school_id\nS1\n"])
def test_a_file_that_cannot_be_read_makes_no_reference_wrong(
    district: District, name: str, content: bytes | None
) -> None:
    db = district(**{name: content})
    assert {file for (file,) in problems(db, "file")} == {f"{name}.csv"}


def test_a_drop_without_rosters_has_no_classes_and_no_enrollments(district: District) -> None:
    db = district(classes=None, enrollments=None)
    assert problems(db) == []
    assert db.sql("from valid.classes").fetchall() == []
    assert db.sql("from valid.enrollments").fetchall() == []


def test_a_school_that_no_file_names_is_one_problem_for_all_its_enrollments(district: District) -> None:
    db = district(enrollments=[FIRST, SECOND, "S9,C1,P1", "S9,C2,P2"])
    assert problems(db, "code", "line", "column", "value", "record_id") == [
        ("unknown_school", 4, "school_id", "S9", "S9")
    ]
    assert {line for _, line, _ in left_out(db)} == {4, 5}
