"""What `_COMPLETE` states about the files of an upload must hold."""

import hashlib
import zipfile
from pathlib import Path

import duckdb
import pytest

from remind_etl.catalogue import uploads
from remind_etl.landed.copy import Drop, Fault, LandingStore, file_source
from remind_etl.landed.folder import land_folder
from remind_etl.landed.start import start_warehouse
from remind_etl.landed.stated import MOST_BYTES, read_stated
from remind_etl.raw.landed import read_landed
from remind_etl.schema import upload
from remind_etl_tests.ids import OAK
from remind_etl_tests.warehouses import SMALL

SIZES = {name: len(text.encode()) for name, text in SMALL.items()}


def _land(folder: Path, stated: str | bytes | None) -> Drop:
    (folder / "sent").mkdir(exist_ok=True)
    for name, text in SMALL.items():
        (folder / "sent" / name).write_text(text)
    if stated is not None:
        (folder / "sent" / "_COMPLETE").write_bytes(stated if isinstance(stated, bytes) else stated.encode())
    return land_folder(LandingStore(folder / "landed"), OAK, folder / "sent")


def _list(rows: int | str = 2, **sizes: int) -> str:
    return "\n".join(["File,Bytes,Rows", *(f"{name},{sizes.get(name[:-4], SIZES[name])},{rows}" for name in SMALL), ""])


@pytest.mark.parametrize(
    "blank", [b"", b"\n", b"\r\n", b" \r\n", b"\xef\xbb\xbf\r\n", b"\xff\xfe\r\x00\n\x00"], ids=repr
)
def test_an_empty_mark_states_nothing(tmp_path: Path, blank: bytes) -> None:
    assert _land(tmp_path, None) == _land(tmp_path, blank)


def test_a_list_that_agrees_is_no_fault_and_its_rows_are_kept(tmp_path: Path) -> None:
    drop = _land(tmp_path, "\ufeff" + _list())
    assert drop.faults == ()
    assert [file.rows for file in drop.files] == [2] * 5
    assert LandingStore(tmp_path / "landed").newest(OAK) == drop


def test_a_file_of_another_size_is_a_fault(tmp_path: Path) -> None:
    why = f"it has {SIZES['students.csv']} bytes, and _COMPLETE says 1,000,000"
    assert _land(tmp_path, _list(students=1_000_000)).faults == (Fault("students.csv", why, code="incomplete_upload"),)


def _hashes(*, without: str = "", other: str = "") -> str:
    """What `sha256sum *.csv` writes."""
    content = {name: "x" if name == other else text for name, text in SMALL.items() if name != without}
    return "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in content.items())


@pytest.mark.parametrize("sent", ["csv", "zip"])
def test_the_lines_of_sha256sum_must_be_of_the_bytes_that_landed(tmp_path: Path, sent: str) -> None:
    if sent == "csv":
        assert _land(tmp_path, _hashes().replace("  ", " *").upper()).faults == ()
        return
    (tmp_path / "sent").mkdir()
    with zipfile.ZipFile(tmp_path / "sent" / "roster.zip", "w") as archive:
        for name, text in SMALL.items():
            archive.writestr(name, text)
    packed = hashlib.sha256((tmp_path / "sent" / "roster.zip").read_bytes()).hexdigest()
    for digest, faults in ((packed, ()), ("0" * 64, ("its SHA-256 is not the one in _COMPLETE",))):
        (tmp_path / "sent" / "_COMPLETE").write_text(f"{digest}  roster.zip\n")
        sent_files = [file_source(tmp_path / "sent" / name) for name in ("roster.zip", "_COMPLETE")]
        drop, _ = LandingStore(tmp_path / digest).land(OAK, sent_files)
        assert tuple(fault.why for fault in drop.faults) == faults


def test_other_bytes_than_the_lines_of_sha256sum_name_are_a_fault(tmp_path: Path) -> None:
    why = "its SHA-256 is not the one in _COMPLETE"
    assert _land(tmp_path, _hashes(other="students.csv")).faults == (
        Fault("students.csv", why, code="incomplete_upload"),
    )
    assert [fault.why for fault in _land(tmp_path, _hashes(without="students.csv")).faults] == [uploads.NOT_LISTED]


@pytest.mark.parametrize(
    "content",
    [
        f"{'0' * 63}  students.csv\n",
        f"{'0' * 64}  students.csv\nand more\n",
        "students.csv,1,1\n",
        "file,bytes,rows\nstudents.csv,many,1\n",
        "file,bytes,rows\nstudents.csv,1\n",
        b"\xff",
        "x" * 99_999,
    ],
)
def test_another_content_is_a_fault(content: str | bytes, tmp_path: Path) -> None:
    (fault,) = _land(tmp_path, content).faults
    assert (fault.sent_as, fault.why) == ("_COMPLETE", uploads.NOT_A_LIST)
    assert len(content) < MOST_BYTES or read_stated(tmp_path / "sent" / "_COMPLETE") is None


@pytest.mark.parametrize(("rows", "said"), [(3, ["it has 2 rows, and _COMPLETE says 3"]), (2, []), ("", [])])
def test_a_file_with_another_number_of_rows_is_a_blocker(rows: int | str, said: list[str], tmp_path: Path) -> None:
    drop = _land(tmp_path, _list(rows))
    with duckdb.connect() as db:
        start_warehouse(db, drop)
        read_landed(db, upload.STUDENTS, tmp_path / "scratch")
        found = db.execute("select detail from valid.findings where code = 'incomplete_upload'").fetchall()
    assert [detail for (detail,) in found] == said
