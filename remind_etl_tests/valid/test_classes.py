import pytest

from remind_etl_tests.valid.conftest import District
from remind_etl_tests.warehouses import left_out, problems

ALGEBRA = "S1,C1,T1,Algebra"
BIOLOGY = "S2,C2,T2,Biology"
ANN = "S1,T1,Ann,Lee,ann@example.org,"
BOB = "S2,T2,Bob,Ray,bob@example.org,"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",C3,T1,Art", "school_id"),
        ("S1,,T1,Art", "class_id"),
        ("S1,C3,,Art", "teacher_id"),
        ("S1,C3,T1,", "class_name"),
    ],
)
def test_a_class_without_a_required_value_is_left_out(district: District, row: str, column: str) -> None:
    db = district(classes=[ALGEBRA, BIOLOGY, row])
    code = "missing_id" if column == "class_id" else "missing_value"
    assert problems(db, "severity", "code", "line", "column") == [("error", code, 4, column)]
    assert db.sql("select class_id from valid.classes order by line").fetchall() == [("C1",), ("C2",)]
    assert {cell for _, _, cell in left_out(db)} == {cell or None for cell in row.split(",")[:3]}


def test_of_rows_with_the_same_id_the_first_counts(district: District) -> None:
    db = district(classes=[ALGEBRA, BIOLOGY, "S2,C1,T2,Art", "S1,C1,T1,Algebra"])
    assert problems(db, "code", "line", "value", "record_id") == [("duplicate_class", 4, "C1", "C1")]
    assert db.sql("select class_id, class_name from valid.classes order by line").fetchall() == [
        ("C1", "Algebra"),
        ("C2", "Biology"),
    ]


def test_rows_without_an_id_do_not_repeat_one_another(district: District) -> None:
    db = district(classes=[ALGEBRA, BIOLOGY, "S1,,T1,Art", "S1,,T1,Music"])
    assert problems(db, "code", "line") == [("missing_id", 4), ("missing_id", 5)]


def test_an_unknown_school_and_an_unknown_teacher_are_two_errors(district: District) -> None:
    db = district(classes=[ALGEBRA, BIOLOGY, "S9,C3,T9,Art"])
    assert problems(db, "code", "line", "column", "value", "record_id") == [
        ("unknown_school", 4, "school_id", "S9", "C3"),
        ("unknown_teacher", 4, "teacher_id", "T9", "C3"),
    ]


def test_the_teacher_must_be_at_the_school_of_the_class(district: District) -> None:
    db = district(classes=[ALGEBRA, BIOLOGY, "S1,C3,T2,Art"])
    assert problems(db, "code", "line", "column", "value", "record_id") == [
        ("school_mismatch", 4, "teacher_id", "T2", "C3")
    ]


def test_a_class_at_an_unknown_school_has_that_one_error(district: District) -> None:
    db = district(classes=[ALGEBRA, BIOLOGY, "S9,C3,T2,Art"])
    assert problems(db, "code", "record_id") == [("unknown_school", "C3")]


@pytest.mark.parametrize("bob", ["S2,T2,,Ray,bob@example.org,", "S2,T2,Bob"])
def test_a_teacher_whose_row_was_left_out_is_known_and_the_class_is_there_for_a_co_teacher(
    district: District, bob: str
) -> None:
    db = district(teachers=[ANN, bob])
    assert {file for (file,) in problems(db, "file")} == {"teachers.csv"}
    assert db.sql("select class_id from valid.classes order by line").fetchall() == [("C1",), ("C2",)]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("S2,T1,Ann,Lee,,", id="the row at the school has an error"),
        pytest.param("S2,T1,Ann", id="the row at the school cannot be read"),
        pytest.param("S22,T1,Ann,Lee,ann@example.org,", id="the row's school is unknown"),
        pytest.param(",T1,Ann,Lee,ann@example.org,", id="the row's school is blank"),
    ],
)
def test_a_teacher_whose_row_at_the_school_may_have_been_left_out_is_not_elsewhere(
    district: District, row: str
) -> None:
    db = district(teachers=[ANN, BOB, row], classes=[ALGEBRA, BIOLOGY, "S2,C3,T1,Art"])
    assert {file for (file,) in problems(db, "file")} == {"teachers.csv"}


def test_a_class_at_a_school_whose_row_was_left_out_waits(district: District) -> None:
    db = district(schools=["S1,North High", "S2,"])
    assert {file for (file,) in problems(db, "file")} == {"schools.csv"}
    assert db.sql("select class_id from valid.classes").fetchall() == [("C1",)]
    assert {("classes.csv", 3, cell) for cell in ("S2", "C2", "T2")} <= set(left_out(db))


@pytest.mark.parametrize("teachers", [None, b"", b"school_id,teacher_id\nS1,T1\n"])
def test_a_file_of_teachers_that_cannot_be_read_makes_no_teacher_unknown(
    district: District, teachers: bytes | None
) -> None:
    db = district(teachers=teachers)
    assert {file for (file,) in problems(db, "file")} == {"teachers.csv"}
