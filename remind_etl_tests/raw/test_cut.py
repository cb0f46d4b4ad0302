"""A file that ends within a record, without a line end, was cut off."""

from pathlib import Path

import pytest

from remind_etl.catalogue.remedies import REMEDIES
from remind_etl.raw.cut import has_cut_record
from remind_etl.raw.header import read_header
from remind_etl.schema.upload import BY_NAME
from remind_etl_tests.warehouses import SMALL, prepared, problems

STUDENTS = SMALL["students.csv"]
LAST = 'S1,P9,Bo,Fox,,7,,,"Fox, Jr.","Lee, ""Mo"" Ann",mo@example.org,2125550142'
"""A row of students.csv whose quoted cells have delimiters and quotes."""


def _is_cut(folder: Path, end: str) -> bool:
    header = read_header(BY_NAME["students"], STUDENTS)
    assert header
    path = folder / "students.csv"
    path.write_text(STUDENTS + end, encoding="utf-8", newline="")
    return has_cut_record(path, "utf-8", header)


def test_a_row_cut_anywhere_before_its_last_cell_is_cut(tmp_path: Path) -> None:
    whole = [kept for kept in range(1, LAST.rindex(",") + 1) if not _is_cut(tmp_path, LAST[:kept])]
    assert whole == []


@pytest.mark.parametrize(
    "end",
    [
        'S1,P9,Bo,Fox,,7,,,Di,Fox,mo@example.org,"x',
        'S1,P9,Bo,Fox,,7,,,Di,"Fox, a, b, c',
        'S1,P9,Bo,"Fox, a, b, c, d, e, f, g, h',
    ],
)
def test_a_row_cut_within_a_quoted_cell_is_cut_however_many_delimiters_the_cell_has(tmp_path: Path, end: str) -> None:
    assert _is_cut(tmp_path, end)


@pytest.mark.parametrize(
    "end",
    [
        LAST,
        f"{LAST}\n",
        "S1,P9,Bo,,,7,,,,,,",
        '"S1,P9,Bo,,,7,,,,,,"',
        'S1,P9,Bo,"Fox" x,,7,,,,,,',
        'S1,P9,Bo,Fox,,7,,,Di,Fox,mo@example.org,"x\n',
    ],
)
def test_a_whole_last_row_is_not_cut_though_it_may_be_rejected(tmp_path: Path, end: str) -> None:
    assert not _is_cut(tmp_path, end)


def test_a_file_that_ends_within_a_quoted_cell_blocks_the_drop(tmp_path: Path) -> None:
    sent = SMALL | {"students.csv": f'{STUDENTS}S1,P9,Bo,Fox,,7,,,Di,Fox,mo@example.org,"x'}
    with prepared(tmp_path, sent) as db:
        assert ("blocker", "cut_off_file") in problems(db, "severity", "code")


CUT_CELLS = {
    "enrollments.csv": ("S2,C2,P", "unknown_user"),
    "students.csv": ("S1,P9,Bo,Fox,,7,,,Di,Fox,,21255501", "invalid_phone"),
    "teachers.csv": ("S1,T9,Bo,Fox,bo@example.org,21255501", "invalid_phone"),
}


@pytest.mark.parametrize("file", CUT_CELLS)
@pytest.mark.parametrize("is_ended", [False, True])
def test_a_problem_of_a_last_row_without_a_line_end_says_that_the_file_may_be_cut_off(
    tmp_path: Path, file: str, is_ended: bool
) -> None:
    row, code = CUT_CELLS[file]
    sent = SMALL | {file: SMALL[file] + row + "\n" * is_ended}
    with prepared(tmp_path, sent) as db:
        (fix,) = [fix for found, fix in problems(db, "code", "fix") if found == code]
        assert (fix == REMEDIES["unended_row"]) is not is_ended
