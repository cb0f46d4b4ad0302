"""ProFTPD as it is configured here, talked to by real clients."""

import os
import socket
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import cast

import asyncssh
import paramiko
import pytest

from remind_etl.dropped.client import DropServerClient
from remind_etl.dropped.listing import Listing
from remind_etl.dropped.sensors import CONNECTIONS
from remind_etl.dropped.sweep import sweep
from remind_etl.errors import DistrictError
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests import database_servers as databases
from remind_etl_tests.ids import NORTH, SOUTH
from remind_etl_tests.proftpd import Proftpd, running_proftpd
from remind_etl_tests.sftp import (
    Talk,
    district_login,
    failures,
    key_login,
    openssh_says,
    other_than_sftp,
    talk,
    try_keys,
)

pytestmark = pytest.mark.server


@pytest.fixture(params=databases.KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proftpd]:
    url = "" if request.param == "sqlite" else databases.new(request.param, tmp_path, request.config)
    with running_proftpd(monkeypatch, url) as running:
        yield running


def test_a_district_uploads_until_its_password_changes_or_it_is_disabled(server: Proftpd, tmp_path: Path) -> None:
    password = server.store.add_district(NORTH, "North")
    server.store.add_district(SOUTH, "South")
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "key")
    server.store.add_key(NORTH, key.export_public_key().decode())

    with district_login(server, NORTH, password) as sftp:
        assert sftp.normalize(".") == "/upload"
        sftp.putfo(BytesIO(b"12345"), "students.csv.part")
        sftp.posix_rename("students.csv.part", "students.csv")
        assert sftp.listdir("/") == ["upload"]
    with key_login(server, NORTH, tmp_path / "key") as sftp:
        assert sftp.open("students.csv").read() == b"12345"
        sftp.remove("students.csv")
        sftp.putfo(BytesIO(b"123"), "schools.csv")
    assert (server.root / NORTH / "upload" / "schools.csv").read_bytes() == b"123"

    new = server.store.new_password(NORTH)
    with pytest.raises(paramiko.AuthenticationException), district_login(server, NORTH, password):
        pass
    with district_login(server, NORTH, new):
        pass
    server.store.disable_login(NORTH)
    for login in (district_login(server, NORTH, new), key_login(server, NORTH, tmp_path / "key")):
        with pytest.raises(paramiko.SSHException), login:
            pass
    server.store.enable_login(NORTH)
    with district_login(server, NORTH, new):
        pass

    last = server.store.sftp_login(NORTH).last_login_at
    events = [(event.what, event.file, event.bytes) for event in reversed(server.store.sftp_events(NORTH, 100))]
    assert last
    assert abs(last - datetime.now(UTC)) < timedelta(minutes=1)
    assert {event.client for event in server.store.sftp_events(NORTH, 100)} == {"127.0.0.1"}
    assert events[:7] == [
        ("login", None, None),
        ("upload", "students.csv.part", 5),
        ("rename", "students.csv", None),
        ("login", None, None),
        ("remove", "students.csv", None),
        ("upload", "schools.csv", 3),
        ("login refused", None, None),
    ]


def test_it_listens_at_no_other_address(server: Proftpd) -> None:
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", server.port), timeout=5):
        pass


