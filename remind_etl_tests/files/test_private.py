"""A home is open to its owner only."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from remind_etl import settings
from remind_etl.errors import UsageError
from remind_etl.files.private import make_private


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """The umask of most systems, as it was set up before this test."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _open(home: Path) -> set[str]:
    paths = [home, *home.rglob("*")]
    return {path.name for path in paths if not path.is_symlink() and S_IMODE(path.stat().st_mode) & 0o077}


def test_a_new_home_and_what_is_made_in_it_are_closed_to_others(home: Path) -> None:
    settings.home()
    (home / "decisions.db").write_text("made by a library")

    assert _open(home) == set()


def test_an_open_home_is_closed_with_all_that_is_in_it(home: Path) -> None:
    (home / "dagster" / "storage").mkdir(parents=True)
    for name in ("decisions.db", "platform.db", "platform.db-wal", "dagster/storage/index.db", "demo.lock"):
        (home / name).write_text("x")
    assert {"home", "dagster", "storage", "platform.db", "index.db"} <= _open(home)

    settings.home()

    assert _open(home) == set()


def test_a_link_in_an_open_home_closes_nothing_outside_of_it(home: Path, tmp_path: Path) -> None:
    (tmp_path / "landed").mkdir(mode=0o755)
    (tmp_path / "landed" / "oak.csv").write_text("x")
    home.mkdir()
    (home / "landed").symlink_to(tmp_path / "landed")

    settings.home()

    assert S_IMODE((tmp_path / "landed").stat().st_mode) == 0o755
    assert S_IMODE((tmp_path / "landed" / "oak.csv").stat().st_mode) == 0o644


def test_an_open_folder_with_files_of_others_is_refused_and_stays_as_it_is(home: Path) -> None:
    home.mkdir()
    (home / "letters").mkdir()

    with pytest.raises(UsageError, match=rf"'letters'.*Name a folder of its own in REMIND_ETL_HOME.*chmod 700 {home}"):
        settings.home()

    assert (S_IMODE(home.stat().st_mode), [path.name for path in home.iterdir()]) == (0o755, ["letters"])
    home.chmod(0o700)
    assert settings.home().root == home


@pytest.mark.parametrize("mode", [0o1777, 0o777, 0o775, 0o1755])
def test_nobody_is_told_to_close_a_folder_that_other_accounts_use(home: Path, mode: int) -> None:
    home.mkdir()
    (home / "letters").mkdir()
    home.chmod(mode)

    with pytest.raises(UsageError, match=r"Name a folder of its own in REMIND_ETL_HOME[.]$"):
        settings.home()

    assert S_IMODE(home.stat().st_mode) == mode


def test_nobody_is_told_to_close_a_folder_that_belongs_to_another_account(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "letters").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid + 1)

    with pytest.raises(UsageError, match=r"Name a folder of its own in REMIND_ETL_HOME[.]$"):
        settings.home()


def test_an_open_folder_of_another_account_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()

    def denied(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", denied)
    with pytest.raises(UsageError, match="belongs to another account"):
        make_private(home, ())
