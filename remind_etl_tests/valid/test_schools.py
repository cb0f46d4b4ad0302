from remind_etl_tests.valid.conftest import District
from remind_etl_tests.warehouses import left_out, problems


def test_a_school_has_its_id_and_name_as_sent(district: District) -> None:
    db = district(schools=["S1, North High ", "s1,north high", "01,1"])
    taken = db.sql("select school_id, school_name from valid.schools order by line").fetchall()
    assert taken == [("S1", "North High"), ("s1", "north high"), ("01", "1")]


def test_a_school_needs_an_id_and_a_name(district: District) -> None:
    db = district(schools=["S1,North High", "S2,South High", ",East High", "S4,"])
    assert problems(db, "code", "line", "column", "record_id") == [
        ("missing_id", 4, "school_id", None),
        ("missing_value", 5, "school_name", "S4"),
    ]
    assert left_out(db) == [("schools.csv", 4, None), ("schools.csv", 5, "S4")]
    assert db.sql("select count(*) from valid.schools").fetchall() == [(2,)]


def test_of_rows_with_the_same_id_the_first_counts_and_the_others_are_one_problem(district: District) -> None:
    db = district(schools=["S1,North High", "S2,South High", "S1,East High", "S1,North High"])
    assert problems(db, "code", "line", "column", "value", "record_type", "record_id") == [
        ("duplicate_school", 4, "school_id", "S1", "school", "S1")
    ]
    taken = db.sql("select school_id, school_name from valid.schools order by line").fetchall()
    assert taken == [("S1", "North High"), ("S2", "South High")]


def test_rows_without_an_id_do_not_repeat_one_another(district: District) -> None:
    db = district(schools=["S1,North High", "S2,South High", ",East High", ",West High"])
    assert problems(db, "code", "line") == [("missing_id", 4), ("missing_id", 5)]
