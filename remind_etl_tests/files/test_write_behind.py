"""Files are brought to the disk while they are written."""

import os
from itertools import count
from pathlib import Path

import pytest

from remind_etl.files.write_behind import WriteBehind


def test_all_bytes_are_on_disk_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    sync = os.fsync

    def watched(file: int) -> None:
        sizes.append(os.fstat(file).st_size)
        sync(file)

    monkeypatch.setattr(os, "fsync", watched)
    with (tmp_path / "file").open("wb") as out, WriteBehind(out, step=10) as to_disk:
        for _ in range(30):
            out.write(b"1234")
            to_disk.wrote(4)
        to_disk.finish()
    assert (tmp_path / "file").read_bytes() == b"1234" * 30
    assert sizes[-1] == 120
    assert len(sizes) > 1


def test_a_refusal_of_the_disk_is_raised_though_a_later_sync_would_succeed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs = count()

    def refuse_once(_: int) -> None:
        if next(syncs) == 0:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse_once)
    with (tmp_path / "file").open("wb") as out, WriteBehind(out, step=1) as to_disk:
        out.write(b"x")
        to_disk.wrote(1)
        with pytest.raises(OSError, match="No space left"):
            to_disk.finish()


def test_a_small_file_is_synced_once_and_starts_no_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    monkeypatch.setattr(os, "fsync", syncs.append)
    with (tmp_path / "file").open("wb") as out, WriteBehind(out) as to_disk:
        out.write(b"x")
        to_disk.wrote(1)
        to_disk.finish()
    assert len(syncs) == 1
