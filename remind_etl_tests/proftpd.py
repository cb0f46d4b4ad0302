"""A running ProFTPD on loopback, with the configuration that `remind-etl sftp config proftpd` writes."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from remind_etl import settings
from remind_etl.cli.commands import app
from remind_etl.decided.store import DecisionStore
from remind_etl.dropped.client import Address
from remind_etl.dropped.proftpd import PID_FILE
from remind_etl.dropped.server import COLLECTOR

OWNER: Final = "nobody"
"""Whose the uploads are: ProFTPD has to begin as root, and may not run as root."""


@dataclass(frozen=True)
class Proftpd:
    """The server, its logins and its files."""

    host: str
    port: int
    home: settings.Home
    store: DecisionStore

    @property
    def root(self) -> Path:
        """The folders of the districts."""
        return self.home.drops

    @property
    def known_hosts(self) -> Path:
        """The pinned key."""
        return self.home.sftp / "known_hosts"

    @property
    def collector_key(self) -> Path:
        """The private key of our login."""
        return self.home.sftp / "collector_key"

    @property
    def address(self) -> Address:
        """How we log in."""
        return Address(self.host, self.port, COLLECTOR, self.known_hosts, key_file=self.collector_key)

    def log(self) -> str:
        """What it wrote."""
        return "".join(path.read_text() for path in sorted((self.home.sftp / "proftpd").glob("*.log")))


@contextmanager
def running_proftpd(
    monkeypatch: pytest.MonkeyPatch, decisions_url: str = "", limits: Mapping[str, int] = {}
) -> Iterator[Proftpd]:
    """Serve a new home. The limits are settings by their names in Python."""
    program = shutil.which("proftpd") or shutil.which("proftpd", path="/usr/sbin")
    if not program or os.geteuid():
        pytest.fail(
            "These tests need root and Debian's packages proftpd-core, proftpd-mod-crypto and others: `make proftpd`."
        )
    folder = Path(tempfile.mkdtemp(prefix="remind-etl-proftpd-"))  # pytest's own folders are closed to the owner
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("REMIND_ETL_HOME", str(folder / "home"))
    monkeypatch.setenv("REMIND_ETL_SFTP_PORT", str(port))
    if decisions_url:
        if socket_folder := sa.make_url(decisions_url).query.get("host"):
            Path(str(socket_folder)).chmod(0o711)  # the server asks as the owner of the uploads
        monkeypatch.setenv("REMIND_ETL_DECISIONS_URL", decisions_url)
    for name, value in limits.items():
        monkeypatch.setenv(f"REMIND_ETL_{name.upper()}", str(value))
    home = settings.home()
    store = DecisionStore(home.decisions_url)
    store.districts()
    owner = pwd.getpwnam(OWNER)
    os.chown(home.root, owner.pw_uid, owner.pw_gid)
    written = CliRunner().invoke(app, ["sftp", "config", "proftpd"])
    assert written.exit_code == 0, written.output
    for path in (*home.root.rglob("*"), home.root):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    configuration = folder / "proftpd.conf"
    configuration.write_text(written.stdout.replace(PID_FILE, str(folder / "pid")))
    configuration.chmod(0o600)
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen([program, "-n", "-c", configuration], stdout=out, stderr=out)  # noqa: S603
    try:
        _wait(port, process, folder / "out")
        yield Proftpd("127.0.0.1", port, home, store)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder)


def _wait(port: int, process: subprocess.Popen[bytes], out: Path) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.recv(4)
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(out.read_text())
            time.sleep(0.1)
