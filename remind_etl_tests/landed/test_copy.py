import hashlib
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE

import pytest

from remind_etl.errors import DiskFull, DropUnstable, NothingLanded
from remind_etl.files import sent
from remind_etl.files.sent import Sent, SizeLimits
from remind_etl.landed.copy import ARCHIVE, MANIFEST, Drop, Fault, LandingStore, file_source
from remind_etl.schema import upload as schema
from remind_etl_tests.ids import SPRINGFIELD

DISTRICT = SPRINGFIELD
FILES = {file.file_name: bytes(range(256)) + file.name.encode() for file in schema.ACCOUNT_FILES}


@pytest.fixture
def store(tmp_path: Path) -> LandingStore:
    return LandingStore(tmp_path / "landed")


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    folder = tmp_path / "upload"
    folder.mkdir()
    return folder


def land(store: LandingStore, folder: Path, files: Mapping[str, bytes]) -> tuple[Drop, bool]:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return store.land(DISTRICT, [file_source(folder / name) for name in files])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_are_landed_byte_for_byte_with_size_and_hash(store: LandingStore, upload: Path) -> None:
    drop, is_new = land(store, upload, FILES)
    assert is_new
    assert {name: path.read_bytes() for name, path in drop.paths.items()} == FILES
    assert [(f.name, f.sent_as, f.size, f.sha256) for f in drop.files] == [
        (name.removesuffix(".csv"), name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in FILES.items()
    ]
    assert drop.tables == {"schools", "teachers", "students"}
    assert drop.size == sum(map(len, FILES.values()))
    assert drop.faults == ()


def test_a_drop_is_read_back_as_it_was_landed(store: LandingStore, upload: Path) -> None:
    drop, _ = land(store, upload, {"Students.CSV": b"x"})
    assert store.newest(DISTRICT) == drop == store.required(DISTRICT)
    assert drop.open_file("students.csv").read_bytes() == b"x"
    assert drop.files[0].sent_as == "Students.CSV"


def test_landed_files_are_read_only_and_for_their_owner_alone(store: LandingStore, upload: Path) -> None:
    drop, _ = land(store, upload, FILES)
    assert {S_IMODE(path.stat().st_mode) for path in drop.paths.values()} == {0o400}
    assert {S_IMODE(path.parent.stat().st_mode) for path in drop.paths.values()} == {0o700}


def test_equal_files_are_the_same_drop(store: LandingStore, upload: Path) -> None:
    first, _ = land(store, upload, FILES)
    again, is_new = land(store, upload, dict(reversed(FILES.items())))
    assert (again, is_new) == (first, False)
    assert store.drops(DISTRICT) == [first.drop_id]


@pytest.mark.parametrize(
    "files",
    [
        FILES | {"schools.csv": b"other"},
        {name: content for name, content in FILES.items() if name != "schools.csv"},
        FILES | {"classes.csv": b"more"},
        {name.title(): content for name, content in FILES.items()},
    ],
)
def test_other_contents_or_names_are_another_drop(store: LandingStore, upload: Path, files: dict[str, bytes]) -> None:
    first, _ = land(store, upload, FILES)
    second, is_new = land(store, upload, files)
    assert is_new
    assert store.drops(DISTRICT) == [first.drop_id, second.drop_id]
    third, is_new = land(store, upload, FILES)
    assert is_new, "equal to an older drop is not equal to the newest"
    assert third.drop_id > second.drop_id


def test_ids_sort_as_drops_landed_however_quickly(store: LandingStore, upload: Path) -> None:
    landed = [land(store, upload, {"schools.csv": str(n).encode()})[0].drop_id for n in range(12)]
    assert store.drops(DISTRICT) == landed


def test_ids_sort_as_drops_landed_though_the_clock_was_set_back(store: LandingStore, upload: Path) -> None:
    first, _ = land(store, upload, FILES)
    ahead = first.landed_at + timedelta(days=1)
    manifest = store.manifest(DISTRICT, first.drop_id) | {"landed_at": ahead.isoformat()}
    store.write_manifest(DISTRICT, f"{ahead:%Y%m%dT%H%M%S}000Z-00000000", manifest)
    second, _ = land(store, upload, {"schools.csv": b"other"})
    assert store.newest(DISTRICT) == second
    assert second.landed_at > ahead


def test_a_copy_that_breaks_off_leaves_nothing(store: LandingStore, upload: Path, tmp_path: Path) -> None:
    def breaks(target: Path) -> tuple[int, str]:
        target.write_bytes(b"half a fi")
        raise DropUnstable("the file changed")

    (upload / "schools.csv").write_bytes(b"x")
    with pytest.raises(DropUnstable):
        store.land(DISTRICT, [file_source(upload / "schools.csv"), Sent("teachers.csv", 9, breaks)], "fingerprint")
    assert store.drops(DISTRICT) == []
    assert names(tmp_path / "landed" / DISTRICT) == []
    assert store.arrival(DISTRICT) is None


def test_what_a_killed_process_left_is_no_drop(store: LandingStore, upload: Path, tmp_path: Path) -> None:
    left = tmp_path / "landed" / DISTRICT / ".incoming-x"
    left.mkdir(parents=True)
    (left / MANIFEST).write_text("{}")
    (tmp_path / "landed" / DISTRICT / "20990101T000000000Z-00000000").mkdir()
    assert store.drops(DISTRICT) == []
    drop, _ = land(store, upload, FILES)
    assert store.drops(DISTRICT) == [drop.drop_id]


def test_an_upload_that_was_taken_is_remembered_by_its_fingerprint(store: LandingStore, upload: Path) -> None:
    (upload / "schools.csv").write_bytes(b"x")
    sent = [file_source(upload / "schools.csv")]
    drop, _ = store.land(DISTRICT, sent, "one")
    first = store.arrival(DISTRICT)
    assert first is not None
    assert first.fingerprint == "one"
    assert store.land(DISTRICT, sent, "two") == (drop, False)
    second = store.arrival(DISTRICT)
    assert second is not None
    assert second.fingerprint == "two"
    assert second.at > first.at
    assert store.arrived_at(DISTRICT) == second.at.isoformat()


def test_a_zip_is_unpacked_and_kept(store: LandingStore, upload: Path) -> None:
    with zipfile.ZipFile(upload / "Roster.zip", "w") as out:
        for name, content in FILES.items():
            out.writestr(f"export/{name}", content)
    drop, _ = store.land(DISTRICT, [file_source(upload / "Roster.zip")])
    assert (sorted(drop.paths), drop.others) == (["schools.csv", "students.csv", "teachers.csv"], (ARCHIVE,))
    assert drop.open_file(ARCHIVE).read_bytes() == (upload / "Roster.zip").read_bytes()
    assert {name: path.read_bytes() for name, path in drop.paths.items()} == FILES
    assert drop.tables == {"schools", "teachers", "students"}


def test_a_zip_with_the_files_of_the_newest_drop_is_that_drop(store: LandingStore, upload: Path) -> None:
    first, _ = land(store, upload, FILES)
    with zipfile.ZipFile(upload / "roster.zip", "w") as out:
        for name, content in FILES.items():
            out.writestr(name, content)
    assert store.land(DISTRICT, [file_source(upload / "roster.zip")]) == (first, False)


def test_a_zip_that_is_refused_is_a_drop_without_files_and_with_the_reason(store: LandingStore, upload: Path) -> None:
    drop, is_new = land(store, upload, {"Roster.zip": b"no zip"})
    assert is_new
    assert (drop.files, drop.faults) == ((), (Fault("Roster.zip", "it is not a zip, or it is damaged", "zip_again"),))
    assert store.newest(DISTRICT) == drop
    assert (drop.paths, drop.others) == ({}, (ARCHIVE,))


def test_a_district_without_a_drop_has_none(store: LandingStore) -> None:
    assert store.drops(DISTRICT) == []
    assert store.newest(DISTRICT) is None
    assert store.arrival(DISTRICT) is None
    with pytest.raises(NothingLanded, match=DISTRICT):
        store.required(DISTRICT)


def test_a_sparse_file_of_20_gb_is_not_copied_and_is_a_fault_of_the_district(store: LandingStore, upload: Path) -> None:
    (upload / "schools.csv").write_bytes(b"x")
    with (upload / "students.csv").open("wb") as sparse:
        sparse.truncate(20_000_000_000)
    drop, _ = store.land(DISTRICT, [file_source(upload / name) for name in ("schools.csv", "students.csv")])
    why = "it has 20.0 GB, and a file may have 2.0 GB"
    assert (drop.files, drop.faults) == ((), (Fault("students.csv", why, "current_data"),))
    assert (drop.paths, drop.others) == ({}, ())


def test_files_that_are_too_large_together_are_not_copied(tmp_path: Path, upload: Path) -> None:
    store = LandingStore(tmp_path / "landed", SizeLimits(file_bytes=6_000_000, drop_bytes=10_000_000))
    drop, _ = land(store, upload, {"schools.csv": b"x" * 5_000_000, "students.csv": b"x" * 6_000_000})
    why = "all files together have 11.0 MB, and may have 10.0 MB"
    assert (drop.files, drop.faults) == ((), (Fault("students.csv", why, "current_data"),))


def test_the_files_of_a_zip_have_the_same_limits(tmp_path: Path, upload: Path) -> None:
    store = LandingStore(tmp_path / "landed", SizeLimits(file_bytes=6, drop_bytes=10_000))
    with zipfile.ZipFile(upload / "roster.zip", "w") as out:
        out.writestr("students.csv", b"seven b")
    drop, _ = store.land(DISTRICT, [file_source(upload / "roster.zip")])
    assert (drop.files, drop.faults[0].why) == ((), "its files are larger than rosters can be")


def test_nothing_is_copied_to_a_disk_without_room_for_it(
    store: LandingStore, upload: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "RESERVE_BYTES", 1 << 60)
    with pytest.raises(DiskFull, match="The disk is full"):
        land(store, upload, FILES)
    assert store.drops(DISTRICT) == []
    assert store.arrival(DISTRICT) is None
