"""Temporary folders of killed processes are deleted, those of living ones are not."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from remind_etl.files.temporary import (
    PREFIX,
    lock_folder,
    make_locked,
    sweep_folders,
    sweep_temporary,
    temporary_folder,
)

HOLDS = """
import sys, time
from remind_etl.files.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "students.csv").write_text("Cy,Fox")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_the_folder_of_a_killed_process_is_deleted_by_the_next_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    command, environment = [sys.executable, "-c", HOLDS], {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as holding:  # noqa: S603
        assert holding.stdout
        theirs = Path(holding.stdout.readline().strip())
        with temporary_folder() as mine:
            assert sweep_temporary() == 0
            assert {path.name for path in tmp_path.iterdir()} == {theirs.name, mine.name}
        assert {*tmp_path.iterdir()} == {theirs}
        holding.send_signal(signal.SIGKILL)
        holding.wait(60)
    assert (theirs / "students.csv").exists()

    with temporary_folder() as mine:
        assert {*tmp_path.iterdir()} == {mine}
    assert not list(tmp_path.iterdir())


def test_a_folder_stays_as_long_as_one_of_its_users_lives(tmp_path: Path) -> None:
    first, second = make_locked(tmp_path / "shared"), make_locked(tmp_path / "shared")
    os.close(first)
    assert sweep_folders(tmp_path) == 0
    os.close(second)
    assert sweep_folders(tmp_path) == 1
    assert lock_folder(tmp_path / "shared") is None


def test_links_files_and_folders_of_other_programs_stay(tmp_path: Path) -> None:
    for name in (f"{PREFIX}of-a-killed-one", "remind-etl-proftpd-x", "target"):
        (tmp_path / name).mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "target")
    (tmp_path / f"{PREFIX}file").touch()

    assert sweep_temporary() == 1

    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"remind-etl-proftpd-x", "target", f"{PREFIX}link", f"{PREFIX}file"}
