import os
import stat
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import asyncssh
import paramiko
import pytest

from remind_etl.dropped.client import DropServerClient
from remind_etl.dropped.server import COLLECTOR, EmbeddedServer
from remind_etl_tests.ids import SOUTH
from remind_etl_tests.sftp import PASSWORDS, collector, district_login, talk, upload

Act = Callable[[paramiko.SFTPClient], object]


@pytest.fixture(autouse=True)
def south(server: EmbeddedServer) -> None:
    """Another district, which has uploaded."""
    upload(server, "south", PASSWORDS["south"], {"students.csv": b"south's own"})


@pytest.fixture
def north(server: EmbeddedServer) -> Iterator[paramiko.SFTPClient]:
    with district_login(server, "north", PASSWORDS["north"]) as sftp:
        yield sftp


@pytest.fixture
def reader(server: EmbeddedServer) -> Iterator[paramiko.SFTPClient]:
    """Our own login, with a client that tries more than ours does."""
    with paramiko.SSHClient() as client:
        client.load_host_keys(str(server.known_hosts))
        key = paramiko.PKey.from_path(server.collector_key)
        client.connect(server.host, server.port, COLLECTOR, pkey=key, allow_agent=False, look_for_keys=False)
        with client.open_sftp() as sftp:
            yield sftp


def tree(server: EmbeddedServer) -> dict[str, tuple[int, int, bytes]]:
    """All that lies below the root: mode, mtime and content by path."""
    found = {}
    for path in sorted(server.root.rglob("*")):
        facts = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(server.root))] = (facts.st_mode, facts.st_mtime_ns, content)
    return found


