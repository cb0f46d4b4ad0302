import asyncio
import io
import os
import socket
import stat
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import asyncssh
import paramiko
import pytest

from remind_etl.catalogue.uploads import ONLY_SFTP
from remind_etl.dropped.client import DropServerClient
from remind_etl.dropped.server import COLLECTOR, EmbeddedServer
from remind_etl.errors import OperatorError, TransientError
from remind_etl.files.server_limits import ServerLimits
from remind_etl_tests.ids import SOUTH
from remind_etl_tests.sftp import (
    PASSWORDS,
    Accounts,
    Talk,
    collector,
    district_login,
    key_login,
    other_than_sftp,
    running_server,
    talk,
    upload,
)


class TestASession:
    @other_than_sftp
    def test_gets_nothing_but_sftp(self, server: EmbeddedServer, say: Talk) -> None:
        with pytest.raises((asyncssh.ChannelOpenError, asyncssh.ChannelListenError, asyncssh.ProcessError)):
            talk(server, "north", PASSWORDS["north"], say)

    @pytest.mark.parametrize("command", ["scp -t /upload", "echo hello", None])
    def test_that_asks_for_a_command_is_told_to_use_sftp(self, server: EmbeddedServer, command: str | None) -> None:
        async def ask(connection: asyncssh.SSHClientConnection, _: asyncssh.SFTPClient) -> tuple[int | None, str]:
            done = await connection.run(command)
            return done.exit_status, "".join(text for text in (done.stdout, done.stderr) if isinstance(text, str))

        status, said = cast(tuple[int, str], talk(server, "north", PASSWORDS["north"], ask))

        assert (status, said.strip("\x01\n")) == (1, ONLY_SFTP)
        assert list((server.root / "north" / "upload").iterdir()) == []

    def test_that_the_client_closes_ends_with_the_status_of_success(self, server: EmbeddedServer) -> None:
        async def close(connection: asyncssh.SSHClientConnection, _: asyncssh.SFTPClient) -> int | None:
            process = await connection.create_process(subsystem="sftp", encoding=None)
            process.stdin.write(b"\0\0\0\5\1\0\0\0\3")  # the first packet of SFTP: it asks for version 3
            await process.stdout.read(9)
            process.stdin.write_eof()
            return (await process.wait()).exit_status

        assert talk(server, "north", PASSWORDS["north"], close) == 0

    def test_begins_in_the_upload_folder(self, server: EmbeddedServer) -> None:
        with district_login(server, "north", PASSWORDS["north"]) as sftp:
            assert sftp.normalize(".") == "/upload"
            sftp.putfo(io.BytesIO(b"x"), "schools.csv")
            assert (sftp.listdir("."), sftp.listdir("/")) == (["schools.csv"], ["upload"])

        assert (server.root / "north" / "upload" / "schools.csv").read_bytes() == b"x"

    def test_that_copies_a_large_file_on_the_server_holds_up_no_one_else(self, server: EmbeddedServer) -> None:
        folder, size = server.root / "north" / "upload", 150_000_000

        async def copy(_: asyncssh.SSHClientConnection, sftp: asyncssh.SFTPClient) -> None:
            async with sftp.open("students.csv", "wb") as file:
                await file.write(b"x", size - 1)
            copying = asyncio.create_task(sftp.remote_copy("students.csv", "copy.csv"))
            while not (folder / "copy.csv").exists() or not (folder / "copy.csv").stat().st_size:
                await asyncio.sleep(0.001)
            await asyncio.to_thread(look_as_another)
            assert (folder / "copy.csv").stat().st_size < size
            await copying

        def look_as_another() -> None:
            with district_login(server, "south", PASSWORDS["south"]) as sftp:
                assert sftp.listdir("/") == ["upload"]

        talk(server, "north", PASSWORDS["north"], copy)
        assert (folder / "copy.csv").stat().st_size == size

    def test_uploads_with_rclone_what_is_longer_than_one_write(self, server: EmbeddedServer, tmp_path: Path) -> None:
        content = os.urandom(700_001)
        (tmp_path / "students.csv").write_bytes(content)
        hidden = subprocess.run(["rclone", "obscure", PASSWORDS["north"]], capture_output=True, text=True, check=True)  # noqa: S603, S607
        login = ["--sftp-host", server.host, "--sftp-port", str(server.port), "--sftp-user", "north"]
        password = ["--sftp-pass", hidden.stdout.strip(), "--config", os.devnull, "--retries", "1"]

        subprocess.run(  # noqa: S603
            ["rclone", "copyto", str(tmp_path / "students.csv"), ":sftp:/upload/students.csv", *login, *password],  # noqa: S607
            capture_output=True,
            check=True,
        )

        assert (server.root / "north" / "upload" / "students.csv").read_bytes() == content

    def test_uploads_while_others_do(self, server: EmbeddedServer) -> None:
        content = {district: os.urandom(500_000) for district in ("north", "south")}

        def send(n: int) -> None:
            district = ("north", "south")[n % 2]
            upload(server, district, PASSWORDS[district], {f"{n}.csv": content[district]})

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(send, range(6)))
        for n in range(6):
            district = ("north", "south")[n % 2]
            assert (server.root / district / "upload" / f"{n}.csv").read_bytes() == content[district]


