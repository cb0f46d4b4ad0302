"""A wrong setting, a home that is not there or cannot be used, and a full disk: each is told by name."""

import errno
import gc
import os
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remind_etl import settings
from remind_etl.catalogue.statuses import NOT_ASKED
from remind_etl.cli import stores
from remind_etl.databases.migrate import open_engine
from remind_etl.decided.store import DecisionStore
from remind_etl.errors import DiskFull, OperatorError, ReadOnly, UsageError
from remind_etl.operations.doctor import examine
from remind_etl.operations.examined import State
from remind_etl.orchestration.health import newest_heartbeat
from remind_etl.orchestration.instance import open_instance
from remind_etl_tests.cli.conftest import Call
from remind_etl_tests.ids import OAK

READING = [
    ("status",),
    ("districts", "list"),
    ("holds", "oak"),
    ("approve", "oak", "0a1b2c3d"),
    ("plan", "oak"),
    ("history", "oak"),
    ("problems", "oak"),
    ("links", "list", "oak"),
    ("schools", "list", "oak"),
    ("undo", "oak", "1", "--yes"),
    ("forget", "oak", "--yes"),
    ("sync", "oak"),
]


@pytest.mark.parametrize("arguments", READING)
def test_without_a_home_a_command_says_so_and_makes_none(call: Call, home: Path, arguments: tuple[str, ...]) -> None:
    done = call(*arguments)
    assert (done.exit_code, home.exists()) == (2, False)
    assert f"There is no home in {home}. Set REMIND_ETL_HOME" in done.stderr


def test_a_folder_that_is_no_home_stays_as_it_is(call: Call, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "notes.txt").write_text("x")
    assert call("status").exit_code == 2
    assert [path.name for path in home.iterdir()] == ["notes.txt"]


def test_an_open_folder_with_files_of_others_is_a_wrong_setting(call: Call, home: Path) -> None:
    home.mkdir()
    (home / "notes.txt").write_text("x")
    home.chmod(0o1777)
    done = call("districts", "add", "oak", "--name", "Oak")
    assert (done.exit_code, done.stderr) == (
        2,
        f"Others may open {home}, and it has files that are not ours ('notes.txt'). "
        "Name a folder of its own in REMIND_ETL_HOME.\n",
    )


def test_the_first_district_makes_the_home(call: Call) -> None:
    assert call("districts", "add", "oak", "--name", "Oak").exit_code == 0
    assert call("status").stdout.splitlines()[1].startswith("oak\twaiting_for_files")


def test_the_first_operator_makes_the_home_before_any_district(call: Call) -> None:
    assert call("operators", "add", "kim@example.org").exit_code == 0
    assert "kim@example.org" in call("operators", "list").stdout


def test_the_configuration_of_proftpd_makes_the_home_before_any_district(call: Call, home: Path) -> None:
    call("sftp", "config", "proftpd")  # it refuses a home of root, which this one may be
    assert (home / "sftp" / "collector_key").exists()
    assert call("districts", "list").exit_code == 0


def test_a_home_that_is_a_file_is_refused_by_every_command(call: Call, home: Path) -> None:
    home.write_text("a file is in the way")
    done = call("districts", "add", "oak", "--name", "Oak")
    assert (done.exit_code, done.stderr) == (
        2,
        f"REMIND_ETL_HOME is '{home}': give the path of a folder, such as data.\n",
    )
    assert call("status").stderr == done.stderr


def test_a_home_of_an_unknown_login_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_HOME", "~no-such-login/data")
    with pytest.raises(UsageError, match="REMIND_ETL_HOME is '~no-such-login/data': give the path of a folder"):
        settings.home()