class TestADistrict:
    def test_sees_its_own_directory_as_the_whole_server(self, north: paramiko.SFTPClient) -> None:
        assert north.listdir("/") == ["upload"]
        assert north.listdir("/upload") == []
        assert (north.normalize("."), north.normalize("/")) == ("/upload", "/")

    def test_uploads_replaces_renames_and_removes(self, server: EmbeddedServer, north: paramiko.SFTPClient) -> None:
        north.putfo(BytesIO(b"one"), "/upload/students.csv.filepart")
        north.rename("/upload/students.csv.filepart", "/upload/students.csv")
        north.putfo(BytesIO(b"two"), "/upload/new.csv")
        north.posix_rename("/upload/new.csv", "/upload/students.csv")
        north.utime("/upload/students.csv", (1, 2))
        north.mkdir("/upload/old")
        north.rmdir("/upload/old")
        directory = server.root / "north" / "upload"
        assert (directory / "students.csv").read_bytes() == b"two"
        assert (directory / "students.csv").stat().st_mtime == 2
        north.remove("/upload/students.csv")
        assert list(directory.iterdir()) == []

    @pytest.mark.parametrize(
        "path",
        [
            "/../south/upload/students.csv",
            "../south/upload/students.csv",
            "/upload/../../south/upload/students.csv",
            "/south/upload/students.csv",
            "/upload/./.././../south/upload//students.csv",
        ],
    )
    def test_finds_no_way_into_the_directory_of_another(
        self, server: EmbeddedServer, north: paramiko.SFTPClient, path: str
    ) -> None:
        before = tree(server)
        for act in (
            lambda: north.open(path).read(),
            lambda: north.open(path, "w"),
            lambda: north.stat(path),
            lambda: north.lstat(path),
            lambda: north.remove(path),
            lambda: north.rename(path, "/upload/students.csv"),
            lambda: north.listdir(path.removesuffix("/students.csv")),
        ):
            with pytest.raises(OSError):  # noqa: PT011
                act()
        assert tree(server) == before

    def test_finds_no_way_by_the_real_path_either(self, server: EmbeddedServer, north: paramiko.SFTPClient) -> None:
        with pytest.raises(FileNotFoundError):
            north.open(str(server.root / "south" / "upload" / "students.csv"))

    @pytest.mark.parametrize("where", ["south", "outside", "its own directory"])
    def test_follows_no_link_that_lies_there(
        self, server: EmbeddedServer, north: paramiko.SFTPClient, tmp_path: Path, where: str
    ) -> None:
        targets = {
            "south": server.root / "south" / "upload",
            "outside": tmp_path / "outside",
            "its own directory": server.root / "north" / "kept",
        }
        target = targets[where]
        target.mkdir(exist_ok=True)
        (target / "students.csv").write_bytes(b"not to be seen")
        upload_directory = server.root / "north" / "upload"
        (upload_directory / "students.csv").symlink_to(target / "students.csv")
        (upload_directory / "way").symlink_to(target)
        before = tree(server)
        acts: list[Act] = [
            lambda sftp: sftp.open("/upload/students.csv").read(),
            lambda sftp: sftp.open("/upload/students.csv", "w"),
            lambda sftp: sftp.truncate("/upload/students.csv", 0),
            lambda sftp: sftp.stat("/upload/students.csv"),
            lambda sftp: sftp.readlink("/upload/students.csv"),
            lambda sftp: sftp.listdir("/upload/way"),
            lambda sftp: sftp.open("/upload/way/students.csv").read(),
            lambda sftp: sftp.open("/upload/way/new.csv", "w"),
            lambda sftp: sftp.rename("/upload/way/students.csv", "/upload/taken.csv"),
        ]
        for act in acts:
            with pytest.raises(PermissionError):
                act(north)
        assert tree(server) == before

    @pytest.mark.parametrize(
        "act",
        [
            lambda sftp: sftp.open("/students.csv", "w"),
            lambda sftp: sftp.open("/students.csv", "x"),
            lambda sftp: sftp.open("/kept.csv", "a"),
            lambda sftp: sftp.open("/kept.csv", "r+"),
            lambda sftp: sftp.open("/upload/../kept.csv", "w"),
            lambda sftp: sftp.remove("/kept.csv"),
            lambda sftp: sftp.rename("/kept.csv", "/upload/kept.csv"),
            lambda sftp: sftp.rename("/upload/students.csv", "/students.csv"),
            lambda sftp: sftp.posix_rename("/upload/students.csv", "/kept.csv"),
            lambda sftp: sftp.rename("/upload", "/upload2"),
            lambda sftp: sftp.truncate("/kept.csv", 0),
            lambda sftp: sftp.utime("/kept.csv", (1, 1)),
            lambda sftp: sftp.open("/kept.csv").utime((1, 1)),
            lambda sftp: sftp.mkdir("/more"),
            lambda sftp: sftp.rmdir("/upload"),
            lambda sftp: sftp.chmod("/upload", 0),
            lambda sftp: sftp.symlink("/kept.csv", "/upload/link.csv"),
            lambda sftp: sftp.symlink("../south/upload/students.csv", "/upload/link.csv"),
        ],
    )
    def test_changes_nothing_outside_upload_and_makes_no_links(
        self, server: EmbeddedServer, north: paramiko.SFTPClient, act: Act
    ) -> None:
        (server.root / "north" / "kept.csv").write_bytes(b"kept")
        north.putfo(BytesIO(b"new"), "/upload/students.csv")
        before = tree(server)
        with pytest.raises(PermissionError):
            act(north)
        assert tree(server) == before

    def test_opens_no_pipe_and_no_directory_and_holds_up_no_one(
        self, server: EmbeddedServer, north: paramiko.SFTPClient
    ) -> None:
        directory = server.root / "north" / "upload"
        os.mkfifo(directory / "students.csv")
        (directory / "schools.csv").mkdir()
        for name in ("students.csv", "schools.csv"):
            for mode in ("r", "w", "a", "r+"):
                with pytest.raises(OSError, match="Only files"):
                    north.open(name, mode)
        assert north.listdir("/upload") != []

    def test_renames_over_what_lies_in_its_own_folder_and_over_nothing_else(
        self, server: EmbeddedServer, north: paramiko.SFTPClient
    ) -> None:
        directory = server.root / "north" / "upload"
        os.mkfifo(directory / "pipe")
        (directory / "way").symlink_to(server.root / "south" / "upload" / "students.csv")
        (directory / "more").mkdir()
        for name in ("students.csv", "schools.csv"):
            north.putfo(BytesIO(name.encode()), name)
        with pytest.raises(OSError):  # noqa: PT011
            north.rename("schools.csv", "students.csv")
        for target in ("way", "more", "../../south/upload/students.csv"):
            with pytest.raises(OSError):  # noqa: PT011
                north.posix_rename("schools.csv", target)
        north.posix_rename("schools.csv", "students.csv")
        north.posix_rename("students.csv", "pipe")
        assert (directory / "pipe").read_bytes() == b"schools.csv"
        assert (server.root / "south" / "upload" / "students.csv").read_bytes() == b"south's own"

    def test_makes_no_hard_links_and_sets_no_owner_or_mode(self, server: EmbeddedServer) -> None:
        async def say(_: asyncssh.SSHClientConnection, sftp: asyncssh.SFTPClient) -> None:
            async with sftp.open("/upload/students.csv", "wb", asyncssh.SFTPAttrs(permissions=0o6777)) as file:
                await file.write(b"x")
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await sftp.link("/upload/students.csv", "/upload/copy.csv")
            await sftp.setstat("/upload/students.csv", asyncssh.SFTPAttrs(permissions=0o6777, uid=1, gid=1))
            await sftp.chown("/upload/students.csv", 1, 1, follow_symlinks=False)
            await sftp.mkdir("/upload/more", asyncssh.SFTPAttrs(permissions=0o6777))

        talk(server, "north", PASSWORDS["north"], say)
        directory = server.root / "north" / "upload"
        facts = (directory / "students.csv").stat()
        assert (stat.S_IMODE(facts.st_mode), facts.st_uid, facts.st_nlink) == (0o600, os.getuid(), 1)
        assert stat.S_IMODE((directory / "more").stat().st_mode) == 0o700


