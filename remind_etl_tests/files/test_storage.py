"""Storage in a folder and in a bucket: the same rules hold of both."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IMODE

import pytest

from remind_etl.errors import OperatorError, TransientError
from remind_etl.files.bucket import COPY_SECONDS, Bucket
from remind_etl.files.storage import FolderStorage, Storage, open_storage
from remind_etl_tests.object_servers import new_bucket, object_server


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with object_server() as address:
        yield address


@pytest.fixture
def bucket(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    return open_storage(new_bucket(server, monkeypatch), tmp_path / "copies").below("landed")


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "bucket":
        found: Storage = request.getfixturevalue("bucket")
        return found
    return open_storage(str(tmp_path / "root"), tmp_path / "copies").below("landed")


def put(storage: Storage, key: str, content: bytes) -> None:
    with storage.incoming("oak") as folder:
        (folder / "made").write_bytes(content)
        storage.put({key: folder / "made"})


def test_a_small_file_is_read_as_it_was_written_last(storage: Storage) -> None:
    assert storage.read("oak/manifest.json") is None
    storage.write("oak/manifest.json", b"one")
    storage.write("oak/manifest.json", b"two")
    assert storage.read("oak/manifest.json") == b"two"


def test_a_file_that_was_put_is_there_to_read_on_this_machine_and_cannot_be_written(storage: Storage) -> None:
    put(storage, "oak/files/abc", b"x" * 3_000_000)
    path = storage.local("oak/files/abc")
    assert path.read_bytes() == b"x" * 3_000_000
    assert (S_IMODE(path.stat().st_mode), storage.has("oak/files/abc")) == (0o400, True)
    assert not storage.has("oak/files/other")
    assert not storage.local("oak/files/other").exists()


def test_a_folder_is_there_with_all_that_lies_below_it(storage: Storage) -> None:
    put(storage, "oak/v1/report/report.md", b"a")
    put(storage, "oak/v1/report/rows/S1/students.csv", b"b")
    folder = storage.local_folder("oak/v1/report")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {"report.md", "rows/S1/students.csv"}


def test_names_and_times_are_of_what_lies_below_a_key(storage: Storage) -> None:
    assert (storage.names("oak"), storage.times("oak")) == ([], {})
    put(storage, "oak/v1/a.parquet", b"a")
    storage.write("oak/manifest.json", b"{}")
    storage.write("oakland/manifest.json", b"{}")
    with storage.incoming("oak"):
        assert storage.names("oak") == ["manifest.json", "v1"]
        times = storage.times("oak")
    assert times.keys() == {"manifest.json", "v1/a.parquet"}
    assert all(abs(datetime.now(UTC) - at) < timedelta(minutes=5) for at in times.values())


def test_what_is_deleted_is_gone_with_its_copies_on_this_machine(storage: Storage) -> None:
    put(storage, "oak/files/abc", b"a")
    put(storage, "oak/files/abd", b"b")
    copies = [storage.local("oak/files/abc"), storage.local("oak/files/abd")]
    storage.delete("oak/files/abc")
    assert (storage.has("oak/files/abc"), storage.has("oak/files/abd")) == (False, True)
    storage.delete("oak")
    assert storage.times("oak") == {}
    assert [path for path in copies if path.exists()] == []
    storage.delete("oak")


def test_a_folder_for_new_files_goes_at_its_end_and_remains_are_found(storage: Storage) -> None:
    with suppress(OSError), storage.incoming("oak") as folder:
        (folder / "students.csv").write_bytes(b"half")
        assert storage.abandoned_folders("oak") == [folder]
        raise OSError("killed")
    assert not folder.exists()
    assert storage.abandoned_folders("oak") == []


def test_two_machines_see_the_same_bucket(bucket: Storage, tmp_path: Path) -> None:
    assert isinstance(bucket, Bucket)
    other = Bucket(bucket.url, tmp_path / "other", bucket.prefix)
    put(bucket, "oak/files/abc", b"a")
    assert other.local("oak/files/abc").read_bytes() == b"a"
    assert (tmp_path / "other" / "oak" / "files" / "abc").exists()


def test_a_copy_that_nobody_used_for_a_day_goes(bucket: Storage) -> None:
    put(bucket, "oak/files/abc", b"a")
    put(bucket, "oak/files/abd", b"b")
    copy = bucket.local("oak/files/abc")
    old = time.time() - COPY_SECONDS - 60
    os.utime(copy, (old, old))
    bucket.local("oak/files/abd")
    assert not copy.exists()
    assert bucket.local("oak/files/abc").read_bytes() == b"a"


def test_the_place_of_a_bucket_says_nothing_of_its_server(bucket: Storage) -> None:
    assert bucket.place.startswith("s3://bucket-")
    assert bucket.place.endswith("/rosters/landed")


def test_a_bucket_that_is_not_there_is_for_us_to_mend(server: str, tmp_path: Path, bucket: Storage) -> None:
    url = f"s3://no-such-bucket/x?endpoint_override={server}&scheme=http"
    with pytest.raises(OperatorError, match="REMIND_ETL_STORAGE"):
        Bucket(url, tmp_path).write("oak/manifest.json", b"x")


def test_a_server_that_does_not_answer_may_answer_later(tmp_path: Path, bucket: Storage) -> None:
    with pytest.raises(TransientError, match="did not answer"):
        Bucket("s3://b/x?endpoint_override=127.0.0.1:9&scheme=http", tmp_path).read("oak/manifest.json")


def test_a_folder_is_the_place_of_its_files() -> None:
    assert FolderStorage(Path("/srv/rosters")).below("landed").place == "/srv/rosters/landed"
