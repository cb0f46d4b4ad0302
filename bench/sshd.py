"""A real OpenSSH server on loopback for measurements, and a proxy that delays what goes through it."""

import getpass
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

from remind_etl.dropped.client import Address


@contextmanager
def running_sshd(folder: Path, root: Path) -> Iterator[Address]:
    """Serve `root` to the login of this process, with new keys in `folder`. It needs Debian's `openssh-server`."""
    program = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin") or "sshd"
    for name in ("host_key", "key"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
    port = _free_port()
    lines = (
        *("ListenAddress 127.0.0.1", f"Port {port}", f"HostKey {folder / 'host_key'}", "UsePAM no", "StrictModes no"),
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
    """The same server through a proxy that passes each piece on after a time."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        pinned = address.known_hosts.with_name(f"known_hosts_{port}")
        pinned.write_text(address.known_hosts.read_text().replace(f":{address.port}", f":{port}"))

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listening.accept()
                    far = socket.create_connection((address.host, address.port))
                    for source, target in ((near, far), (far, near)):
                        source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        _pass_on(source, target, one_way_seconds)

        threading.Thread(target=serve, daemon=True).start()
        yield Address("127.0.0.1", port, address.user, pinned, key_file=address.key_file, root=address.root)
        listening.shutdown(socket.SHUT_RDWR)


def _pass_on(source: socket.socket, target: socket.socket, seconds: float) -> None:
    pieces: SimpleQueue[tuple[float, bytes]] = SimpleQueue()

    def read() -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                pieces.put((time.monotonic() + seconds, piece))
        pieces.put((time.monotonic() + seconds, b""))

    def write() -> None:
        while True:
            due, piece = pieces.get()
            time.sleep(max(0, due - time.monotonic()))
            with suppress(OSError):
                if not piece:
                    target.shutdown(socket.SHUT_WR)
                target.sendall(piece)
            if not piece:
                return

    threading.Thread(target=read, daemon=True).start()
    threading.Thread(target=write, daemon=True).start()


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