class TestTheCollector:
    @pytest.mark.parametrize(
        "act",
        [
            lambda sftp: sftp.open("/south/upload/new.csv", "w"),
            lambda sftp: sftp.open("/south/upload/new.csv", "x"),
            lambda sftp: sftp.open("/south/upload/students.csv", "a"),
            lambda sftp: sftp.open("/south/upload/students.csv", "r+"),
            lambda sftp: sftp.open("/south/upload/students.csv").utime((1, 1)),
            lambda sftp: sftp.open("/south/upload/students.csv").truncate(0),
            lambda sftp: sftp.remove("/south/upload/students.csv"),
            lambda sftp: sftp.rename("/south/upload/students.csv", "/south/upload/x.csv"),
            lambda sftp: sftp.posix_rename("/south/upload/students.csv", "/south/upload/x.csv"),
            lambda sftp: sftp.truncate("/south/upload/students.csv", 0),
            lambda sftp: sftp.chmod("/south/upload/students.csv", 0),
            lambda sftp: sftp.mkdir("/west"),
            lambda sftp: sftp.rmdir("/south/upload"),
            lambda sftp: sftp.symlink("/south", "/west"),
        ],
    )
    def test_writes_nothing(self, server: EmbeddedServer, reader: paramiko.SFTPClient, act: Act) -> None:
        before = tree(server)
        with pytest.raises(PermissionError):
            act(reader)
        assert tree(server) == before

    def test_is_not_led_from_one_district_to_another(self, server: EmbeddedServer, reader: paramiko.SFTPClient) -> None:
        directory = server.root / "north" / "upload"
        directory.mkdir(parents=True)
        (directory / "students.csv").symlink_to(server.root / "south" / "upload" / "students.csv")
        (server.root / "west").symlink_to(server.root / "south")
        for path in ("/north/upload/students.csv", "/west/upload/students.csv"):
            with pytest.raises(PermissionError):
                reader.open(path)

    def test_reads_a_large_file_without_the_server_holding_it(
        self, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        size = 40_000_000
        with (server.root / "south" / "upload" / "students.csv").open("wb") as file:
            file.truncate(size)
        queued = []
        queue_size = asyncssh.SSHServerChannel.get_write_buffer_size

        def record(channel: "asyncssh.SSHServerChannel[bytes]") -> int:
            queued.append(queue_size(channel))
            return queued[-1]

        monkeypatch.setattr(asyncssh.SSHServerChannel, "get_write_buffer_size", record)
        with DropServerClient(collector(server)) as client:
            [entry] = client.list_district(SOUTH) or []
            assert client.fetch(SOUTH, entry, tmp_path / "part")[0] == size
        assert max(queued) < 5_000_000
