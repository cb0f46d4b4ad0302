"""The rows to mend: as they were sent, by school and code."""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path

from remind_etl.catalogue.problems import COLUMNS, COMPARED
from remind_etl.warehouse import sql
from remind_etl_tests.warehouses import rows

Report = Callable[..., Path]
HEADER = ["line", "code", "column", "problem", "remedy"]


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text))


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder / "rows").as_posix() for path in folder.rglob("rows/**/*.csv"))


def test_each_school_and_code_has_a_file_of_the_rows_as_they_were_sent_with_line_and_remedy(report: Report) -> None:
    students = (
        "Student_ID,Student Last Name,student_first_name,Locker,school_id,grade\r\n"
        '"P1","Fox, Jr.", Cy ,12,S1,7\r\n'
        "P2,,Eve,13,S2,K\r\n"
        "P3,Orr,,14,S2,99\r\n"
    )
    folder = report({"students.csv": students})

    assert _files(folder) == ["S2/students-invalid_grade.csv", "S2/students-missing_value.csv"]
    assert _read(folder / "rows/S2/students-missing_value.csv") == [
        [*HEADER, "Student_ID", "Student Last Name", "student_first_name", "Locker", "school_id", "grade"],
        [
            *("3", "missing_value", "student_last_name", "The row has no student_last_name."),
            *("Fill in student_last_name for this record.", "P2", "", "Eve", "13", "S2", "K"),
        ],
        [
            *("4", "missing_value", "student_first_name", "The row has no student_first_name."),
            *("Fill in student_first_name for this record.", "P3", "Orr", "", "14", "S2", "99"),
        ],
    ]


def test_blanks_commas_quotes_and_line_breaks_in_cells_are_those_that_were_sent(report: Report) -> None:
    odd = 'S1,P9,"A ""B""\nC", d ,not a date,,,,,,,\n'
    folder = report({"students.csv": rows("students.csv", "S1,P1,Cy,Fox,,,,,,,,").removesuffix("\n") + "\n" + odd})

    (_, row) = _read(folder / "rows/S1/students-invalid_dob.csv")
    assert (row[0], row[5:10]) == ("3", ["S1", "P9", 'A "B"\nC', " d ", "not a date"])


def test_rows_in_another_encoding_and_with_another_delimiter_are_told_as_text(report: Report) -> None:
    teachers = rows("teachers.csv", "S1,T1,Zoë,Lee,none,").replace(",", "\t").encode("utf-16")
    folder = report({"teachers.csv": teachers})

    (header, row) = _read(folder / "rows/S1/teachers-invalid_email.csv")
    assert header[5:7] == ["school_id", "teacher_id"]
    assert row[5:] == ["S1", "T1", "Zoë", "Lee", "none", ""]


def test_a_row_that_cannot_be_read_stands_with_its_school_as_it_was_sent(report: Report) -> None:
    folder = report({"classes.csv": rows("classes.csv", "S1,C1,T1,Art, Music", 'S2,C2,T2,"Bio"logy', "S9,C3,T2")})

    (header, row) = _read(folder / "rows/S1/classes-wrong_cell_count.csv")
    assert (row[0], row[5:]) == ("2", ["S1", "C1", "T1", "Art", " Music"])
    assert header[9:] == ["extra cell 1"]
    (_, row) = _read(folder / "rows/S2/classes-stray_quote.csv")
    assert (row[0], row[5:]) == ("3", ["S2", "C2", "T2", '"Bio"logy'])
    assert _files(folder) == [
        "S1/classes-wrong_cell_count.csv",
        "S2/classes-stray_quote.csv",
        "without_school/classes-wrong_cell_count.csv",
    ]


def test_a_row_with_a_line_break_in_a_value_stands_with_its_school(report: Report) -> None:
    folder = report({"classes.csv": rows("classes.csv", 'S1,C1,T1,"Art\nand music"')})

    assert "S1/classes-line_break_in_value.csv" in _files(folder)
    with (folder / "problems.csv").open(encoding="utf-8-sig", newline="") as text:
        listed = list(csv.DictReader(text))
    assert [row["school_id"] for row in listed if row["code"] == "line_break_in_value"] == ["S1"]


def test_the_school_of_a_row_that_cannot_be_read_is_not_guessed_where_other_cells_stand_before_it(
    report: Report,
) -> None:
    folder = report({"classes.csv": "class_id,school_id,teacher_id,class_name\nC1,S1,T1,Art, Music\n"})

    assert "without_school/classes-wrong_cell_count.csv" in _files(folder)
    assert "S1/classes-wrong_cell_count.csv" not in _files(folder)


def test_a_school_id_that_schools_csv_lacks_makes_no_folder_of_its_own(report: Report) -> None:
    lines = [f"person{n}@example.org,T{n},A,B,a{n}@example.org," for n in range(5)]
    folder = report({"teachers.csv": rows("teachers.csv", *lines)})

    assert [path.name for path in (folder / "rows").iterdir()] == ["without_school"]
    assert len(_read(folder / "rows/without_school/teachers-unknown_school.csv")) == 6


