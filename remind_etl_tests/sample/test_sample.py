import csv
import hashlib
import unicodedata
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from remind_etl.errors import UsageError
from remind_etl.sample.generate import MOST_STUDENTS, write_sample
from remind_etl.schema import upload
from remind_etl.warehouse import sql
from remind_etl_tests.sample.districts import UNTIDY, read


def digest(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("share", [0.0, UNTIDY])
def test_the_same_request_gives_the_same_bytes(tmp_path: Path, share: float) -> None:
    rows = write_sample(tmp_path / "one", 500, 3, share)
    assert rows == write_sample(tmp_path / "two", 500, 3, share)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_another_seed_gives_another_district(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", 500, 3)
    write_sample(tmp_path / "two", 500, 4)
    one, two = digest(tmp_path / "one"), digest(tmp_path / "two")
    assert all(one[name] != two[name] for name in one)


def test_the_bytes_are_these_on_every_machine(tmp_path: Path) -> None:
    write_sample(tmp_path, 500, 3, UNTIDY)
    together = hashlib.sha256("".join(digest(tmp_path).values()).encode()).hexdigest()
    expected = "d7af7754ed8ea134465e6e5f45cad05cee5fafd14eb34b0d9a4879d1e9408258"
    assert together == expected, f"if you meant to change the sample, write {together} here"


def test_a_sample_is_written_over_an_older_one(tmp_path: Path) -> None:
    write_sample(tmp_path, 500, 3, UNTIDY)
    write_sample(tmp_path, 40, 3)
    write_sample(tmp_path / "new", 40, 3)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")} == {
        path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()
    }


def test_each_file_has_the_header_of_the_contract_and_the_rows_that_were_told(tmp_path: Path) -> None:
    told = write_sample(tmp_path, 700, 5)
    for file in upload.FILES:
        with (tmp_path / file.file_name).open(encoding="utf-8", newline="") as text:
            header, *rows = csv.reader(text)
        assert header == [column.name for column in file.columns]
        assert len(rows) == told[file.name]


def test_the_files_are_utf_8_with_line_feeds(tidy_folder: Path) -> None:
    for path in tidy_folder.iterdir():
        text = path.read_bytes().decode("utf-8")
        assert text.endswith("\n")
        assert "\r" not in text
        assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("students", [1, 2, 13, 99])
def test_a_district_may_be_tiny(tmp_path: Path, students: int) -> None:
    write_sample(tmp_path, students, 1)
    sample = read(tmp_path)
    assert len({row["student_id"] for row in sample["students"]}) == students
    assert {row["user_id"] for row in sample["enrollments"]} >= {row["student_id"] for row in sample["students"]}


def test_a_seed_may_be_below_zero(tmp_path: Path) -> None:
    assert write_sample(tmp_path, 20, -3)["schools"] == 3


@pytest.mark.parametrize(
    ("students", "share"), [(0, 0.0), (-1, 0.0), (MOST_STUDENTS + 1, 0.0), (10, -0.1), (10, 1.1), (10, float("nan"))]
)
def test_a_request_that_cannot_be_met_is_refused(tmp_path: Path, students: int, share: float) -> None:
    with pytest.raises(UsageError):
        write_sample(tmp_path / "never", students, 1, share)
    assert not (tmp_path / "never").exists()


def test_the_schools_of_the_largest_districts_have_different_names() -> None:
    with duckdb.connect() as db:
        db.execute(sql.sql_text("sample", "words"), {"names": str(files("remind_etl") / "sample" / "names.csv")})
        db.execute(sql.sql_text("sample", "request"), {"students": 1_200_000, "seed": 2, "untidy": 0})
        db.execute(sql.sql_text("sample", "draws"))
        db.execute(sql.sql_text("sample", "district_schools"))
        names = [name for (name,) in db.execute("select school_name from district_schools").fetchall()]
    assert len(set(names)) == len(names) == 2_400
    assert max(map(len, names)) <= 60
