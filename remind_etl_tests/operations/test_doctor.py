"""What `doctor` finds in an installation that works, and in ones that do not."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from dagster._daemon.types import DaemonHeartbeat
from typer.testing import CliRunner

from remind_etl import settings
from remind_etl.cli.commands import app
from remind_etl.configuration.environment import PREFIX
from remind_etl.configuration.known_settings import SETTINGS
from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.operations.doctor import examine
from remind_etl.operations.examined import Examined, State
from remind_etl.orchestration.health import newest_heartbeat
from remind_etl.orchestration.instance import open_instance
from remind_etl_tests import sftp
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.message_servers import running_channel, running_mailbox
from remind_etl_tests.object_servers import new_bucket, object_server


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the district oak, and no SFTP server on its port."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REMIND_ETL_SFTP_PORT", "1")
    monkeypatch.setenv("REMIND_ETL_DROP_MB", "1")
    DecisionStore(settings.home().decisions_url).add_district(OAK, "Oak")
    assert PlatformStore(settings.home().platform_url).engine
    return tmp_path / "home"


@pytest.fixture
def served(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home with a running SFTP server, to which oak can upload."""
    with sftp.running_server(home, {OAK: "secret"}) as server:
        monkeypatch.setenv("REMIND_ETL_SFTP_PORT", str(server.port))
        sftp.upload(server, OAK, "secret", {"x": b""})
        yield home


def _beat() -> datetime:
    at = datetime.now(UTC).replace(microsecond=0)
    with open_instance() as instance:
        instance.add_daemon_heartbeat(DaemonHeartbeat(at.timestamp(), "SENSOR", None))
    return at


def _found(now: datetime | None = None, heartbeat: Callable[[], datetime | None] | None = None) -> dict[str, Examined]:
    now = now or datetime.now(UTC)
    return {examined.check: examined for examined in examine(now, heartbeat or (lambda: now))}


