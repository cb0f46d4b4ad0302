"""What is over a limit of the embedded server is refused with an error, and noted."""

import asyncio
import io
import socket
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import asyncssh
import paramiko
import pytest

from remind_etl.catalogue import uploads
from remind_etl.dropped.client import DropServerClient
from remind_etl.dropped.confined import MOST_OPEN
from remind_etl.dropped.door import REFUSALS_AT_ONCE, Door
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.files.server_limits import ServerLimits
from remind_etl_tests.ids import NORTH, SOUTH
from remind_etl_tests.sftp import (
    PASSWORDS,
    Accounts,
    collector,
    district_login,
    failures,
    openssh_says,
    running_server,
    talk,
    try_keys,
)


async def _write_too_much(_: asyncssh.SSHClientConnection, sftp: asyncssh.SFTPClient) -> str:
    file = await sftp.open("students.csv", "wb")
    try:
        await file.write(bytes(1_200_000))
    except asyncssh.SFTPError as error:
        return error.reason
    finally:
        await file.close()
    return ""


def test_an_upload_ends_at_its_size(tmp_path: Path) -> None:
    accounts = Accounts(PASSWORDS)
    with running_server(tmp_path, accounts, ServerLimits(file_bytes=1_000_000)) as server:
        assert "at most 1.0 MB" in str(talk(server, "north", PASSWORDS["north"], _write_too_much))
        assert (server.root / "north" / "upload" / "students.csv").stat().st_size <= 1_000_000
        with district_login(server, "north", PASSWORDS["north"]) as sftp, pytest.raises(OSError, match="at most"):
            sftp.truncate("students.csv", 2_000_000)
    assert ("north", "upload refused", "students.csv", None) in accounts.events
    assert "upload" not in [what for _, what, _, _ in accounts.events]


async def _append_too_much(_: asyncssh.SSHClientConnection, sftp: asyncssh.SFTPClient) -> str:
    flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_APPEND
    async with sftp.open("students.csv", flags, encoding=None) as file:
        try:
            for _n in range(20):
                await file.write(bytes(100_000), 0)
        except asyncssh.SFTPError as error:
            return error.reason
    return ""


def test_a_file_that_is_open_to_append_ends_at_its_size_whatever_the_offset_is(tmp_path: Path) -> None:
    with running_server(tmp_path, PASSWORDS, ServerLimits(file_bytes=1_000_000)) as server:
        assert "at most 1.0 MB" in str(talk(server, "north", PASSWORDS["north"], _append_too_much))
        assert (server.root / "north" / "upload" / "students.csv").stat().st_size == 1_000_000


def test_files_that_are_deleted_while_they_are_written_count_until_they_are_closed(tmp_path: Path) -> None:
    with (
        running_server(tmp_path, PASSWORDS, ServerLimits(district_bytes=3_000)) as server,
        district_login(server, "north", PASSWORDS["north"]) as sftp,
        district_login(server, "north", PASSWORDS["north"]) as other,
    ):
        with sftp.open("students.csv", "w") as file:
            file.write(bytes(2_000))
            file.flush()
            sftp.remove("students.csv")
            with other.open("teachers.csv", "w") as more, pytest.raises(OSError, match="Delete old files"):
                more.write(bytes(2_000))
        other.putfo(io.BytesIO(bytes(2_000)), "teachers.csv")


def test_a_session_has_so_many_files_and_folders_open(tmp_path: Path) -> None:
    with (
        running_server(tmp_path, PASSWORDS) as server,
        district_login(server, "north", PASSWORDS["north"]) as sftp,
        ExitStack() as stack,
    ):
        sftp.putfo(io.BytesIO(b"x"), "students.csv")
        for _ in range(MOST_OPEN):
            last = stack.enter_context(sftp.open("students.csv"))
        with pytest.raises(OSError, match="at most 100 files open"):
            sftp.open("students.csv")
        with pytest.raises(OSError, match="at most 100 files open"):
            sftp.listdir()
        last.close()
        assert [sftp.listdir() for _ in range(3)] == [["students.csv"]] * 3


