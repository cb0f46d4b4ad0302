"""How landed drops are kept: each file once, by its content, and verified when it is used."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from zipfile import ZipFile

import pytest

from remind_etl.errors import DropDamaged
from remind_etl.files.cut import Cut
from remind_etl.files.storage import FolderStorage, Storage, open_storage
from remind_etl.landed import erase
from remind_etl.landed.copy import (
    ARCHIVE,
    ARRIVAL,
    FAILED,
    KEPT,
    MANIFEST,
    Drop,
    FailedLanding,
    LandingStore,
    file_key,
    file_source,
)
from remind_etl.raw.remove_records import remove_records
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.upload import COMPLETE
from remind_etl_tests.ids import OAK
from remind_etl_tests.object_servers import new_bucket, object_server

SENT = {
    "schools.csv": b"school_id,school_name\nS1,North\n",
    "students.csv": b"school_id,student_id,first_name\nS1,7,Ann\nS1,8,Bo\n",
}
OTHER = SENT | {"schools.csv": b"school_id,school_name\nS1,South\n"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with object_server() as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LandingStore:
    place = str(tmp_path / "root") if request.param == "folder" else new_bucket(server, monkeypatch)
    return LandingStore(open_storage(place, tmp_path / "copies").below("landed"))


@pytest.fixture
def bucket(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LandingStore:
    return LandingStore(open_storage(new_bucket(server, monkeypatch), tmp_path / "copies").below("landed"))


@pytest.fixture
def folder(tmp_path: Path) -> LandingStore:
    return LandingStore(tmp_path / "landed")


def land(store: LandingStore, tmp_path: Path, files: dict[str, bytes] = SENT) -> Drop:
    sent = tmp_path / "sent"
    sent.mkdir(exist_ok=True)
    for name, content in files.items():
        (sent / name).write_bytes(content)
    return store.land(OAK, [file_source(sent / name) for name in files])[0]


def kept(store: LandingStore) -> list[str]:
    return sorted(key for key in store.storage.times(OAK) if key.startswith("files/"))


def contents(store: LandingStore, drop_id: str) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in store.drop(OAK, drop_id).paths.items()}


def damage(store: LandingStore, drop: Drop, name: str, content: bytes) -> None:
    """Put other bytes in the place of a file, as a disk or a person may."""
    key = file_key(OAK, store.manifest(OAK, drop.drop_id)[KEPT][name])
    store.storage.delete(key)
    store.storage.write(key, content)


def as_before(store: LandingStore, drop: Drop, tmp_path: Path) -> None:
    """Keep the drop as an earlier version did: its files beside its manifest."""
    for name, path in drop.paths.items():
        shutil.copyfile(path, tmp_path / "landed" / OAK / drop.drop_id / name)
    manifest = store.manifest(OAK, drop.drop_id)
    del manifest[KEPT]
    store.write_manifest(OAK, drop.drop_id, manifest)
    shutil.rmtree(tmp_path / "landed" / OAK / "files")


def test_a_file_that_two_drops_share_is_stored_once(store: LandingStore, tmp_path: Path) -> None:
    first, second = land(store, tmp_path), land(store, tmp_path, OTHER)
    assert len(kept(store)) == 3
    assert (contents(store, first.drop_id), contents(store, second.drop_id)) == (SENT, OTHER)


def test_landing_twice_lands_once(store: LandingStore, tmp_path: Path) -> None:
    first = land(store, tmp_path)
    stored = store.storage.times(OAK).keys()
    assert land(store, tmp_path) == first
    assert store.storage.times(OAK).keys() == stored


@pytest.mark.parametrize("content", [b"", SENT["students.csv"].replace(b"Ann", b"Amy")])
def test_a_drop_whose_bytes_are_not_those_of_its_manifest_is_named(
    store: LandingStore, tmp_path: Path, content: bytes
) -> None:
    drop = land(store, tmp_path)
    damage(store, drop, "students.csv", content)
    with pytest.raises(DropDamaged, match=rf"{drop.drop_id} is damaged: students.csv"):
        _ = store.required(OAK).paths


def test_a_drop_whose_file_is_gone_is_named(store: LandingStore, tmp_path: Path) -> None:
    drop = land(store, tmp_path)
    store.storage.delete(file_key(OAK, drop.files[0].sha256))
    with pytest.raises(DropDamaged, match=r"schools.csv"):
        _ = store.required(OAK).paths


def test_a_damaged_drop_is_whole_again_when_the_same_files_are_uploaded(store: LandingStore, tmp_path: Path) -> None:
    drop = land(store, tmp_path)
    damage(store, drop, "students.csv", b"broken")
    assert land(store, tmp_path).drop_id == drop.drop_id
    if store.storage.place.startswith("s3:"):
        shutil.rmtree(tmp_path / "copies")
    assert contents(store, drop.drop_id) == SENT


def test_a_damaged_zip_is_whole_again_when_it_is_uploaded_again(folder: LandingStore, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "roster.zip", "w") as made:
        for name, content in SENT.items():
            made.writestr(name, content)
    sent = [file_source(tmp_path / "roster.zip")]
    drop, _ = folder.land(OAK, sent)
    damage(folder, drop, ARCHIVE, b"broken")
    with pytest.raises(DropDamaged, match=ARCHIVE):
        drop.open_file(ARCHIVE)
    assert folder.land(OAK, sent) == (drop, False)
    assert drop.open_file(ARCHIVE).read_bytes() == (tmp_path / "roster.zip").read_bytes()


def test_a_damaged_copy_on_this_machine_is_fetched_again(bucket: LandingStore, tmp_path: Path) -> None:
    drop = land(bucket, tmp_path)
    copy = drop.paths["students.csv"]
    copy.chmod(0o600)
    copy.write_bytes(b"")
    assert contents(bucket, drop.drop_id) == SENT


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xff", b"{}"])
def test_a_drop_with_a_damaged_manifest_is_named_and_stops_nothing_else(
    store: LandingStore, tmp_path: Path, content: bytes
) -> None:
    first = land(store, tmp_path)
    store.storage.write(f"{OAK}/{first.drop_id}/{MANIFEST}", content)
    with pytest.raises(DropDamaged, match=rf"{first.drop_id} is damaged: {MANIFEST}"):
        _ = store.required(OAK).paths
    assert [(drop.drop_id, drop.landed_at, drop.size) for drop in store.all_drops(OAK)] == [
        (first.drop_id, first.landed_at, 0)
    ]
    second = land(store, tmp_path)
    assert second.drop_id > first.drop_id
    assert contents(store, second.drop_id) == SENT
    erase.prune(store, OAK, datetime.now(UTC), {first.drop_id}, datetime.now(UTC) + timedelta(days=3))
    assert contents(store, second.drop_id) == SENT
    assert erase.forget_student(store, OAK, "7", remove_records) == (1, 1)
    assert store.drops(OAK) == [second.drop_id]


def test_the_manifest_is_written_after_all_files_are_stored(
    store: LandingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[int] = []
    write = type(store.storage).write

    def note(storage: Storage, key: str, content: bytes) -> None:
        if key.endswith(MANIFEST):
            stored.append(len(kept(store)))
        write(storage, key, content)

    monkeypatch.setattr(type(store.storage), "write", note)
    land(store, tmp_path)
    assert stored == [len(SENT)]


def test_a_damaged_earlier_drop_is_no_evidence_that_a_file_was_cut(store: LandingStore, tmp_path: Path) -> None:
    first = land(store, tmp_path)
    cut = SENT | {"students.csv": SENT["students.csv"][:-8]}
    second = land(store, tmp_path, cut)
    assert store.cut_files(OAK, second.drop_id, [first.drop_id]) == {
        "students.csv": Cut("file_is_beginning_of_earlier")
    }
    damage(store, first, "students.csv", b"broken")
    assert store.cut_files(OAK, second.drop_id, [first.drop_id]) == {}


def test_a_file_of_a_deleted_drop_stays_for_as_long_as_another_names_it(folder: LandingStore, tmp_path: Path) -> None:
    land(folder, tmp_path)
    second = land(folder, tmp_path, OTHER)
    old = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    for key in kept(folder):
        os.utime(tmp_path / "landed" / OAK / key, (old, old))

    assert erase.prune(folder, OAK, datetime.now(UTC), set(), datetime.now(UTC)) == 1

    assert (len(kept(folder)), contents(folder, second.drop_id)) == (2, OTHER)


def test_a_new_file_that_no_manifest_names_yet_is_not_deleted(folder: LandingStore, tmp_path: Path) -> None:
    land(folder, tmp_path)
    with folder.storage.incoming(OAK) as made:
        (made / "classes.csv").write_bytes(b"of a drop that is landing")
        folder.store_files(OAK, {"classes.csv": made / "classes.csv"})
    erase.prune(folder, OAK, datetime.now(UTC), set(), datetime.now(UTC))
    assert len(kept(folder)) == 3


def test_a_student_is_cut_out_of_each_drop_that_shares_a_file(store: LandingStore, tmp_path: Path) -> None:
    first, second = land(store, tmp_path), land(store, tmp_path, OTHER)

    assert erase.forget_student(store, OAK, "7", remove_records) == (2, 0)

    without_ann = b"school_id,student_id,first_name\nS1,8,Bo\n"
    for drop_id, sent in ((first.drop_id, SENT), (second.drop_id, OTHER)):
        assert contents(store, drop_id) == sent | {"students.csv": without_ann}
    assert len(kept(store)) == 3
    stored = [store.storage.local(f"{OAK}/{key}").read_bytes() for key in kept(store)]
    assert not any(b"Ann" in content for content in stored)


def test_nothing_of_a_forgotten_district_is_left(store: LandingStore, tmp_path: Path) -> None:
    copies = [path for path in land(store, tmp_path).paths.values() if path.exists()]
    land(store, tmp_path, OTHER)
    assert erase.forget_district(store, OAK) == 2
    assert (store.drops(OAK), store.storage.times(OAK), [path for path in copies if path.exists()]) == ([], {}, [])


def test_a_drop_that_an_earlier_version_landed_is_read_as_it_is(folder: LandingStore, tmp_path: Path) -> None:
    first = land(folder, tmp_path)
    as_before(folder, first, tmp_path)
    assert contents(folder, first.drop_id) == SENT
    assert land(folder, tmp_path).drop_id == first.drop_id
    second = land(folder, tmp_path, OTHER)
    erase.prune(folder, OAK, datetime.now(UTC) - timedelta(days=1), set(), datetime.now(UTC))
    assert (contents(folder, first.drop_id), contents(folder, second.drop_id)) == (SENT, OTHER)
    (tmp_path / "landed" / OAK / first.drop_id / "students.csv").write_bytes(b"broken")
    with pytest.raises(DropDamaged):
        _ = folder.drop(OAK, first.drop_id).paths


def test_a_student_is_cut_out_of_a_drop_that_an_earlier_version_landed(folder: LandingStore, tmp_path: Path) -> None:
    drop = land(folder, tmp_path)
    as_before(folder, drop, tmp_path)

    assert erase.forget_student(folder, OAK, "7", remove_records) == (1, 0)

    assert b"Ann" not in contents(folder, drop.drop_id)["students.csv"]
    assert [path.name for path in (tmp_path / "landed" / OAK / drop.drop_id).iterdir()] == [MANIFEST]
    assert json.loads((tmp_path / "landed" / OAK / drop.drop_id / MANIFEST).read_text())["forgotten_rows"] == 1


def test_a_student_is_cut_out_of_a_drop_with_a_damaged_mark(store: LandingStore, tmp_path: Path) -> None:
    rows = len(SENT["students.csv"].splitlines()) - 1
    stated = "".join(f"{name},{len(content)},\n" for name, content in SENT.items())
    mark = {COMPLETE: f"file,bytes,rows\n{stated}".encode()}
    drop = land(store, tmp_path, SENT | mark)
    damage(store, drop, COMPLETE, b"broken")

    assert erase.forget_student(store, OAK, "7", remove_records) == (1, 0)

    assert len(contents(store, drop.drop_id)["students.csv"].splitlines()) == rows


@pytest.mark.parametrize("damaged", ["", "{", "[]", "{}", '{"at": 1, "fingerprint": ""}', "\xff"])
def test_a_damaged_note_of_an_arrival_is_none_until_the_upload_is_taken_again(
    store: LandingStore, tmp_path: Path, damaged: str
) -> None:
    drop = land(store, tmp_path)

    store.storage.write(f"{OAK}/{ARRIVAL}", damaged.encode("latin-1"))

    assert store.arrival(OAK) is None
    assert (land(store, tmp_path), store.arrival(OAK) is None) == (drop, False)


def test_the_notes_of_many_districts_are_read_at_once(tmp_path: Path) -> None:
    class SlowFolder(FolderStorage):
        def read(self, key: str) -> bytes | None:
            together.wait(10)
            return super().read(key)

    store, together = LandingStore(SlowFolder(tmp_path / "landed")), Barrier(8)
    for n in (1, 2):
        FolderStorage(tmp_path / "landed").write(f"d{n}/{ARRIVAL}", b'{"fingerprint": "f", "at": "2026-01-01"}')

    assert store.arrivals(DistrictId(f"d{n}") for n in range(8)).keys() == {"d1", "d2"}


@pytest.mark.parametrize("damaged", ["", "{", "[]", "{}", "\xff"])
def test_a_damaged_note_of_a_failed_landing_is_no_note(store: LandingStore, damaged: str) -> None:
    store.note_failure(OAK, FailedLanding("The disk is full.", "nobody"))
    assert store.failure(OAK) == FailedLanding("The disk is full.", "nobody")

    store.storage.write(f"{OAK}/{FAILED}", damaged.encode("latin-1"))

    assert store.failure(OAK) is None
