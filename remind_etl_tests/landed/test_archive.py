import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from remind_etl.catalogue import remedies
from remind_etl.landed import archive
from remind_etl.schema import upload

FILES = {file.file_name: f"{file.name}\n".encode() * 50 for file in upload.FILES}


def zipped(folder: Path, files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "archive.zip"
    with zipfile.ZipFile(path, "w", method) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


def refusal(folder: Path, path: Path) -> str:
    """Why the archive is refused; nothing of it is left."""
    files, why = archive.unpack(path, folder)
    assert files == []
    assert [p.name for p in folder.iterdir()] == [path.name]
    assert why is not None
    assert why.remedy in remedies.ZIPS
    return why.why


def patched(path: Path, signature: bytes, offset: int, value: bytes) -> Path:
    """The archive with bytes of each header of that signature replaced."""
    parts = path.read_bytes().split(signature)
    heads = (part[: offset - 4] + value + part[offset - 4 + len(value) :] for part in parts[1:])
    path.write_bytes(signature.join((parts[0], *heads)))
    return path


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


@pytest.mark.parametrize("folder", ["", "export/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_files_at_the_root_or_in_one_folder_are_unpacked(tmp_path: Path, folder: str, method: int) -> None:
    path = zipped(tmp_path, {folder + name: content for name, content in FILES.items()}, method)
    files, why = archive.unpack(path, tmp_path)
    assert why is None
    assert files == [
        (file.name, file.file_name, len(FILES[file.file_name]), hashlib.sha256(FILES[file.file_name]).hexdigest())
        for file in upload.FILES
    ]
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == FILES


def test_names_may_be_in_any_case_and_are_told_as_sent(tmp_path: Path) -> None:
    files, why = archive.unpack(zipped(tmp_path, {"Students.CSV": b"x"}), tmp_path)
    assert (why, [(f.name, f.sent_as) for f in files]) == (None, [("students", "Students.CSV")])
    assert (tmp_path / "students.csv").read_bytes() == b"x"


def test_other_files_and_what_desktop_systems_add_are_passed_over(tmp_path: Path) -> None:
    clutter = {"__MACOSX/._students.csv": b"?", ".DS_Store": b"?", "Thumbs.db": b"?", "read me.txt": b"?"}
    files, why = archive.unpack(zipped(tmp_path, {"students.csv": b"x"} | clutter), tmp_path)
    assert (why, [f.name for f in files]) == (None, ["students"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["archive.zip", "students.csv"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"students.csv": b"0" * 20_000_000})
    assert refusal(tmp_path, path) == "its files are larger than rosters can be"


def test_an_archive_with_too_many_files_is_refused_before_their_list_is_read(tmp_path: Path) -> None:
    names = [f"{'students' * 25}-{n}.txt" for n in range(10_000)]
    assert refusal(tmp_path, zipped(tmp_path, dict.fromkeys(names, b""))) == "it contains too many files"


def test_an_archive_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    path = patched(zipped(tmp_path, FILES), CENTRAL, 24, struct.pack("<L", 0xFFFF_0000))
    assert refusal(tmp_path, path) == "its files are larger than rosters can be"


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_beyond_it(tmp_path: Path) -> None:
    path = patched(zipped(tmp_path, {"students.csv": b"0" * 20_000_000}), CENTRAL, 24, struct.pack("<L", 1_000))
    assert refusal(tmp_path, path) == "it is not a zip, or it is damaged"


@pytest.mark.parametrize(
    "name",
    [
        "/students.csv",
        "../students.csv",
        "export/../../students.csv",
        "//server/students.csv",
        "./../students.csv",
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path, zipped(tmp_path, {name: b"x"})) == "it has file names that lead out of the zip"


@pytest.mark.parametrize("name", ["a\\students.csv", "C:\\x\\y.csv"])
def test_a_name_with_backslashes_is_refused(tmp_path: Path, name: str) -> None:
    why = refusal(tmp_path, zipped(tmp_path, {name: b"x"}))
    assert why == "it has file names with backslashes, and only some programs read them as folders"


@pytest.mark.parametrize(
    "names", [["a/students.csv", "b/teachers.csv"], ["a/b/students.csv"], ["a/b/c/students.csv"], ["x.csv", "a/x.csv"]]
)
def test_files_in_two_folders_are_refused(tmp_path: Path, names: list[str]) -> None:
    path = zipped(tmp_path, dict.fromkeys(names, b"x"))
    assert refusal(tmp_path, path) == "it has more than one folder"


def test_a_file_in_two_spellings_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"students.csv": b"x", "Students.csv": b"y"})
    assert refusal(tmp_path, path) == "it contains a file twice"


def test_a_file_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"students.csv": b"x"})
    with zipfile.ZipFile(path, "a") as out, pytest.warns(UserWarning, match="Duplicate name"):
        out.writestr("students.csv", b"y")
    assert refusal(tmp_path, path) == "it contains a file twice"


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = patched(patched(zipped(tmp_path, FILES), LOCAL, 6, b"\x01\x00"), CENTRAL, 8, b"\x01\x00")
    assert refusal(tmp_path, path) == "it is encrypted"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_an_archive_with_a_link_or_a_device_is_refused(tmp_path: Path, kind: int) -> None:
    path = zipped(tmp_path, {"students.csv": b"x"})
    with zipfile.ZipFile(path, "a") as out:
        link = zipfile.ZipInfo("teachers.csv")
        link.create_system, link.external_attr = 3, (kind | 0o777) << 16
        out.writestr(link, "../../secret")
    assert refusal(tmp_path, path) == "it contains links"


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, FILES, zipfile.ZIP_STORED)
    size = path.stat().st_size
    path = patched(patched(path, CENTRAL, 20, struct.pack("<L", size)), CENTRAL, 24, struct.pack("<L", size))
    assert refusal(tmp_path, path) == "it is not a zip, or it is damaged"


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path, FILES).read_bytes()
    files, why = archive.unpack(zipped(tmp_path, {"students.csv": b"x", "more.zip": inner}), tmp_path)
    assert (why, [f.name for f in files]) == (None, ["students"])


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_in_an_unusual_way_is_refused(tmp_path: Path, method: int) -> None:
    path = zipped(tmp_path, FILES, method)
    assert refusal(tmp_path, path) == "it is packed in an unusual way"


