"""When an upload is whole: usual clients upload slowly to a real OpenSSH server, and looks fall into the transfer."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

import paramiko
import pytest

from remind_etl.dropped import watch
from remind_etl.dropped.client import Address, DropServerClient
from remind_etl.dropped.listing import Listing
from remind_etl.dropped.sweep import sweep
from remind_etl.schema.district_id import DistrictId, district_id
from remind_etl_tests.dropped.changes import LONG_AGO
from remind_etl_tests.ids import NORTH
from remind_etl_tests.sshd import running_sshd

QUIET_SECONDS: Final = 2
TICK_SECONDS: Final = 0.2
BYTES_PER_SECOND: Final = 500_000
SLOW_BYTES: Final = 2_000_000
"""Of students.csv, which takes four seconds: two quiet periods."""

NAMES: Final = ("schools.csv", "students.csv", "teachers.csv")

Command = Callable[[Address, Path, str], list[str]]


def names_in(files: Path) -> list[str]:
    return sorted(path.name for path in files.iterdir())


def ssh_options(address: Address) -> list[str]:
    pinned = f"-oUserKnownHostsFile={address.known_hosts}"
    return [pinned, "-oIdentitiesOnly=yes", "-oBatchMode=yes", "-oConnectTimeout=20", "-i", str(address.key_file)]


def sftp(address: Address, files: Path, target: str) -> list[str]:
    batch = files.with_name(f"{files.name}.batch")
    batch.write_text("".join(f"put {files / name} {target}/{name}\n" for name in names_in(files)))
    limit = str(BYTES_PER_SECOND * 8 // 1_000)
    port = ["-P", str(address.port)]
    return ["sftp", "-q", "-l", limit, *port, *ssh_options(address), "-b", str(batch), f"{address.user}@{address.host}"]


def scp(address: Address, files: Path, target: str) -> list[str]:
    limit = str(BYTES_PER_SECOND * 8 // 1_000)
    sources = [str(files / name) for name in names_in(files)]
    there = f"{address.user}@{address.host}:{target}/"
    return ["scp", "-q", "-l", limit, "-P", str(address.port), *ssh_options(address), *sources, there]


def rclone(address: Address, files: Path, target: str) -> list[str]:
    login = ["--sftp-host", address.host, "--sftp-port", str(address.port), "--sftp-user", address.user]
    keys = ["--sftp-key-file", str(address.key_file), "--sftp-known-hosts-file", str(address.known_hosts)]
    slowly = ["--bwlimit", f"{BYTES_PER_SECOND}B", "--transfers", "1", "--sftp-disable-hashcheck", "--ignore-times"]
    nothing = ["--config", os.devnull, "--retries", "1"]
    return ["rclone", "copy", str(files), f":sftp:{target}", *login, *keys, *slowly, *nothing]


def lftp(address: Address, files: Path, target: str) -> list[str]:
    return _lftp(address, files, target, "")


def lftp_with_temporary_names(address: Address, files: Path, target: str) -> list[str]:
    return _lftp(address, files, target, "set xfer:use-temp-file yes; set xfer:temp-file-name .in.*;")


def _lftp(address: Address, files: Path, target: str, more: str) -> list[str]:
    program = " ".join(["ssh", "-a", "-x", *ssh_options(address)])
    puts = " && ".join(f"put {files / name} -o {target}/{name}" for name in names_in(files))
    script = (
        f'set sftp:connect-program "{program}"; set net:limit-rate 0:{BYTES_PER_SECOND}; set cmd:fail-exit yes; {more} '
        f"open -u {address.user}, -p {address.port} sftp://{address.host}; {puts}; quit"
    )
    return ["lftp", "--norc", "-c", script]


def curl(address: Address, files: Path, target: str) -> list[str]:
    keys = ["--key", str(address.key_file), "--pubkey", f"{address.key_file}.pub", "--insecure"]
    sources = "{" + ",".join(str(files / name) for name in names_in(files)) + "}"
    url = f"sftp://{address.host}:{address.port}{target}/"
    return ["curl", "-sS", "-u", f"{address.user}:", *keys, "--limit-rate", str(BYTES_PER_SECOND), "-T", sources, url]


CLIENTS: Final = (sftp, scp, rclone, lftp, lftp_with_temporary_names, curl)


def lay(folder: Path, letter: bytes, mtime: int) -> dict[str, bytes]:
    """Write the files with these contents and an old time, which some clients give to the upload."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {name: letter * (SLOW_BYTES if name == "students.csv" else 1_000) for name in NAMES}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        os.utime(folder / name, (mtime, mtime))
    return contents


