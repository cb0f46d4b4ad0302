"""The page on a drop, for the district and for us."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from remind_etl.published.report import page
from remind_etl.published.status import UNCHANGED
from remind_etl_tests.published.report.conftest import MANIFEST
from remind_etl_tests.warehouses import rows

Prepared = Callable[[dict[str, str | bytes]], duckdb.DuckDBPyConnection]
Report = Callable[..., Path]


def test_a_blocked_drop_says_first_that_nothing_was_changed_and_why(report: Report) -> None:
    folder = report({"schools.csv": "school_id,name\nS1,North\n"})

    said = (folder / "report.md").read_text().splitlines()
    assert said[2] == f"**{UNCHANGED}**"
    assert said[4].startswith("- schools.csv has no column school_name")


def test_it_tells_what_was_accepted_and_the_worst_groups_with_lines_and_remedy(report: Report) -> None:
    teachers = rows(
        "teachers.csv", "S1,T1,Ann,Lee,bad,", "S9,T2,Bob,Ray,b@example.org,", "S1,T3,x", "S1,T4,,B,c@x.org,"
    )
    said = (report({"teachers.csv": teachers}) / "report.md").read_text()

    assert "| teachers.csv | 4 | 1 | 2 | 0 | 1 | 0 |" in said
    lines = [line for line in said.splitlines() if line.startswith(("| error", "| alert", "| notice"))]
    assert [line.split(" | ")[0] for line in lines] == sorted(
        (line.split(" | ")[0] for line in lines), key="| error | alert | notice".index
    )
    (group,) = [line for line in lines if "unknown_school" in line and "teachers.csv" in line]
    assert "school_id like `A9` | 1 | 1 | 3 | The school_id is not in schools.csv." in group
    assert ". teachers.csv, school_id (1 row: 3): The school_id is not in schools.csv. **Add the school" in said
    first = said.index("## What to do first")
    assert first < said.index("Add the school to schools.csv") < said.index("## Accepted rows")


def test_rows_that_wait_for_one_that_is_left_out_are_counted_by_themselves(report: Report) -> None:
    said = (report({"schools.csv": rows("schools.csv", "S1,", "S2,South")}) / "report.md").read_text()

    assert "| schools.csv | 2 | 1 | 1 | 0 | 0 | 0 |" in said
    assert "| students.csv | 2 | 1 | 0 | 1 | 0 | 0 |" in said


def test_the_report_lists_the_decisions_that_a_person_must_make(report: Report) -> None:
    folder = report({}, waiting_schools=2, waiting_people=30, holds=("students",))

    said = (folder / "report.md").read_text()

    assert "- Connect 2 schools (30 people)." in said
    assert "- Approve or refuse removals of students." in said


def test_our_page_has_no_values_no_shapes_and_no_names_of_foreign_columns(prepared: Prepared) -> None:
    secret = "Qqzzx"
    students = rows("students.csv", f"S1,P1,{secret},Fox,{secret},{secret},{secret}@,{secret},,,,")
    students = students.replace("guardian_phone", f"{secret} notes", 1)
    db = prepared({"students.csv": students, "schools.csv": rows("schools.csv", "S1,North", f"S2,{secret}")})

    for said in (page.for_our_eyes(db, MANIFEST), page.first_groups(db)):
        assert "invalid_dob" in said
        assert "extra_column" in said
        assert secret.casefold() not in said.casefold()
        assert "AAA" not in said


def test_the_first_ten_groups_are_shown_and_the_rest_are_counted(prepared: Prepared) -> None:
    db = prepared({"teachers.csv": rows("teachers.csv", "S1,T1,A,B,bad,", "S9,T2,A,B,b@example.org,")})

    told = page.first_groups(db, most=1)

    assert told.count("\n| ") == 2
    assert "More groups like these: " in told


def test_a_drop_without_problems_is_told_as_such(prepared: Prepared) -> None:
    assert page.first_groups(prepared({})) == "No problems were found."


def test_words_of_the_files_are_neither_laid_out_nor_obeyed(report: Report) -> None:
    odd = "S|1`x"
    teachers = rows("teachers.csv", f"{odd},T1,A,B,bad|,,")
    teachers = teachers.replace("teacher_mobile_phone", '[Teacher](Mobile-Phone),"Notes\n\n# <b>*Big*|`"')
    folder = report(
        {"schools.csv": rows("schools.csv", f"{odd},North", "S2,South"), "teachers.csv": teachers},
    )

    said = (folder / "report.md").read_text()

    assert "\\[Teacher\\](Mobile-Phone) may be this column" in said
    assert "teachers.csv `Notes\ufffd\ufffd# <b>*Big*\\|\ufffd`" in said
    tables = [line for line in said.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in tables} <= {5, 8, 9}