def test_an_installation_that_works_passes_all_checks(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = ["settings", "home", "disk", "disk of temporary files", "storage", "decisions", "platform"]
    with running_mailbox() as mailbox, running_channel() as channel:
        monkeypatch.setenv("REMIND_ETL_SMTP_URL", mailbox.url())
        monkeypatch.setenv("REMIND_ETL_MAIL_FROM", "roster@example.org")
        monkeypatch.setenv("REMIND_ETL_WEBHOOK_URL", channel.url)
        found = _found()
    assert list(found) == [*checks, "sftp login", "sftp listing", "mail server", "webhook", "daemon", "clock"]
    assert (mailbox.taken, channel.taken) == ([], [])
    assert {name: of.found for name, of in found.items() if of.state is not State.OK} == {}
    assert {of.do for of in found.values()} == {""}


def test_ways_of_messages_that_do_not_work_are_named_without_their_secrets(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (_found()["messages"].state, _found()["messages"].found) == (State.WARNING, "Nobody gets messages.")

    monkeypatch.setenv("REMIND_ETL_SMTP_URL", "smtp://roster:hush@127.0.0.1:1")
    assert _found()["mail server"].do == "Set REMIND_ETL_MAIL_FROM."

    monkeypatch.setenv("REMIND_ETL_MAIL_FROM", "roster@example.org")
    monkeypatch.setenv("REMIND_ETL_WEBHOOK_URL", "http://127.0.0.1:1/hush")
    found = _found()
    assert {check: of.found for check, of in found.items() if check in ("mail server", "webhook")} == {
        "mail server": "The mail server did not take it (ConnectionRefusedError).",
        "webhook": "The webhook did not answer (ConnectionRefusedError).",
    }
    assert "hush" not in repr(found)


def test_a_district_without_a_directory_on_the_server_is_named(served: Path) -> None:
    DecisionStore(settings.home().decisions_url).add_district(ELM, "Elm")
    listing = _found()["sftp listing"]
    assert (listing.state, listing.found) == (State.WARNING, "No directory of elm.")


def test_a_server_that_refuses_us_or_has_another_key_or_is_down_is_told_apart(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIND_ETL_SFTP_USER", "stranger")
    refused = _found()["sftp login"]
    assert (refused.state, "refused the login stranger" in refused.found) == (State.FAILED, True)
    monkeypatch.delenv("REMIND_ETL_SFTP_USER")

    (served / "known_hosts").write_text("")
    monkeypatch.setenv("REMIND_ETL_SFTP_KNOWN_HOSTS", str(served / "known_hosts"))
    assert _found()["sftp login"].do == "Compare the server's key, then pin it."
    monkeypatch.delenv("REMIND_ETL_SFTP_KNOWN_HOSTS")

    monkeypatch.setenv("REMIND_ETL_SFTP_PORT", "1")
    assert (_found()["sftp"].state, "known hosts" in _found()["sftp"].do) == (State.FAILED, True)


def test_all_wrong_settings_are_named_and_nothing_else_is_checked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_THREADS", "0")
    monkeypatch.setenv("REMIND_ETL_MEMORY", "much")
    done = CliRunner().invoke(app, ["doctor", "--json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 3
    assert [of["found"] for of in told if of["state"] == "failed"] == [
        "REMIND_ETL_MEMORY is 'much': give a size of memory, such as 2GB.",
        "REMIND_ETL_THREADS is '0': give a whole number from 1 to 1000, such as 2.",
    ]
    assert {of["state"] for of in told if of["check"] != "settings"} == {"not checked"}


def test_a_misspelled_setting_is_named_with_the_one_that_may_be_meant(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}QUIET_SECOND", "1")
    warned = next(of for of in examine(datetime.now(UTC), lambda: None) if of.state is State.WARNING)
    assert (warned.found, warned.do) == (
        f"{PREFIX}QUIET_SECOND is not a setting.",
        "REMIND_ETL_QUIET_SECONDS may be meant.",
    )


def test_of_a_variable_that_is_like_no_setting_no_other_one_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}TYPO", "1")
    warned = next(of for of in examine(datetime.now(UTC), lambda: None) if of.state is State.WARNING)
    assert (warned.found, warned.do) == (f"{PREFIX}TYPO is not a setting.", "Delete the variable.")


def test_a_storage_outside_of_the_home_has_a_disk_of_its_own(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert "disk of the storage" not in {of.check for of in examine(datetime.now(UTC), lambda: None)}
    storage = tmp_path_factory.mktemp("storage")
    monkeypatch.setenv(f"{PREFIX}STORAGE", str(storage))
    (disk,) = [of for of in examine(datetime.now(UTC), lambda: None) if of.check == "disk of the storage"]
    assert disk.found.startswith(f"{storage} has ")


def test_a_folder_without_a_home_is_told_and_stays_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "none"))
    assert (_found()["home"].state, (tmp_path / "none").exists()) == (State.FAILED, False)


def test_a_home_that_others_may_open_is_told_with_the_command_that_closes_it(home: Path) -> None:
    (home / "platform.db").chmod(0o644)
    found = _found()["home"]
    assert (found.state, found.do) == (State.FAILED, f"Run `chmod -R go= {home}`.")
    assert str(home / "platform.db") in found.found


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "state"), [(10**8, State.FAILED), (10**9, State.WARNING), (10**11, State.OK)])
def test_a_disk_with_little_room_is_told(home: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    monkeypatch.setenv("REMIND_ETL_DROP_MB", "4000")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, free))
    assert _found()["disk"].state is state


def test_databases_that_are_missing_or_broken_are_told(home: Path) -> None:
    (home / "platform.db").unlink()
    assert _found()["platform"].state is State.WARNING
    (home / "platform.db").write_bytes(b"no database " * 100)
    for name in ("-wal", "-shm"):
        (home / f"platform.db{name}").unlink(missing_ok=True)
    assert (_found()["platform"].state, _found()["platform"].do) == (State.FAILED, "Check REMIND_ETL_PLATFORM_URL.")
    for path in home.glob("decisions.db*"):
        path.unlink()
    assert _found()["decisions"].state is State.FAILED
    assert not (home / "decisions.db").exists()


@pytest.mark.parametrize(
    ("check", "stage", "version", "state"),
    [
        ("decisions", "decided", "0001", State.WARNING),
        ("platform", "delivered", "0001", State.WARNING),
        ("platform", "delivered", "9999", State.FAILED),
    ],
)
def test_a_database_of_another_version_is_told_and_stays_as_it_is(
    home: Path, check: str, stage: str, version: str, state: State
) -> None:
    with closing(sqlite3.connect(home / f"{check}.db")) as db, db:
        db.execute(f"update {stage}_version set version_num = ?", [version])  # noqa: S608
    before = (home / f"{check}.db").read_bytes()
    found = _found()[check]
    assert (found.state, f"({version}, and this version has " in found.found) == (state, True)
    assert (home / f"{check}.db").read_bytes() == before