def test_a_folder_has_no_more_files_and_bytes_than_it_may(tmp_path: Path) -> None:
    accounts = Accounts(PASSWORDS)
    limits = ServerLimits(district_files=5, district_bytes=3_000)
    with running_server(tmp_path, accounts, limits) as server:
        with district_login(server, "north", PASSWORDS["north"]) as sftp:
            for n in range(4):
                sftp.putfo(io.BytesIO(b"x"), f"{n}.csv")
            sftp.mkdir("old")
            with pytest.raises(OSError, match="at most 5 files"):
                sftp.putfo(io.BytesIO(b"x"), "old/more.csv")
            with pytest.raises(OSError, match="at most 5 files"):
                sftp.mkdir("older")
            sftp.putfo(io.BytesIO(bytes(2_990)), "0.csv")
            with sftp.open("1.csv", "w") as file, pytest.raises(OSError, match="Delete old files"):
                file.write(bytes(100))
            sftp.remove("0.csv")
            sftp.putfo(io.BytesIO(bytes(100)), "1.csv")
        total = sum(path.stat().st_size for path in (server.root / "north" / "upload").iterdir() if path.is_file())
        assert total == 102
    assert ("north", "upload refused", "old/more.csv", None) in accounts.events


def test_an_open_file_is_not_made_longer_than_it_may_be(tmp_path: Path) -> None:
    accounts = Accounts(PASSWORDS)
    with (
        running_server(tmp_path, accounts, ServerLimits(file_bytes=1_000)) as server,
        district_login(server, "north", PASSWORDS["north"]) as sftp,
        sftp.open("students.csv", "w") as file,
        pytest.raises(OSError, match="at most"),
    ):
        file.truncate(2_000)
    assert [what for _, what, _, _ in accounts.events if "upload" in what] == ["upload refused"]


def test_files_that_are_written_at_once_have_no_more_bytes_than_they_may_together(tmp_path: Path) -> None:
    accounts = Accounts(PASSWORDS)
    with (
        running_server(tmp_path, accounts, ServerLimits(district_bytes=3_000)) as server,
        district_login(server, "north", PASSWORDS["north"]) as sftp,
        ExitStack() as stack,
    ):
        files = [stack.enter_context(sftp.open(f"{n}.csv", "w")) for n in range(3)]
        for file in files[:2]:
            file.write(bytes(1_400))
        with pytest.raises(OSError, match="Delete old files"):
            files[2].write(bytes(1_400))
    assert ("north", "upload refused", "2.csv", None) in accounts.events


def test_a_district_has_so_many_connections_and_others_are_not_hindered(tmp_path: Path) -> None:
    accounts = Accounts(PASSWORDS)
    with running_server(tmp_path, accounts, ServerLimits(district_connections=2)) as server, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(district_login(server, NORTH, PASSWORDS["north"]))
        assert uploads.TOO_MANY_CONNECTIONS in openssh_says(server, NORTH, PASSWORDS["north"], tmp_path)
        stack.enter_context(district_login(server, SOUTH, PASSWORDS["south"]))
    assert accounts.events.count(("north", "login refused", None, None)) == 1


def test_all_have_so_many_connections_and_a_client_learns_why(tmp_path: Path) -> None:
    accounts = Accounts(PASSWORDS)
    with (
        running_server(tmp_path, accounts, ServerLimits(connections=2)) as server,
        DropServerClient(collector(server)),
    ):
        with district_login(server, NORTH, PASSWORDS["north"]):
            assert uploads.TOO_MANY_CONNECTIONS in openssh_says(server, SOUTH, PASSWORDS["south"], tmp_path)
            assert ("south", "login refused", None, None) in accounts.events
        until = time.monotonic() + 10
        while ("south", "login", None, None) not in accounts.events and time.monotonic() < until:
            with suppress(paramiko.SSHException), district_login(server, SOUTH, PASSWORDS["south"]):
                pass
    assert ("south", "login", None, None) in accounts.events


