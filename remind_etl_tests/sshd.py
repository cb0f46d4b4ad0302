"""A real OpenSSH server on loopback for tests and measurements, and a proxy that delays what goes through it."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from remind_etl.dropped.client import Address


@contextmanager
def running_sshd(folder: Path, root: Path, *more_kinds: str) -> Iterator[Address]:
    """Serve `root` to the login of this process, with new keys in `folder`. It needs Debian's `openssh-server`.

    The server has a key of the kind ed25519, which is pinned, and keys `host_key_<kind>` of more kinds.
    """
    program = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin") or "sshd"
    if not os.geteuid():
        Path("/run/sshd").mkdir(exist_ok=True)  # Debian makes it when the service starts, which is not needed here
    for name in ("host_key", "key"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
    others = [folder / f"host_key_{kind}" for kind in more_kinds]
    for kind, key in zip(more_kinds, others, strict=True):
        _run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(key))
    port = _free_port()
    lines = (
        *("ListenAddress 127.0.0.1", f"Port {port}", f"HostKey {folder / 'host_key'}", "UsePAM no", "StrictModes no"),
        *(f"HostKey {key}" for key in others),
        *(f"AuthorizedKeysFile {folder / 'key.pub'}", "PermitRootLogin prohibit-password", "PasswordAuthentication no"),
        *(f"PidFile {folder / 'pid'}", "Subsystem sftp internal-sftp", "MaxStartups 100"),
    )
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    public = (folder / "host_key.pub").read_text()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}")
    with subprocess.Popen([program, "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            _wait(port)
            known_hosts, key = folder / "known_hosts", folder / "key"
            yield Address("127.0.0.1", port, getpass.getuser(), known_hosts, key_file=key, root=str(root))
        finally:
            server.terminate()


@contextmanager
def delayed(address: Address, one_way_seconds: float) -> Iterator[Address]:
    """The same server through a proxy of another process, which passes each piece on after a time."""
    proxy = [sys.executable, "-m", "remind_etl_tests.delaying", address.host, str(address.port), str(one_way_seconds)]
    with subprocess.Popen(proxy, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdin
        assert process.stdout
        port = int(process.stdout.readline())
        pinned = address.known_hosts.with_name(f"known_hosts_{port}")
        pinned.write_text(address.known_hosts.read_text().replace(f":{address.port}", f":{port}"))
        try:
            yield replace(address, port=port, known_hosts=pinned)
        finally:
            process.stdin.close()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _wait(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