@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, DiskFull, "The disk is full. Make room in the folder of REMIND_ETL_HOME"),
        (errno.EACCES, OperatorError, "cannot be used: Permission denied. Name another folder"),
        (errno.EROFS, OperatorError, "cannot be used: Read-only file system. Name another folder"),
    ],
)
def test_a_home_on_a_full_or_closed_disk_is_told_as_that(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[OperatorError], says: str
) -> None:
    def fail(path: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(kind, match=says):
        settings.home()


def test_a_file_that_a_command_cannot_use_is_named(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> DecisionStore:
        raise PermissionError(errno.EACCES, "Permission denied", "decisions.db")

    monkeypatch.setattr(stores, "decisions", fail)
    done = call("status")
    assert (done.exit_code, done.stderr) == (
        3,
        "decisions.db cannot be used: Permission denied. Check the rights of this file and of its folder.\n",
    )


def test_a_database_url_that_no_driver_takes_is_told_with_the_names_of_its_settings(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_DECISIONS_URL", "postgresql+nodriver://host/decisions")
    done = call("status")
    assert (done.exit_code, "Check REMIND_ETL_DECISIONS_URL and REMIND_ETL_PLATFORM_URL." in done.stderr) == (3, True)


def _make_home_on(disk: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home with one district, and with both databases."""
    monkeypatch.setenv("REMIND_ETL_HOME", str(disk / "home"))
    monkeypatch.setenv("DAGSTER_HOME", "")
    DecisionStore(settings.home().decisions_url).add_district(OAK, "Oak")
    assert call("history", OAK).exit_code == 0


def test_on_a_full_or_read_only_disk_commands_that_only_show_something_still_do(
    call: Call, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_home_on(small_disk, call, monkeypatch)
    with open_instance():
        pass
    with (small_disk / "other").open("wb", buffering=0) as other, suppress(OSError):
        while True:
            other.write(bytes(512))

    full = f"The disk of the decisions database ({small_disk}/home/decisions.db) is full. Make room there."
    _shows_but_changes_nothing(call, full)
    (small_disk / "other").unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: S603, S607
    _shows_but_changes_nothing(
        call,
        f"The decisions database ({small_disk}/home/decisions.db) can only be read, because its disk or its file is read-only.",
    )


def test_an_idle_home_on_a_read_only_disk_is_shown_and_doctor_says_that_the_disk_can_only_be_read(
    call: Call, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_home_on(small_disk, call, monkeypatch)
    gc.collect()  # with the last connection, SQLite deletes the files that connections share
    assert not [*(small_disk / "home").glob("*.db-*")]
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: S603, S607

    _shows(
        call,
        f"The decisions database ({small_disk}/home/decisions.db) can only be read, because its disk or its file is read-only.",
    )
    found = {one.check: one for one in examine(datetime.now(UTC), None)}
    for check in ("disk", "storage"):
        assert (found[check].state, "can only be read" in found[check].found) == (State.FAILED, True)
        assert found[check].do.startswith("Make this disk writable.")
    assert (found["decisions"].state, found["platform"].state) == (State.OK, State.OK)


def test_a_database_on_a_read_only_disk_whose_last_writer_did_not_end_well_is_told_as_that(small_disk: Path) -> None:
    file = small_disk / "decisions.db"
    with open_engine(f"sqlite:///{file}").begin() as db:
        db.exec_driver_sql("create table t (x)")
    gc.collect()
    file.with_name("decisions.db-wal").write_bytes(bytes(64))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: S603, S607
    with pytest.raises(ReadOnly, match=r"can only be read, and what was written last is not in the file yet\."):
        open_engine(f"sqlite:///{file}")


def _shows_but_changes_nothing(call: Call, why: str) -> None:
    _shows(call, why)
    assert NOT_ASKED in call("status").stderr
    (daemon,) = [one for one in examine(datetime.now(UTC), newest_heartbeat) if one.check == "daemon"]
    assert (daemon.state, daemon.found) == (State.FAILED, NOT_ASKED)


def _shows(call: Call, why: str) -> None:
    for shown in (call("status"), call("history", OAK), call("districts", "list")):
        assert shown.exit_code == 0, shown.stderr
        assert OAK in shown.stdout or "district added" in shown.stdout
    changed = call("pause", OAK)
    assert (changed.exit_code, changed.stderr.startswith(why)) == (3, True), changed.stderr