def test_connections_over_the_limit_that_never_log_in_end_after_a_number(tmp_path: Path) -> None:
    with (
        running_server(tmp_path, PASSWORDS, ServerLimits(connections=1)) as server,
        district_login(server, NORTH, PASSWORDS["north"]) as sftp,
        ExitStack() as stack,
    ):
        for _ in range(REFUSALS_AT_ONCE):
            silent = stack.enter_context(socket.create_connection((server.host, server.port), timeout=10))
            assert silent.recv(4) == b"SSH-"
        late = stack.enter_context(socket.create_connection((server.host, server.port), timeout=10))
        with suppress(ConnectionResetError):
            assert all(piece.startswith(b"SSH-") for piece in iter(lambda: late.recv(1 << 10), b""))
        assert sftp.listdir(".") == []


def test_too_many_wrong_passwords_end_the_connection_and_then_refuse_the_address(tmp_path: Path) -> None:
    accounts = Accounts(PASSWORDS)
    with running_server(tmp_path, accounts, ServerLimits(attempts=2)) as server:
        for _ in range(2):
            with pytest.raises((asyncssh.DisconnectError, ConnectionError)):
                asyncio.run(_try_wrong_passwords(server))
        assert accounts.events == [("north", "login refused", None, None)] * 4
        assert uploads.TOO_MANY_REFUSED in openssh_says(server, NORTH, PASSWORDS["north"], tmp_path)


def test_each_refused_key_counts_as_a_wrong_password(tmp_path: Path) -> None:
    with running_server(tmp_path, PASSWORDS, ServerLimits(attempts=3)) as server:
        try_keys(server, NORTH, 2, PASSWORDS["north"])
        for _ in range(2):
            with pytest.raises((asyncssh.DisconnectError, ConnectionError), match=uploads.TOO_MANY_REFUSED):
                try_keys(server, NORTH, 3, PASSWORDS["north"])
        assert uploads.TOO_MANY_REFUSED in openssh_says(server, NORTH, PASSWORDS["north"], tmp_path)


async def _try_wrong_passwords(server: EmbeddedServer) -> None:
    class Guesser(asyncssh.SSHClient):
        def password_auth_requested(self) -> str:
            return "wrong"

    await asyncssh.create_connection(
        Guesser, server.host, server.port, username="north", known_hosts=str(server.known_hosts),
        client_keys=None, agent_path=None, config=None,
    )  # fmt: skip


def test_an_address_is_refused_for_a_time_only() -> None:
    now = time.monotonic()
    door = Door(Accounts({}), b"", ServerLimits(refused_seconds=600))
    door.spent |= {"192.0.2.1": [now, now - 599], "192.0.2.2": [now, now - 601], "192.0.2.3": [now - 601]}
    assert [door.is_refused(f"192.0.2.{n}") for n in (1, 2, 3, 4)] == [True, False, False, False]
    assert set(door.spent) == {"192.0.2.1", "192.0.2.2"}


def test_an_idle_connection_ends_and_a_used_one_does_not(tmp_path: Path) -> None:
    with (
        running_server(tmp_path, PASSWORDS, ServerLimits(idle_seconds=1)) as server,
        district_login(server, "north", PASSWORDS["north"]) as used,
        district_login(server, "south", PASSWORDS["south"]) as idle,
    ):
        for _ in range(10):
            used.listdir(".")
            time.sleep(0.2)
        with pytest.raises((paramiko.SSHException, EOFError, OSError)):
            idle.listdir(".")
        used.listdir(".")


def test_the_algorithms_have_no_failure(tmp_path: Path) -> None:
    with running_server(tmp_path, PASSWORDS) as server:
        assert failures(server.port) == []