class TestLogins:
    @pytest.mark.parametrize(
        ("login", "password"),
        [
            ("north", "wrong"),
            ("north", ""),
            ("north", PASSWORDS["south"]),
            ("nobody", "x"),
            ("", ""),
            (COLLECTOR, PASSWORDS[COLLECTOR]),
        ],
        ids=["wrong", "empty", "another's", "unknown", "nameless", "collector"],
    )
    def test_a_password_that_is_not_the_districts_is_refused(
        self, server: EmbeddedServer, login: str, password: str
    ) -> None:
        with pytest.raises(paramiko.AuthenticationException), district_login(server, login, password):
            pass

    @pytest.mark.parametrize("login", ["..", ".", "../south", "a/b", "/", "n" * 64, "-north"])
    def test_a_name_that_cannot_be_a_districts_is_refused_whatever_its_password(
        self, tmp_path: Path, login: str
    ) -> None:
        with running_server(tmp_path / "home", {login: "right"}) as server:
            with pytest.raises(paramiko.AuthenticationException), district_login(server, login, "right"):
                pass
            assert list(server.root.iterdir()) == []

    def test_each_try_is_checked_even_of_a_name_no_district_can_have(self, tmp_path: Path) -> None:
        tried: list[str] = []
        accounts = Accounts({})
        accounts.check_password = lambda login, password: bool(tried.append(login))  # type: ignore[method-assign, func-returns-value]
        with running_server(tmp_path, accounts) as server:
            for login in ("../x", "north"):
                with pytest.raises(paramiko.AuthenticationException), district_login(server, login, "x"):
                    pass
        assert set(tried) == {"../x", "north"}

    def test_a_slow_check_holds_up_no_one_else(self, tmp_path: Path) -> None:
        is_busy, go_on = threading.Event(), threading.Event()

        class Slow(Accounts):
            def check_password(self, login: str, password: str) -> bool:
                if login == "south":
                    is_busy.set()
                    go_on.wait(10)
                return True

        with running_server(tmp_path, Slow({})) as server, ThreadPoolExecutor(1) as pool:
            slow = pool.submit(upload, server, "south", "x", {"schools.csv": b"south"})
            assert is_busy.wait(10)
            upload(server, "north", "x", {"schools.csv": b"north"})
            assert not slow.done()
            go_on.set()
            slow.result()
            assert (server.root / "south" / "upload" / "schools.csv").read_bytes() == b"south"

    @pytest.mark.parametrize("login", ["north", COLLECTOR])
    def test_a_key_that_is_not_the_logins_is_refused(self, server: EmbeddedServer, tmp_path: Path, login: str) -> None:
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "key")
        path = server.collector_key if login == "north" else tmp_path / "key"
        with paramiko.SSHClient() as client:
            client.load_host_keys(str(server.known_hosts))
            with pytest.raises(paramiko.AuthenticationException):
                client.connect(
                    server.host, server.port, login, pkey=paramiko.PKey.from_path(path),
                    allow_agent=False, look_for_keys=False,
                )  # fmt: skip

    @pytest.mark.parametrize("algorithm", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
    def test_a_districts_key_lets_in_and_only_there(self, tmp_path: Path, algorithm: str) -> None:
        key = asyncssh.generate_private_key(algorithm, comment="north")
        key.write_private_key(tmp_path / "key")
        accounts = Accounts({}, {"north": key.public_data})
        with running_server(tmp_path, accounts) as server:
            with key_login(server, "north", tmp_path / "key") as sftp:
                sftp.putfo(io.BytesIO(b"x"), "schools.csv")
            with pytest.raises(paramiko.AuthenticationException), key_login(server, "south", tmp_path / "key"):
                pass
        assert accounts.events == [
            ("north", "login", None, None),
            ("north", "upload", "schools.csv", 1),
            ("south", "login refused", None, None),
        ]

    def test_a_key_of_which_the_client_has_no_private_half_is_no_login(self, tmp_path: Path) -> None:
        known, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        accounts = Accounts({}, {"north": known.public_data})
        pretended = paramiko.Ed25519Key.from_private_key(io.StringIO(other.export_private_key().decode()))
        pretended.asbytes = lambda: known.public_data  # type: ignore[method-assign]
        with (
            running_server(tmp_path, accounts) as server,
            socket.create_connection((server.host, server.port)) as connection,
            paramiko.Transport(connection) as transport,
        ):
            transport.start_client(timeout=10)
            with pytest.raises(paramiko.AuthenticationException):
                transport.auth_publickey("north", pretended)
        assert accounts.events == []

    def test_the_collector_reads_every_district(self, server: EmbeddedServer, tmp_path: Path) -> None:
        upload(server, "south", PASSWORDS["south"], {"students.csv": b"south's own"})
        with DropServerClient(collector(server)) as client:
            assert client.districts() == ["south"]
            [entry] = client.list_district(SOUTH) or []
            client.fetch(SOUTH, entry, tmp_path / "part")
        assert (tmp_path / "part").read_bytes() == b"south's own"


class TestTheAudit:
    def test_names_logins_refusals_and_each_change_of_a_file(self, tmp_path: Path) -> None:
        accounts = Accounts(PASSWORDS)
        with running_server(tmp_path, accounts) as server:
            with pytest.raises(paramiko.AuthenticationException), district_login(server, "north", "wrong"):
                pass
            with district_login(server, "north", PASSWORDS["north"]) as sftp:
                sftp.putfo(io.BytesIO(b"12345"), "students.csv.part")
                sftp.posix_rename("students.csv.part", "students.csv")
                sftp.open("students.csv").read()
                sftp.remove("students.csv")
            with pytest.raises(paramiko.AuthenticationException), district_login(server, COLLECTOR, "x"):
                pass
            DropServerClient(collector(server)).__enter__().__exit__()
        assert accounts.events == [
            ("north", "login refused", None, None),
            ("north", "login", None, None),
            ("north", "upload", "students.csv.part", 5),
            ("north", "rename", "students.csv", None),
            ("north", "remove", "students.csv", None),
            (COLLECTOR, "login refused", None, None),
        ]

    def test_names_a_refused_key_once_however_many_a_client_tries(self, tmp_path: Path) -> None:
        accounts = Accounts(PASSWORDS)
        with running_server(tmp_path, accounts, ServerLimits(attempts=5)) as server:
            for login in ("north", COLLECTOR):
                for _ in range(2):
                    with pytest.raises(asyncssh.PermissionDenied):
                        asyncio.run(_try_keys(server, login))
        assert accounts.events == [
            *[("north", "login refused", None, None)] * 2,
            *[(COLLECTOR, "login refused", None, None)] * 2,
        ]

    def test_that_cannot_be_written_keeps_nobody_out(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        class Broken(Accounts):
            def note_event(
                self, login: str, what: str, client: str, file: str | None = None, size: int | None = None
            ) -> None:
                raise TransientError("The database did not answer.")

        with running_server(tmp_path, Broken(PASSWORDS)) as server:
            upload(server, "north", PASSWORDS["north"], {"schools.csv": b"x"})
            assert (server.root / "north" / "upload" / "schools.csv").read_bytes() == b"x"
        assert "did not answer" in caplog.text


async def _try_keys(server: EmbeddedServer, login: str) -> None:
    await asyncssh.connect(
        server.host, server.port, username=login, known_hosts=str(server.known_hosts), agent_path=None, config=None,
        client_keys=[asyncssh.generate_private_key("ssh-ed25519") for _ in range(3)],
    )  # fmt: skip


class TestStarting:
    def test_makes_its_keys_once_and_for_its_owner_only(self, tmp_path: Path) -> None:
        keys = tmp_path / "home" / "sftp"
        made = []
        for _ in range(2):
            with running_server(tmp_path / "home", {}) as server:
                DropServerClient(collector(server)).__enter__().__exit__()
                made.append([(keys / name).read_bytes() for name in ("host_key", "collector_key")])
        assert made[0] == made[1]
        assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {
            "host_key": 0o600,
            "collector_key": 0o600,
            "known_hosts": 0o600,
        }

    def test_pins_its_key_for_the_port_it_has(self, tmp_path: Path) -> None:
        for _ in range(2):
            with running_server(tmp_path / "home", {}) as server:
                host, kind, _ = server.known_hosts.read_text().split(" ", 2)
                assert f"[127.0.0.1]:{server.port}" in host.split(",")
                assert kind == "ssh-ed25519"

    def test_says_that_its_port_is_taken(self, tmp_path: Path) -> None:
        with running_server(tmp_path / "one", PASSWORDS) as first:
            second = EmbeddedServer(tmp_path / "two", tmp_path / "keys", Accounts({}), port=first.port)
            with pytest.raises(OperatorError, match=f"port {first.port} on 127.0.0.1 is taken"):
                second.start()
            second.stop()
            upload(first, "north", PASSWORDS["north"], {"schools.csv": b"still served"})

    def test_says_that_a_key_cannot_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "host_key").write_text("spoilt")
        with pytest.raises(OperatorError, match="host_key"):
            EmbeddedServer(tmp_path / "drops", tmp_path, Accounts({})).start()

    def test_ends_open_sessions_and_leaves_no_thread(self, tmp_path: Path) -> None:
        threads = set(threading.enumerate())
        with (
            running_server(tmp_path, PASSWORDS) as server,
            district_login(server, "north", PASSWORDS["north"]) as sftp,
            sftp.open("/upload/students.csv", "w") as file,
        ):
            file.write(b"the beginning")
            server.stop()
            with pytest.raises((OSError, EOFError, paramiko.SSHException)):
                sftp.listdir("/upload")
        assert not [thread for thread in set(threading.enumerate()) - threads if thread.name == "sftp-server"]
