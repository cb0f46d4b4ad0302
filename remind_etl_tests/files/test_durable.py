"""Files that are replaced whole, and are on disk afterwards."""

import os
from pathlib import Path
from stat import S_IMODE

import pytest

from remind_etl.files.durable import replace_file
from remind_etl.files.storage import FolderStorage


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are brought to the disk, in order."""
    paths: list[str] = []
    fsync = os.fsync

    def note(handle: int) -> None:
        paths.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", note)
    return paths


def test_the_bytes_are_on_disk_before_the_name_and_then_the_name_is_too(tmp_path: Path, synced: list[str]) -> None:
    replace_file(tmp_path / "key", b"secret")
    assert (tmp_path / "key").read_bytes() == b"secret"
    assert S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    part, folder = synced
    assert part.startswith(f"{tmp_path}/.key.")
    assert folder == str(tmp_path)


def test_a_new_folder_of_the_storage_has_its_name_on_disk(tmp_path: Path, synced: list[str]) -> None:
    FolderStorage(tmp_path).write("oak/drop/manifest.json", b"{}")
    assert synced[:2] == [str(tmp_path), str(tmp_path / "oak")]
    assert synced[-1] == str(tmp_path / "oak" / "drop")


def test_the_old_content_stays_if_the_new_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_file(tmp_path / "key", b"old")

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "key", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("key", b"old")]


def test_two_that_write_at_once_do_not_disturb_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync, inner = os.fsync, [b"two"]

    def write_another_meanwhile(handle: int) -> None:
        if inner:
            replace_file(tmp_path / "key", inner.pop())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", write_another_meanwhile)
    replace_file(tmp_path / "key", b"one")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("key", b"one")]