def test_the_collector_reads_every_district_and_writes_nothing(server: Proftpd, tmp_path: Path) -> None:
    password = server.store.add_district(NORTH, "North")
    with district_login(server, NORTH, password) as sftp:
        sftp.putfo(BytesIO(b"north's own"), "students.csv")
    with DropServerClient(server.address) as client:
        assert client.districts() == [NORTH]
        [entry] = client.list_district(NORTH) or []
        client.fetch(NORTH, entry, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == b"north's own"
    with key_login(server, "collector", server.collector_key) as sftp:
        for act in (
            lambda: sftp.open("/north/upload/new.csv", "w"),
            lambda: sftp.open("/north/upload/students.csv", "r+"),
            lambda: sftp.remove("/north/upload/students.csv"),
            lambda: sftp.rename("/north/upload/students.csv", "/north/upload/x.csv"),
            lambda: sftp.posix_rename("/north/upload/students.csv", "/north/upload/x.csv"),
            lambda: sftp.mkdir("/west"),
            lambda: sftp.rmdir("/north/upload"),
            lambda: sftp.truncate("/north/upload/students.csv", 0),
            lambda: sftp.utime("/north/upload/students.csv", (1, 1)),
        ):
            with pytest.raises(OSError):  # noqa: PT011
                act()
    assert (server.root / "north" / "upload" / "students.csv").read_bytes() == b"north's own"
    with pytest.raises(paramiko.SSHException), district_login(server, "collector", "x"):
        pass


def test_the_collector_lists_over_as_many_connections_as_a_look_has(
    server: Proftpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = server.store.add_district(NORTH, "North")
    with district_login(server, NORTH, password) as sftp:
        sftp.putfo(BytesIO(b"north's own"), "students.csv")
    begun = Barrier(CONNECTIONS)

    class TogetherClient(DropServerClient):
        def listings(self, districts: Iterable[DistrictId]) -> Iterator[tuple[DistrictId, Listing | DistrictError]]:
            begun.wait(30)
            return super().listings(districts)

    monkeypatch.setattr("remind_etl.dropped.sweep.PATIENCE_SECONDS", 0.1)
    districts = [NORTH, *(DistrictId(f"d{n}") for n in range(CONNECTIONS))]
    swept = sweep(lambda: TogetherClient(server.address), districts, lambda: False, CONNECTIONS)
    assert len(swept.listings) == CONNECTIONS + 1
    assert [entry.name for entry in swept.listings[NORTH].files] == ["students.csv"]


def test_a_district_is_confined_to_its_upload_folder(server: Proftpd, tmp_path: Path) -> None:
    passwords = {district: server.store.add_district(district, district) for district in (NORTH, SOUTH)}
    for district, password in passwords.items():
        with district_login(server, district, password) as sftp:
            sftp.putfo(BytesIO(b"its own"), "students.csv")
    (server.root / NORTH / "kept.csv").write_bytes(b"kept")
    os.chown(
        server.root / NORTH / "kept.csv", *(getattr((server.root / NORTH).stat(), n) for n in ("st_uid", "st_gid"))
    )
    outside = tmp_path / "outside.csv"
    outside.write_bytes(b"not to be seen")
    (server.root / NORTH / "upload" / "way.csv").symlink_to(outside)
    (server.root / NORTH / "upload" / "south.csv").symlink_to(server.root / SOUTH / "upload" / "students.csv")
    os.mkfifo(server.root / NORTH / "upload" / "pipe")
    before = tree(server)
    with district_login(server, NORTH, passwords[NORTH]) as sftp:
        for act in (
            lambda: sftp.open("/../south/upload/students.csv").read(),
            lambda: sftp.open("../../south/upload/students.csv").read(),
            lambda: sftp.open(str(server.root / "south" / "upload" / "students.csv")).read(),
            lambda: sftp.open("way.csv").read(),
            lambda: sftp.open("way.csv", "w"),
            lambda: sftp.open("south.csv").read(),
            lambda: sftp.open("/students.csv", "w"),
            lambda: sftp.open("/kept.csv", "w"),
            lambda: sftp.remove("/kept.csv"),
            lambda: sftp.rename("/kept.csv", "/upload/kept.csv"),
            lambda: sftp.posix_rename("students.csv", "/kept.csv"),
            lambda: sftp.rename("students.csv", "/students.csv"),
            lambda: sftp.rename("/upload", "/other"),
            lambda: sftp.mkdir("/more"),
            lambda: sftp.rmdir("/upload"),
            lambda: sftp.truncate("/kept.csv", 0),
            lambda: sftp.utime("/kept.csv", (1, 1)),
            lambda: sftp.symlink("/kept.csv", "link.csv"),
            lambda: sftp.symlink("../../south/upload/students.csv", "link.csv"),
        ):
            with pytest.raises(OSError):  # noqa: PT011
                act()
        assert tree(server) == before
    talk(server, NORTH, passwords[NORTH], no_hard_link)
    assert tree(server) == before
    with district_login(server, SOUTH, passwords[SOUTH]) as sftp:
        sftp.remove("students.csv")
        with pytest.raises(OSError):  # noqa: PT011
            sftp.rmdir("/upload")
        with pytest.raises(OSError):  # noqa: PT011
            sftp.open("/new.csv", "w")
    assert [(event.what, event.file) for event in server.store.sftp_events(SOUTH, 1)] == [
        ("upload refused", "/new.csv")
    ]


def test_a_file_or_folder_of_another_account_ends_no_session(server: Proftpd, tmp_path: Path) -> None:
    password = server.store.add_district(NORTH, "North")
    with district_login(server, NORTH, password) as sftp:
        sftp.putfo(BytesIO(b"x"), "students.csv")
        upload = server.root / NORTH / "upload"
        (upload / "closed").mkdir(mode=0o700)
        (upload / "closed.csv").touch(mode=0o600)
        (server.root / SOUTH).mkdir(mode=0o700)
        assert set(sftp.listdir(".")) == {"students.csv", "closed", "closed.csv"}
        for act in (lambda: sftp.listdir("closed"), lambda: sftp.open("closed.csv").read()):
            with pytest.raises(PermissionError):
                act()
    with DropServerClient(server.address) as client:
        assert client.districts() == [NORTH, SOUTH]
        with pytest.raises(DistrictError, match="permission denied"):
            client.list_district(SOUTH)
        entries = {entry.name: entry for entry in client.list_district(NORTH) or []}
        with pytest.raises(DistrictError, match="cannot be read"):
            client.fetch(NORTH, entries["closed.csv"], tmp_path / "part")
        client.fetch(NORTH, entries["students.csv"], tmp_path / "part")


def test_a_rename_replaces_what_lies_in_its_own_folder_and_nothing_else(server: Proftpd) -> None:
    password = server.store.add_district(NORTH, "North")
    with district_login(server, SOUTH, server.store.add_district(SOUTH, "South")) as sftp:
        sftp.putfo(BytesIO(b"south's own"), "students.csv")
    souths = server.root / SOUTH / "upload" / "students.csv"
    with district_login(server, NORTH, password) as sftp:
        upload = server.root / NORTH / "upload"
        os.mkfifo(upload / "pipe")
        (upload / "way.csv").symlink_to(souths)
        sftp.mkdir("more")
        for name in ("students.csv", "schools.csv", "teachers.csv"):
            sftp.putfo(BytesIO(name.encode()), name)
        sftp.posix_rename("schools.csv", "students.csv")
        assert (upload / "students.csv").read_bytes() == b"schools.csv"
        for target in ("more", "../../south/upload/students.csv", "/students.csv", "/../south/upload/students.csv"):
            with pytest.raises(OSError):  # noqa: PT011
                sftp.posix_rename("students.csv", target)
        for name, target in (("students.csv", "pipe"), ("teachers.csv", "way.csv")):
            with suppress(OSError):  # the link or the pipe itself may be replaced, and never what it leads to
                sftp.posix_rename(name, target)
        assert sftp.listdir("/") == ["upload"]
    assert souths.read_bytes() == b"south's own"


def test_a_pipe_or_a_device_is_a_file_of_no_bytes_and_ends_no_session(server: Proftpd) -> None:
    password = server.store.add_district(NORTH, "North")
    with district_login(server, NORTH, password) as sftp:
        sftp.putfo(BytesIO(b"x"), "students.csv")
        upload = server.root / NORTH / "upload"
        os.mkfifo(upload / "pipe")
        os.mknod(upload / "zero", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
        for name in ("pipe", "zero"):
            (upload / name).chmod(0o666)
            with pytest.raises(OSError):  # noqa: PT011
                sftp.putfo(BytesIO(b"x"), name)
        assert sftp.stat("students.csv").st_size == 1
    with DropServerClient(server.address) as client:
        regular = {entry.name: entry.is_regular for entry in client.list_district(NORTH) or []}
    assert regular == {"students.csv": True, "pipe": False, "zero": False}


def test_an_idle_connection_ends_and_a_used_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_proftpd(monkeypatch, limits={"sftp_idle_seconds": 2}) as server:
        password = server.store.add_district(NORTH, "North")
        with district_login(server, NORTH, password) as used, district_login(server, NORTH, password) as idle:
            for _ in range(10):
                used.listdir(".")
                time.sleep(0.5)
            with pytest.raises((paramiko.SSHException, EOFError, OSError)):
                idle.listdir(".")
            used.listdir(".")


@other_than_sftp
def test_a_session_gets_nothing_but_sftp(monkeypatch: pytest.MonkeyPatch, say: Talk) -> None:
    with running_proftpd(monkeypatch) as server:
        password = server.store.add_district(NORTH, "North")
        with pytest.raises((asyncssh.Error, asyncssh.ProcessError, asyncssh.ChannelListenError, OSError)):
            talk(server, NORTH, password, say)


@pytest.mark.parametrize("kind", databases.KINDS)
def test_what_is_over_a_limit_is_refused_and_noted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    url = "" if kind == "sqlite" else databases.new(kind, tmp_path, request.config)
    limits = {
        "drop_mb": 1,
        "file_mb": 1,
        "sftp_district_mb": 3,
        "sftp_district_files": 5,
    }
    with running_proftpd(monkeypatch, url, limits=limits) as server:
        password = server.store.add_district(NORTH, "North")
        with pytest.raises(asyncssh.SFTPError):
            talk(server, NORTH, password, write_3_000_000_bytes)
        with district_login(server, NORTH, password) as sftp:
            sftp.remove("large.csv")
            for n in range(4):
                sftp.putfo(BytesIO(bytes(900_000)), f"{n}.csv")
            with pytest.raises(OSError):  # noqa: PT011
                sftp.putfo(BytesIO(b"x"), "more.csv")
            for n in range(4):
                sftp.remove(f"{n}.csv")
            for n in range(5):
                sftp.putfo(BytesIO(b"x"), f"small_{n}.csv")
            with pytest.raises(OSError):  # noqa: PT011
                sftp.putfo(BytesIO(b"x"), "more.csv")
        events = [(event.what, event.file) for event in reversed(server.store.sftp_events(NORTH, 100))]
        assert [file for what, file in events if what == "upload refused"] == ["large.csv", "more.csv", "more.csv"]


def test_a_district_has_so_many_connections_and_its_client_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with running_proftpd(monkeypatch, limits={"sftp_district_connections": 2}) as server, ExitStack() as stack:
        password = server.store.add_district(NORTH, "North")
        for _ in range(2):
            stack.enter_context(district_login(server, NORTH, password))
        assert "Maximum connections for host/user reached" in openssh_says(server, NORTH, password, tmp_path)
        assert "Permission denied" in openssh_says(server, NORTH, "wrong", tmp_path)
        for _ in range(4):
            stack.enter_context(DropServerClient(server.address))
        south = server.store.add_district(SOUTH, "South")
        stack.enter_context(district_login(server, SOUTH, south))


def test_all_have_so_many_connections_and_a_client_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with running_proftpd(monkeypatch, limits={"sftp_connections": 2}) as server:
        password = server.store.add_district(NORTH, "North")
        with DropServerClient(server.address), DropServerClient(server.address):
            assert "Maximum connections for host/user reached" in openssh_says(server, NORTH, password, tmp_path)


def test_too_many_wrong_passwords_refuse_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_proftpd(monkeypatch, limits={"sftp_attempts": 1}) as server:
        password = server.store.add_district(NORTH, "North")
        for _ in range(2):
            with pytest.raises(paramiko.SSHException), district_login(server, NORTH, "wrong"):
                pass
        with pytest.raises((paramiko.SSHException, OSError)):
            _log_in_until_refused(server, password)


def test_each_refused_key_counts_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_proftpd(monkeypatch, limits={"sftp_attempts": 3}) as server:
        password = server.store.add_district(NORTH, "North")
        try_keys(server, NORTH, 2, password)
        with pytest.raises((asyncssh.DisconnectError, ConnectionError)):
            try_keys(server, NORTH, 3, password)


def _log_in_until_refused(server: Proftpd, password: str) -> None:
    """Log in again and again: the process of a wrong login tells of the ban after it has answered."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with district_login(server, NORTH, password):
            time.sleep(0.2)


def test_its_algorithms_have_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_proftpd(monkeypatch) as server:
        assert failures(server.port) == []


def test_a_file_name_that_is_no_text_ends_no_session_and_hides_no_other_event(
    server: Proftpd, request: pytest.FixtureRequest
) -> None:
    password = server.store.add_district(NORTH, "North")
    with district_login(server, NORTH, password) as sftp:
        for name in (b"\xff.csv", b"students.csv"):
            sftp.putfo(BytesIO(b"1"), cast(str, name), confirm=False)  # paramiko takes bytes too
    events = [(event.what, event.file) for event in reversed(server.store.sftp_events(NORTH, 100))]
    of_odd_name = [("upload", "\ufffd.csv")] if request.node.callspec.params["server"] == "sqlite" else []
    assert events == [("login", None), *of_odd_name, ("upload", "students.csv")]


def test_a_name_with_a_quote_is_only_an_unknown_name(server: Proftpd) -> None:
    server.store.add_district(NORTH, "North")
    for login in ("nobody", "north' OR '1'='1", "x'; DELETE FROM sftp_logins; --", "%U", "north/../south"):
        with pytest.raises(paramiko.SSHException), district_login(server, login, "x"):
            pass
    assert server.store.district_ids() == [NORTH]
    assert {event.district_id for event in server.store.sftp_events(None, 10)} == {None}


async def no_hard_link(_: asyncssh.SSHClientConnection, sftp: asyncssh.SFTPClient) -> None:
    with pytest.raises(asyncssh.SFTPError):
        await sftp.link("students.csv", "copy.csv")


async def write_3_000_000_bytes(_: asyncssh.SSHClientConnection, sftp: asyncssh.SFTPClient) -> None:
    async with sftp.open("large.csv", "wb") as file:
        await file.write(bytes(3_000_000))


def tree(server: Proftpd) -> dict[str, tuple[int, int, bytes]]:
    """Mode, mtime and content of all files, by path."""
    found = {}
    for path in sorted(server.root.rglob("*")):
        facts = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path.relative_to(server.root))] = (facts.st_mode, facts.st_mtime_ns, content)
    return found