def test_where_no_daemon_should_run_none_is_checked(home: Path) -> None:
    told = json.loads(CliRunner().invoke(app, ["doctor", "--no-daemon", "--json"]).stdout)
    assert [(of["state"], of["found"]) for of in told if of["check"] == "daemon"] == [
        ("not checked", "No daemon should run here."),
    ]


def test_a_file_that_a_run_deletes_meanwhile_is_passed_over(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = home / "warehouse" / "oak.lock"
    gone.touch(0o600)
    lstat = Path.lstat

    def vanish(path: Path) -> os.stat_result:
        if path == gone:
            path.unlink()
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", vanish)
    assert (_found()["home"].state, gone.exists()) == (State.OK, False)


def test_a_silent_daemon_is_told(home: Path) -> None:
    assert _found(heartbeat=lambda: None)["daemon"].found == "Dagster's daemon has never run here."
    now = datetime.now(UTC)
    assert _found(now, lambda: now - timedelta(minutes=6))["daemon"].state is State.FAILED
    assert _found(now, lambda: now - timedelta(minutes=4))["daemon"].state is State.OK


def test_no_heartbeat_is_read_where_dagster_has_never_run_and_none_is_in_a_new_instance(home: Path) -> None:
    assert newest_heartbeat() is None
    assert list((home / "dagster").iterdir()) == []
    with open_instance():
        pass
    assert newest_heartbeat() is None


def test_the_heartbeat_of_a_daemon_is_read(home: Path) -> None:
    at = _beat()
    assert newest_heartbeat() == at
    assert _found(at, newest_heartbeat)["daemon"].state is State.OK


def test_a_heartbeat_is_read_from_a_storage_outside_of_dagsters_home(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "configured").mkdir()
    storage = f"storage:\n  sqlite:\n    base_dir: {tmp_path / 'elsewhere'}\n"
    (tmp_path / "configured" / "dagster.yaml").write_text(storage)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "configured"))
    at = _beat()
    assert not (tmp_path / "configured" / "schedules").exists()
    assert newest_heartbeat() == at


def test_a_storage_that_cannot_be_used_is_told_and_the_rest_is_checked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with object_server() as address:
        monkeypatch.setenv("REMIND_ETL_STORAGE", new_bucket(address, monkeypatch))
        found = _found()
        assert (found["storage"].state, found["clock"].state) == (State.OK, State.OK)
        for place in (f"s3://no-such-bucket/x?endpoint_override={address}&scheme=http", str(home / "decisions.db")):
            monkeypatch.setenv("REMIND_ETL_STORAGE", place)
            found = _found()
            assert (found["storage"].state, found["storage"].do) == (State.FAILED, "Check REMIND_ETL_STORAGE.")
            assert (found["decisions"].state, found["clock"].state) == (State.OK, State.NOT_CHECKED)


def test_a_clock_that_went_back_is_told(home: Path) -> None:
    assert _found(datetime.now(UTC) - timedelta(hours=1))["clock"].state is State.FAILED


def test_a_drop_root_of_this_host_needs_no_login(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "root" / OAK / "upload").mkdir(parents=True)
    monkeypatch.setenv("REMIND_ETL_SFTP_ROOT", f"file://{home / 'root'}")
    found = _found()
    assert (found["drop root"].state, found["sftp listing"].state) == (State.OK, State.OK)
    assert not {"sftp", "sftp login"} & found.keys()

    monkeypatch.setenv("REMIND_ETL_SFTP_ROOT", f"file://{home / 'absent'}")
    assert _found()["drop root"].state is State.FAILED


def test_each_source_is_examined_and_a_district_without_one_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (home / "root" / OAK / "upload").mkdir(parents=True)
    (tmp_path / "sources.toml").write_text(f"[disk]\nroot = 'file://{home / 'root'}'\n")
    monkeypatch.setenv("REMIND_ETL_SOURCES", str(tmp_path / "sources.toml"))
    store = DecisionStore(settings.home().decisions_url)
    store.set_district(OAK, {"source": "disk"})
    assert _found()["drop root of disk"].state is State.OK
    assert _found()["sftp listing of disk"].state is State.OK

    store.set_district(OAK, {"source": "gone"})
    assert (_found()["sources"].state, "oak" in _found()["sources"].found) == (State.FAILED, True)
    (tmp_path / "sources.toml").write_text("no toml")
    assert _found()["sources"].state is State.FAILED