@pytest.mark.parametrize(
    ("files", "meant"),
    [
        *(({}, ""), ({"roster.zip": b"PK"}, ""), ({"list.txt": b"x"}, ""), ({"students.csv/": b""}, "")),
        ({"a/notes.txt": b"", "a/Students 2026.xlsx": b"PK"}, "; Students 2026.xlsx may be one of them"),
    ],
)
def test_an_archive_without_a_file_of_ours_is_refused(tmp_path: Path, files: dict[str, bytes], meant: str) -> None:
    why = refusal(tmp_path, zipped(tmp_path, files))
    assert why == f"it contains none of schools.csv, teachers.csv, students.csv, classes.csv, enrollments.csv{meant}"


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive.zip").write_bytes(b"school_id,school_name\n")
    assert refusal(tmp_path, tmp_path / "archive.zip") == "it is not a zip, or it is damaged"


def test_a_damaged_member_leaves_nothing_of_the_others(tmp_path: Path) -> None:
    path = zipped(tmp_path, FILES, zipfile.ZIP_STORED)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"enrollments\nenrollments", b"enrollments\nENROLLMENTS", 1))
    assert refusal(tmp_path, path) == "it is not a zip, or it is damaged"


@pytest.mark.parametrize("kept", [10, 100, 300])
def test_an_archive_that_was_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = zipped(tmp_path, FILES)
    path.write_bytes(path.read_bytes()[:kept])
    assert refusal(tmp_path, path) == "it is not a zip, or it is damaged"


def test_bytes_that_do_not_unpack_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"students.csv": b"x" * 1_000})
    packed = zlib.compress(b"x" * 1_000, wbits=-15)[:4]
    path.write_bytes(path.read_bytes().replace(packed, b"\xff" * 4))
    assert refusal(tmp_path, path) == "it is not a zip, or it is damaged"
