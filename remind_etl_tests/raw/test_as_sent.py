"""Records of a landed file as they were sent."""

from pathlib import Path

import pytest

from remind_etl.raw import as_sent
from remind_etl.schema import upload

TEXT = 'School ID,school_name,Notes\n S1 ,North,"a\nb"\nS2,"Say ""hi""",\n\nS3,South,x\n'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_records_are_found_by_the_line_on_which_they_start(
    tmp_path: Path, end: str, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "schools.csv"
    path.write_bytes(TEXT.replace(",", delimiter).replace("\n", end).encode(encoding))

    read = dict(as_sent.read_as_sent(upload.SCHOOLS, path, [(1, False), (2, False), (6, False)]))
    assert read == {
        1: ["School ID", "school_name", "Notes"],
        2: [" S1 ", "North", f"a{end}b"],
        6: ["S3", "South", "x"],
    }
    assert dict(as_sent.read_as_sent(upload.SCHOOLS, path, [(4, False)])) == {4: ["S2", 'Say "hi"', ""]}


def test_a_cell_longer_than_any_that_could_be_meant_leaves_its_record_without_cells(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(f"school_id,school_name\nS1,{'x' * 200_000}\nS2,South\n")

    assert dict(as_sent.read_as_sent(upload.SCHOOLS, path, [(2, False), (3, False)])) == {2: [], 3: ["S2", "South"]}


def test_a_line_in_which_a_quote_is_astray_stands_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_bytes(b'school_id,school_name\r\nS1,"North\r\nS2, "So""uth"\r\nS3,\xe9"')

    read = as_sent.read_as_sent(upload.SCHOOLS, path, [(2, True), (3, True), (4, True)])
    assert list(read) == [(2, ["S1", '"North']), (3, ["S2", ' "So""uth"']), (4, ["S3", 'é"'])]