class Looks:
    """Looks at the district as the sensor does, with what each leaves to the next."""

    def __init__(self, server: DropServerClient, landed: str | None) -> None:
        self._server = server
        self._landed: Mapping[str, str | None] = {NORTH: landed}
        self._memory = watch.LookMemory()
        self._rules = watch.Rules({NORTH: QUIET_SECONDS}, 1)

    def fingerprint(self) -> str | None:
        """Look once; returns the fingerprint of the upload if it may be taken now."""
        listing = self._server.listing(NORTH)
        seen = watch.judge_uploads({NORTH: listing}, self._landed, self._memory, time.time(), self._rules)
        self._memory = watch.read_cursor(watch.write_cursor(seen.memory))
        return seen.ready.get(NORTH)


@pytest.mark.parametrize(
    "is_replaced",
    [
        pytest.param(True, id="replacing", marks=pytest.mark.slow),
        pytest.param(False, id="first", marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize("client", CLIENTS, ids=[client.__name__ for client in CLIENTS])
def test_no_look_during_a_slow_upload_takes_it_and_one_after_it_takes_all(
    tmp_path: Path, client: Command, is_replaced: bool
) -> None:
    directory = tmp_path / "drops" / NORTH / "upload"
    directory.mkdir(parents=True)
    if is_replaced:  # each file keeps its size: only its time tells
        lay(directory, b"0", LONG_AGO)
    contents = lay(tmp_path / "files", b"1", LONG_AGO + 7)
    with running_sshd(tmp_path, tmp_path / "drops") as address, DropServerClient(address) as server:
        landed = server.listing(NORTH).fingerprint or None
        looks, during, begun = Looks(server, landed), 0, time.monotonic()
        command = client(address, tmp_path / "files", str(directory))
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as upload:  # noqa: S603
            while upload.poll() is None:
                early = looks.fingerprint()
                if upload.poll() is None:
                    assert early is None
                    during += 1
                time.sleep(TICK_SECONDS)
            assert upload.stderr
            assert upload.returncode == 0, upload.stderr.read()
        assert time.monotonic() - begun > 2
        assert during > 5

        taken, ended = None, time.monotonic()
        while taken is None and time.monotonic() - ended < 10:
            taken = looks.fingerprint()
            time.sleep(TICK_SECONDS)
        assert taken
        assert taken != landed
        for sent in server.upload(NORTH, taken):
            sent.copy(tmp_path / "part")
            assert (tmp_path / "part").read_bytes() == contents[sent.name]


TEMPORARY_NAMES: Final = {
    "WinSCP": "{}.filepart",
    "rclone": "{}.1a2b3c4d.partial",
    "lftp": ".in.{}",
    "rsync": ".{}.Xy12Ab",
    "browsers": "{}.crdownload",
    "editors": "{}~",
    "Cyberduck": "{}.part",
    "Data Factory and scripts": "{}.tmp",
    "scripts": "{}.uploading",
}
"""What the usual clients call a file while they write it."""


@pytest.mark.parametrize("sent", [*NAMES, "roster.zip"])
def test_a_temporary_name_of_a_usual_client_is_no_file_of_the_upload(tmp_path: Path, sent: str) -> None:
    """Only its rename makes it one, whether the file of before was deleted first, as WinSCP does, or not."""
    directory = tmp_path / "drops" / NORTH / "upload"
    directory.mkdir(parents=True)
    others = NAMES if sent in NAMES else ()
    with (
        running_sshd(tmp_path, tmp_path / "drops") as address,
        key_session(address) as sftp,
        DropServerClient(address) as server,
    ):
        for name in {*others, sent}:
            sftp.putfo(BytesIO(b"before"), str(directory / name))
        before = server.listing(NORTH)
        for n, form in enumerate(TEMPORARY_NAMES.values()):
            temporary, looks = form.format(sent), Looks(server, server.listing(NORTH).fingerprint)
            sftp.putfo(BytesIO(b"x" * (10 + n)), str(directory / temporary))
            during = server.listing(NORTH)
            assert during.files == before.files
            assert during.uploading == (temporary,)
            assert looks.fingerprint() is None
            if n % 2:
                sftp.remove(str(directory / sent))
                gap = server.listing(NORTH)
                assert not gap.is_complete
                assert temporary not in {file.name for file in gap.files}
                assert looks.fingerprint() is None
            sftp.posix_rename(str(directory / temporary), str(directory / sent))
            before = server.listing(NORTH)
            assert before.is_complete
            assert {file.name: file.size for file in before.files}[sent] == 10 + n
            assert looks.fingerprint() is None


@contextmanager
def key_session(address: Address) -> Iterator[paramiko.SFTPClient]:
    """A session of an uploader."""
    with paramiko.SSHClient() as client:
        client.load_host_keys(str(address.known_hosts))
        client.connect(address.host, address.port, address.user, key_filename=str(address.key_file), timeout=20)
        with client.open_sftp() as sftp:
            yield sftp


GAP_SECONDS: Final = 25
LONG_QUIET_SECONDS: Final = 40
LONG_BYTES: Final = 10_000_000
"""Of students.csv, which takes twenty seconds."""


def replace_one_at_a_time(client: Command, address: Address, files: Path, target: Path) -> None:
    """Upload each file with a call of its own, and wait between two of them."""
    for name in NAMES:
        only = files / f"only-{name}"
        only.mkdir()
        (files / name).rename(only / name)
        subprocess.run(client(address, only, str(target)), check=True, capture_output=True)  # noqa: S603
        time.sleep(GAP_SECONDS if name != NAMES[-1] else 0)


@pytest.mark.soak
def test_files_replaced_one_at_a_time_over_minutes_are_taken_together_after_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(f"{__name__}.SLOW_BYTES", LONG_BYTES)
    districts = {district_id(client.__name__.replace("_", "-")): client for client in CLIENTS}
    targets = {name: tmp_path / "drops" / name / "upload" for name in districts}
    contents = {name: lay(tmp_path / "files" / name, b"1", LONG_AGO + 7) for name in districts}
    for target in targets.values():
        lay(target, b"0", LONG_AGO)
    rules, memory, ticks = watch.Rules(dict.fromkeys(districts, LONG_QUIET_SECONDS), 99), watch.LookMemory(), 0
    taken: dict[DistrictId, str] = {}
    with running_sshd(tmp_path, tmp_path / "drops") as address, ThreadPoolExecutor(len(districts)) as pool:
        names = list(districts)
        landed: dict[str, str | None] = {name: one.fingerprint for name, one in look_at(address, names).items()}
        begun = time.monotonic()
        uploads = {
            name: pool.submit(replace_one_at_a_time, client, address, tmp_path / "files" / name, targets[name])
            for name, client in districts.items()
        }
        while len(taken) < len(districts) and time.monotonic() - begun < 600:
            are_uploading = {name for name, upload in uploads.items() if not upload.done()}
            seen = watch.judge_uploads(look_at(address, names), landed, memory, time.time(), rules)
            memory, ticks = watch.read_cursor(watch.write_cursor(seen.memory)), ticks + 1
            assert not seen.ready.keys() & (are_uploading | taken.keys())
            taken |= seen.ready
            time.sleep(1)
        for upload in uploads.values():
            upload.result()
        with DropServerClient(address) as server:
            for name, fingerprint in taken.items():
                for sent in server.upload(name, fingerprint):
                    sent.copy(tmp_path / "part")
                    assert (tmp_path / "part").read_bytes() == contents[name][sent.name]
    assert taken.keys() == districts.keys()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(taken)} clients replaced {len(NAMES)} files one at a time in {time.monotonic() - begun:.0f} s; "
            f"{ticks} looks, none too early, wrong bytes 0\n"
        )


def look_at(address: Address, districts: list[DistrictId]) -> Mapping[DistrictId, Listing]:
    return sweep(lambda: DropServerClient(address), districts, lambda: False, 2).listings