def test_a_row_with_one_fault_in_two_columns_stands_once_with_both(report: Report) -> None:
    folder = report({"students.csv": rows("students.csv", "S1,P1,Cy,Fox,,,,12,Dee,Fox,,34")})

    (_, row) = _read(folder / "rows/S1/students-invalid_phone.csv")
    assert row[2] == "guardian_phone, student_phone"
    assert "Write exactly one number with its area code" in row[4]


def test_every_row_of_a_fault_stands_there_and_not_only_the_first_of_its_record(report: Report) -> None:
    folder = report({"teachers.csv": rows("teachers.csv", "S1,T1,Ann,Lee,bad,", "S2,T1,Ann,Lee,bad,")})

    assert [row[0] for row in _read(folder / "rows/S1/teachers-invalid_email.csv")[1:]] == ["2"]
    assert [row[0] for row in _read(folder / "rows/S2/teachers-invalid_email.csv")[1:]] == ["3"]


def test_rows_that_contradict_each_other_stand_together_as_both_are_needed_to_correct_them(report: Report) -> None:
    folder = report(
        {
            "students.csv": rows(
                "students.csv",
                "S1,P1,Cy,Fox,2012-01-31,7,,,Dee,Fox,dee@example.org,",
                "S1,P2,Eve,Orr,2012-03-01,7,,,,,,",
                "S2,P1,Cy,Fox,2012-01-30,7,,,Dee,Fox,dee@example.org,",
                "S2,P2,Eve,Orr,2012-03-02,7,,,,,,",
                "S2,P1,Cy,Fox,2012-01-29,7,,,Dee,Fox,dee@example.org,",
            ),
            "classes.csv": rows("classes.csv", "S1,C1,T1,Art", "S1,C2,T1,Music", "S2,C1,T2,Art"),
            "schools.csv": rows("schools.csv", "S1,One", "S2,Two", "S2,Zwei"),
        }
    )

    def lines(name: str) -> list[tuple[str, str]]:
        """The lines of a file of the report, each with the end of its message."""
        return [(row[0], row[3].split(". ")[-1]) for row in _read(folder / "rows" / name)[1:]]

    see, differ = "The other lines: {}.".format, "These columns differ: dob."
    assert lines("S2/students-conflicting_rows.csv") == [
        *(("2", see("4, 6")), ("4", differ), ("6", differ)),
        *(("3", see("5")), ("5", differ)),
    ]
    assert lines("S2/classes-duplicate_class.csv") == [("2", see("4")), ("4", "Only the first row counts.")]
    assert lines("S2/schools-duplicate_school.csv") == [("3", see("4")), ("4", "Only the first row counts.")]
    (before, row, _) = _read(folder / "rows/S2/classes-duplicate_class.csv")[:3]
    assert (before[:5], row[5:]) == (HEADER, ["S1", "C1", "T1", "Art"])
    assert row[4].startswith("If the rows are of one class, keep the row with its main teacher")


def test_the_rows_that_are_compared_are_those_of_the_problems_that_the_catalogue_names() -> None:
    known = sql.sql_text("published/report", "compared").split("select other.*")[0]
    assert {*re.findall("'([a-z_]+)'", known)} == COMPARED


def test_odd_school_ids_name_no_folder_outside_of_the_report(report: Report, tmp_path: Path) -> None:
    ids = ["../x", "a/b", "x" * 300, "Škola №1", "..", "CON", "a b", "A B", "without_school"]
    schools = rows("schools.csv", *(f'"{i}",School {n}' for n, i in enumerate(ids)))
    teachers = rows("teachers.csv", *(f'"{i}",T{n},A,B,bad,' for n, i in enumerate(ids)))

    folder = report({"schools.csv": schools, "teachers.csv": teachers})

    folders = [path for path in (folder / "rows").iterdir() if path.name != "without_school"]
    assert len(folders) == len(ids)
    assert {_read(path / "teachers-invalid_email.csv")[1][5] for path in folders} == set(ids)
    assert all(path.name.isascii() and len(path.name) < 60 for path in folders)
    assert not [path for path in tmp_path.iterdir() if path.name not in ("home", "report")]


def test_all_problems_stand_in_one_table_with_all_columns(report: Report) -> None:
    folder = report({"teachers.csv": rows("teachers.csv", "S1,T1,Ann,Lee,bad,", "S2,T2,,Ray,b@example.org,")})

    assert (folder / "problems.csv").read_bytes().startswith(BOM_UTF8)  # or a spreadsheet garbles names
    with (folder / "problems.csv").open(encoding="utf-8-sig", newline="") as text:
        listed = list(csv.DictReader(text))
    assert tuple(listed[0]) == COLUMNS
    assert [(row["code"], row["line"], row["value"]) for row in listed if row["file"] == "teachers.csv"] == [
        ("missing_value", "3", ""),
        ("invalid_email", "2", "bad"),
    ]
