from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from remind_etl.catalogue.problems import BY_CODE
from remind_etl.catalogue.remedies import REMEDIES
from remind_etl.landed.start import start_warehouse
from remind_etl.schema import upload
from remind_etl_tests.landed.test_archive import zipped
from remind_etl_tests.warehouses import DISTRICT, SMALL, landed

ACCOUNTS = {file.file_name: SMALL[file.file_name] for file in upload.ACCOUNT_FILES}


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def problems(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return db.sql('select severity, code, "file" from valid.problems order by code, "file"').fetchall()


def test_the_warehouse_knows_the_drop_and_its_files(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    drop = landed(tmp_path, SMALL)
    start_warehouse(db, drop)
    assert db.sql("from landed.drops").fetchall() == [(DISTRICT, drop.drop_id, drop.landed_at)]
    assert db.sql("from landed.files").fetchall() == [
        (f.name, f.file_name, f.file_name, str(drop.open_file(f.file_name)), f.size, f.sha256, None) for f in drop.files
    ]
    assert problems(db) == []


def test_a_drop_of_accounts_alone_lacks_nothing(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    start_warehouse(db, landed(tmp_path, ACCOUNTS))
    assert problems(db) == []


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_file_of_accounts_that_is_missing_blocks_the_drop(
    db: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    start_warehouse(db, landed(tmp_path, {other: text for other, text in ACCOUNTS.items() if other != name}))
    assert problems(db) == [("blocker", "missing_file", name)]


@pytest.mark.parametrize("is_zip", [False, True])
def test_beside_a_missing_file_the_one_that_may_be_meant_is_named(
    db: duckdb.DuckDBPyConnection, tmp_path: Path, is_zip: bool
) -> None:
    schools, names = {"schools.csv": SMALL["schools.csv"]}, ["Students (1).csv", "notes.txt"]
    if is_zip:
        drop = landed(tmp_path, {"Roster.zip": zipped(tmp_path, schools | dict.fromkeys(names, "")).read_bytes()})
    else:
        drop = landed(tmp_path, schools)
    start_warehouse(db, drop, () if is_zip else names)
    assert db.sql("select message, fix from valid.problems order by all").fetchall() == [
        (
            "students.csv is missing: Students (1).csv may be this file.",
            REMEDIES["misnamed_file"].format(file="students.csv"),
        ),
        ("teachers.csv is missing.", BY_CODE["missing_file"].fix.format(file="teachers.csv")),
    ]


def test_a_file_in_two_spellings_blocks_the_drop(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    start_warehouse(db, landed(tmp_path, ACCOUNTS | {"Students.CSV": SMALL["students.csv"]}))
    assert ("blocker", "unreadable_file", "students.csv") in problems(db)


@pytest.mark.parametrize(("sent", "missing"), [("classes.csv", "enrollments.csv"), ("enrollments.csv", "classes.csv")])
def test_rosters_come_both_or_not_at_all(
    db: duckdb.DuckDBPyConnection, tmp_path: Path, sent: str, missing: str
) -> None:
    start_warehouse(db, landed(tmp_path, ACCOUNTS | {sent: SMALL[sent]}))
    assert problems(db) == [("blocker", "missing_file", missing)]


def test_a_file_sent_under_another_spelling_is_noted(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    files = {name: text for name, text in ACCOUNTS.items() if name != "students.csv"}
    start_warehouse(db, landed(tmp_path, files | {"Students.CSV": SMALL["students.csv"]}))
    assert db.sql('select severity, code, "file", "value", message from valid.problems').fetchall() == [
        (
            "notice",
            "file_name",
            "students.csv",
            "Students.CSV",
            "The name of students.csv was spelled differently in the upload.",
        )
    ]


def test_a_zip_that_is_refused_blocks_the_drop_with_its_reason_alone(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    start_warehouse(db, landed(tmp_path, {"Roster.zip": b"no zip"}))
    assert db.sql('select severity, code, "file", message from valid.problems').fetchall() == [
        ("blocker", "unreadable_file", "Roster.zip", "Roster.zip cannot be read: it is not a zip, or it is damaged.")
    ]


def test_a_new_drop_empties_the_warehouse(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    start_warehouse(db, landed(tmp_path / "one", {}))
    db.execute("insert into raw.schools_sent values ('S1', 'North')")
    db.execute("create table valid.schools as select 1 as line")
    drop = landed(tmp_path / "two", SMALL)
    start_warehouse(db, drop)
    assert problems(db) == []
    assert db.sql("select drop_id from landed.drops").fetchall() == [(drop.drop_id,)]
    assert db.sql("from raw.schools").fetchall() == []
    assert (
        db.sql(
            "select 1 from information_schema.tables where table_schema = 'valid' and table_name = 'schools'"
        ).fetchall()
        == []
    )


@pytest.mark.parametrize("file", upload.FILES, ids=lambda file: file.name)
def test_before_it_is_read_a_raw_table_is_empty_and_has_the_columns_of_the_contract(
    db: duckdb.DuckDBPyConnection, tmp_path: Path, file: upload.File
) -> None:
    start_warehouse(db, landed(tmp_path, {}))
    columns = ["line", *(column.name for column in file.columns)]
    assert db.table(f"raw.{file.name}").columns[: len(columns)] == columns
