"""Every fault of a transfer against a real OpenSSH server, and downloads through a proxy that breaks them."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Literal

import asyncssh
import duckdb
import pytest

from remind_etl import settings
from remind_etl.dropped import watch
from remind_etl.dropped.client import Address, DropServerClient
from remind_etl.dropped.listing import Entry
from remind_etl.dropped.sweep import sweep
from remind_etl.errors import (
    ConnectionTrouble,
    DiskFull,
    DistrictError,
    DropUnstable,
    HostKeyChanged,
    LoginRefused,
    OperatorError,
    disk_full,
)
from remind_etl.landed.copy import LandingStore
from remind_etl.landed.start import start_warehouse
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.upload import FILES
from remind_etl_tests.dropped.changes import CHANGES, LONG_AGO, fetch_while, put
from remind_etl_tests.dropped.faults import Fault, faulty, random_fault
from remind_etl_tests.ids import NORTH, SOUTH
from remind_etl_tests.proftpd import Proftpd, running_proftpd
from remind_etl_tests.sftp import district_login
from remind_etl_tests.sshd import delayed, running_sshd

NAMES = [file.file_name for file in FILES]


@dataclass(frozen=True)
class Server:
    """A real OpenSSH server, and the upload directory of north there."""

    address: Address
    root: Path
    directory: Path


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Server]:
    root = tmp_path / "drops"
    directory = root / NORTH / "upload"
    directory.mkdir(parents=True)
    with running_sshd(tmp_path, root) as address:
        yield Server(address, root, directory)


def sessions(server: Server) -> list[int]:
    """The processes in which the server serves its connections."""
    main = (server.root.parent / "pid").read_text().strip()
    children = [main]
    for parent in children:
        found = subprocess.run(["pgrep", "-P", parent], capture_output=True, text=True, check=False)  # noqa: S603, S607
        children += found.stdout.split()
    return [int(child) for child in children[1:]]


def test_a_server_that_restarts_while_a_file_is_read_is_trouble_that_passes(sshd: Server, tmp_path: Path) -> None:
    entry = put(sshd.directory, "students.csv", b"0" * 20_000_000)

    def end() -> None:
        for session in sessions(sshd):
            os.kill(session, signal.SIGKILL)

    with DropServerClient(sshd.address, timeout=5) as client, pytest.raises(ConnectionTrouble):
        fetch_while(client, entry, tmp_path / "part", end)
    assert not (tmp_path / "part").exists()
    with DropServerClient(sshd.address) as client:  # the next try begins from zero
        assert client.fetch(NORTH, entry, tmp_path / "part")[0] == 20_000_000


def test_a_server_that_falls_silent_while_a_file_is_read_is_given_up_in_time(sshd: Server, tmp_path: Path) -> None:
    entry = put(sshd.directory, "students.csv", b"0" * 20_000_000)
    stopped: list[int] = []

    def stop() -> None:
        for session in sessions(sshd):
            os.kill(session, signal.SIGSTOP)
            stopped.append(session)

    begun = time.monotonic()
    try:
        with DropServerClient(sshd.address, timeout=1) as client, pytest.raises(ConnectionTrouble):
            fetch_while(client, entry, tmp_path / "part", stop)
    finally:
        for session in stopped:
            os.kill(session, signal.SIGKILL)
    assert time.monotonic() - begun < 10
    assert not (tmp_path / "part").exists()


def test_a_server_that_sends_a_byte_now_and_then_is_given_up_in_time(
    sshd: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remind_etl.dropped.client.LEAST_BYTES_A_SECOND", 20_000_000)
    entry = put(sshd.directory, "students.csv", b"0" * 20_000_000)
    with (
        faulty(sshd.address, lambda: Fault("drip", 1_000_000)) as dripping,
        DropServerClient(dripping, timeout=1) as client,
    ):
        begun = time.monotonic()
        with pytest.raises(ConnectionTrouble, match=r"did not complete the file students\.csv in time"):
            client.fetch(NORTH, entry, tmp_path / "part")
        assert time.monotonic() - begun < 10
    assert not (tmp_path / "part").exists()


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_while_it_is_read_is_discarded(sshd: Server, tmp_path: Path, change: str) -> None:
    entry = put(sshd.directory, "students.csv", b"0" * 20_000_000)
    with DropServerClient(sshd.address) as client, pytest.raises(DropUnstable):
        fetch_while(client, entry, tmp_path / "part", lambda: CHANGES[change](sshd.directory / "students.csv"))
    assert not (tmp_path / "part").exists()


def open_directory(server: Proftpd, district: DistrictId) -> Path:
    """The upload directory of a district, which all may read."""
    directory = server.root / district / "upload"
    directory.mkdir(parents=True)
    for folder in (directory, directory.parent):
        folder.chmod(0o755)
    return directory


def test_a_directory_that_may_not_be_read_stops_no_other_district(monkeypatch: pytest.MonkeyPatch) -> None:
    """ProFTPD serves as an account without rights of its own, so that the rights of files hold for it."""
    with running_proftpd(monkeypatch) as server:
        for district in (NORTH, SOUTH):
            with district_login(server, district, server.store.add_district(district, district)) as sftp:
                sftp.putfo(BytesIO(b"x"), "students.csv")
        shutil.chown(server.root / NORTH / "upload", "root")
        (server.root / NORTH / "upload").chmod(0o700)
        swept = sweep(lambda: DropServerClient(server.address), [NORTH, SOUTH], lambda: False, 1)
        assert swept.closed == {NORTH: "The upload directory of north cannot be read: permission denied."}
        assert list(swept.listings) == [SOUTH]


def test_a_file_that_may_not_be_read_is_the_districts_business(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with running_proftpd(monkeypatch) as server:
        directory = open_directory(server, NORTH)
        entry = put(directory, "students.csv", b"x")
        (directory / "students.csv").chmod(0o600)
        with DropServerClient(server.address) as client:
            with pytest.raises(DistrictError, match="permission denied"):
                client.fetch(NORTH, entry, tmp_path / "part")
            assert not (tmp_path / "part").exists()
            other = put(directory, "teachers.csv", b"yy")
            (directory / "teachers.csv").chmod(0o644)
            assert client.fetch(NORTH, other, tmp_path / "part")[0] == 2


def test_a_changed_host_key_ends_all_without_another_try(sshd: Server, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    (tmp_path / "pinned").write_text(f"[127.0.0.1]:{sshd.address.port} {other}")
    with pytest.raises(HostKeyChanged), DropServerClient(replace(sshd.address, known_hosts=tmp_path / "pinned")):
        pass


def pin(server: Address, file: Path, *keys: Path) -> Address:
    """The same server with these public keys pinned."""
    file.write_text("".join(f"[127.0.0.1]:{server.port} {key.read_text()}" for key in keys))
    return replace(server, known_hosts=file)


def new_key(place: Path, kind: str) -> Path:
    """A public key that no server has."""
    place.write_text(asyncssh.generate_private_key(kind).export_public_key().decode())
    return place


def test_one_pinned_key_of_any_kind_that_the_server_has_is_enough(tmp_path: Path) -> None:
    (tmp_path / "drops").mkdir()
    with running_sshd(tmp_path, tmp_path / "drops", "rsa", "ecdsa") as address:
        keys = [tmp_path / name for name in ("host_key.pub", "host_key_rsa.pub", "host_key_ecdsa.pub")]
        for pinned in ([keys[0]], [keys[1]], [keys[2]], keys, keys[::-1]):
            with DropServerClient(pin(address, tmp_path / "pinned", *pinned)) as client:
                assert client.districts() == []


def test_a_pinned_key_of_a_kind_that_the_server_lacks_is_a_changed_key(sshd: Server, tmp_path: Path) -> None:
    address = pin(sshd.address, tmp_path / "pinned", new_key(tmp_path / "new.pub", "ecdsa-sha2-nistp256"))
    with pytest.raises(HostKeyChanged, match="another key"), DropServerClient(address):
        pass


@pytest.mark.parametrize("is_old_first", [True, False])
def test_while_a_host_key_changes_the_old_one_and_the_new_one_may_be_pinned(
    sshd: Server, tmp_path: Path, is_old_first: bool
) -> None:
    keys = [new_key(tmp_path / "other.pub", "ssh-ed25519"), tmp_path / "host_key.pub"]
    address = pin(sshd.address, tmp_path / "pinned", *(keys if is_old_first else keys[::-1]))
    with DropServerClient(address) as client:
        assert client.districts() == [NORTH]


def test_a_host_may_be_pinned_under_a_hashed_name_beside_comments(sshd: Server, tmp_path: Path) -> None:
    pinned = tmp_path / "pinned"
    pinned.write_text("# ours\n\n" + sshd.address.known_hosts.read_text())
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(pinned)], check=True, capture_output=True)  # noqa: S603, S607
    assert "127.0.0.1" not in pinned.read_text()
    with DropServerClient(replace(sshd.address, known_hosts=pinned)) as client:
        assert client.districts() == [NORTH]


def test_a_refused_login_and_a_closed_port_are_told_apart(sshd: Server, tmp_path: Path) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "other_key")
    with pytest.raises(LoginRefused), DropServerClient(replace(sshd.address, key_file=tmp_path / "other_key")):
        pass
    closed = tmp_path / "known"
    closed.write_text("")
    with pytest.raises(ConnectionTrouble), DropServerClient(replace(sshd.address, port=1, known_hosts=closed)):
        pass


@pytest.mark.parametrize("kind", ["a link inside", "a link to another district", "a directory", "a pipe"])
def test_what_is_no_regular_file_is_refused_and_never_opened(sshd: Server, tmp_path: Path, kind: str) -> None:
    other = sshd.root / SOUTH / "upload"
    other.mkdir(parents=True)
    put(other, "students.csv", b"of south")
    put(sshd.directory, "another.csv", b"of north")
    place = sshd.directory / "students.csv"
    if kind == "a pipe":
        os.mkfifo(place)
    elif kind == "a directory":
        place.mkdir()
    else:
        place.symlink_to(other / "students.csv" if kind == "a link to another district" else "another.csv")
    with DropServerClient(sshd.address, timeout=5) as client:
        listing = client.listing(NORTH)
        assert listing.waits_for == "students.csv is a folder or a link. Upload it as a file."
        # Even if it was a file when it was listed.
        listed = Entry("students.csv", 8, int(place.lstat().st_mtime), is_regular=True)
        with pytest.raises((DropUnstable, DistrictError)):
            client.fetch(NORTH, listed, tmp_path / "part")
    assert not (tmp_path / "part").exists()


@pytest.mark.parametrize("sent", ["files", "a zip"])
def test_a_file_of_no_bytes_is_an_error_after_the_quiet_period_and_never_an_empty_roster(
    sshd: Server, sent: str
) -> None:
    for name in NAMES if sent == "files" else ["roster.zip"]:
        put(sshd.directory, name, b"" if name in ("students.csv", "roster.zip") else b"x")
    rules, memory = watch.Rules({NORTH: 300}, 1), watch.LookMemory()
    with DropServerClient(sshd.address) as client:
        looks = []
        for now in (0.0, 299.0, 300.0, 1e9):
            listing = client.listing(NORTH)
            looks.append(watch.judge_uploads({NORTH: listing}, {}, memory, now, rules))
            memory = looks[-1].memory
        with pytest.raises(DropUnstable):
            client.upload(NORTH, listing.fingerprint)
    file = "students.csv" if sent == "files" else "the zip file"
    begun = f"Waits for {file} (its upload has begun)."
    lacks = f"Waits for {file} (it has 0 bytes: export it again, and upload it)."
    assert [look.ready for look in looks] == [{}] * 4
    assert [look.waiting[NORTH] for look in looks] == [begun, begun, lacks, lacks]
    assert [look.empty for look in looks] == [{}, {}, {NORTH: lacks}, {}]


def test_names_in_another_case_are_taken_and_two_of_one_name_are_a_fault(sshd: Server, tmp_path: Path) -> None:
    for name in NAMES:
        put(sshd.directory, name.replace("students.csv", "Students.CSV"), b"x")
    with DropServerClient(sshd.address) as client:
        listing = client.listing(NORTH)
        sent = client.upload(NORTH, listing.fingerprint)
        assert {file.name for file in sent} == {*NAMES} - {"students.csv"} | {"Students.CSV"}
        assert [file.copy(tmp_path / file.name)[0] for file in sent] == [1] * len(NAMES)
        put(sshd.directory, "students.csv", b"x")
        assert "Students.CSV and students.csv differ only in upper and lower case." in str(
            client.listing(NORTH).waits_for
        )


def test_a_zip_is_landed_as_its_files(sshd: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(sshd.directory / "roster.zip", "w") as packed:
        for name in NAMES:
            packed.writestr(name, f"{name}\n")
    store = landing(tmp_path, monkeypatch)
    with DropServerClient(sshd.address) as client:
        fingerprint = client.listing(NORTH).fingerprint
        drop, _ = store.land(NORTH, client.upload(NORTH, fingerprint), fingerprint)
    assert {name: path.read_text() for name, path in drop.paths.items()} == {name: f"{name}\n" for name in NAMES}


def test_a_file_more_than_a_day_older_than_the_newest_is_told_and_taken(
    sshd: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, day = landing(tmp_path, monkeypatch), 86_400
    ages = {"schools.csv": 3 * day + 1, "teachers.csv": day + 1, "students.csv": day}
    for name in NAMES:
        put(sshd.directory, name, f"{name}\n".encode())
        os.utime(sshd.directory / name, (LONG_AGO, LONG_AGO - ages.get(name, 0)))
    with DropServerClient(sshd.address) as client:
        fingerprint = client.listing(NORTH).fingerprint
        drop, _ = store.land(NORTH, client.upload(NORTH, fingerprint), fingerprint)
    assert store.required(NORTH) == drop
    with duckdb.connect() as db:
        start_warehouse(db, drop)
        told = db.sql("select severity, code, message from valid.problems order by message").fetchall()
    says = "{} older than the newest file of the upload. It was read as it is."
    assert told == [
        ("notice", "old_file", says.format("schools.csv is 3 days")),
        ("notice", "old_file", says.format("teachers.csv is 1 day")),
    ]


def test_a_disk_that_gets_full_leaves_nothing_and_says_so(sshd: Server, small_disk: Path) -> None:
    entry, small = put(sshd.directory, "students.csv", bytes(5_000_000)), put(sshd.directory, "schools.csv", b"x")
    with DropServerClient(sshd.address) as client:
        with pytest.raises(OperatorError, match="No space left") as failed:
            client.fetch(NORTH, entry, small_disk / "part")
        assert list(small_disk.iterdir()) == []
        assert disk_full(failed.value) is not None
        assert client.fetch(NORTH, small, small_disk / "part")[0] == 1


def test_a_drop_for_which_a_disk_has_no_room_is_not_begun(
    sshd: Server, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        put(sshd.directory, name, bytes(900_000))
    store = landing(small_disk, monkeypatch)
    with DropServerClient(sshd.address) as client:
        fingerprint = client.listing(NORTH).fingerprint
        with pytest.raises(DiskFull):
            store.land(NORTH, client.upload(NORTH, fingerprint), fingerprint)
    assert store.drops(NORTH) == []
    assert [path for path in small_disk.rglob("*") if path.is_file()] == []


def test_a_second_thread_is_refused_at_once_and_does_not_disturb_the_first(sshd: Server, tmp_path: Path) -> None:
    """paramiko deadlocks when threads share its client."""
    content = os.urandom(60_000_000)
    entry, other = put(sshd.directory, "students.csv", content), put(sshd.directory, "teachers.csv", b"1" * 1_000)
    (sshd.root / SOUTH / "upload").mkdir(parents=True)
    with DropServerClient(sshd.address, timeout=20) as client, ThreadPoolExecutor(1) as pool:
        acts = (
            lambda: client.list_district(NORTH),
            client.districts,
            lambda: list(client.listings([NORTH])),
            lambda: client.fetch(NORTH, other, tmp_path / "other"),
        )
        listings = client.listings([NORTH, SOUTH])
        found = [next(listings)[0]]
        for act in acts:
            begun = time.monotonic()
            with pytest.raises(RuntimeError, match="one call at a time"):
                pool.submit(act).result(20)
            assert time.monotonic() - begun < 5
        assert {*found, *(district for district, _ in listings)} == {NORTH, SOUTH}

        copying, refused = pool.submit(client.fetch, NORTH, entry, tmp_path / "part"), 0
        while not copying.done():
            if (tmp_path / "part").exists() and (tmp_path / "part").stat().st_size:
                try:
                    client.list_district(NORTH)
                except RuntimeError:
                    refused += 1
                time.sleep(0.001)
        assert copying.result(20)[0] == len(content)
        assert refused
        assert (tmp_path / "part").read_bytes() == content
        assert not (tmp_path / "other").exists()
        assert client.fetch(NORTH, other, tmp_path / "other")[0] == 1_000


def test_a_listing_over_a_slow_line_waits_for_round_trips_and_is_right(sshd: Server) -> None:
    put(sshd.directory, "students.csv", b"x")
    with delayed(sshd.address, 0.05) as slow, DropServerClient(slow) as client:
        begun = time.monotonic()
        assert [entry.name for entry in client.list_district(NORTH) or []] == ["students.csv"]
        assert time.monotonic() - begun > 0.4


def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LandingStore:
    """The landing store of a new home."""
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path / "home"))
    return LandingStore(settings.home().landed)


def on_disk(tmp_path: Path) -> dict[Path, int]:
    """All files and folders of the home, with their sizes."""
    return {path: path.stat().st_size for path in (tmp_path / "home").rglob("*")}


@pytest.mark.parametrize("kind", ["cut", "reset"])
def test_a_connection_that_breaks_while_parts_are_asked_for_fails_for_the_reader_alone(
    sshd: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: Literal["cut", "reset"],
) -> None:
    """paramiko asks for the parts in a thread of its own, which must not fail aloud."""
    said: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", said.append)
    entry = put(sshd.directory, "students.csv", bytes(40_000_000))
    for at in range(4_000, 9_000, 400):
        fault = Fault(kind, at, is_from_server=False)
        with (
            faulty(sshd.address, partial(replace, fault)) as address,
            pytest.raises(ConnectionTrouble),
            DropServerClient(address, timeout=2) as client,
        ):
            client.fetch(NORTH, entry, tmp_path / "part")
    assert said == []
    assert caplog.messages == []


@pytest.mark.parametrize("downloads", [8, pytest.param(200, marks=pytest.mark.soak)])
def test_broken_downloads_land_no_wrong_byte_and_leave_nothing_behind(
    sshd: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    downloads: int,
) -> None:
    random, faults = Random(16), list[Fault]()  # noqa: S311
    landed, failed, slowest = 0, 0, 0.0
    store = landing(tmp_path, monkeypatch)
    sizes = {name: 400_000 if name == "students.csv" else 40_000 for name in NAMES}

    def next_fault() -> Fault:
        # One of five connections is whole, to see that all of this can succeed.
        faults.append(random_fault(random, sum(sizes.values())) if len(faults) % 5 else Fault("none", 0))
        return faults[-1]

    with faulty(sshd.address, next_fault) as address:
        for _ in range(downloads):
            contents = {name: random.randbytes(size) for name, size in sizes.items()}
            for name, content in contents.items():
                put(sshd.directory, name, content)
            before, drops, begun = on_disk(tmp_path), store.drops(NORTH), time.monotonic()
            try:
                with DropServerClient(address, timeout=1) as client:
                    fingerprint = client.listing(NORTH).fingerprint
                    drop, _ = store.land(NORTH, client.upload(NORTH, fingerprint), fingerprint)
            except ConnectionTrouble:
                failed += 1
                assert store.drops(NORTH) == drops
                assert on_disk(tmp_path) == before
            else:
                landed += drop.size
                assert {name: path.read_bytes() for name, path in drop.paths.items()} == contents
            slowest = max(slowest, time.monotonic() - begun)
    assert slowest < 15
    assert failed
    assert landed
    with capsys.disabled():
        sys.stdout.write(
            f"\n{downloads} downloads, {failed} broken, {landed:,} bytes landed, wrong bytes 0, slowest {slowest:.1f} s\n"
        )
