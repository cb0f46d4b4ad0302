"""Nothing of a district's files is a formula to a spreadsheet program, and what is marked is read back as it was."""

import csv
import io
from pathlib import Path

import duckdb
import pytest

from remind_etl.files.spreadsheet import mark_formulas, mark_formulas_in_relation
from remind_etl.schema import upload
from remind_etl_tests.raw.reading import Reader

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1 212 555 0142",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
]
WITHIN = {
    "Lee;=1+1": "Lee;'=1+1",
    "Lee;-1;@x": "Lee;'-1;'@x",
    'Lee;"=1+1;': "Lee;\"'=1+1;",
    "Lee\n=1+1": "Lee\n'=1+1",
    "Lee\r\n+1": "Lee\r\n'+1",
    "Lee;\t=1": "Lee;'\t=1",
    "=1;＝1": "'=1;'＝1",
    "\n=1": "'\n'=1",
    "\r=1": "'\r'=1",
}
OTHERS = [
    "",
    "Ann",
    "'quoted'",
    "1-2",
    "a=b",
    " =1",
    "212 555 0142",
    "O'Neil",
    "'",
    "a; b",
    "a;b",
    "a\nb",
    "212 555 0142; +1 212",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert mark_formulas([cell]) == [f"'{cell}"]
    assert mark_formulas(mark_formulas([cell])) == [f"'{cell}"]


@pytest.mark.parametrize("cell", WITHIN)
def test_a_formula_that_begins_after_a_semicolon_or_line_end_is_text_where_semicolons_divide_cells(cell: str) -> None:
    assert mark_formulas([cell]) == [WITHIN[cell]]
    assert mark_formulas([WITHIN[cell]]) == [WITHIN[cell]]

    def cells_elsewhere(text: str) -> set[str]:
        """What a program reads that divides a line by semicolons."""
        line = io.StringIO()
        csv.writer(line).writerow(["2", text, "x"])
        rows = csv.reader(io.StringIO(line.getvalue(), newline=""), delimiter=";")
        return {one for row in rows for one in row}

    assert any(one.strip('"').startswith(tuple("=+-@\t＝")) for one in cells_elsewhere(cell))
    assert not any(one.startswith(tuple("=+-@\t＝")) for one in cells_elsewhere(WITHIN[cell]))


def test_other_cells_stay_as_they_are() -> None:
    assert mark_formulas([*OTHERS, None]) == [*OTHERS, None]


def test_the_texts_of_a_table_are_marked_by_the_same_rule_and_numbers_stay() -> None:
    db = duckdb.connect()
    texts = [*FORMULAS, *WITHIN, *OTHERS]
    rows = db.values(*[(duckdb.ConstantExpression(text), duckdb.ConstantExpression(-1)) for text in texts])

    assert mark_formulas_in_relation(rows).fetchall() == [(text, -1) for text in mark_formulas(texts)]


@pytest.mark.parametrize("phone", ["+1 212 555 0142", "=2125550142", "-", "'+1 212 555 0142"])
def test_a_row_that_was_given_to_a_district_is_read_as_it_was_sent(phone: str, tmp_path: Path) -> None:
    reader, columns = Reader(tmp_path), [column.name for column in upload.TEACHERS.columns]
    row = ["S1", "-T1", "@Ann", "=Lee", "+ann@example.org", phone]

    def sent(cells: list[str | None]) -> list[tuple[object, ...]]:
        with (tmp_path / "sent.csv").open("w", newline="") as text:
            csv.writer(text).writerows([columns, cells])
        return reader.read((tmp_path / "sent.csv").read_bytes(), upload.TEACHERS).rows

    assert sent(mark_formulas(row)) == sent(list(row))
    assert sent(mark_formulas(row))[0][1:] == ("S1", "-T1", "@Ann", "=Lee", "+ann@example.org", phone.removeprefix("'"))


def test_the_mark_is_taken_off_also_where_a_file_is_read_record_by_record(tmp_path: Path) -> None:
    content = "school_id,school_name\nS1,'=North\n \nS2,'-South \nS3,'t Zand\n"

    read = Reader(tmp_path).read(content)

    assert [row[1:] for row in read.rows] == [("S1", "=North"), ("S2", "-South"), ("S3", "'t Zand")]
