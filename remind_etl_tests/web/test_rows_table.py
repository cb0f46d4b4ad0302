"""The table of rows to fix, made of the rows of a report."""

from typing import Any

from remind_etl.published.report.rows import BEFORE
from remind_etl.schema import upload
from remind_etl.web.rows_table import table_of_rows

STUDENTS = [*BEFORE, *(column.name for column in upload.STUDENTS.columns)]
COMPARE = "This row is here to compare. See line 3."
DIFFER = "The rows of this person disagree. The first row counts. These columns differ: dob."


def _row(line: int, problem: str, **values: str) -> list[str]:
    found = {"line": str(line), "problem": problem, "remedy": "Write the same values.", "school_id": "S1", **values}
    return [found.get(name, "") for name in STUDENTS]


def _marked(table: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The line of each row, with the headings of its marked cells."""
    return [(row.cells[0].text, [cell.heading for cell in row.cells if cell.differs]) for row in table["rows"]]


def test_cells_that_differ_between_rows_of_one_person_are_marked_in_the_columns_that_the_problem_names() -> None:
    rows = [
        _row(2, COMPARE, student_id="P1", dob="2012-01-31", guardian_email="a@example.org"),
        _row(3, DIFFER, student_id="P1", dob="2012-01-30", guardian_email="b@example.org"),
        _row(4, COMPARE, student_id="P2", dob="2012-01-31"),
        _row(5, DIFFER, student_id="P2", dob="", school_id="S2"),
    ]

    table = table_of_rows("students.csv", "conflicting_rows", None, STUDENTS, rows, rows)

    assert _marked(table) == [("2", ["dob"]), ("3", ["dob"]), ("4", ["dob"]), ("5", [])]
    assert [row.begins_set for row in table["rows"]] == [True, False, True, False]
    assert table["differ"]


def test_names_of_a_contact_that_differ_are_marked_whatever_their_capitals() -> None:
    rows = [
        _row(2, "See line 3.", guardian_first_name="Dee", guardian_last_name="roe", guardian_email="d@example.org"),
        _row(3, "Differs.", guardian_first_name="Gil", guardian_last_name="Roe", guardian_email="D@example.org"),
    ]

    table = table_of_rows("students.csv", "contact_name_differs", None, STUDENTS, rows, rows)

    assert _marked(table) == [("2", ["guardian_first_name"]), ("3", ["guardian_first_name"])]


def test_rows_that_repeat_a_class_are_marked_where_they_differ() -> None:
    header = [*BEFORE, "School ID", "class_id", "teacher_id", "class_name", "room"]
    sent = [["S1", "C1", "T1", "Art", "a"], ["S2", "C1", "T1", "Art", "b"]]
    rows = [
        [str(line), "duplicate_class", "", "The class_id is repeated.", "", *cells] for line, cells in enumerate(sent)
    ]

    table = table_of_rows("classes.csv", "duplicate_class", None, header, rows, rows)

    assert _marked(table) == [("0", ["School ID"]), ("1", ["School ID"])]
    assert table["header"][:2] == ["line", "School ID"]


def test_cells_are_marked_by_all_rows_that_belong_together_also_by_those_that_are_not_shown() -> None:
    contacts = [
        _row(line, "Differs.", guardian_first_name=name, guardian_email="d@example.org", school_id=school)
        for line, name, school in ((2, "Dee", "S1"), (3, "Dee", "S1"), (9, "Gil", "S2"))
    ]
    people = [
        _row(2, COMPARE, student_id="P1", dob="2012-01-31"),
        _row(3, DIFFER, student_id="P1", dob="2012-01-30"),
    ]

    of_contacts = table_of_rows("students.csv", "contact_name_differs", None, STUDENTS, contacts[:2], contacts)
    of_people = table_of_rows("students.csv", "conflicting_rows", None, STUDENTS, people[:1], people)

    assert _marked(of_contacts) == [("2", ["guardian_first_name"]), ("3", ["guardian_first_name"])]
    assert _marked(of_people) == [("2", ["dob"])]


def test_no_cell_is_marked_if_the_rows_are_too_many_to_compare() -> None:
    rows = [
        _row(2, COMPARE, student_id="P1", dob="2012-01-31"),
        _row(3, DIFFER, student_id="P1", dob="2012-01-30"),
    ]

    table = table_of_rows("students.csv", "conflicting_rows", None, STUDENTS, rows)

    assert _marked(table) == [("2", []), ("3", [])]
    assert [row.begins_set for row in table["rows"]] == [True, False]
    assert not table["differ"]


def test_what_a_person_must_look_at_stands_first_and_what_the_page_says_above_is_left_out() -> None:
    group = {"column": "guardian_phone, student_phone"}
    rows = [_row(line, "It is no phone.", student_id="P1", student_phone="12") for line in (2, 3)]

    table = table_of_rows("students.csv", "invalid_phone", group, STUDENTS, rows)

    assert table["header"][:4] == ["line", "student_phone", "guardian_phone", "student_id"]
    assert {*table["header"]} == {"line", *(column.name for column in upload.STUDENTS.columns)}
    assert not table["differ"]
    told = table_of_rows("students.csv", "invalid_phone", None, STUDENTS, rows)["header"]
    assert told[:4] == ["line", "problem", "remedy", "student_id"]


def test_an_empty_cell_of_the_problem_or_that_differs_is_shown_as_empty_and_no_other_is() -> None:
    def lacking(table: dict[str, Any]) -> list[tuple[str, list[str]]]:
        return [(row.cells[0].text, [cell.heading for cell in row.cells if cell.lacks_value]) for row in table["rows"]]

    missing = [_row(2, "No dob.", column="dob", student_id="P1"), _row(3, "No dob.", column="dob", dob=" ")]
    several = [_row(4, "No id.", column="student_id, dob", dob="2012-01-31")]
    differing = [_row(5, DIFFER, student_id="P2", dob=""), _row(6, COMPARE, student_id="P2", dob="2012-01-31")]

    for group in (None, {"column": "dob"}):
        table = table_of_rows("students.csv", "missing_value", group, STUDENTS, missing)
        assert lacking(table) == [("2", ["dob"]), ("3", ["dob"])]
    assert lacking(table_of_rows("students.csv", "missing_value", None, STUDENTS, several)) == [("4", ["student_id"])]
    table = table_of_rows("students.csv", "conflicting_rows", None, STUDENTS, differing, differing)
    assert lacking(table) == [("5", ["dob"]), ("6", [])]
    alone = [_row(8, "Nobody can be reached.", student_id="P3", guardian_phone="12")]
    told = lacking(table_of_rows("students.csv", "student_without_contact", {"column": None}, STUDENTS, alone))
    assert told == [("8", ["student_email", "student_phone", "guardian_email"])]
    of_file = {"column": None}
    assert lacking(table_of_rows("students.csv", "wrong_row", of_file, STUDENTS, [_row(7, "Wrong.")])) == [("7", [])]
