"""When an upload is whole: usual clients upload slowly to a real OpenSSH server, and looks fall into the transfer."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from remind_etl.dropped import watch
from remind_etl.dropped.client import Address, DropServerClient
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


def ssh_options(address: Address) -> list[str]:
    pinned = f"-oUserKnownHostsFile={address.known_hosts}"
    return [pinned, "-oIdentitiesOnly=yes", "-oBatchMode=yes", "-oConnectTimeout=20", "-i", str(address.key_file)]


def sftp(address: Address, files: Path, target: str) -> list[str]:
    batch = files.parent / "batch"
    batch.write_text("".join(f"put {files / name} {target}/{name}\n" for name in NAMES))
    limit = str(BYTES_PER_SECOND * 8 // 1_000)
    port = ["-P", str(address.port)]
    return ["sftp", "-q", "-l", limit, *port, *ssh_options(address), "-b", str(batch), f"{address.user}@{address.host}"]


def scp(address: Address, files: Path, target: str) -> list[str]:
    limit = str(BYTES_PER_SECOND * 8 // 1_000)
    sources = [str(files / name) for name in NAMES]
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
    puts = " && ".join(f"put {files / name} -o {target}/{name}" for name in NAMES)
    script = (
        f'set sftp:connect-program "{program}"; set net:limit-rate 0:{BYTES_PER_SECOND}; set cmd:fail-exit yes; {more} '
        f"open -u {address.user}, -p {address.port} sftp://{address.host}; {puts}; quit"
    )
    return ["lftp", "--norc", "-c", script]


def curl(address: Address, files: Path, target: str) -> list[str]:
    keys = ["--key", str(address.key_file), "--pubkey", f"{address.key_file}.pub", "--insecure"]
    sources = "{" + ",".join(str(files / name) for name in NAMES) + "}"
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
        self._memory = watch.Memory()
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
