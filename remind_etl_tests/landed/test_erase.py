"""What is deleted of landed drops, and what stays."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remind_etl.landed import erase
from remind_etl.landed.copy import LandingStore, file_source
from remind_etl.landed.erase import forget_district, prune
from remind_etl.raw.remove_records import bare, remove_records
from remind_etl.schema import upload
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse.connection import empty_warehouse
from remind_etl_tests.ids import OAK

HEADER = "school_id,student_id,first_name,grade\n"
LATER = datetime.now(UTC) + timedelta(days=1)


def forget_student(store: LandingStore, district: DistrictId, student_id: str) -> tuple[int, int]:
    return erase.forget_student(store, district, student_id, remove_records)


def land(store: LandingStore, tmp_path: Path, **files: str | bytes) -> str:
    sent = tmp_path / "sent"
    sent.mkdir(exist_ok=True)
    for name, content in files.items():
        (sent / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return store.land(OAK, [file_source(sent / f"{name}.csv") for name in files])[0].drop_id


def folders(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "landed" / OAK).iterdir() if path.is_dir())


@pytest.fixture
def store(tmp_path: Path) -> LandingStore:
    return LandingStore(tmp_path / "landed")


def test_old_drops_go_but_for_the_newest_and_the_one_delivered_last(store: LandingStore, tmp_path: Path) -> None:
    drops = [land(store, tmp_path, schools=str(n)) for n in range(4)]

    assert prune(store, OAK, datetime.now(UTC) - timedelta(days=1), set(), datetime.now(UTC)) == 0
    assert prune(store, OAK, LATER, {drops[1]}, datetime.now(UTC)) == 2

    assert store.drops(OAK) == [drops[1], drops[3]]


@pytest.mark.parametrize("end", [b"\x1a", b"\n\x1a\x1a"])
def test_a_student_before_the_sign_of_the_end_of_a_file_is_forgotten(
    store: LandingStore, tmp_path: Path, end: bytes
) -> None:
    enrollments = b"school_id,class_id,user_id\n1,C1,S8\n"
    drop = land(store, tmp_path, enrollments=enrollments + b"1,C1,S9" + end)

    assert forget_student(store, OAK, "S9")[0] > 0

    assert b"S9" not in store.drop(OAK, drop).open_file("enrollments.csv").read_bytes()


def test_what_a_crash_left_half_deleted_is_no_drop_and_goes_the_next_time(store: LandingStore, tmp_path: Path) -> None:
    first, newest = land(store, tmp_path, schools="1"), land(store, tmp_path, schools="2")
    folder = tmp_path / "landed" / OAK / first
    folder.rename(folder.with_name(f".gone-{first}"))

    assert store.drops(OAK) == [newest]
    prune(store, OAK, LATER, set(), datetime.now(UTC))
    assert folders(tmp_path) == [newest, "files"]


def test_a_students_rows_are_cut_out_of_every_drop_and_nothing_else_is(store: LandingStore, tmp_path: Path) -> None:
    students = f'{HEADER}S1,7,Ann,3\nS1,8,"Bo\nb",7\nS1,7,Ann,3\nS1, "7" ,Ann,3\n7,9,Cy,7,too,many\nS1,10,Dee,7'
    enrollments = "school_id,class_id,user_id\r\nS1,7,8\r\nS1,C1,7\r\n"
    drop_id = land(store, tmp_path, students=students, enrollments=enrollments)

    assert forget_student(store, OAK, "7") == (5, 0)

    drop = store.drop(OAK, drop_id)
    assert drop.open_file("students.csv").read_text() == f'{HEADER}S1,8,"Bo\nb",7\nS1,10,Dee,7'
    assert drop.open_file("enrollments.csv").read_bytes() == b"school_id,class_id,user_id\r\nS1,7,8\r\n"
    assert store.manifest(OAK, drop_id)["forgotten_rows"] == 5
    assert [file.size for file in drop.files] == [drop.open_file(file.file_name).stat().st_size for file in drop.files]
    assert forget_student(store, OAK, "7") == (0, 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_rows_are_cut_in_any_encoding_and_with_any_delimiter(
    store: LandingStore, tmp_path: Path, encoding: str
) -> None:
    rows = ["Student ID;Näme", "7;Änn", "8;Böb"]
    drop_id = land(store, tmp_path, students="\n".join(rows).encode(encoding))

    assert forget_student(store, OAK, "7") == (1, 0)

    left = store.drop(OAK, drop_id).open_file("students.csv").read_bytes()
    assert left.decode(encoding) == "Student ID;Näme\n8;Böb"


@pytest.mark.parametrize(
    ("encoding", "student_id"),
    [("utf-8", "Ñ1"), ("cp1252", "S–1"), ("utf-8", "'S1"), ("utf-8", "“S1”"), ("utf-16", "Ñ1")],
)
def test_an_id_may_have_any_characters(store: LandingStore, tmp_path: Path, encoding: str, student_id: str) -> None:
    drop_id = land(
        store,
        tmp_path,
        students=f"school_id,student_id,first_name\nS1,S1,Ann\nS1,{student_id}\u00a0,Bo\n".encode(encoding),
        enrollments=f"school_id,class_id,Student ID\nS1,C1,{student_id}\nS1,C1,S1\n".encode(encoding),
    )

    assert forget_student(store, OAK, student_id) == (2, 0)

    drop = store.drop(OAK, drop_id)
    assert (
        drop.open_file("students.csv").read_bytes().decode(encoding) == "school_id,student_id,first_name\nS1,S1,Ann\n"
    )
    assert (
        drop.open_file("enrollments.csv").read_bytes().decode(encoding) == "school_id,class_id,Student ID\nS1,C1,S1\n"
    )


SPELLINGS = ("7a", "007A", "7A.0", " 7 A", "'7A", '="7A"', "\u200b7A")


def test_a_row_with_another_spelling_of_the_id_is_forgotten_too(store: LandingStore, tmp_path: Path) -> None:
    """However the row is: read, of the wrong width, or with a quote astray."""
    quoted = ['"{}"'.format(spelling.replace('"', '""')) for spelling in SPELLINGS]
    theirs = [row for cell in quoted for row in (f"S1,{cell},Ann,3", f"S1,{cell},Ann", f'S1,{cell},An"n,3')]
    others = ["S1,7A1,Bo,3", "S1,70A,Cy,4", "S1,,Ann,3"]
    students = HEADER + "\n".join([*theirs, *others]) + "\n"
    enrollments = ["school_id,class_id,user_id", *(f"S1,C1,{cell}" for cell in quoted), "S1,C1,7A1"]
    drop_id = land(store, tmp_path, students=students, enrollments="\n".join(enrollments))

    without = partial(remove_records, ids_of_others=["7A1", "70A"])
    assert erase.forget_student(store, OAK, "7A", without) == (len(theirs) + len(quoted), 0)

    drop = store.drop(OAK, drop_id)
    assert drop.open_file("students.csv").read_text() == HEADER + "\n".join(others) + "\n"
    assert drop.open_file("enrollments.csv").read_text() == "school_id,class_id,user_id\nS1,C1,7A1"


def test_an_id_counts_only_as_it_is_written_if_another_person_has_another_spelling_of_it(
    store: LandingStore, tmp_path: Path
) -> None:
    drop_id = land(store, tmp_path, students=f"{HEADER}S1,7,Ann,3\nS1,007,Bo,4\nS1,07,Cy,5\n")

    without = partial(remove_records, ids_of_others=["007"])
    assert erase.forget_student(store, OAK, "7", without) == (1, 0)

    assert store.drop(OAK, drop_id).open_file("students.csv").read_text() == f"{HEADER}S1,007,Bo,4\nS1,07,Cy,5\n"


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as db:
        empty_warehouse(db)
        yield db


@given(text=st.text(alphabet="07aBé\u0301 .\u00a0\u200b\t\"'=“’"))
@example(text="00.0")
def test_the_bare_form_of_an_id_is_that_of_the_rules(warehouse: duckdb.DuckDBPyConnection, text: str) -> None:
    assert warehouse.execute("select valid.bare(?)", [text]).fetchall() == [(bare(text),)]


def test_after_an_unclosed_quote_the_next_lines_are_told_apart(store: LandingStore, tmp_path: Path) -> None:
    others = "".join(f"S1,{n},Cy,3\n" for n in range(100, 300))
    drop_id = land(store, tmp_path, students=f'{HEADER}S1,"8,Bob,7\nS1,7,Ann,3\n{others}')

    assert forget_student(store, OAK, "7") == (1, 0)

    assert store.drop(OAK, drop_id).open_file("students.csv").read_text() == f'{HEADER}S1,"8,Bob,7\n{others}'


ROWS = ("S1,{},Ann,3", '"S1","{}","Ann","3"', 'S1,{},"Ann,3', 'S1,{},An"n,3', 'S1,{},Ann ""Annie,3', 'S1,"{},Ann,3')


@given(st.lists(st.sampled_from(ROWS), min_size=1, max_size=8), st.data())
def test_wherever_quotes_are_astray_the_rows_of_a_student_go_and_no_others(
    rows: list[str], data: st.DataObject
) -> None:
    sent = [row.format(f"K{n}") for n, row in enumerate(rows)]
    theirs = data.draw(st.integers(0, len(rows) - 1))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "students.csv"
        path.write_text(f"{HEADER}{''.join(f'{row}{chr(10)}' for row in sent)}")
        left = remove_records(upload.STUDENTS, path, f"K{theirs}")
    kept = [row for n, row in enumerate(sent) if n != theirs]
    assert left == (f"{HEADER}{''.join(f'{row}{chr(10)}' for row in kept)}".encode(), 1)


def test_what_killed_processes_left_of_drops_goes_with_a_student(store: LandingStore, tmp_path: Path) -> None:
    drop_id = land(store, tmp_path, students=f"{HEADER}S1,7,Ann,3\n")
    for left in (".incoming-x", f".gone-{drop_id}"):
        shutil.copytree(tmp_path / "landed" / OAK / "files", tmp_path / "landed" / OAK / left)

    assert forget_student(store, OAK, "7") == (1, 0)
    assert folders(tmp_path) == [drop_id, "files"]


def test_a_drop_in_which_nobody_can_be_told_is_deleted(store: LandingStore, tmp_path: Path) -> None:
    land(store, tmp_path, students="who,knows\n7,Ann\n")

    assert forget_student(store, OAK, "7") == (0, 1)
    assert store.drops(OAK) == []


def test_nothing_is_left_of_a_district(store: LandingStore, tmp_path: Path) -> None:
    land(store, tmp_path, schools="1")
    land(store, tmp_path, schools="2")

    assert forget_district(store, OAK) == 2
    assert not (tmp_path / "landed" / OAK).exists()
