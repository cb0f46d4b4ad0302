"""What reads the upload directories, over SFTP and on this host: the same tests for both."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import FileIO
from pathlib import Path

import asyncssh
import pytest

from remind_etl.dropped.client import AHEAD_BYTES, REQUEST_BYTES, Address, DropServerClient
from remind_etl.dropped.listing import Entry
from remind_etl.dropped.mounted import MountedDrops
from remind_etl.dropped.places import drop_source
from remind_etl.dropped.server import EmbeddedServer
from remind_etl.dropped.source import DropSource
from remind_etl.errors import (
    DistrictError,
    DropUnstable,
    OperatorError,
)
from remind_etl_tests.dropped.changes import CHANGES, LONG_AGO, fetch_while, put
from remind_etl_tests.ids import NORTH
from remind_etl_tests.sftp import PASSWORDS, collector, upload


@pytest.fixture(params=["over SFTP", "on this host"])
def client(request: pytest.FixtureRequest, server: EmbeddedServer) -> Iterator[DropSource]:
    address = collector(server)
    with drop_source(address if request.param == "over SFTP" else at_root(server, server.root)) as client:
        assert isinstance(client, DropServerClient if request.param == "over SFTP" else MountedDrops)
        yield client


def at_root(server: EmbeddedServer, root: Path) -> Address:
    """Where the uploads are, if the root is on this host."""
    return replace(collector(server), root=f"file://{root}")


def answer_reads(monkeypatch: pytest.MonkeyPatch, answer: Callable[[Callable[[int], bytes], int, int], bytes]) -> None:
    """Let the server answer a request for `size` bytes at `offset` with `answer`."""

    def read(_: object, file: FileIO, offset: int, size: int) -> bytes:
        file.seek(offset)
        return answer(file.read, offset, size)

    monkeypatch.setattr(asyncssh.SFTPServer, "read", read)


class TestListing:
    def test_shows_what_a_district_uploaded(self, server: EmbeddedServer, client: DropSource) -> None:
        upload(server, "north", PASSWORDS["north"], {"Students.CSV": b"x" * 7, "schools.csv": b""})
        listed = {entry.name: entry for entry in client.list_district(NORTH) or []}
        assert {name: entry.size for name, entry in listed.items()} == {"Students.CSV": 7, "schools.csv": 0}
        on_disk = (server.root / "north" / "upload" / "Students.CSV").stat()
        assert listed["Students.CSV"].mtime == int(on_disk.st_mtime)
        assert all(entry.is_regular for entry in listed.values())

    def test_does_not_follow_links(self, client: DropSource, directory: Path, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").write_bytes(b"x")
        (directory / "students.csv").symlink_to(tmp_path / "elsewhere")
        (directory / "classes.csv").mkdir()
        assert [entry.is_regular for entry in client.list_district(NORTH) or []] == [False, False]

    def test_of_an_empty_directory_is_empty(self, client: DropSource, directory: Path) -> None:
        assert client.list_district(NORTH) == []

    def test_is_none_only_where_there_is_no_directory(self, server: EmbeddedServer, client: DropSource) -> None:
        assert client.list_district(NORTH) is None
        (server.root / "north").mkdir()
        assert client.list_district(NORTH) is None

    def test_is_judged_as_a_drop(self, server: EmbeddedServer, client: DropSource) -> None:
        assert client.listing(NORTH).is_empty
        upload(
            server, "north", PASSWORDS["north"], dict.fromkeys(("Schools.csv", "teachers.csv", "students.csv"), b"x")
        )
        assert client.listing(NORTH).is_complete

    def test_of_a_missing_root_is_the_operators_business(self, server: EmbeddedServer) -> None:
        with DropServerClient(replace(collector(server), root="/not-mounted")) as client:
            with pytest.raises(OperatorError, match="/not-mounted"):
                client.list_district(NORTH)
            with pytest.raises(OperatorError, match="/not-mounted"):
                client.districts()

    def test_of_a_missing_root_of_this_host_is_the_operators_business(
        self, server: EmbeddedServer, tmp_path: Path
    ) -> None:
        (tmp_path / "mount").mkdir()
        with drop_source(at_root(server, tmp_path / "mount")) as client:
            assert client.list_district(NORTH) is None
            (tmp_path / "mount").rmdir()
            with pytest.raises(OperatorError, match="mount"):
                client.list_district(NORTH)
            with pytest.raises(OperatorError, match="mount"):
                client.districts()
        with pytest.raises(OperatorError, match="mount"), drop_source(at_root(server, tmp_path / "mount")):
            pass

    @pytest.mark.parametrize("content", ["a file", "a link to another district"])
    def test_of_what_is_no_directory_is_the_districts_business(
        self, server: EmbeddedServer, client: DropSource, content: str
    ) -> None:
        (server.root / "south" / "upload").mkdir(parents=True)
        (server.root / "north").mkdir()
        place = server.root / "north" / "upload"
        place.write_bytes(b"") if content == "a file" else place.symlink_to(server.root / "south" / "upload")
        with pytest.raises(DistrictError, match="north"):
            client.list_district(NORTH)

    def test_a_name_that_is_no_text_is_the_districts_business(self, client: DropSource, directory: Path) -> None:
        put(directory, os.fsdecode(b"sch\xfcler.csv"), b"x")
        with pytest.raises(DistrictError, match="not UTF-8"):
            client.list_district(NORTH)
        (directory / os.fsdecode(b"sch\xfcler.csv")).unlink()
        assert client.list_district(NORTH) == []

    def test_districts_are_the_directories_with_a_districts_name(
        self, server: EmbeddedServer, client: DropSource
    ) -> None:
        assert client.districts() == []
        for name in ("south", "north", "lost+found", ".snapshot"):
            (server.root / name).mkdir()
        (server.root / "readme").write_bytes(b"")
        assert client.districts() == ["north", "south"]


class TestFetching:
    @pytest.mark.parametrize(
        "size",
        [0, 1, REQUEST_BYTES - 1, REQUEST_BYTES, REQUEST_BYTES + 1, AHEAD_BYTES, AHEAD_BYTES + 1, 2 * AHEAD_BYTES + 7],
    )
    def test_copies_byte_for_byte(self, client: DropSource, directory: Path, tmp_path: Path, size: int) -> None:
        content = os.urandom(size)
        entry = put(directory, "students.csv", content)
        assert client.list_district(NORTH) == [entry]
        part = tmp_path / "part"
        assert client.fetch(NORTH, entry, part) == (size, hashlib.sha256(content).hexdigest())
        assert part.read_bytes() == content

    @pytest.mark.parametrize("stale", [{"size": 8}, {"size": 6}, {"mtime": LONG_AGO - 1}, {"name": "gone.csv"}])
    def test_refuses_a_file_that_changed_since_it_was_listed(
        self, client: DropSource, directory: Path, tmp_path: Path, stale: dict[str, int]
    ) -> None:
        entry = replace(put(directory, "students.csv", b"1234567"), **stale)  # type: ignore[arg-type]
        with pytest.raises(DropUnstable, match="north"):
            client.fetch(NORTH, entry, tmp_path / "part")
        assert not (tmp_path / "part").exists()

    @pytest.mark.parametrize("change", CHANGES)
    def test_refuses_a_file_that_changes_while_it_is_read(
        self, client: DropSource, directory: Path, tmp_path: Path, change: str
    ) -> None:
        entry = put(directory, "students.csv", b"0" * 20_000_000)
        with pytest.raises(DropUnstable, match=r"students\.csv of north"):
            fetch_while(client, entry, tmp_path / "part", lambda: CHANGES[change](directory / "students.csv"))
        assert not (tmp_path / "part").exists()

    def test_refuses_a_file_that_the_server_breaks_off(
        self, server: EmbeddedServer, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        entry = put(directory, "students.csv", b"0" * AHEAD_BYTES)
        answer_reads(monkeypatch, lambda read, offset, size: read(size) if offset == 0 else b"")
        with pytest.raises(DropUnstable), DropServerClient(collector(server)) as client:
            client.fetch(NORTH, entry, tmp_path / "part")

    def test_copies_byte_for_byte_from_a_server_that_answers_less_than_asked(
        self, server: EmbeddedServer, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content = os.urandom(3 * REQUEST_BYTES + 1)
        entry = put(directory, "students.csv", content)
        answer_reads(monkeypatch, lambda read, offset, size: read(min(size, 32_768)))
        with DropServerClient(collector(server)) as client:
            client.fetch(NORTH, entry, tmp_path / "part")
        assert (tmp_path / "part").read_bytes() == content

    def test_asks_for_more_while_half_is_still_to_come(
        self, server: EmbeddedServer, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        entry = put(directory, "students.csv", os.urandom(2 * AHEAD_BYTES))
        asked: list[int] = []

        def answer(read: Callable[[int], bytes], offset: int, size: int) -> bytes:
            asked.append(offset)
            return read(size)

        answer_reads(monkeypatch, answer)
        with DropServerClient(collector(server)) as client:
            client.fetch(NORTH, entry, tmp_path / "part")
        assert sorted(asked) == list(range(0, entry.size, REQUEST_BYTES))  # each part once, so none was read one by one
        assert (tmp_path / "part").read_bytes() == (directory / "students.csv").read_bytes()

    @pytest.mark.parametrize("name", ["students.csv", "../../south/upload/students.csv"])
    def test_refuses_what_is_no_file_of_the_directory(
        self, client: DropSource, directory: Path, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(DistrictError):
            client.fetch(NORTH, Entry(name, 1, 1, is_regular=name != "students.csv"), tmp_path / "part")
        assert not (tmp_path / "part").exists()

    @pytest.mark.parametrize("act", ["is gone", "is a directory"])
    def test_names_a_file_on_one_line_whatever_its_name_has(
        self, client: DropSource, directory: Path, tmp_path: Path, act: str
    ) -> None:
        entry = put(directory, "roster\n\x1b[2J.zip", b"x")
        (directory / entry.name).unlink()
        with pytest.raises((DropUnstable, DistrictError)) as error:
            client.fetch(NORTH, replace(entry, is_regular=act == "is gone"), tmp_path / "part")
        assert str(error.value).isprintable()

    @pytest.mark.parametrize("special", ["a pipe", "a link to another district"])
    def test_never_opens_a_file_that_became_something_else(
        self, server: EmbeddedServer, client: DropSource, directory: Path, tmp_path: Path, special: str
    ) -> None:
        entry = put(directory, "students.csv", b"x")
        (directory / "students.csv").unlink()
        other = server.root / "south" / "upload"
        other.mkdir(parents=True)
        put(other, "students.csv", b"y")
        if special == "a pipe":
            os.mkfifo(directory / "students.csv")
        else:
            (directory / "students.csv").symlink_to(other / "students.csv")
        with pytest.raises((DropUnstable, DistrictError)):
            client.fetch(NORTH, entry, tmp_path / "part")
        assert not (tmp_path / "part").exists()

    def test_refuses_a_file_that_became_a_directory(self, client: DropSource, directory: Path, tmp_path: Path) -> None:
        entry = put(directory, "students.csv", b"x")
        (directory / "students.csv").unlink()
        (directory / "students.csv").mkdir()
        with pytest.raises(DropUnstable):
            client.fetch(NORTH, entry, tmp_path / "part")

    def test_says_it_is_ours_to_act_if_the_copy_cannot_be_written(
        self, client: DropSource, directory: Path, tmp_path: Path
    ) -> None:
        entry = put(directory, "students.csv", b"x")
        with pytest.raises(OperatorError, match="cannot be written"):
            client.fetch(NORTH, entry, tmp_path / "no-such-folder" / "part")

    def test_goes_on_after_a_refusal(self, client: DropSource, directory: Path, tmp_path: Path) -> None:
        entry = put(directory, "students.csv", b"1234567")
        with pytest.raises(DropUnstable):
            client.fetch(NORTH, replace(entry, size=1), tmp_path / "part")
        assert client.fetch(NORTH, entry, tmp_path / "part")[0] == 7
